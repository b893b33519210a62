"""What residents do: propose, support, comment, take back, appeal; and what the days do."""

from datetime import date, timedelta

import msgspec
import pytest

from dalgu.access.actor import Actor, Role
from dalgu.kernel.terms import TermState
from dalgu.services.citizens.moderation.refusals import TextEmpty, TextTooLong, TooManyAtOnce
from dalgu.services.citizens.people.levels import Level, LevelTooLow, TooYoung
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.proposals import Draft
from dalgu.services.citizens.proposals.refusals import (
    AppealNotPossible,
    AuthorOther,
    CommentNotExisting,
    OwnComment,
    ProposalNotExisting,
    ProposalPlaceOutside,
    ProposalStepNotPossible,
    ReplyTooDeep,
    SpaceNotExisting,
    SupportedTwice,
    SupportersOwnIt,
    SupportNotGiven,
    WindowOver,
)
from dalgu.services.citizens.proposals.words import Act, Decision, Side, Stage

GUEST = Actor("person:guest", Role.CITIZEN)


def test_a_proposal_matures_and_reaches_its_threshold(talk):
    number = talk.propose(place=d.Place(128.6265, 35.8532))
    two, third = talk.citizens(2), talk.town.citizen(Level.EMAIL)
    assert talk.support(number, *two).stage is Stage.MATURING
    found = talk.support(number, third)
    assert found.stage is Stage.REACHED
    assert found.place.district == "22060"
    term = found.terms["talk.answer"]
    assert (term.started, term.due) == (date(2026, 11, 30), date(2026, 12, 31))


def test_each_tier_starts_its_own_term_once(talk):
    number = talk.propose()
    talk.support(number, *talk.citizens(7))
    found = talk.room.get(number)
    assert set(found.reached) == {Act.ANSWER, Act.FORUM}
    assert set(found.terms) == {"talk.answer", "talk.forum"}


def test_one_person_is_one_voice(talk):
    number, one = talk.propose(), talk.town.citizen()
    talk.support(number, one)
    with pytest.raises(SupportedTwice):
        talk.support(number, one)
    assert len(talk.room.get(number).supports) == 1


def test_a_voice_in_one_matter_tells_nothing_of_another(talk):
    first, second, one = talk.propose(), talk.propose("놀이터 그늘막"), talk.town.citizen()
    talk.support(first, one)
    talk.support(second, one)
    voices = [set(talk.room.get(number).supports) for number in (first, second)]
    assert not voices[0] & voices[1]
    assert [p.number for p in talk.room.supported_by(one)] == [second, first]


def test_a_support_can_be_taken_back_and_given_again(talk):
    number, one = talk.propose(), talk.town.citizen()
    talk.support(number, one)
    talk.town.run(talk.room.withdraw_support(one, number))
    assert not talk.room.get(number).supports
    assert not talk.room.supported_by(one)
    with pytest.raises(SupportNotGiven):
        talk.town.run(talk.room.withdraw_support(one, number))
    assert talk.support(number, one).supports


def test_a_guest_neither_proposes_nor_supports_nor_comments(talk):
    number = talk.propose()
    for work in (
        talk.room.begin(GUEST, Draft("제목", "글")),
        talk.room.support(GUEST, number),
        talk.room.comment(GUEST, number, Side.FOR, "좋습니다"),
    ):
        with pytest.raises(LevelTooLow):
            talk.town.run(work)


def test_a_window_that_is_over_takes_no_support_and_archives(talk):
    number = talk.propose()
    talk.support(number, *talk.citizens(2))
    late = talk.town.citizen()
    talk.town.wait(days=30)
    with pytest.raises(WindowOver):  # also before the hourly work has archived it
        talk.support(number, late)
    assert talk.sweep() == 1
    assert talk.room.get(number).stage is Stage.ARCHIVED
    assert talk.sweep() == 0
    with pytest.raises(ProposalStepNotPossible):
        talk.support(number, late)


