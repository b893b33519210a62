"""Every office is reminded once at each share, every breach goes up once a step, all see it."""

from datetime import date

import pytest

from dalgu.kernel.terms import Owed, Term, TermRule, TermState, Unit
from dalgu.kernel.text import Text
from dalgu.services.citizens.clocks.deeds import Escalated, Reminded
from dalgu.services.citizens.clocks.record import lines, timeliness, whole

CHAIN = (Text("과장", "Head"), Text("국장", "Director"))
NAME, LAW = Text("답변", "Answer"), Text("법", "Law")
RULE = TermRule("x.answer", NAME, LAW, 5, Unit.WORKING_DAYS, chain=CHAIN)
MONDAY = date(2026, 11, 30)  # today of the town


def owed(name="a", department="교통과", rule=RULE, **more):
    return Owed(f"thing:{name}", Text(name, name), "/x", department, Term(rule, MONDAY, **more))


@pytest.fixture
def clocks(town):
    every = [owed()]
    town.rooms.clocks.watch(lambda: every)
    town.rooms.clocks.every = every
    return town.rooms.clocks


def deeds(town):
    return [entry.deed for entry in town.ground.book.about("thing:a")]


def test_reminders_and_steps_are_written_once_each(town, clocks):
    written = []
    for _ in range(16):
        for _ in range(2):  # an hourly job, and one that runs twice
            town.run(clocks.strike())
        written.append(len(deeds(town)))
        town.wait(days=1)
    # Mon 30 Nov; half of five days on Wed, 80 % on Thu, due on Mon 7 Dec; overdue from Tue
    assert written == [0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 5, 5, 5, 5]
    shares = [one.share for one in deeds(town) if isinstance(one, Reminded)]
    steps = [(one.step, one.to_ko) for one in deeds(town) if isinstance(one, Escalated)]
    assert shares == [0.5, 0.8, 1.0]
    assert steps == [(1, "과장"), (2, "국장")]


def test_a_restart_reminds_nobody_again(town, clocks):
    town.wait(days=20)
    assert town.run(clocks.strike()) == 5
    town.again().clocks.watch(lambda: [owed()])
    assert town.run(town.rooms.clocks.strike()) == 0
    assert town.rooms.clocks.step_of(owed()) == 2


def test_what_was_met_is_left_alone(town, clocks):
    clocks.every[:] = [owed(met_on=MONDAY)]
    town.wait(days=20)
    assert town.run(clocks.strike()) == 0


def test_the_hub_knows_each_term_with_its_history(town, clocks):
    hub = town.ground.hub
    town.run(clocks.run(hub, town.clock))
    town.wait(days=9)
    town.run(clocks.run(hub, town.clock))
    [term] = town.mirrored("AnswerTerm")
    assert (term["status"]["value"], term["daysOver"]["value"]) == ("overdue", 2.0)
    assert term["dueOn"]["value"] == "2026-12-07"
    past = town.run(hub.history(term["id"], "status"))
    assert [one["value"] for one, _ in past] == ["overdue", "running"]


def test_a_term_of_a_proposal_reaches_the_record(town):
    assert town.rooms.clocks.owed() == []
    assert town.rooms.clocks.overdue() == []


def test_the_record_shows_the_most_pressing_first():
    every = [
        owed("met", met_on=MONDAY), owed("running"), owed("late", met_on=date(2026, 12, 20)),
        owed("old", rule=TermRule("y", RULE.title, RULE.basis, 1, Unit.DAYS)),
    ]  # fmt: skip
    today = date(2026, 12, 4)
    assert [one.owed.subject for one in lines(every, today)] == [
        "thing:old", "thing:running", "thing:met", "thing:late",
    ]  # fmt: skip
    assert [one.state for one in lines(every, today, state="overdue")] == [TermState.OVERDUE]
    assert lines(every, today, department="수도본부") == []


def test_timeliness_judges_what_fell_due():
    every = [
        *(owed(str(n), met_on=MONDAY) for n in range(3)),
        owed("late", met_on=date(2026, 12, 20)),
        owed("running"),
        owed("other", department="수도본부"),
    ]
    rows = timeliness(every, date(2026, 12, 4))
    assert [(row.department, row.share) for row in rows] == [("교통과", 0.75), ("수도본부", None)]
    assert (whole(rows).met, whole(rows).late, whole(rows).running) == (3, 1, 2)
