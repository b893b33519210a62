"""A problem goes from seen to scaled through every gate, and is stopped with a reason."""

from datetime import date, timedelta

import pytest
from tests.services.citizens.discovery.conftest import BEGIN, filled

from dalgu.access.actor import Actor, Role
from dalgu.kernel.terms import TermState
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery import deeds, evidence, refusals
from dalgu.services.citizens.discovery.evaluation import CRITERIA
from dalgu.services.citizens.discovery.evidence import Window
from dalgu.services.citizens.discovery.gates import MOST_MONEY_WON, Gate, StopReason
from dalgu.services.citizens.discovery.problems import SHEET, Decision, Plan
from dalgu.services.citizens.discovery.rounds import Call
from dalgu.services.citizens.people.levels import Level, LevelTooLow

OTHER = Actor("person:other", Role.OPERATOR)
WINDOW = Window(
    "urn:ngsi-ld:OffStreetParking:seomun", "availableSpotNumber", BEGIN, BEGIN + timedelta(days=5)
)
RECORD = Decision(9, "스마트도시 실무위원회", "회의에서 그대로 하기로 했다")


def called(town, **more):
    today = town.rooms.discovery.today
    call = Call(
        Text("5기", "Round 5"), today, today + timedelta(days=28), today + timedelta(days=35),
        today + timedelta(days=100), more.get("seats", 30),
    )  # fmt: skip
    return town.run(town.rooms.discovery.rounds.call(town.staff, call)).number


def with_team(town, people=2):
    """A round with one team; return its number and its members."""
    rounds, number = town.rooms.discovery.rounds, called(town)
    members = [town.citizen() for _ in range(people)]
    for one in members:
        town.run(rounds.apply(one, number, f"{one.id}: 동네를 바꾸고 싶습니다"))
    accounts = [one.id for one in members]
    town.run(rounds.choose(town.staff, number, accounts))
    town.run(rounds.form(town.staff, number, "주차 모임", accounts))
    return number, members


def defined(town, lot):
    """A problem whose sheet is handed in and whose evidence stands."""
    number, members = with_team(town)
    problems = town.rooms.discovery.problems
    one = town.run(problems.observe(members[0], number, "시장 주차난", "서문시장")).number
    town.run(problems.write_sheet(members[0], one, dict.fromkeys(SHEET, "주말마다 줄을 선다")))
    town.run(problems.define(members[1], one, 2))
    town.run(problems.link(members[0], one, WINDOW, "주말에는 빈자리가 없다"))
    return number, members, one


def prioritised(town, lot):
    number, members, one = defined(town, lot)
    rounds = town.rooms.discovery.rounds
    town.run(town.rooms.discovery.problems.decide(town.staff, one, Gate.CHECKED, RECORD))
    closes_at = town.clock.now() + timedelta(days=7)
    town.run(rounds.open_vote(town.staff, number, closes_at, 1))
    for _ in range(3):
        town.run(rounds.vote(town.citizen(), number, [one]))
    town.run(rounds.close_vote(town.staff, number))
    return number, members, one


def planned(town, lot):
    number, members, one = prioritised(town, lot)
    problems = town.rooms.discovery.problems
    town.run(problems.judge(town.staff, judgement(one)))
    town.run(problems.decide(town.staff, one, Gate.FEASIBLE, RECORD))
    town.run(problems.plan(town.staff, one, a_plan(town)))
    town.run(problems.decide(OTHER, one, Gate.PLANNED, RECORD))
    return number, members, one


def judgement(one, **more):
    parts = {"policy": True, "law": True, "budget": True} | more
    notes = {f"{name}_note": "검토함" for name in ("policy", "law", "budget")}
    return deeds.Judged(problem=one, **parts, **notes)


def a_plan(town, money_won=200_000_000):
    today = town.rooms.discovery.today
    return Plan(
        "교통정책과", money_won, "빈자리", True, 20.0, WINDOW, today, today + timedelta(days=10)
    )


def test_a_problem_goes_through_all_gates(town, lot):
    _, _, one = planned(town, lot)
    room, problems = town.rooms.discovery, town.rooms.discovery.problems
    later = town.clock.now()
    town.run(filled(town.ground.hub, lambda hour: 25 + hour % 5, later, 72))
    town.wait(days=11)
    town.run(problems.measure(town.staff, one, later, later + timedelta(days=3)))
    town.run(problems.decide(OTHER, one, Gate.DEMONSTRATED, RECORD))
    for _ in range(10):
        town.run(problems.score(town.citizen(Level.EMAIL), one, dict.fromkeys(CRITERIA, 8)))
    town.run(problems.close_evaluation(town.staff, one))
    town.run(problems.decide(OTHER, one, Gate.SCALED, RECORD))

    before = room.problem(one)
    assert [record.gate for record in before.gates] == list(Gate)
    assert all(not term.is_open for term in before.terms.values())
    assert list(room.owed()) == []
    again = town.again().discovery.problem(one)
    assert again == before
    [entity] = town.mirrored("UrbanProblem")
    assert entity["gate"]["value"] == "scaled"
    [register] = town.mirrored("CityProblem")
    assert register["stage"]["value"] == "operate"
    assert register["identifiedOn"]["value"] == "2026-11-30"


