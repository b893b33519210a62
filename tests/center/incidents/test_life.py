import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.center.incidents.around import DAY, NIGHT, NOW, Room

from dalgu.access.actor import SYSTEM
from dalgu.center.incidents import deeds as d
from dalgu.center.incidents.acts import ACTS, Asked, read
from dalgu.center.incidents.refusals import (
    ChecklistUnfinished,
    IncidentMerged,
    MergeImpossible,
    ShelvingTooLong,
    StepNotPossible,
    WordsRequired,
)
from dalgu.center.incidents.words import Outcome, Part, Priority, Readiness, Status
from dalgu.kernel.errors import DalguError

OVERRIDE = d.Closed(Outcome.RESOLVED, "꺼졌다", "훈련된 대로")


def do(room, number, name, actor=NIGHT, **sent):
    fields, make = read(name, sent)
    made = lambda incident, at: make(Asked(incident, at, actor), fields)  # noqa: E731
    return room.run(room.incidents.act(number, made, actor))


def test_each_step_remembers_who_and_when(room):
    room.raise_one()
    room.pass_time(20)
    room.note(1, d.Seen())
    room.pass_time(20)
    room.note(1, d.Assigned("person:day"))
    room.pass_time(20)
    room.note(1, d.TakenInHand(), actor=DAY)
    room.pass_time(20)
    incident = room.note(1, OVERRIDE, actor=DAY)
    assert [(s.status.value, (s.at - NOW).seconds, s.actor) for s in incident.steps] == [
        ("raised", 0, "person:night"),
        ("seen", 20, "person:night"),
        ("assigned", 40, "person:night"),
        ("in_hand", 60, "person:day"),
        ("closed", 80, "person:day"),
    ]
    assert incident.outcome is Outcome.RESOLVED


def test_whoever_takes_an_unseen_incident_in_hand_has_seen_it(room):
    room.raise_one()
    incident = do(room, 1, "take")
    assert [s.status for s in incident.steps] == [Status.RAISED, Status.SEEN, Status.IN_HAND]
    assert incident.assignee == "person:night"


@pytest.mark.parametrize(
    ("before", "deed"),
    [
        ([d.Seen()], d.Seen()),
        ([d.TakenInHand()], d.TakenInHand()),
        ([OVERRIDE], d.Assigned("person:day")),
        ([OVERRIDE], OVERRIDE),
        ([], d.Reopened("다시")),
        ([], d.Unshelved()),
        ([OVERRIDE], d.Shelved(NOW + timedelta(minutes=5), "공사")),
    ],
)
def test_a_step_past_its_time_is_refused_and_leaves_no_trace(room, before, deed):
    room.raise_one()
    room.note(1, *before)
    head = room.logbook.head
    with pytest.raises(StepNotPossible):
        room.note(1, deed)
    assert room.logbook.head == head


def test_of_two_who_take_it_at_once_one_is_told(room):
    import asyncio

    room.raise_one()

    async def both():
        take = [d.TakenInHand()]
        tries = (room.incidents.note(1, take, who) for who in (NIGHT, DAY))
        return await asyncio.gather(*tries, return_exceptions=True)

    first, second = room.run(both())
    assert first.assignee == "person:night"
    assert isinstance(second, StepNotPossible)


def test_closing_needs_a_note_and_the_mandatory_steps_or_a_reason(room):
    room.raise_one()
    with pytest.raises(WordsRequired):
        do(room, 1, "close", outcome="resolved")
    with pytest.raises(ChecklistUnfinished) as refused:
        do(room, 1, "close", outcome="resolved", note="꺼졌다")
    assert refused.value.parts["open_steps"] > 0
    closed = do(room, 1, "close", outcome="resolved", note="꺼졌다", override="다른 센터가 맡음")
    assert not closed.is_open


def test_an_incident_whose_mandatory_steps_are_done_or_skipped_closes(room):
    room.raise_one()
    version = room.incidents.procedures.of(room.incidents.get(1))
    mandatory = [step.key for step in version.steps if step.mandatory]
    for key in mandatory[:-1]:
        do(room, 1, "step", step=key)
    do(room, 1, "step", step=mandatory[-1], skip=True, reason="사람 없음")
    assert do(room, 1, "close", note="꺼졌다").status is Status.CLOSED


def test_what_clears_by_itself_is_closed_by_the_platform_without_words(room):
    room.raise_one()
    assert not room.note(1, d.Closed(Outcome.NO_ACTION), actor=SYSTEM).is_open


def test_merging_moves_the_alerts_and_later_ones_find_the_living(room):
    room.raise_one("a", "b")
    room.raise_one("c")
    other = room.run(room.incidents.merge(1, 2, NIGHT))
    assert list(other.alerts) == ["c", "a", "b"]
    assert room.incidents.by_alert["a"] == 2
    assert room.incidents.get(1).outcome is Outcome.MERGED
    assert room.incidents.living(1) is other
    with pytest.raises(IncidentMerged):
        room.note(1, d.Reopened("아님"))


def test_a_drill_never_merges_with_what_is_real(room):
    room.raise_one()
    room.raise_one(drill="urn:ngsi-ld:Drill:1")
    for one, into in ((1, 2), (2, 1), (1, 1)):
        with pytest.raises(MergeImpossible):
            room.run(room.incidents.merge(one, into, NIGHT))


