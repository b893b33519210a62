"""What staff do: route, ask for more, merge, convert, answer, plan, and what each takes."""

from datetime import date, timedelta

import msgspec
import pytest

from dalgu.kernel.terms import TermState
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.configuring import keep_template, set_space
from dalgu.services.citizens.proposals.refusals import (
    FieldNeeded,
    MergeNotPossible,
    ProposalStepNotPossible,
    SupportNotGiven,
)
from dalgu.services.citizens.proposals.stages import RULES, may, steps_of_staff
from dalgu.services.citizens.proposals.words import Act, Carry, Decision, Kind, Side, Stage, Step


def test_the_clock_rests_while_the_author_is_asked_for_more(talk):
    author = talk.town.citizen()
    number = talk.routed(actor=author)
    talk.do("ask_supplement", number, "사진을 더해 주십시오.")
    found = talk.room.get(number)
    assert found.stage is Stage.SUPPLEMENT
    assert found.terms["talk.answer"].due is None
    talk.wait(days=3)
    talk.town.run(talk.room.supply(author, number, "사진을 더했습니다."))
    assert found.stage is Stage.ROUTED
    assert found.terms["talk.answer"].due == date(
        2027, 1, 4
    )  # 31 December and three days: a Sunday


def test_the_clock_goes_on_by_itself_after_seven_days(talk):
    number = talk.routed()
    talk.do("ask_supplement", number, "사진을 더해 주십시오.")
    assert talk.wait(days=7) == 0  # the seventh day is the author's
    assert talk.wait(days=1) == 2
    found = talk.room.get(number)
    assert found.stage is Stage.ROUTED
    assert found.terms["talk.answer"].due == date(2027, 1, 7)  # 1 to 7 December rested


def test_a_transfer_keeps_the_clock_and_tells_the_author(talk):
    number = talk.routed()
    before = talk.room.get(number).terms
    talk.do("transfer", number, "traffic", "도로 조명은 교통 소관입니다.")
    found = talk.room.get(number)
    assert (found.department, found.terms) == ("traffic", before)
    assert found.history[-1].deed == d.Transferred("traffic", "도로 조명은 교통 소관입니다.")
    with pytest.raises(FieldNeeded):
        talk.do("transfer", number, "traffic", "같은 부서")
    with pytest.raises(FieldNeeded):
        talk.do("transfer", number, "nobody", "없는 부서")


def test_an_answer_is_extended_twice_at_most(talk):
    number = talk.routed()
    for due in (date(2027, 2, 1), date(2027, 3, 2)):  # 31 January a Sunday; 1 March a holiday
        talk.do("extend", number, "현장 조사")
        assert talk.room.get(number).terms["talk.answer"].due == due
    from dalgu.kernel.term_refusals import ExtensionsUsedUp

    with pytest.raises(ExtensionsUsedUp):
        talk.do("extend", number, "또")


@pytest.mark.parametrize(
    "more",
    [
        {"reason": " "},
        {"department": "nobody"},
        {"decision": Decision.ACCEPT, "next_on": None},
        {"decision": Decision.ACCEPT, "next_on": date(2026, 11, 29)},
        {"decision": Decision.REFUSE, "law": ""},
        {"cost_won": -1},
    ],
)
def test_an_answer_names_what_the_author_must_know(talk, more):
    number = talk.routed()
    with pytest.raises(FieldNeeded):
        talk.do("answer", number, msgspec.structs.replace(talk.answer(), **more))
    assert talk.room.get(number).stage is Stage.ROUTED


def test_from_an_answer_to_the_thing_itself(talk):
    number = talk.answered(Decision.ACCEPT)
    plan = d.Planned("가로등 12개를 바꾼다.", "safety", talk.today + timedelta(days=60))
    talk.do("plan", number, plan)
    talk.do("stall", number, "예산이 늦어집니다.")
    talk.do("plan", number, plan)
    with pytest.raises(FieldNeeded):
        talk.do("implement", number, d.Implemented("다 바꾸었습니다."))
    talk.do("implement", number, d.Implemented("다 바꾸었습니다.", "urn:ngsi-ld:Streetlight:1"))
    assert talk.room.get(number).stage is Stage.IMPLEMENTED
    talk.do("reopen", number, "다시 꺼졌습니다.")
    found = talk.room.get(number)
    assert found.stage is Stage.ROUTED
    assert found.terms["talk.answer"].state(talk.today) is TermState.RUNNING
    assert found.terms["talk.answer#1"].state(talk.today) is TermState.MET


def test_what_was_refused_is_not_planned(talk):
    number = talk.answered(Decision.REFUSE)
    with pytest.raises(FieldNeeded):
        talk.do("plan", number, d.Planned("글", "safety", talk.today))


# -- merging ---------------------------------------------------------------------------------


class Merge:
    """An earlier proposal with one supporter, and a later one whose two go on in it."""

    def __init__(self, talk):
        self.talk = talk
        self.author, self.both, self.other, self.later_author = talk.citizens(4)
        self.earlier = talk.propose(actor=self.author)
        self.later = talk.propose("가로등을 더", actor=self.later_author)
        talk.support(self.earlier, self.both)
        talk.support(self.later, self.both, self.other)

    def merge(self):
        self.talk.do("merge", self.later, self.earlier, "같은 내용입니다.")
        return self.talk.room.get(self.earlier)