def test_the_last_minute_of_the_window_counts(talk):
    number = talk.propose()
    talk.support(number, *talk.citizens(2))
    talk.town.wait(days=29, hours=23, minutes=59)
    assert talk.support(number, talk.town.citizen()).stage is Stage.REACHED
    assert talk.sweep() == 0


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (Draft("", "글"), TextEmpty),
        (Draft("제목", " \n "), TextEmpty),
        (Draft("제" * 81, "글"), TextTooLong),
        (Draft("제목", "글" * 5_001), TextTooLong),
        (Draft("제목", "글", space="nowhere"), SpaceNotExisting),
        (Draft("제목", "글", space="ask"), SpaceNotExisting),
        (Draft("제목", "글", place=d.Place(126.97, 37.56)), ProposalPlaceOutside),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_written(talk, draft, refusal):
    actor = talk.town.citizen()
    with pytest.raises(refusal):
        talk.town.run(talk.room.begin(actor, draft))
    assert not talk.room.all


def test_a_burst_of_spam_ends_at_the_moderation(talk):
    number, spammer = talk.propose(), talk.town.citizen()

    async def burst():
        for n in range(30):
            await talk.room.comment(spammer, number, Side.OTHER, f"광고 {n}")

    with pytest.raises(TooManyAtOnce):
        talk.town.run(burst())
    assert len(talk.room.get(number).comments) <= 10


def test_comments_stand_for_against_or_beside_and_answer_one_deep(talk):
    number, one, other = talk.propose(), talk.town.citizen(), talk.town.citizen()
    comment = talk.room.comment
    talk.town.run(comment(one, number, Side.FOR, "찬성합니다."))
    talk.town.run(comment(other, number, Side.AGAINST, "예산이 듭니다."))
    talk.town.run(comment(other, number, Side.OTHER, "얼마나 듭니까?", parent=1))
    found = talk.room.get(number)
    assert [len(found.sides()[side]) for side in Side] == [1, 1, 0]
    assert [c.number for c in found.answers_to(1)] == [3]
    with pytest.raises(ReplyTooDeep):
        talk.town.run(comment(one, number, Side.OTHER, "답의 답", parent=3))
    with pytest.raises(CommentNotExisting):
        talk.town.run(comment(one, number, Side.OTHER, "없는 글에", parent=9))


def test_a_comment_is_supported_by_others_once_and_taken_back(talk):
    number, one, other = talk.propose(), talk.town.citizen(), talk.town.citizen()
    talk.town.run(talk.room.comment(one, number, Side.FOR, "찬성합니다."))
    with pytest.raises(OwnComment):
        talk.town.run(talk.room.support_comment(one, number, 1))
    counts = []
    for _ in range(2):
        talk.town.run(talk.room.support_comment(other, number, 1))
        counts.append(len(talk.room.get(number).comments[1].supports))
    assert counts == [1, 0]


def test_what_others_support_cannot_be_withdrawn(talk):
    author = talk.town.citizen()
    alone, shared = talk.propose(actor=author), talk.propose("놀이터 그늘막", actor=author)
    talk.support(alone, author)
    talk.support(shared, talk.town.citizen())
    talk.town.run(talk.room.withdraw(author, alone, "다시 쓰겠습니다."))
    assert talk.room.get(alone).stage is Stage.WITHDRAWN
    with pytest.raises(SupportersOwnIt):
        talk.town.run(talk.room.withdraw(author, shared, "다시"))
    with pytest.raises(AuthorOther):
        talk.town.run(talk.room.withdraw(talk.town.citizen(), shared, "남의 것"))


def test_an_unknown_number_is_told(talk):
    with pytest.raises(ProposalNotExisting):
        talk.support(99, talk.town.citizen())


