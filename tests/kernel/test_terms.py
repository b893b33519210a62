"""Terms end when the law says, rest, are extended at most so often, and go up the chain."""

from datetime import date, timedelta

import pytest
from benchmarks.citizens.clocks import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.kernel.deadlines import Pause, is_working_day
from dalgu.kernel.term_refusals import (
    ExtensionsUsedUp,
    TermNotRunning,
    TermOver,
    TermRunsAlready,
)
from dalgu.kernel.terms import (
    Owed,
    Term,
    TermEnded,
    TermExtended,
    TermMet,
    TermPaused,
    TermResumed,
    TermRule,
    TermStarted,
    TermState,
    Unit,
    applied,
    decided,
    overdue,
)
from dalgu.kernel.text import Text

NAME = Text("답변", "Answer")
CHAIN = (Text("과장", "Head"), Text("국장", "Director"), Text("부시장", "Vice mayor"))
WEEK = TermRule("week", NAME, NAME, 7, Unit.WORKING_DAYS, extension=7, chain=CHAIN)
MONTH = TermRule("month", NAME, NAME, 1, Unit.MONTHS, extension=1, most_extensions=1)
RULES = {"week": WEEK, "month": MONTH}
MONDAY = date(2026, 11, 2)  # no holiday until Christmas
CASES = cases()


def day(step):
    return MONDAY + timedelta(days=step)


def fold(*deeds):
    terms = {}
    for deed in deeds:
        terms = applied(terms, deed, RULES)
    return terms


def week(*deeds):
    return fold(TermStarted("week", MONDAY), *deeds)["week"]


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_a_term_ends_on_the_day_that_was_dated_by_hand(case):
    assert case.term.due == case.due


def test_there_are_cases_of_each_kind():
    assert len(CASES) >= 40
    assert {one.term.rule.unit for one in CASES} == set(Unit)


def test_a_term_runs_is_met_late_or_overdue():
    term = week()
    assert term.due == date(2026, 11, 11)
    assert term.state(day(9)) is TermState.RUNNING
    assert term.state(day(10)) is TermState.OVERDUE
    assert week(TermMet("week", day(9))).state(day(60)) is TermState.MET
    assert week(TermMet("week", day(10))).state(day(60)) is TermState.MET_LATE
    assert week(TermEnded("week", day(20), "withdrawn")).state(day(60)) is TermState.ENDED


def test_a_term_that_ended_on_a_friday_is_overdue_on_saturday():
    rule = TermRule("four", NAME, NAME, 4, Unit.WORKING_DAYS)
    term = Term(rule, MONDAY)
    friday, saturday = day(4), day(5)
    assert term.due == friday
    assert term.state(saturday) is TermState.OVERDUE
    assert term.days_over(saturday) == 1
    assert overdue([Owed("a", NAME, "/", "x", term)], saturday)
    assert not overdue([Owed("a", NAME, "/", "x", term)], friday)


def test_the_longest_overdue_come_first_and_those_met_do_not():
    early, late = Term(WEEK, MONDAY), Term(WEEK, day(7))
    met = week(TermMet("week", day(30)))
    every = [Owed(name, NAME, "/", "x", term) for name, term in
             (("late", late), ("met", met), ("early", early))]  # fmt: skip
    assert [one.subject for one in overdue(every, day(40))] == ["early", "late"]


def test_a_rest_moves_the_end_by_the_days_that_it_lasted():
    rested = week(TermPaused("week", day(3), "documents"), TermResumed("week", day(8)))
    assert rested.pauses == (Pause(day(3), day(7)),)
    assert rested.due == date(2026, 11, 16)


def test_a_term_that_rests_has_no_due_day_and_is_never_overdue():
    term = week(TermPaused("week", day(3), "documents"))
    assert term.due is None
    assert term.days_left(day(90)) is None
    assert term.state(day(90)) is TermState.PAUSED
    assert term.share(day(90)) == pytest.approx(2 / 7)  # Tuesday and Wednesday of seven days


def test_to_rest_and_to_go_on_within_a_day_changes_nothing():
    term = week(TermPaused("week", day(3), "documents"), TermResumed("week", day(3)))
    assert term == week()


def test_a_term_is_met_also_while_it_rests():
    term = week(TermPaused("week", day(3), "documents"), TermMet("week", day(30)))
    assert term.state(day(30)) is TermState.MET