def test_supports_come_over_after_the_notice_and_authors_at_once(talk):
    made = Merge(talk)
    into = made.merge()
    assert talk.room.get(made.later).stage is Stage.MERGED
    assert into.authors == [made.author.id, made.later_author.id]
    assert (len(into.supports), len(into.waiting)) == (1, 1)  # one supports both already
    assert talk.room.asked_of(made.other) == [into]
    assert talk.wait(days=14) == 0
    assert talk.wait(days=1) == 1
    assert (len(into.supports), len(into.waiting)) == (2, 0)
    assert made.earlier in talk.room.folded.supported[made.other.id]


def test_who_says_no_does_not_come_over(talk):
    made = Merge(talk)
    into = made.merge()
    talk.town.run(talk.room.withdraw_support(made.other, made.earlier))
    talk.wait(days=20)
    assert (len(into.supports), len(into.waiting)) == (1, 0)


def test_who_says_yes_comes_over_at_once_and_may_bring_the_threshold(talk):
    made = Merge(talk)
    into = made.merge()
    talk.support(made.earlier, talk.town.citizen())
    talk.town.run(talk.room.agree(made.other, made.earlier))
    assert len(into.supports) == 3
    assert into.stage is Stage.REACHED
    with pytest.raises(SupportNotGiven):
        talk.town.run(talk.room.agree(made.other, made.earlier))


def test_where_consent_is_asked_silence_does_not_come_over(talk):
    space = talk.room.space("talk")
    talk.set_space(msgspec.structs.replace(space, carry=Carry.CONSENT))
    made = Merge(talk)
    into = made.merge()
    talk.wait(days=20)
    assert (len(into.supports), len(into.waiting)) == (1, 0)


def test_silent_supports_bring_the_threshold_when_the_notice_ends(talk):
    made = Merge(talk)
    talk.support(made.earlier, talk.town.citizen())
    into = made.merge()
    talk.wait(days=15)
    assert into.stage is Stage.REACHED
    assert into.terms["talk.answer"].started == talk.today


def test_a_merge_keeps_the_window_open_until_those_asked_could_answer(talk):
    made = Merge(talk)
    talk.support(made.earlier, talk.town.citizen())
    talk.wait(days=28)
    into = made.merge()
    talk.wait(days=10)  # day 38: past the first window of 30 days
    assert into.stage is Stage.MATURING
    talk.wait(days=5)
    assert into.stage is Stage.REACHED


def test_a_support_that_comes_over_to_an_archived_one_starts_no_clock(talk):
    made = Merge(talk)
    talk.support(made.earlier, talk.town.citizen())
    into = made.merge()
    talk.town.wait(days=60)  # nobody swept in between
    talk.sweep()
    assert into.stage is Stage.ARCHIVED
    assert not into.terms
    talk.sweep()
    assert not into.waiting


def test_a_proposal_merges_only_into_an_earlier_open_one_of_its_space(talk):
    first, second = talk.propose(), talk.propose("가로등을 더")
    petition = talk.propose("토론", space="petition")
    for number, into in ((first, second), (second, second), (petition, first)):
        with pytest.raises((MergeNotPossible, ProposalStepNotPossible)):
            talk.do("merge", number, into, "같음")


# -- converting ------------------------------------------------------------------------------


def test_what_is_work_becomes_a_service_request(talk):
    number = talk.routed(place=d.Place(128.6265, 35.8532))
    talk.do("convert", number, "작업으로 처리합니다.", "road-marking")
    found = talk.room.get(number)
    assert found.stage is Stage.CONVERTED
    assert not list(found.running())
    filed = talk.town.rooms.requests.get(int(found.request))
    assert filed.filed.code == "road-marking"


def test_a_refused_request_leaves_the_proposal_as_it_was(talk):
    number = talk.routed()  # without a place, which every request takes
    from dalgu.kernel.errors import DalguError

    with pytest.raises(DalguError):
        talk.do("convert", number, "작업으로", "road-marking")
    assert talk.room.get(number).stage is Stage.ROUTED


# -- petitions, questions, tiers ---------------------------------------------------------------


def signed(talk):
    number = talk.propose("노선 개편 토론", space="petition")
    talk.support(number, *[talk.town.citizen() for _ in range(4)])
    return number


def test_a_petition_has_a_clock_for_the_committee_and_one_for_the_debate(talk):
    number = signed(talk)
    talk.wait(days=20)
    decided = talk.today - timedelta(days=2)
    talk.do("decide", number, d.CommitteeDecided(True, decided, "시민 관심이 큽니다."))
    found = talk.room.get(number)
    assert found.stage is Stage.DEBATING
    assert found.terms["petition.committee"].state(talk.today) is TermState.MET
    assert found.terms["petition.debate"].due == date(2027, 1, 18)
    talk.wait(days=10)
    talk.do("hold", number, d.DebateHeld(talk.today, "속기록 12쪽", "노선 3개 조정"))
    assert found.stage is Stage.ANSWERED
    assert not list(found.running())


