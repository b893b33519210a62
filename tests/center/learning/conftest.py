"""A city in process, and a fire that was handled in it."""

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.access.actor import Actor, Role
from dalgu.app.folder import Folder
from dalgu.app.platform import opened
from dalgu.center.incidents.deeds import (
    Arrived,
    Closed,
    Commented,
    Joined,
    Raised,
    Seen,
    TakenInHand,
)
from dalgu.center.incidents.words import Outcome, Priority, Readiness
from dalgu.center.incidents.work import AidAsked, ResourceMoved, StepDone, TaskGiven
from dalgu.hub.types import Alert
from dalgu.kernel.clock import ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
ANN = Actor("person:ann", Role.OPERATOR)


class Town:
    """A platform whose clock stands until it is told to go on."""

    def __init__(self, runner, platform, clock):
        self.runner, self.platform, self.clock = runner, platform, clock
        self.rooms = platform.rooms

    def run(self, work):
        return self.runner.run(work)

    def wait(self, **span):
        self.run(self.clock.advance(timedelta(**span)))

    def alert(self, key, category="fire", origin=None):
        one = Alert(
            id=entity_id("Alert", category, key),
            name=Text(f"연기 감지 {key}", f"Smoke {key}"),
            category=category,
            severity="critical",
            status="open",
            date_issued=iso(self.clock.now()),
            origin=origin,
        )
        self.run(self.platform.hub.upsert([one]))
        return one.id

    def raise_one(self, *, alert=None, drill=None, **more):
        dong = self.platform.city.dongs[10]
        lon, lat = dong.centre
        told = {
            "title_ko": "상가 화재", "title_en": "Fire in a market", "category": "fire",
            "sub_category": "smoke", "priority": Priority.P1, "rule": "smoke-twice", "lon": lon,
            "lat": lat, "district": dong.district, "dong": dong.code, "drill": drill, **more,
        }  # fmt: skip
        joined = None if alert is None else Joined((alert,), ("urn:ngsi-ld:Building:1",))
        return self.run(self.rooms.incidents.raise_incident(Raised(**told), joined))

    def note(self, number, *deeds):
        return self.run(self.rooms.incidents.note(number, deeds, ANN))

    def handled(self, **more):
        """Return a fire that was detected in 10 s, seen in 40, reached in 6 min, closed in 66."""
        alert = self.alert(str(self.clock.now().timestamp()), origin=more.get("origin"))
        self.wait(seconds=10)
        number = self.raise_one(alert=alert, **more).number
        self.wait(seconds=40)
        self.note(number, Seen(), Commented("신고자 통화: 2층 식당에서 연기 <강함>"))
        self.wait(minutes=1)
        self.note(number, TakenInHand(), TaskGiven(1, "가스 차단 확인", "도시가스"))
        engine = list(self.rooms.incidents.board.all)[number]
        self.note(number, ResourceMoved(engine, Readiness.REQUESTED))
        self.note(number, AidAsked(1, "경산소방서", "고가사다리차 1대"))
        self.wait(minutes=4, seconds=20)
        self.note(number, Arrived(self.clock.now()))
        version = self.rooms.incidents.procedures.of(self.rooms.incidents.get(number))
        for step in version.steps[:3]:
            self.note(number, StepDone(step.key, "확인"))
        self.wait(hours=1)
        self.note(number, Closed(Outcome.RESOLVED, "완진", "나머지 조치는 소방서가 이어서 한다"))
        return self.rooms.incidents.get(number)


@contextmanager
def a_town(folder):
    clock = ManualClock(NOW)
    with asyncio.Runner() as runner, Folder(folder) as kept:
        context = opened(Settings(data_dir=str(folder)), kept, lambda _: clock)
        platform = runner.run(context.__aenter__())
        try:
            yield Town(runner, platform, clock)
        finally:
            runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def town(tmp_path):
    with a_town(tmp_path / "city") as one:
        yield one
