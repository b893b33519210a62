"""Sessions, motions and votes."""

import pytest

from dalgu.certification.process.acts import committee as com
from dalgu.certification.process.acts import programme as prog
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.errors import (
    CaseBarred,
    CommitteeUnfit,
    ConflictUndeclared,
    IndicatorForeign,
    MotionUnfit,
    QuorumLacking,
)
from dalgu.certification.process.standing import standing
from dalgu.certification.process.words import (
    Bar,
    ConflictGround,
    DismissalGround,
    MotionKind,
    Stage,
    Vote,
)

CASE = "r26-27000"
MEMBERS = tuple(f"c{n}" for n in range(1, 10))
DOUBT = ConflictGround.DOUBT_OF_FAIRNESS


@pytest.fixture
def seen(town):
    """A case before the committee, whose members have declared."""
    town.until(Stage.COMMITTEE)
    for name in MEMBERS:
        town.declare(name)
    return town


def carried(town, session, kind, **more):
    motion = town.put(session, kind, **more)
    town.vote(motion, MEMBERS[:6])
    return town.count(motion)


def test_six_of_nine_open_a_session_and_five_do_not(seen):
    with pytest.raises(QuorumLacking) as refused:
        seen.session(present=MEMBERS[:5])
    assert refused.value.parts == {"members": 9, "present": 5, "needed": 6}
    assert seen.session(present=MEMBERS[:6]) == "r26-session-1"


def test_a_dismissed_member_lowers_the_number_of_seated_members(seen):
    for name in ("c8", "c9"):
        seen.do(
            "operator",
            prog.DismissMember(
                round="r26", person=name, ground=DismissalGround.OWN_WISH, reason="사의"
            ),
        )
    with pytest.raises(QuorumLacking):
        seen.session(present=MEMBERS[:4])
    seen.session(present=MEMBERS[:5])  # of seven


def test_guests_do_not_attend_and_one_session_is_open_at_a_time(seen):
    with pytest.raises(CommitteeUnfit, match="no seat"):
        seen.session(present=(*MEMBERS, "r1"))
    seen.session()
    with pytest.raises(CommitteeUnfit, match="still open"):
        seen.session()


def test_a_committee_without_a_chair_does_not_meet(town):
    town.found()
    town.plan()
    with pytest.raises(CommitteeUnfit, match="no chair"):
        town.do("operator", com.OpenSession(round="r26", group="large", present=()))


def test_four_of_six_carry_a_motion_and_three_do_not(seen):
    session = seen.session(present=MEMBERS[:6])
    lost = seen.put(session, MotionKind.RAISE_LEVEL, indicator="R1", level=5)
    seen.vote(lost, MEMBERS[:3])
    assert not seen.count(lost).tally.carried
    won = seen.put(session, MotionKind.RAISE_LEVEL, indicator="R1", level=5)
    seen.vote(won, MEMBERS[:4])
    assert seen.count(won).tally.carried
    assert standing(seen.case()).levels["R1"] == 5.0


def test_a_recused_member_attends_and_does_not_vote(seen):
    seen.declare("c1", CASE, ConflictGround.RELATIVE)
    session = seen.session(present=MEMBERS[:6])
    motion = seen.put(session, MotionKind.ACCEPT_SCORES)
    with pytest.raises(CaseBarred):
        seen.vote(motion, ("c1",))
    seen.vote(motion, MEMBERS[1:5])
    tally = seen.count(motion).tally
    assert (tally.present, tally.barred, tally.needed, tally.votes_for) == (6, 1, 4, 4)
    assert tally.carried


def test_who_has_not_declared_does_not_vote(town):
    town.until(Stage.COMMITTEE)
    motion = town.put(town.session(), MotionKind.ACCEPT_SCORES)
    with pytest.raises(ConflictUndeclared):
        town.vote(motion, ("c1",))


def test_who_does_not_attend_does_not_vote(seen):
    motion = seen.put(seen.session(present=MEMBERS[:6]), MotionKind.ACCEPT_SCORES)
    with pytest.raises(MotionUnfit, match="does not attend"):
        seen.vote(motion, ("c9",))


def test_a_vote_can_be_changed_until_it_is_counted(seen):
    motion = seen.put(seen.session(), MotionKind.ACCEPT_SCORES)
    seen.vote(motion, MEMBERS, Vote.AGAINST)
    seen.vote(motion, MEMBERS)
    assert seen.count(motion).tally.votes_for == 9
    with pytest.raises(MotionUnfit, match="counted"):
        seen.vote(motion, ("c1",), Vote.AGAINST)
    with pytest.raises(MotionUnfit, match="counted"):
        seen.count(motion)


