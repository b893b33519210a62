import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.access.actor import Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook
from dalgu.access.seals import SealedBook
from dalgu.center.alarms import rules
from dalgu.center.ground import BOOK, Ground
from dalgu.center.incidents.state import Incident, Step
from dalgu.center.incidents.words import Outcome, Priority, Status
from dalgu.center.testbeds import area, rollouts, testbeds
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.text import Text
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
CHIEF = Actor("person:chief", Role.ADMINISTRATOR)
DEPUTY = Actor("person:deputy", Role.ADMINISTRATOR)
INSIDE, OUTSIDE = (128.6900, 35.8365), (128.6000, 35.8700)
ALPHA = area.load()["suseong-alpha"]
RULE = ALPHA.rules[0].name


@pytest.fixture
def opened(tmp_path):
    store = Store.open(tmp_path / "city.db")
    book = SealedBook.named(create_keys(tmp_path / "keys"), BOOK)

    def again():
        logbook = Logbook(store, ManualClock(NOW), book)
        room = testbeds.Testbeds(Ground(None, store, ManualClock(NOW), None, None, (), logbook))
        logbook.load()
        return room

    yield again
    asyncio.run(store.close())


def an_incident(number, place, *, rule=RULE, seen_s=30, closed_s=600, outcome=Outcome.RESOLVED):
    at = NOW - timedelta(hours=number)
    seen = Step(Status.SEEN, at + timedelta(seconds=seen_s), "person:night")
    return Incident(
        number, Text("사건", "Incident"), "water", "noUse", Priority.P3, at, rule,
        lon=place[0], lat=place[1], alerts={f"a{number}": None}, outcome=outcome,
        closed_at=None if closed_s is None else at + timedelta(seconds=closed_s),
        steps=[Step(Status.RAISED, at, "system"), seen],
    )  # fmt: skip


def test_a_rule_on_trial_applies_in_its_test_bed_alone(opened):
    room = opened()
    assert room.is_on(RULE, "suseong-alpha", *INSIDE)
    assert not room.is_on(RULE, "suseong-alpha", *OUTSIDE)
    assert not room.is_on(RULE, "suseong-alpha", None, None)
    assert not room.is_on(RULE, "a-test-bed-that-is-gone", *INSIDE)
    assert room.is_on("any", None, *OUTSIDE)


def test_another_person_rolls_it_out_and_it_can_be_taken_back(opened):
    room = opened()
    proposed = asyncio.run(room.propose(CHIEF, "suseong-alpha", RULE, "no false alarm", []))
    with pytest.raises(rollouts.OwnProposal):
        asyncio.run(room.approve(CHIEF, proposed.number))
    assert not room.is_on(RULE, "suseong-alpha", *OUTSIDE)

    asyncio.run(room.approve(DEPUTY, proposed.number))
    assert room.is_on(RULE, "suseong-alpha", *OUTSIDE)
    assert room.is_on(RULE, "suseong-alpha", None, None)

    asyncio.run(room.roll_back(CHIEF, proposed.number, "too many at night"))
    assert not room.is_on(RULE, "suseong-alpha", *OUTSIDE)
    later = opened()
    [known] = later.of("suseong-alpha")
    assert (known.status, known.decided_by, known.rolled_back_by) == (
        "rolled_back", "person:deputy", "person:chief",
    )  # fmt: skip


def test_what_is_proposed_or_in_force_is_not_proposed_again(opened):
    room = opened()
    asyncio.run(room.propose(CHIEF, "suseong-alpha", RULE, "", []))
    with pytest.raises(rollouts.RolloutNotPossible):
        asyncio.run(room.propose(DEPUTY, "suseong-alpha", RULE, "", []))
    asyncio.run(room.decline(DEPUTY, 1, "too early"))
    with pytest.raises(rollouts.RolloutNotPossible):
        asyncio.run(room.approve(DEPUTY, 1))
    assert asyncio.run(room.propose(CHIEF, "suseong-alpha", RULE, "", [])).number == 2


@pytest.mark.parametrize(
    ("ask", "refusal"),
    [
        (lambda room: room.propose(CHIEF, "nowhere", RULE, "", []), rollouts.TestbedNotExisting),
        (lambda room: room.propose(CHIEF, "suseong-alpha", "x", "", []), rollouts.RuleNotOnTrial),
        (lambda room: room.approve(CHIEF, 9), rollouts.RolloutNotExisting),
    ],
)
def test_what_does_not_exist_is_refused(opened, ask, refusal):
    with pytest.raises(refusal):
        asyncio.run(ask(opened()))


def test_figures_set_the_rule_inside_beside_the_city_without_drills(opened):
    drill = an_incident(5, INSIDE)
    drill.is_drill = True
    told = [
        an_incident(1, INSIDE, seen_s=10),
        an_incident(2, INSIDE, seen_s=30, outcome=Outcome.FALSE_ALARM),
        an_incident(3, INSIDE, rule="another"),
        an_incident(4, OUTSIDE, seen_s=100, closed_s=None, outcome=None),
        drill,
    ]
    inside, city = opened().compare(ALPHA, told, RULE)
    assert (inside.alarms, inside.judged, inside.false_share, inside.seen_p50_s) == (2, 2, 0.5, 20)
    assert (city.incidents, city.judged, city.false_share, city.closed_p50_s) == (1, 0, None, None)


def test_the_outline_is_of_the_size_that_the_city_announced():
    from shapely.geometry import Polygon

    from dalgu.kernel.geo import to_metric

    assert ALPHA.is_approximate
    assert to_metric(Polygon(ALPHA.area)).area == pytest.approx(976_000, rel=0.15)
    assert ALPHA.holds(*INSIDE)


def test_what_is_on_trial_is_a_rule_of_the_alarm_room_and_the_other_way_round():
    on_trial = {(one.testbed, one.name) for one in rules.load().rules if one.testbed}
    known = {(bed.name, rule.name) for bed in area.load().values() for rule in bed.rules}
    assert on_trial == known
