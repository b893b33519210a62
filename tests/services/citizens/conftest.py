"""A real city's ground on a manual clock, its citizens' rooms, and the people in them."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dalgu import cities
from dalgu.access import passwords
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings
from dalgu.service import Ground
from dalgu.services.citizens.people.deeds import Vouched
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.rooms import Rooms, open_rooms
from dalgu.store.sqlite import Store

MORNING = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)  # Monday, 09:00 in Daegu


@dataclass
class Town:
    """One city: `town.run(rooms.proposals.begin(...))`; `town.again()` is it after a restart."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    store: Store
    access: Access
    ground: Ground = field(init=False)
    rooms: Rooms = field(init=False)
    staff: Actor = Actor("person:staff", Role.OPERATOR)
    chief: Actor = Actor("person:chief", Role.ADMINISTRATOR)
    settings: Settings = field(default_factory=Settings)
    _numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> Rooms:
        """Open the rooms over what is on disk."""
        book = Logbook(self.store, self.clock, self.access.book("citizens"))
        self.ground = Ground(
            hub=LocalHub(self.store, self.clock),
            store=self.store,
            clock=self.clock,
            access=self.access,
            city=cities.load("daegu"),
            settings=self.settings,
            folder=self.folder,
            book=book,
        )
        self.rooms = open_rooms(self.ground)
        return self.rooms

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def wait(self, **duration: float) -> None:
        self.run(self.clock.advance(timedelta(**duration)))

    def citizen(self, level: Level = Level.RESIDENT, **known: Any) -> Actor:
        """Return a fresh citizen of a level; `district`, `birth_year`, `sex` of a resident."""
        number = next(self._numbers)
        actor = Actor(f"person:c{number}", Role.CITIZEN)
        if level >= Level.EMAIL:
            nickname = known.pop("nickname", f"시민{number}")
            self.run(self.rooms.people.join(actor, f"c{number}@example.org", nickname))
        if level >= Level.RESIDENT:
            facts = {"district": "22060", "birth_year": 1980, "sex": ""} | known
            vouched = Vouched(actor.id, f"voice{number}", "desk", **facts)
            self.run(self.rooms.people.vouch(self.staff, vouched))
        return actor

    def mirrored(self, entity_type: str) -> list[Any]:
        """Return the entities of a type, once the book is in the hub."""

        async def told() -> list[Any]:
            await self.rooms.mirror.catch_up()
            return [one async for one in self.ground.hub.every(entity_type)]

        return self.run(told())


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)  # Argon2id with its least memory
    passwords._hasher.cache_clear()
    passwords._hash_of_nobody.cache_clear()
    with asyncio.Runner() as runner:
        store = Store.open(tmp_path / "city.db")
        clock = ManualClock(MORNING)
        access = Access(store, clock, key_file=tmp_path / "dalgu.key")
        yield Town(tmp_path, runner, clock, store, access)
        runner.run(store.close())
    passwords._hasher.cache_clear()
    passwords._hash_of_nobody.cache_clear()
