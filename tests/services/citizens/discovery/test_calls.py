"""Test-bed calls: from an application to a certified run, with conflicts, sites and permits."""

from datetime import date, timedelta

import pytest
from tests.services.citizens.discovery.conftest import BEGIN, filled

from dalgu.access.actor import Actor, Role
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery import refusals as of_discovery
from dalgu.services.citizens.discovery.calls import deeds, refusals
from dalgu.services.citizens.discovery.calls.calls import Offer, Target
from dalgu.services.citizens.discovery.calls.rules import CRITERIA, Stage
from dalgu.services.citizens.discovery.evaluation import CRITERIA as OF_CITIZENS
from dalgu.services.citizens.discovery.evidence import Window
from dalgu.services.citizens.people.levels import Level

JURY = [Actor(f"person:jury{n}", Role.OPERATOR) for n in range(3)]
FIELDS = {"firm": "달빛로봇", "title": "순찰 로봇", "what": "밤길 순찰", "needs": "골목 두 곳"}
GOOD, POOR = dict.fromkeys(CRITERIA, 8), dict.fromkeys(CRITERIA, 3)


def opened(town, slots=1):
    today = town.rooms.testbed_calls.today
    offer = Offer(
        Text("알파시티 실증", "Alpha City trials"), "안전", today, today + timedelta(days=20),
        slots, ("수성알파시티 A동", "국채보상공원"),
    )  # fmt: skip
    return town.run(town.rooms.testbed_calls.open(town.staff, offer)).number


def reviewed(town, call, scores=GOOD):
    """An application that three people scored."""
    room = town.rooms.testbed_calls
    firm = town.citizen(Level.EMAIL)
    one = town.run(room.submit(firm, call, FIELDS | {"firm": firm.id})).number
    town.run(room.vet(town.staff, one, "서류가 모두 있다", is_eligible=True))
    for reviewer in JURY:
        town.run(room.review(reviewer, one, scores, ""))
    return one


def chosen(town, count=1):
    call = opened(town, count)
    numbers = [reviewed(town, call) for _ in range(count)]
    assert town.run(town.rooms.testbed_calls.select(town.staff, call)) == tuple(numbers)
    return numbers


def test_a_trial_runs_from_the_application_to_its_certificate(town, lot):
    room, today = town.rooms.testbed_calls, town.rooms.testbed_calls.today
    [one] = chosen(town)
    until = today + timedelta(days=5)
    town.run(room.book(town.staff, one, "국채보상공원", today, until))
    town.run(room.ask_permit(town.staff, one, "privacy", "개인정보 담당관"))
    agreed = deeds.Agreed(one, today, until, "협약서 제3호")
    with pytest.raises(refusals.PermitsMissing, match="privacy"):
        town.run(room.agree(town.staff, agreed))
    town.run(room.answer_permit(town.staff, one, "privacy", "조건부 승인", is_granted=True))
    town.run(room.agree(town.staff, agreed))
    with pytest.raises(refusals.PermitsMissing, match="indicator"):
        town.run(room.begin(town.staff, one))
    before = Window(lot, "availableSpotNumber", BEGIN, BEGIN + timedelta(days=5))
    town.run(room.set_indicator(town.staff, one, Target("빈자리", True, 20.0, before)))
    town.run(room.begin(town.staff, one))
    town.run(filled(town.ground.hub, lambda hour: 22, town.clock.now(), 48))
    town.wait(days=2)
    town.run(room.read(town.staff, one))
    with pytest.raises(refusals.ReviewsMissing):
        town.run(room.certify(town.staff, one, "끝났다"))
    for _ in range(10):
        town.run(room.score(town.citizen(Level.EMAIL), one, dict.fromkeys(OF_CITIZENS, 7)))
    town.run(room.certify(town.staff, one, "목표를 이루었다"))
    found = room.application(one)
    assert found.stage is Stage.CERTIFIED
    assert found.indicators[1].is_met
    assert room.by_code(found.code) is found
    assert list(room.owed()) == []
    assert town.again().testbed_calls.application(one) == found
    [entity] = town.mirrored("TestbedRun")
    assert entity["stage"]["value"] == "certified"
    assert entity["indicators"]["value"][0]["met"] is True


def test_no_site_is_booked_twice_on_a_day(town):
    room, today = town.rooms.testbed_calls, town.rooms.testbed_calls.today
    first, second = chosen(town, 2)
    site, until = "국채보상공원", today + timedelta(days=5)
    town.run(room.book(town.staff, first, site, today, until))
    with pytest.raises(refusals.SiteTaken, match="booking 1"):
        town.run(room.book(town.staff, second, site, until, until + timedelta(days=3)))
    town.run(room.book(town.staff, second, site, until + timedelta(days=1), until + timedelta(9)))
    with pytest.raises(of_discovery.ChoiceInvalid):
        town.run(room.book(town.staff, second, "남의 건물", today, until))
    town.run(room.stop(town.staff, first, "회사가 물러남", "공문 접수"))
    town.run(room.book(town.staff, second, site, today, today))


def test_who_has_an_interest_scores_nothing(town):
    room, call = town.rooms.testbed_calls, opened(town)
    one = reviewed(town, call)
    town.run(room.recuse(JURY[0], one, "같은 학회의 임원"))
    with pytest.raises(refusals.ReviewerHasInterest):
        town.run(room.review(JURY[0], one, GOOD, ""))
    with pytest.raises(refusals.ReviewsMissing):  # the score given before does not count
        town.run(room.select(town.staff, call))


def test_those_that_do_not_pass_are_not_selected_though_slots_are_left(town):
    room, call = town.rooms.testbed_calls, opened(town, 3)
    good, poor = reviewed(town, call), reviewed(town, call, POOR)
    town.run(room.select(town.staff, call))
    stages = [room.application(one).stage for one in (good, poor)]
    assert stages == [Stage.SELECTED, Stage.NOT_SELECTED]
    with pytest.raises(refusals.TestbedCallClosed):
        town.run(room.submit(town.citizen(Level.EMAIL), call, FIELDS))


def test_an_authority_that_is_late_is_overdue(town):
    room = town.rooms.testbed_calls
    [one] = chosen(town)
    town.run(room.ask_permit(town.staff, one, "drone", "지방항공청"))
    [owed] = room.owed()
    assert (owed.department, owed.term.due) == ("지방항공청", date(2026, 12, 3))
    town.wait(days=7)
    assert [late.department for late in town.rooms.clocks.overdue()] == ["지방항공청"]
    town.run(room.answer_permit(town.staff, one, "drone", "비행금지구역", is_granted=False))
    town.run(room.ask_permit(town.staff, one, "drone", "지방항공청"))  # asked for again


def test_steps_come_in_their_order(town):
    room, call = town.rooms.testbed_calls, opened(town)
    one = town.run(room.submit(town.citizen(Level.EMAIL), call, FIELDS)).number
    for step in (
        room.review(JURY[0], one, GOOD, ""),
        room.book(town.staff, one, "국채보상공원", room.today, room.today),
        room.begin(town.staff, one),
        room.read(town.staff, one),
        room.certify(town.staff, one, "x"),
    ):
        with pytest.raises(refusals.TestbedStepNotNext):
            town.run(step)
    with pytest.raises(of_discovery.RecordMissing):
        town.run(room.submit(town.citizen(Level.EMAIL), call, FIELDS | {"what": " "}))