def test_a_refusal_is_appealed_once_and_within_its_days(talk):
    author = talk.town.citizen()
    number = talk.answered(Decision.REFUSE, actor=author)
    with pytest.raises(AuthorOther):
        talk.town.run(talk.room.appeal(talk.town.citizen(), number, "다시"))
    talk.town.run(talk.room.appeal(author, number, "현장이 다릅니다."))
    found = talk.room.get(number)
    assert found.stage is Stage.APPEALED
    talk.do("answer", number, talk.answer(Decision.REFUSE))
    assert found.terms["talk.appeal"].state(talk.today) is TermState.MET
    assert found.answer.act is Act.APPEAL
    with pytest.raises(AppealNotPossible):
        talk.town.run(talk.room.appeal(author, number, "또"))


def test_an_appeal_comes_too_late_after_thirty_days(talk):
    author = talk.town.citizen()
    number = talk.answered(Decision.REFUSE, actor=author)
    talk.town.wait(days=31)
    with pytest.raises(AppealNotPossible):
        talk.town.run(talk.room.appeal(author, number, "늦은 이의"))


def test_what_is_granted_is_not_appealed(talk):
    author = talk.town.citizen()
    number = talk.answered(Decision.ACCEPT, actor=author)
    with pytest.raises(AppealNotPossible):
        talk.town.run(talk.room.appeal(author, number, "왜"))


def test_a_petition_takes_residents_of_nineteen(talk):
    old = talk.town.citizen(birth_year=2007)
    number = talk.propose("버스 노선 개편을 토론합시다", actor=old, space="petition")
    with pytest.raises(LevelTooLow):
        talk.support(number, talk.town.citizen(Level.EMAIL))
    with pytest.raises(TooYoung):
        talk.support(number, talk.town.citizen(birth_year=2008))
    found = talk.support(number, *talk.citizens(4, Level.RESIDENT))
    assert found.stage is Stage.REACHED
    assert found.terms["petition.committee"].due == date(2026, 12, 31)


def test_who_leaves_keeps_their_voice_counted_and_takes_their_name_away(talk):
    number, one = talk.propose(), talk.town.citizen()
    talk.support(number, one)
    talk.town.run(talk.town.rooms.people.leave(one))
    assert len(talk.room.get(number).supports) == 1
    assert talk.town.rooms.people.shown(one.id) == ""


def test_a_restart_finds_everything_as_it_was(talk):
    number = talk.answered(Decision.PARTLY)
    talk.town.run(talk.room.comment(talk.town.citizen(), number, Side.FOR, "좋습니다."))
    before = talk.room.get(number)
    talk.town.again()
    assert talk.room.get(number) == before
    assert talk.room.get(number) is not before


def test_the_book_holds_no_name_and_no_address(talk):
    author = talk.town.citizen(nickname="달구벌사람")
    talk.propose(actor=author)
    book = b"".join(bytes(str(one), "utf-8") for one in talk.town.ground.book.about("proposal:1"))
    assert "달구벌사람".encode() not in book
    assert b"example.org" not in book


def test_a_term_is_owed_by_its_department_until_it_is_met(talk):
    number = talk.routed()
    talk.wait(days=40)
    [late] = talk.town.rooms.clocks.overdue()
    assert (late.subject, late.department) == (f"proposal:{number}", "안전정책과")
    talk.do("answer", number, talk.answer())
    assert not talk.town.rooms.clocks.overdue()
    assert talk.room.get(number).terms["talk.answer"].state(talk.today) is TermState.MET_LATE


def test_a_reconfigured_space_leaves_running_terms_alone(talk):
    first = talk.reached()
    space = talk.room.space("talk")
    tiers = (msgspec.structs.replace(space.tiers[0], length=2), *space.tiers[1:])
    talk.set_space(msgspec.structs.replace(space, tiers=tiers))
    second = talk.reached(title="놀이터 그늘막")
    dues = [talk.room.get(number).terms["talk.answer"].due for number in (first, second)]
    assert dues == [date(2026, 12, 31), date(2027, 2, 1)]  # 31 January is a Sunday
    talk.town.again()
    assert [talk.room.get(n).terms["talk.answer"].due for n in (first, second)] == dues
    assert dues[0] - talk.today == timedelta(days=31)
