from datetime import timedelta

import pytest
from tests.center.incidents.around import NOW

from dalgu.center.incidents import deeds as d
from dalgu.center.incidents.timers import UNSEEN, UNSEEN_LIMITS_S
from dalgu.center.incidents.words import Priority
from dalgu.center.incidents.work import Escalated, StepDone


def escalations(room, of=UNSEEN, number=1):
    found = room.deeds(number, Escalated)
    return [(one.level, one.to) for one in found if one.of == of]


@pytest.mark.parametrize("priority", ["P1", "P2", "P3"])
def test_what_nobody_sees_is_told_to_the_commander_and_then_to_all(room, priority):
    first_s, second_s = UNSEEN_LIMITS_S[Priority(priority)]
    with room.watching():
        room.raise_one(priority=priority)
        room.settle()
        room.pass_time(first_s - 1)
        room.settle()
        assert escalations(room) == []
        room.pass_time(1)
        room.settle()
        assert escalations(room) == [(1, "commander")]
        room.pass_time(second_s - first_s)
        room.settle()
        assert escalations(room) == [(1, "commander"), (2, "all")]
        room.pass_time(86_400)
        room.settle()
    assert len(escalations(room)) == 2


def test_what_was_seen_in_time_is_told_to_nobody(room):
    with room.watching():
        room.raise_one()
        room.settle()
        room.pass_time(30)
        room.note(1, d.Seen())
        room.pass_time(60)
        room.settle()
    assert escalations(room) == []


def test_what_came_due_while_the_center_was_down_is_told_once_it_is_up_and_never_twice(room):
    room.raise_one()
    room.run(room.store.close())
    room.clock._now += timedelta(seconds=70)  # the machine was off
    room.open()
    with room.watching():
        room.settle()
        assert escalations(room) == [(1, "commander")]
    room.again()
    with room.watching():
        room.settle()
        room.pass_time(1)
        room.settle()
    assert escalations(room) == [(1, "commander")]
    assert room.deeds(1, Escalated)[0] == Escalated(UNSEEN, 1, "commander")


def test_an_overdue_mandatory_step_is_told_and_a_done_one_is_not(room):
    with room.watching():
        room.raise_one()
        room.note(1, d.Seen())
        version = room.incidents.procedures.of(room.incidents.get(1))
        timed = [one for one in version.steps if one.mandatory and one.limit_s is not None]
        done, late = timed[0], timed[1]
        room.note(1, StepDone(done.key))
        room.settle()
        room.pass_time(max(done.limit_s, late.limit_s))
        room.settle()
        assert escalations(room, late.key) == [(1, "commander")]
        assert escalations(room, done.key) == []
        room.pass_time(late.limit_s)
        room.settle()
    assert escalations(room, late.key) == [(1, "commander"), (2, "all")]


def test_what_is_shelved_comes_back_by_itself_and_only_then_counts_again(room):
    with room.watching():
        room.raise_one()
        room.note(1, d.Shelved(NOW + timedelta(seconds=300), "공사"))
        room.settle()
        room.pass_time(299)
        room.settle()
        assert escalations(room) == []
        assert room.incidents.get(1).shelved_until is not None
        room.pass_time(1)
        room.settle()
        assert room.incidents.get(1).shelved_until is None
        assert escalations(room) == []
        room.pass_time(60)
        room.settle()
        assert escalations(room) == [(1, "commander")]
    [entry] = [e for e in room.logbook.about("urn:ngsi-ld:Incident:1") if e.deed == d.Unshelved()]
    assert (entry.actor, entry.at) == ("system", NOW + timedelta(seconds=300))


def test_a_closed_incident_is_left_alone(room):
    with room.watching():
        room.raise_one()
        room.note(1, d.Closed("resolved", "꺼졌다", "끝"))
        room.pass_time(86_400)
        room.settle()
    assert room.deeds(1, Escalated) == []


def test_what_grows_graver_is_waited_for_from_then_on(room):
    with room.watching():
        room.raise_one(priority="P3")
        room.settle()
        room.pass_time(600)
        room.note(1, d.Changed(priority=Priority.P1))
        room.settle()
        assert escalations(room) == []
        room.pass_time(60)
        room.settle()
    assert escalations(room) == [(1, "commander")]