def test_a_gate_waits_for_all_that_it_needs(town, lot):
    number, members = with_team(town)
    problems = town.rooms.discovery.problems
    one = town.run(problems.observe(members[0], number, "시장 주차난", "서문시장")).number
    with pytest.raises(refusals.GateNeedsMore, match="sheet"):
        town.run(problems.define(members[0], one, 2))
    half = dict.fromkeys(SHEET, "있다") | {"harm": " "}
    town.run(problems.write_sheet(members[0], one, half))
    with pytest.raises(refusals.GateNeedsMore, match="sheet"):
        town.run(problems.define(members[0], one, 2))
    town.run(problems.write_sheet(members[0], one, dict.fromkeys(SHEET, "있다")))
    with pytest.raises(refusals.GateNeedsMore, match="checklist"):
        town.run(problems.define(members[0], one, 1))
    town.run(problems.define(members[0], one, 2))
    with pytest.raises(refusals.GateNeedsMore, match="evidence"):
        town.run(problems.decide(town.staff, one, Gate.CHECKED, RECORD))
    with pytest.raises(refusals.GateNotNext):
        town.run(problems.decide(town.staff, one, Gate.FEASIBLE, RECORD))
    with pytest.raises(refusals.GateNotNext):  # what citizens decide, no office does
        town.run(problems.decide(town.staff, one, Gate.PRIORITISED, RECORD))
    with pytest.raises(refusals.RecordMissing):
        town.run(problems.decide(town.staff, one, Gate.CHECKED, Decision(9, "", " ")))


def test_who_did_the_work_does_not_decide_on_it(town, lot):
    number, members = with_team(town)
    problems = town.rooms.discovery.problems
    one = town.run(problems.observe(members[0], number, "시장 주차난", "서문시장")).number
    town.run(problems.write_sheet(members[0], one, dict.fromkeys(SHEET, "있다")))
    town.run(problems.define(members[0], one, 2))
    town.run(problems.link(town.staff, one, WINDOW, "담당자가 찾은 자료"))
    with pytest.raises(refusals.GateByAnother):
        town.run(problems.decide(town.staff, one, Gate.CHECKED, RECORD))
    town.run(problems.decide(OTHER, one, Gate.CHECKED, RECORD))


def test_evidence_stays_as_it_was_and_tells_when_the_hub_says_otherwise(town, lot):
    _, _, one = defined(town, lot)
    [(linked, _, _)] = town.rooms.discovery.problem(one).evidence
    hub, reading = town.ground.hub, linked.reading
    assert (reading.count, reading.mean, reading.name) == (120, 12.0, "서문시장 주차장")
    assert town.run(evidence.check(hub, reading)).state == "holds"
    drawn = town.run(evidence.chart(hub, reading))
    assert [point["value"] for point in drawn[:5]] == [10, 11, 12, 13, 14]

    town.run(filled(hub, lambda hour: 99, BEGIN, 1))  # somebody writes the past anew
    checked = town.run(evidence.check(hub, reading))
    assert checked.state == "changed"
    assert town.run(evidence.chart(hub, reading)) == drawn  # the sheet shows what was seen


@pytest.mark.parametrize(
    ("window", "refusal"),
    [
        (Window("urn:ngsi-ld:WaterMeter:1", "volume", BEGIN, BEGIN + timedelta(days=1)),
         refusals.SeriesNotPublic),
        (Window("urn:ngsi-ld:OffStreetParking:none", "availableSpotNumber", BEGIN,
                BEGIN + timedelta(days=1)), refusals.SeriesEmpty),
        (Window(WINDOW.entity, WINDOW.attribute, BEGIN, BEGIN), refusals.DiscoveryPeriodInvalid),
        (Window(WINDOW.entity, WINDOW.attribute, BEGIN + timedelta(days=90),
                BEGIN + timedelta(days=99)), refusals.DiscoveryPeriodInvalid),
    ],
)  # fmt: skip
def test_evidence_is_public_and_of_days_that_have_numbers(town, lot, window, refusal):
    with pytest.raises(refusal):
        town.run(evidence.freeze(town.ground.hub, window, town.clock.now()))


def test_the_vote_is_of_residents_secret_and_once(town, lot):
    number, _, one = defined(town, lot)
    rounds = town.rooms.discovery.rounds
    with pytest.raises(refusals.RoundNotReady):  # nothing is checked yet
        town.run(rounds.open_vote(town.staff, number, town.clock.now() + timedelta(days=7), 1))
    town.run(town.rooms.discovery.problems.decide(town.staff, one, Gate.CHECKED, RECORD))
    town.run(rounds.open_vote(town.staff, number, town.clock.now() + timedelta(days=7), 1))
    voter = town.citizen()
    head = town.ground.book.head
    receipt = town.run(rounds.vote(voter, number, [one]))
    assert receipt.code
    with pytest.raises(Exception, match="token"):
        town.run(rounds.vote(voter, number, [one]))
    with pytest.raises(LevelTooLow):
        town.run(rounds.vote(town.citizen(Level.EMAIL), number, [one]))
    empty = town.citizen()
    with pytest.raises(Exception, match="marked"):
        town.run(rounds.vote(empty, number, []))
    town.run(rounds.vote(empty, number, [one]))  # the refused try used no token up
    town.run(rounds.close_vote(town.staff, number))
    vote = town.rooms.discovery.round(number).vote
    assert (vote.ballots, vote.approvals, vote.chosen) == (2, {one: 2}, (one,))
    assert not any(voter.id in repr(entry) for entry in town.ground.book.after(head))