def test_a_challenged_member_takes_no_part_in_that_vote_and_is_barred_when_it_is_carried(seen):
    seen.do("mayor", rev.ChallengePerson(case=CASE, person="c2", ground=DOUBT, reason="우려"))
    session = seen.session(present=MEMBERS[:6])
    motion = seen.put(session, MotionKind.CHALLENGE, person="c2")
    with pytest.raises(MotionUnfit, match="takes no part"):
        seen.vote(motion, ("c2",))
    seen.vote(motion, ("c1", "c3", "c4", "c5"))
    tally = seen.count(motion).tally
    assert (tally.barred, tally.needed, tally.carried) == (1, 4, True)
    assert seen.case().barred["c2"].bar is Bar.CHALLENGED
    later = seen.put(session, MotionKind.ACCEPT_SCORES)
    with pytest.raises(CaseBarred):
        seen.vote(later, ("c2",))


def test_a_challenge_that_is_not_carried_changes_nothing(seen):
    seen.do("mayor", rev.ChallengePerson(case=CASE, person="c2", ground=DOUBT, reason="우려"))
    motion = seen.put(seen.session(), MotionKind.CHALLENGE, person="c2")
    seen.count(motion)
    assert seen.case().barred == {}


def test_only_who_was_challenged_is_voted_on(seen):
    with pytest.raises(MotionUnfit, match="no party"):
        seen.put(seen.session(), MotionKind.CHALLENGE, person="c3")


def test_an_indicator_is_not_applicable_only_by_a_vote(seen):
    before = standing(seen.case()).not_applicable
    carried(seen, seen.session(), MotionKind.NOT_APPLICABLE, indicator="Q2")
    assert (before, standing(seen.case()).not_applicable) == (frozenset(), {"Q2"})


def test_a_value_is_raised_only_by_a_vote(seen):
    carried(seen, seen.session(), MotionKind.RAISE_VALUE, indicator="Q1", value=95.0)
    assert standing(seen.case()).measurements["Q1"].value == 95.0


def test_a_level_is_raised_not_lowered_and_of_a_known_indicator(seen):
    session = seen.session()
    with pytest.raises(MotionUnfit, match="above 4"):
        seen.put(session, MotionKind.RAISE_LEVEL, indicator="R1", level=4)
    with pytest.raises(IndicatorForeign):
        seen.put(session, MotionKind.RAISE_LEVEL, indicator="Q1", level=5)
    with pytest.raises(MotionUnfit, match="a value is needed"):
        seen.put(session, MotionKind.RAISE_VALUE, indicator="Q1")


def test_accepted_scores_are_counted_from_what_stands(seen):
    session = seen.session()
    carried(seen, session, MotionKind.RAISE_LEVEL, indicator="R1", level=5)
    decided = carried(seen, session, MotionKind.ACCEPT_SCORES)
    # 500 x 0.8 + 500 x (1 - 0.2) + 100 x 5 + 100 x 4
    assert (decided.points, decided.grade) == (1_700.0, 2)
    assert seen.case().committee == MEMBERS
    with pytest.raises(MotionUnfit, match="not open to votes"):
        seen.put(session, MotionKind.RAISE_LEVEL, indicator="R2", level=5)


def test_the_same_question_is_not_put_twice_at_once(seen):
    session = seen.session()
    seen.put(session, MotionKind.ACCEPT_SCORES)
    with pytest.raises(MotionUnfit, match="asks the same"):
        seen.put(session, MotionKind.ACCEPT_SCORES)


def test_a_session_closes_when_all_is_counted_and_then_nothing_is_put(seen):
    session = seen.session()
    motion = seen.put(session, MotionKind.ACCEPT_SCORES)
    close = com.CloseSession(session=session, minutes="회의록")
    with pytest.raises(MotionUnfit, match="counted before"):
        seen.do("operator", close)
    seen.count(motion)
    seen.do("operator", close)
    with pytest.raises(MotionUnfit, match="is closed"):
        seen.put(session, MotionKind.ACCEPT_SCORES)
    assert seen.world.sessions[session].minutes == "회의록"


def test_nothing_of_a_revocation_is_put_while_none_is_open(seen):
    with pytest.raises(MotionUnfit, match="no revocation"):
        seen.put(seen.session(), MotionKind.REVOKE)
    with pytest.raises(MotionUnfit, match="no objection"):
        seen.put("r26-session-1", MotionKind.OBJECTION, objection="x")