def test_reminders_come_at_their_shares_of_the_working_days():
    term = week()
    passed = {step: term.reminders(day(step)) for step in range(11)}
    assert passed[3] == ()  # Thursday: three of seven days
    assert passed[4] == (0.5,)
    assert passed[6] == (0.5,)  # a weekend brings nothing nearer
    assert passed[8] == (0.5, 0.8)  # Tuesday: six of seven
    assert passed[9] == (0.5, 0.8, 1.0)
    assert week(TermMet("week", day(4))).reminders(day(9)) == ()


def test_a_breach_goes_up_the_chain_every_three_working_days():
    term = week()  # due Wednesday 11 November
    steps = [term.steps_up(date(2026, 11, at)) for at in (11, 12, 16, 17, 19, 20, 25, 30)]
    assert steps == [0, 1, 1, 2, 2, 3, 3, 3]


def test_a_term_is_extended_as_often_as_its_rule_allows():
    more = (TermExtended("week", day(1), "work"), TermExtended("week", day(2), "more work"))
    assert week(*more).due == date(2026, 12, 1)
    with pytest.raises(ExtensionsUsedUp):
        week(*more, TermExtended("week", day(3), "still more"))
    month = fold(TermStarted("month", MONDAY), TermExtended("month", MONDAY, "work"))
    with pytest.raises(ExtensionsUsedUp):
        applied(month, TermExtended("month", MONDAY, "more"), RULES)


@pytest.mark.parametrize(
    "deed", [TermExtended("week", day(20), "late"), TermPaused("week", day(20), "late")]
)
def test_what_is_over_is_neither_extended_nor_put_to_rest_but_reads_again(deed):
    terms = fold(TermStarted("week", MONDAY))
    with pytest.raises(TermOver):
        decided(terms, deed, RULES)
    assert applied(terms, deed, RULES)  # a book that holds it is read whatever the calendar says


@pytest.mark.parametrize(
    "deeds",
    [
        [TermMet("week", MONDAY)],
        [TermStarted("week", MONDAY), TermResumed("week", MONDAY)],
        [TermStarted("week", MONDAY), *(TermPaused("week", day(step), "") for step in (1, 2))],
        [TermStarted("week", MONDAY), TermMet("week", day(1)), TermExtended("week", day(2), "")],
    ],
)  # fmt: skip
def test_a_step_takes_a_term_that_is_there_for_it(deeds):
    with pytest.raises(TermNotRunning):
        fold(*deeds)


def test_a_term_begins_once_at_a_time_and_keeps_what_it_was_before():
    with pytest.raises(TermRunsAlready):
        fold(TermStarted("week", MONDAY), TermStarted("week", day(1)))
    twice = fold(
        TermStarted("week", MONDAY), TermMet("week", day(20)), TermStarted("week", day(30)),
        TermMet("week", day(31)), TermStarted("week", day(40)),
    )  # fmt: skip
    assert {key: one.started for key, one in twice.items()} == {
        "week#1": MONDAY, "week#2": day(30), "week": day(40),
    }  # fmt: skip
    assert twice["week#1"].state(day(50)) is TermState.MET_LATE


STARTS = st.dates(date(2015, 1, 1), date(2034, 12, 31))


@settings(max_examples=60, deadline=None)
@given(STARTS, st.sampled_from(Unit), st.integers(1, 15), st.booleans())
def test_a_term_ends_on_a_working_day_and_a_longer_one_not_before(start, unit, length, counts):
    ends = [
        Term(TermRule("x", NAME, NAME, n, unit, counts_first_day=counts), start).due
        for n in (length, length + 1)
    ]
    assert is_working_day(ends[0])
    assert start <= ends[0] <= ends[1]


@settings(max_examples=60, deadline=None)
@given(STARTS, st.sampled_from(Unit), st.integers(0, 20), st.integers(1, 20))
def test_a_rest_never_brings_the_end_nearer_nor_holds_it(start, unit, after, lasts):
    since = start + timedelta(days=after)
    rest = Pause(since, since + timedelta(days=lasts - 1))
    rule = TermRule("x", NAME, NAME, 10 if unit is not Unit.MONTHS else 1, unit)
    due = Term(rule, start, (rest,)).due
    assert due >= Term(rule, start).due
    assert not rest.holds(due)
    assert is_working_day(due)
