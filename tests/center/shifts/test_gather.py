"""The hand-over sheet holds what whoever takes the room must know."""

from datetime import timedelta

import pytest
from tests.center.learning.conftest import ANN, a_town

from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Noted
from dalgu.center.cameras.deeds import Granted
from dalgu.center.incidents.deeds import Shelved
from dalgu.center.incidents.work import TaskGiven
from dalgu.center.shifts.gather import gather
from dalgu.center.shifts.shifts import Category, Draft
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id

ELSEWHERE = Actor("person:far", Role.OPERATOR, ("00000",))


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with a_town(tmp_path_factory.mktemp("gather") / "city") as one:
        fill(one)
        yield one


def fill(town):
    urgent = town.raise_one()
    due = town.clock.now() + timedelta(minutes=5)
    town.note(urgent.number, TaskGiven(1, "우회로 표지", "도로과", due))
    shelved = town.raise_one(priority="P3")
    until = town.clock.now() + timedelta(hours=2)
    town.note(shelved.number, Shelved(until, "부품 대기"))
    cameras = ("urn:ngsi-ld:Device:camera:1",)
    granted = Granted("g1", "119", "상황실", "life", cameras, until, "0" * 64)
    noted = [Noted(urgent.id, granted)]
    town.run(town.rooms.ground.logbook.write(ANN, "cameras", lambda at: noted))
    device = Device(id=entity_id("Device", "m:1"), category="waterMeter", declared_interval=3600.0)
    town.run(town.platform.hub.upsert([device]))
    draft = Draft("k", town.clock.now(), Category.PASS_ON, "펌프 2호기 정비 중")
    town.run(town.rooms.shifts.write(ANN, [draft]))
    town.wait(minutes=30)


def sheet_for(town, actor):
    return town.run(gather(town.rooms, town.rooms.shifts.now().id, actor))


def test_it_holds_every_part_of_the_room(town):
    sheet = sheet_for(town, ANN)
    assert [(one.number, one.priority) for one in sheet.open] == [(1, "P1")]
    assert [(one.number, one.shelved_for) for one in sheet.shelved] == [(2, "부품 대기")]
    late = {one.title_ko for one in sheet.overdue}
    assert "우회로 표지" in late
    assert any(title.startswith("119에 위치를") for title in late)
    assert [one.title_ko.partition(" · ")[2] for one in sheet.grants] == ["카메라 1대"]
    assert [one.title_ko for one in sheet.stale] == ["수도계량기 1/1대"]
    assert sheet.passed_on == ("펌프 2호기 정비 중",)


def test_who_serves_other_districts_sees_nothing_of_it(town):
    sheet = sheet_for(town, ELSEWHERE)
    assert (sheet.open, sheet.shelved, sheet.overdue, sheet.grants) == ((), (), (), ())


def test_the_same_sheet_has_the_same_digest_and_another_minute_another(town):
    first, again = sheet_for(town, ANN), sheet_for(town, ANN)
    town.wait(minutes=1)
    assert first.digest == again.digest != sheet_for(town, ANN).digest