def test_money_stays_within_plan_and_cap(town, lot):
    _, _, one = prioritised(town, lot)
    problems = town.rooms.discovery.problems
    town.run(problems.judge(town.staff, judgement(one)))
    town.run(problems.decide(town.staff, one, Gate.FEASIBLE, RECORD))
    with pytest.raises(refusals.MoneyOverCap):
        town.run(problems.plan(town.staff, one, a_plan(town, MOST_MONEY_WON + 1)))
    town.run(problems.plan(town.staff, one, a_plan(town, 1_000)))
    town.run(problems.decide(OTHER, one, Gate.PLANNED, RECORD))
    paid = deeds.Funded(one, 600, date(2026, 12, 1), "국비", "착수금")
    town.run(problems.fund(town.staff, paid))
    with pytest.raises(refusals.MoneyOverCap, match="400"):
        town.run(problems.fund(town.staff, paid))


def test_what_the_law_forbids_is_not_feasible_and_is_stopped_with_its_reason(town, lot):
    _, _, one = prioritised(town, lot)
    room, problems = town.rooms.discovery, town.rooms.discovery.problems
    town.run(problems.judge(town.staff, judgement(one, law=False)))
    with pytest.raises(refusals.GateNeedsMore, match="judged"):
        town.run(problems.decide(town.staff, one, Gate.FEASIBLE, RECORD))
    town.run(problems.stop(town.staff, one, StopReason.LAW, RECORD))
    assert list(room.owed()) == []
    with pytest.raises(refusals.GateNotNext):
        town.run(problems.decide(town.staff, one, Gate.FEASIBLE, RECORD))
    town.run(problems.resume(town.staff, one, "법이 바뀌었다"))
    assert room.problem(one).stop is None
    assert [owed.term.rule.id for owed in room.owed()] == ["discovery.feasible"]


def test_the_clock_of_a_decider_runs_and_is_met(town, lot):
    _, _, one = defined(town, lot)
    room = town.rooms.discovery
    [owed] = room.owed()
    assert owed.term.rule.id == "discovery.checked"
    assert owed.term.due == date(2026, 12, 14)  # ten working days after Monday 30 November
    town.wait(days=15)
    assert [late.subject for late in town.rooms.clocks.overdue()] == [f"problem:{one}"]
    town.run(room.problems.decide(town.staff, one, Gate.CHECKED, RECORD))
    term = room.problem(one).terms["discovery.checked"]
    assert term.state(room.today) is TermState.MET_LATE


def test_members_of_other_teams_and_strangers_write_no_sheet(town, lot):
    number, members = with_team(town)
    problems = town.rooms.discovery.problems
    one = town.run(problems.observe(members[0], number, "시장 주차난", "서문시장")).number
    stranger = town.citizen()
    for step in (
        problems.write_sheet(stranger, one, dict.fromkeys(SHEET, "x")),
        problems.define(stranger, one, 2),
        problems.link(stranger, one, WINDOW, "x"),
        problems.observe(stranger, number, "다른 문제", "어디"),
    ):
        with pytest.raises(refusals.NotInATeam):
            town.run(step)


def test_a_score_is_whole_and_one_for_each_voice(town, lot):
    _, members, one = planned(town, lot)
    problems = town.rooms.discovery.problems
    citizen = town.citizen(Level.EMAIL)
    with pytest.raises(refusals.GateNotNext):
        town.run(problems.score(citizen, one, dict.fromkeys(CRITERIA, 8)))
    later = town.clock.now()
    town.run(filled(town.ground.hub, lambda hour: 25, later, 24))
    town.wait(days=2)
    town.run(problems.measure(town.staff, one, later, later + timedelta(days=1)))
    town.run(problems.decide(OTHER, one, Gate.DEMONSTRATED, RECORD))
    for bad in ({"effect": 8}, dict.fromkeys(CRITERIA, 11), dict.fromkeys(CRITERIA, 0)):
        with pytest.raises(refusals.ScoreInvalid):
            town.run(problems.score(citizen, one, bad))
    for mark in (3, 9):
        town.run(problems.score(citizen, one, dict.fromkeys(CRITERIA, mark)))
    town.run(problems.score(members[0], one, dict.fromkeys(CRITERIA, 10)))
    found = town.rooms.discovery.problem(one).evaluation
    assert (found.scorers, found.authors, found.mean_of_others) == (2, 1, 9.0)
    with pytest.raises(refusals.GateNeedsMore, match="scores"):
        town.run(problems.close_evaluation(town.staff, one))
