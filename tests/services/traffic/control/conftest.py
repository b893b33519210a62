"""A city's ground on a manual clock, a road of three signals, and a field run by hand."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.services.traffic.measures.streets import network

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.devices.signals.field import Field
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings
from dalgu.service import Ground
from dalgu.services.traffic.rooms import Rooms, open_rooms
from dalgu.simulation.street import QueueStreet
from dalgu.store.sqlite import Store

MORNING = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # Monday, 08:00 in Daegu


class ByHand:
    """A driver over a field in this process, a second at each call."""

    def __init__(self, of: Field, at_s: float) -> None:
        self.field, self.at_s = of, at_s
        self.seconds = 0
        self.says = True  # whether commands arrive

    @property
    def timings(self):
        return self.field.timings

    async def reports(self):
        for _ in range(self.seconds):
            self.at_s += 1.0
            yield self.field.step(self.at_s)

    async def send(self, command) -> None:
        if self.says:
            self.field.take(command)

    async def order(self, order) -> None:
        self.field.order(order)

    async def load(self, controller, plan) -> None:
        self.field.load(controller, plan)


@dataclass
class Road:
    """`road.run(...)` awaits; `road.drive(300)` lets the field and the city run so many seconds."""

    folder: Path
    runner: asyncio.Runner
    clock: ManualClock
    store: Store
    access: Access
    chief: Actor = Actor("person:chief", Role.ADMINISTRATOR)
    staff: Actor = Actor("person:staff", Role.OPERATOR)
    rooms: Rooms = field(init=False)
    driver: ByHand | None = None

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> Rooms:
        """Open the rooms over what is on disk."""
        self.ground = Ground(
            hub=LocalHub(self.store, self.clock),
            store=self.store,
            clock=self.clock,
            access=self.access,
            city=cities.load("daegu"),
            settings=Settings(),
            folder=self.folder,
            book=Logbook(self.store, self.clock, self.access.book("traffic")),
        )
        self.rooms = open_rooms(self.ground)
        return self.rooms

    @property
    def control(self):
        return self.rooms.control

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def open(self) -> None:
        """Take the road, and stand a field in its street."""
        self.run(self.control.take_network(network(), self.chief))
        compiled = self.control.require()
        at_s = self.clock.now().timestamp()
        self.driver = ByHand(Field(compiled.timings, QueueStreet(compiled, at_s, 1)), at_s)

    def drive(self, seconds: int) -> None:
        """Let seconds pass in the street, and the city follow them."""
        assert self.driver is not None
        self.driver.seconds = seconds
        self.run(self.control.live.follow(self.driver, self.control.require()))
        by = datetime.fromtimestamp(self.driver.at_s, UTC) - self.clock.now()
        self.run(self.clock.advance(by))


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Road]:
    with asyncio.Runner() as runner:
        store = Store.open(tmp_path / "city.db")
        clock = ManualClock(MORNING)
        access = Access(store, clock, key_file=tmp_path / "dalgu.key")
        yield Road(tmp_path, runner, clock, store, access)
        runner.run(store.close())