def test_a_reopened_incident_goes_on_as_seen(room):
    room.raise_one()
    room.note(1, OVERRIDE)
    incident = room.note(1, d.Reopened("다시 연기"))
    assert (incident.status, incident.outcome, incident.closed_at) == (Status.SEEN, None, None)


@pytest.mark.parametrize("minutes", [0, -1, 721])
def test_shelving_ends_within_a_shift(room, minutes):
    room.raise_one()
    with pytest.raises(ShelvingTooLong):
        do(room, 1, "shelve", minutes=minutes, reason="공사")


def test_closing_sends_home_what_was_sent(room):
    room.raise_one()
    engine = next(iter(room.incidents.board.all))
    for to in ("requested", "on_the_way", "on_site"):
        do(room, 1, "resource", resource=engine, to=to)
    assert room.incidents.get(1).arrived_at == NOW
    do(room, 1, "close", note="꺼졌다", override="끝")
    assert room.incidents.board.where(engine) == (Readiness.RELEASED, 1)


WORDS = st.sampled_from(["", "물", "person:day"])
SENT = {
    "seen": st.just({}),
    "assign": st.fixed_dictionaries({"to": WORDS}),
    "take": st.just({}),
    "close": st.fixed_dictionaries(
        {"outcome": st.sampled_from(list(Outcome)), "note": WORDS, "override": WORDS}
    ),
    "reopen": st.fixed_dictionaries({"reason": WORDS}),
    "comment": st.fixed_dictionaries({"text": WORDS}),
    "shelve": st.fixed_dictionaries({"minutes": st.sampled_from([-5, 5, 900]), "reason": WORDS}),
    "unshelve": st.just({}),
    "change": st.fixed_dictionaries({"priority": st.sampled_from(list(Priority))}),
    "part": st.fixed_dictionaries({"part": st.sampled_from(list(Part)), "who": WORDS}),
    "arrived": st.just({}),
    "procedure": st.fixed_dictionaries(
        {"procedure": st.sampled_from(["general", "fire", "none"]), "version": st.integers(0, 2)}
    ),
    "step": st.fixed_dictionaries(
        {"step": st.sampled_from(["confirm", "tell", "x"]), "skip": st.booleans(), "reason": WORDS}
    ),
    "task": st.fixed_dictionaries({"text": WORDS, "minutes": st.sampled_from([5, 10**6])}),
    "task-done": st.fixed_dictionaries({"task": st.integers(0, 3)}),
    "resource": st.fixed_dictionaries(
        {
            "resource": st.sampled_from(["ambulance-0", "ambulance-1", "none"]),
            "to": st.sampled_from(list(Readiness)),
        }
    ),
    "aid": st.fixed_dictionaries({"body": WORDS, "what": WORDS}),
    "aid-answer": st.fixed_dictionaries({"aid": st.integers(0, 2), "accepted": st.booleans()}),
    "aid-arrived": st.fixed_dictionaries({"aid": st.integers(0, 2)}),
    "aid-returned": st.fixed_dictionaries({"aid": st.integers(0, 2)}),
}
DEED = st.one_of([st.tuples(st.just(name), sent) for name, sent in SENT.items()])
ORDER = ["raised", "seen", "assigned", "in_hand", "closed"]


def test_every_deed_that_can_be_asked_for_is_tried_below():
    assert set(SENT) | {"merge"} == set(ACTS)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds=st.lists(st.tuples(st.integers(1, 2), DEED, st.integers(0, 400)), max_size=25),
    merged=st.booleans(),
)
def test_no_sequence_of_deeds_reaches_an_impossible_state(deeds, merged):
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder))
        room.raise_one("a")
        room.raise_one("b", priority="P2")
        for number, (name, sent), seconds in deeds:
            before = room.incidents.get(number).status
            try:
                after = do(room, number, name, **sent).status
            except DalguError:
                after = before
                assert room.incidents.get(number).status is before
            may_close = before is not Status.CLOSED or name == "reopen"
            assert after is before or may_close
            room.run(room.incidents.wake(number))
            room.pass_time(seconds)
        if merged and all(one.is_open for one in room.incidents.all.values()):
            room.run(room.incidents.merge(1, 2, NIGHT))
        for one in room.incidents.all.values():
            holds(one, room)
        told = room.incidents.all, room.incidents.by_alert
        told_of_board = {one: room.incidents.board.where(one) for one in room.incidents.board.all}
        again = room.again()
        assert (again.all, again.by_alert) == told
        assert {one: again.board.where(one) for one in again.board.all} == told_of_board
        room.run(room.store.close())
        room.loop.close()


def holds(incident, room):
    assert incident.steps[0].status is Status.RAISED
    assert incident.steps[-1].status is incident.status
    assert [s.at for s in incident.steps] == sorted(s.at for s in incident.steps)
    assert (incident.closed_at is not None) == (not incident.is_open)
    assert (incident.outcome is not None) == (not incident.is_open)
    assert (incident.merged_into is None) or incident.outcome is Outcome.MERGED
    if incident.status in (Status.ASSIGNED, Status.IN_HAND):
        assert incident.assignee
    for resource, readiness in incident.work.resources.items():
        now, number = room.incidents.board.where(resource)
        assert number != incident.number or now is readiness
    version = room.incidents.procedures.of(incident)
    assert set(incident.work.checks) <= {step.key for step in version.steps}
