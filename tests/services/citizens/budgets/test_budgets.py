from datetime import timedelta

import msgspec
import pytest

from dalgu.kernel.clock import local
from dalgu.services.citizens.ballots.refusals import BallotInvalid, BoxClosed, TokenTaken
from dalgu.services.citizens.budgets import demonstration
from dalgu.services.citizens.budgets.api import told
from dalgu.services.citizens.budgets.budgets import Call, Check, IdeaDraft
from dalgu.services.citizens.budgets.deeds import Moved
from dalgu.services.citizens.budgets.fold import PLAN
from dalgu.services.citizens.budgets.picture import rows, spreads
from dalgu.services.citizens.budgets.refusals import (
    BudgetProjectNotExisting,
    BudgetRoundNotExisting,
    BudgetStageOther,
    BudgetTermsInvalid,
    CostOverAmount,
    NothingToVoteOn,
    ReasonNeeded,
    WorkStepOther,
)
from dalgu.services.citizens.budgets.state import Rule, Stage, Work
from dalgu.services.citizens.people.levels import Level, LevelTooLow, TooYoung
from dalgu.services.citizens.shares import pabulib
from dalgu.services.citizens.shares.refusals import PabulibInvalid

MILLION = 1_000_000
FILE = """META
key;value
description;Elsewhere
budget;100
rule;greedy
PROJECTS
project_id;cost;name;selected
a1;60;Benches;1
b2;50;Lamps;0
VOTES
voter_id;vote
1;a1
2;a1,b2
3;b2
4;a1
"""


class Desk:
    def __init__(self, town):
        self.town, self.run = town, town.run
        self.room = town.rooms.budgets

    def call(self, **more):
        day = local(self.town.clock.now()).date() + timedelta(days=10)
        call = Call("동네 예산", "Local budget", "", 100 * MILLION, day, **more)
        return self.run(self.room.call(self.town.staff, call))

    def idea(self, number, cost=50 * MILLION, title="그늘 쉼터"):
        citizen = self.town.citizen(Level.EMAIL)
        return self.run(self.room.give(citizen, number, IdeaDraft(title, "나무와 의자", cost)))

    def check(self, number, project, cost=50 * MILLION, **more):
        check = Check(**{"is_feasible": True, "cost": cost, "department": "공원과"} | more)
        self.run(self.room.check(self.town.staff, number, project, check))

    def on_ballot(self, costs=(60, 50, 40), **more):
        number = self.call(**more)
        for cost in costs:
            self.check(number, self.idea(number, cost * MILLION), cost * MILLION)
        closes_at = self.town.clock.now() + timedelta(days=7)
        self.run(self.room.open_vote(self.town.staff, number, closes_at))
        return number

    def vote(self, number, *projects, citizen=None):
        citizen = citizen or self.town.citizen()
        marks = {f"p{one}": 1 for one in projects}
        return self.run(self.town.rooms.voting.vote(citizen, f"budget-{number}", marks))

    def counted(self, **more):
        number = self.on_ballot(**more)
        for ballot in [(1,), (1,), (1,), (2, 3), (2,), (3,)]:
            self.vote(number, *ballot)
        self.town.wait(days=8)
        self.run(self.room.count(self.town.staff, number))
        return number

    def move(self, number, project, state, note="공고함"):
        moved = Moved(number, project, state, note)
        self.run(self.room.move(self.town.staff, number, project, moved))


@pytest.fixture
def desk(town):
    return Desk(town)


def test_a_round_goes_from_its_call_to_winners_by_the_rule_announced_before(desk):
    number = desk.counted()
    found = desk.room.get(number)
    assert desk.room.stage(found) is Stage.COUNTED
    assert found.counted.ballots == 6
    assert set(found.counted.greedy) == {1, 3}  # three votes for 60, then what still fits
    tally = desk.run(desk.room.tally(found))
    assert found.winners == found.counted.equal
    assert tally.equal.cost <= found.amount
    assert all(idea.work is Work.FUNDED for idea in found.funded())


