"""What every room of the operation center stands on."""

from dataclasses import dataclass

from dalgu.access.access import Access
from dalgu.access.logbook import Logbook
from dalgu.cities import City
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock
from dalgu.service import Service
from dalgu.store.sqlite import Store

BOOK = "center"  # name of the sealed book of all rooms


@dataclass(frozen=True, slots=True)
class Ground:
    """The parts of the platform that rooms use, and the book they all write."""

    hub: Hub
    store: Store
    clock: Clock
    access: Access
    city: City
    services: tuple[Service, ...]
    logbook: Logbook
