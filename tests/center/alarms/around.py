"""The room of alarms on its real parts: a hub, a book and the incidents, in a temporary folder."""

import asyncio
from datetime import UTC, datetime

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.logbook import Logbook
from dalgu.center.alarms.alarms import Alarms
from dalgu.center.ground import BOOK, Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.testbeds.testbeds import Testbeds
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


class House:
    """A center of two rooms; `reopen` is what a restart does."""

    def __init__(self, folder):
        self.folder = folder
        self.clock = ManualClock(NOW)
        self.store = Store.open(folder / "city.db")
        self.reopen()

    def reopen(self):
        access = Access(self.store, self.clock, key_file=self.folder / "key")
        hub = LocalHub(self.store, self.clock)
        logbook = Logbook(self.store, self.clock, access.book(BOOK))
        self.ground = Ground(hub, self.store, self.clock, access, cities.load("daegu"), (), logbook)
        self.incidents = Incidents(self.ground)
        self.testbeds = Testbeds(self.ground)
        self.alarms = Alarms(self.ground, self.incidents, self.testbeds)
        logbook.load()

    def take(self, *alerts, drill=None):
        return asyncio.run(self.arrive(*alerts, drill=drill))

    async def arrive(self, *alerts, drill=None):
        if drill is None:
            await self.ground.hub.upsert(alerts)
        return await self.alarms.take([one.to_document() for one in alerts], drill=drill)


def alert(key, kind, *, thing=None, at=NOW, place=(128.62, 35.85), severity="high", status="open"):
    category, sub = kind.split("/")
    return Alert(
        id=entity_id("Alert", key),
        category=category,
        sub_category=sub,
        severity=severity,
        status=status,
        alert_source=thing or entity_id("Device", f"of-{key}"),
        date_issued=iso(at),
        location=None if place is None else {"type": "Point", "coordinates": list(place)},
    )