def test_stages_follow_the_calendar(desk):
    number = desk.call()
    found = desk.room.get(number)
    assert desk.room.stage(found) is Stage.IDEAS
    desk.check(number, desk.idea(number))
    desk.town.wait(days=11)
    assert desk.room.stage(found) is Stage.CHECK
    with pytest.raises(BudgetStageOther):
        desk.idea(number)
    closes_at = desk.town.clock.now() + timedelta(days=1)
    desk.run(desk.room.open_vote(desk.town.staff, number, closes_at))
    assert desk.room.stage(found) is Stage.VOTE
    with pytest.raises(BudgetStageOther):
        desk.run(desk.room.count(desk.town.staff, number))
    desk.town.wait(days=2)
    assert desk.room.stage(found) is Stage.CLOSED


def test_the_rule_changes_with_a_reason_and_never_once_the_vote_is_open(desk):
    number = desk.call()
    announce = desk.room.announce
    with pytest.raises(ReasonNeeded):
        desk.run(announce(desk.town.staff, number, Rule.GREEDY, 1, " "))
    desk.run(announce(desk.town.staff, number, Rule.GREEDY, 5, "위원회 의결"))
    assert desk.room.get(number).rule is Rule.GREEDY
    open_one = desk.on_ballot()
    with pytest.raises(BudgetStageOther):
        desk.run(announce(desk.town.staff, open_one, Rule.GREEDY, 1, "늦은 변경"))


def test_the_vote_opens_when_every_idea_is_checked_and_one_is_feasible(desk):
    number = desk.call()
    closes_at = desk.town.clock.now() + timedelta(days=7)
    desk.idea(number)
    with pytest.raises(NothingToVoteOn):
        desk.run(desk.room.open_vote(desk.town.staff, number, closes_at))
    desk.check(number, 1, is_feasible=False, reason="사유지입니다")
    with pytest.raises(NothingToVoteOn):
        desk.run(desk.room.open_vote(desk.town.staff, number, closes_at))
    desk.check(number, desk.idea(number))
    desk.run(desk.room.open_vote(desk.town.staff, number, closes_at))
    assert desk.room.get(number).on_ballot == (2,)


def test_who_turns_a_project_down_says_why(desk):
    number = desk.call()
    desk.idea(number)
    with pytest.raises(ReasonNeeded):
        desk.check(number, 1, is_feasible=False)
    with pytest.raises(BudgetTermsInvalid):
        desk.check(number, 1, department=" ")


def test_ballots_are_of_residents_once_within_the_most_and_in_time(desk):
    number = desk.on_ballot(most=2, least_age=19)
    with pytest.raises(LevelTooLow):
        desk.vote(number, 1, citizen=desk.town.citizen(Level.EMAIL))
    with pytest.raises(TooYoung):
        desk.vote(number, 1, citizen=desk.town.citizen(birth_year=2015))
    one = desk.town.citizen()
    with pytest.raises(BallotInvalid):
        desk.vote(number, 1, 2, 3, citizen=one)
    desk.vote(number, 1, 2, citizen=one)
    with pytest.raises(TokenTaken):
        desk.vote(number, 1, citizen=one)
    desk.town.wait(days=8)
    with pytest.raises(BoxClosed):
        desk.vote(number, 1)


def test_ideas_cost_something_and_no_more_than_there_is(desk):
    number = desk.call()
    with pytest.raises(CostOverAmount):
        desk.idea(number, 101 * MILLION)
    with pytest.raises(BudgetTermsInvalid):
        desk.idea(number, 0)
    guest = desk.town.citizen(Level.GUEST)
    with pytest.raises(LevelTooLow):
        desk.run(desk.room.give(guest, number, IdeaDraft("a", "b", 1)))


@pytest.mark.parametrize(
    "broken", [{"step": 0}, {"most": 0}, {"least_age": 200}, {"ko": ""}, {"amount": 0}]
)
def test_a_call_that_does_not_hold_is_refused(desk, broken):
    day = local(desk.town.clock.now()).date()
    call = Call(**{"ko": "예산", "en": "", "about": "", "amount": 5, "ideas_until": day} | broken)
    with pytest.raises(BudgetTermsInvalid):
        desk.run(desk.room.call(desk.town.staff, call))


