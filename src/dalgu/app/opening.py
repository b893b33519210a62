"""Opens the services that keep a sealed book, each over a book of its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dalgu.access.access import Access
from dalgu.access.logbook import Logbook
from dalgu.cities import City
from dalgu.governance.bodies import api as bodies
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock
from dalgu.kernel.settings import Settings
from dalgu.service import Ground, Opened, Service
from dalgu.store.sqlite import Store


@dataclass(frozen=True, slots=True)
class Around:
    """The parts of the platform that every such service stands on."""

    hub: Hub
    store: Store
    clock: Clock
    access: Access
    city: City
    settings: Settings
    folder: Path

    def ground(self, name: str) -> Ground:
        """Return the ground of a service, with its book."""
        book = Logbook(self.store, self.clock, self.access.book(name))
        return Ground(
            hub=self.hub,
            store=self.store,
            clock=self.clock,
            access=self.access,
            city=self.city,
            settings=self.settings,
            folder=self.folder,
            book=book,
        )


def open_books(around: Around, built: Iterable[Service]) -> Mapping[str, Opened]:
    """Return the opened services by name, in their order."""
    openers: dict[str, Callable[[Ground], Opened]] = {
        one.name: one.open for one in built if one.open is not None
    }
    openers[bodies.NAME] = bodies.opened  # stands beside the services, on a book of its own
    return {name: open_one(around.ground(name)) for name, open_one in openers.items()}
