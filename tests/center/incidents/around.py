"""Incidents over a real book in a temporary folder, with the city's clock in the test's hand."""

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from dalgu import cities
from dalgu.access.actor import Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook
from dalgu.access.seals import SealedBook
from dalgu.center.ground import BOOK, Ground
from dalgu.center.incidents.deeds import Joined, Raised
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.timers import due_deeds
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
NIGHT = Actor("person:night", Role.OPERATOR)
DAY = Actor("person:day", Role.OPERATOR)


def a_fire(**parts):
    told = {
        "title_ko": "연기", "title_en": "Smoke", "category": "fire", "sub_category": "smoke",
        "priority": "P1", "rule": "hand", "lon": 128.63, "lat": 35.858, "district": "22060",
        "dong": "2206051",
    }  # fmt: skip
    return Raised(**(told | parts))


class Room:
    """One center's incidents; `again` opens the same book as a restart does."""

    def __init__(self, folder, hub=None):
        self.folder, self.hub = folder, hub
        self.clock = ManualClock(NOW)
        self.loop = asyncio.new_event_loop()
        self.open()

    def open(self):
        self.store = Store.open(self.folder / "city.db")
        keys = self.folder / "keys"
        book = SealedBook.named(self._keys(keys), BOOK)
        self.logbook = Logbook(self.store, self.clock, book)
        city = cities.load("daegu")
        self.ground = Ground(self.hub, self.store, self.clock, None, city, (), self.logbook)
        self.incidents = Incidents(self.ground)
        self.logbook.load()

    def _keys(self, path):
        from dalgu.access.keys import read_keys

        return read_keys(path) if path.exists() else create_keys(path)

    def again(self):
        self.run(self.store.close())
        self.open()
        return self.incidents

    def run(self, work):
        return self.loop.run_until_complete(work)

    def raise_one(self, *alerts, **parts):
        joined = Joined(tuple(alerts)) if alerts else None
        return self.run(self.incidents.raise_incident(a_fire(**parts), joined, NIGHT))

    def note(self, number, *deeds, actor=NIGHT):
        return self.run(self.incidents.note(number, deeds, actor))

    def pass_time(self, seconds):
        self.run(self.clock.advance(timedelta(seconds=seconds)))

    @contextmanager
    def watching(self):
        task = self.loop.create_task(self.incidents._watch())
        try:
            yield
        finally:
            task.cancel()
            self.run(asyncio.gather(task, return_exceptions=True))

    def settle(self):
        """Let the watch write whatever is due by now."""

        async def nothing_is_due():
            async with asyncio.timeout(10):
                while any(self._due(one) for one in self.incidents.all.values()):
                    await self.logbook.wait(self.logbook.head)

        self.run(nothing_is_due())

    def _due(self, incident):
        version = self.incidents.procedures.of(incident)
        return due_deeds(incident, version, self.clock.now())

    def deeds(self, number, kind):
        subject = self.incidents.get(number).id
        return [e.deed for e in self.logbook.about(subject) if isinstance(e.deed, kind)]