def test_work_goes_step_by_step_and_its_plan_is_owed(desk):
    number = desk.counted()
    project = desk.room.get(number).winners[0]
    idea = desk.room.idea(number, project)
    assert [one.term.rule.id for one in desk.room.owed() if one.subject == idea.subject] == [
        PLAN.id
    ]
    with pytest.raises(WorkStepOther):
        desk.move(number, project, "done")
    with pytest.raises(ReasonNeeded):
        desk.move(number, project, "planned", " ")
    desk.move(number, project, "planned")
    assert not idea.terms[PLAN.id].is_open
    desk.move(number, project, "under_way")
    desk.move(number, project, "done", "준공")
    assert idea.work is Work.DONE
    loser = next(
        n for n in desk.room.get(number).on_ballot if n not in desk.room.get(number).winners
    )
    with pytest.raises(WorkStepOther):
        desk.move(number, loser, "planned")


def test_all_stands_again_after_a_restart_and_the_tally_from_its_file(desk):
    number = desk.counted()
    before = desk.run(desk.room.tally(desk.room.get(number)))
    again = desk.town.again().budgets
    found = again.get(number)
    assert found == desk.room.get(number)
    after = desk.run(again.tally(found))
    assert after.outcome == before.outcome
    assert after.proven == before.proven


def test_a_counted_round_is_a_pabulib_file_that_gives_the_same_winners(desk):
    number = desk.counted()
    found = desk.room.get(number)
    file = pabulib.read(desk.run(desk.room.file(found)).decode())
    assert file.winners == {f"p{one}" for one in found.winners}
    assert file.value("budget") == str(100 * MILLION)
    assert len(file.election().ballots) == 6
    taken = desk.run(desk.room.take_in(desk.town.staff, pabulib.write(file)))
    assert desk.room.get(taken).counted.greedy == found.counted.greedy


def test_a_file_of_elsewhere_is_counted_by_both_rules(desk):
    number = desk.run(desk.room.take_in(desk.town.staff, FILE))
    found = desk.room.get(number)
    assert found.is_imported
    assert (found.official, found.counted.greedy) == ((1,), (1,))
    assert not list(desk.room.owed())
    with pytest.raises(PabulibInvalid):
        desk.run(desk.room.take_in(desk.town.staff, "hello"))


def test_what_does_not_exist_is_said(desk):
    with pytest.raises(BudgetRoundNotExisting):
        desk.room.get(7)
    with pytest.raises(BudgetProjectNotExisting):
        desk.room.idea(desk.call(), 7)
    with pytest.raises(BudgetStageOther):
        desk.run(desk.room.file(desk.room.get(1)))
    assert desk.run(desk.room.tally(desk.room.get(1))) is None


def test_the_hub_knows_rounds_and_projects(desk):
    number = desk.counted()
    [one] = desk.town.mirrored("ParticipatoryBudget")
    assert one["stage"]["value"] == "counted"
    assert one["ballotCount"]["value"] == 6
    works = [p.get("work", {}).get("value") for p in desk.town.mirrored("BudgetProject")]
    assert works.count("funded") == len(desk.room.get(number).winners)


def test_what_pages_and_programs_are_told_adds_up(desk):
    number = desk.counted()
    found = desk.room.get(number)
    tally = desk.run(desk.room.tally(found))
    shown = rows(found, tally)
    assert [row.idea.number for row in shown][: len(found.winners)]
    assert {row.idea.number for row in shown if row.is_equal} == set(found.counted.equal)
    assert all((row.paid is None) != (row.lost is None) for row in shown)
    assert sum(one.equal for one in spreads(tally.equal, tally.greedy)) == 6
    body = msgspec.json.decode(msgspec.json.encode(told(found, tally)))
    assert len(body["equalShares"]["payments"]) == len(tally.equal.winners)


def test_the_demonstration_votes_by_the_same_steps(desk, monkeypatch):
    told = demonstration.script()
    few = msgspec.structs.replace(told, round=msgspec.structs.replace(told.round, voters=12))
    monkeypatch.setattr(demonstration, "script", lambda: few)
    rooms = desk.town.rooms
    begun = demonstration.begin(desk.town.ground, rooms.budgets, rooms.ballots, desk.town.staff)
    number = desk.run(begun)
    assert desk.room.stage(desk.room.get(number)) is Stage.VOTE
    desk.vote(number, 1)
    desk.town.wait(days=15)
    desk.run(desk.room.count(desk.town.staff, number))
    assert desk.room.get(number).counted.ballots == 13