def test_a_committee_that_refuses_says_why(talk):
    number = signed(talk)
    with pytest.raises(FieldNeeded):
        talk.do("decide", number, d.CommitteeDecided(False, talk.today, ""))
    with pytest.raises(FieldNeeded):
        talk.do("decide", number, d.CommitteeDecided(False, talk.today + timedelta(1), "미래"))
    talk.do("decide", number, d.CommitteeDecided(False, talk.today, "이미 토론했습니다."))
    found = talk.room.get(number)
    assert (found.stage, found.answer.decision) == (Stage.ANSWERED, Decision.REFUSE)


def question(talk, **more):
    told = {"closes_at": talk.town.clock.now() + timedelta(days=10), "department": "traffic"} | more
    return d.Published(0, "ask", "심야버스 시간", "몇 시까지 다녀야 합니까?", **told)


def test_the_city_asks_gathers_and_tells_what_it_made_of_it(talk):
    number = talk.do("ask", question(talk))
    citizen = talk.town.citizen()
    talk.town.run(talk.room.comment(citizen, number, Side.FOR, "새벽 1시까지"))
    with pytest.raises(ProposalStepNotPossible):
        talk.support(number, citizen)
    talk.wait(days=10)
    found = talk.room.get(number)
    assert found.stage is Stage.GATHERED
    assert found.terms["ask.result"].due == date(2027, 1, 11)  # begins on 10 December; a Sunday
    talk.do("record", number, d.ResultRecorded("새벽 1시로 정했습니다.", (1, 99)))
    assert found.result.used == (1,)
    assert found.terms["ask.result"].state(talk.today) is TermState.MET


@pytest.mark.parametrize("more", [{"closes_at": None}, {"department": "x"}, {"space": "talk"}])
def test_a_question_has_an_end_and_a_department(talk, more):
    with pytest.raises(FieldNeeded):
        talk.do("ask", msgspec.structs.replace(question(talk), **more))


def test_a_forum_is_fulfilled_with_a_record(talk):
    number = talk.propose()
    talk.support(number, *talk.citizens(5))
    with pytest.raises(FieldNeeded):
        talk.do("fulfil", number, d.Fulfilled(Act.MAYOR, talk.today, "아직 아님"))
    talk.do("fulfil", number, d.Fulfilled(Act.FORUM, talk.today, "12월 3일 시민회관"))
    assert talk.room.get(number).terms["talk.forum"].state(talk.today) is TermState.MET


def test_many_get_one_answer_and_each_tells_what_became_of_it(talk):
    first, second = talk.routed(), talk.propose("아직")
    outcome = talk.do("answer_many", [first, second], talk.answer())
    assert outcome[first] is None
    assert isinstance(outcome[second], ProposalStepNotPossible)


# -- settings ----------------------------------------------------------------------------------


def test_a_district_can_open_a_space_of_its_own(talk):
    mine = msgspec.structs.replace(
        talk.room.space("talk"), id="suseong", ko="수성구 제안", en="Suseong"
    )
    talk.set_space(mine)
    number = talk.propose(space="suseong")
    talk.support(number, *talk.citizens(3))
    assert "suseong.answer" in talk.room.get(number).terms


@pytest.mark.parametrize(
    "more",
    [
        {"id": "X!"}, {"kind": Kind.ASK}, {"ko": " "}, {"window_days": 0}, {"carry_days": 5_000},
    ],
)  # fmt: skip
def test_a_space_that_does_not_hold_is_refused(talk, more):
    wrong = msgspec.structs.replace(talk.room.space("talk"), **more)
    with pytest.raises(FieldNeeded):
        talk.town.run(set_space(talk.room, talk.town.chief, wrong))


def test_tiers_rise(talk):
    space = talk.room.space("talk")
    for tiers in (space.tiers[::-1], (*space.tiers, space.tiers[-1])):
        with pytest.raises(FieldNeeded):
            talk.set_space(msgspec.structs.replace(space, tiers=tiers))


def test_a_template_is_kept_and_dropped(talk):
    for text, names in (("살펴보겠습니다.", ["접수"]), ("", [])):
        template = d.TemplateKept("접수", Decision.ACCEPT, text)
        talk.town.run(keep_template(talk.room, talk.town.staff, template))
        assert list(talk.room.folded.templates) == names


# -- the table ---------------------------------------------------------------------------------


def test_every_step_leads_from_somewhere_and_every_stage_is_left_or_is_an_end():
    assert set(RULES) == set(Step)
    reached = {rule.to for rule in RULES.values() if rule.to} | {Stage.DEBATING}
    assert reached | {Stage.MATURING, Stage.ASKING} == set(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_who_comments_is_not_staff_and_what_ended_takes_no_step(stage):
    ends = {Stage.MERGED, Stage.CONVERTED, Stage.WITHDRAWN}
    for kind in Kind:
        assert Step.COMMENT not in steps_of_staff(stage, kind)
        assert not (stage in ends and any(may(step, stage, kind) for step in Step))
