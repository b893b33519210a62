"""Opens the rooms of the operation center and hands them what lies outside it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dalgu.access.access import Access
from dalgu.center.ground import Ground
from dalgu.center.logbook import BOOK, Logbook
from dalgu.center.outside import Injected, Still
from dalgu.center.rooms import Rooms, open_rooms
from dalgu.cities import City
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock
from dalgu.service import Service
from dalgu.store.sqlite import Store


class Unseen:
    """Cameras that nobody can ask for an image."""

    async def take(self, camera: Document) -> Still:
        """Return an empty image."""
        return Still(b"", "image/png", datetime.now(UTC))  # noqa: TID251


async def injected(scenario: str, place: tuple[float, float], seed: int) -> Sequence[Injected]:
    """Return the alerts of a drill."""
    return []


def center_rooms(  # noqa: PLR0913 - the composition root names each
    hub: Hub,
    store: Store,
    clock: Clock,
    access: Access,
    city: City,
    services: tuple[Service, ...],
) -> Rooms:
    """Return the rooms of a platform."""
    logbook = Logbook(store, clock, access.book(BOOK))
    ground = Ground(hub, store, clock, access, city, services, logbook)
    return open_rooms(ground, Unseen(), injected)
