"""Rules of a committee's sessions, motions and votes."""

from msgspec.structs import asdict

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.acts.committee import (
    CastVote,
    CloseSession,
    CountMotion,
    MotionDecided,
    MotionPut,
    OpenSession,
    PutMotion,
    SessionClosed,
    SessionOpened,
    VoteCast,
)
from dalgu.certification.process.errors import CommitteeUnfit, MotionUnfit, QuorumLacking
from dalgu.certification.process.quorum import is_open, tally, two_thirds
from dalgu.certification.process.rules.decide import Context, decide, needs_known
from dalgu.certification.process.standing import standing
from dalgu.certification.process.state import Case, Motion, Session
from dalgu.certification.process.words import MotionKind, Stage

OF_SCORES = frozenset(
    {
        MotionKind.ACCEPT_SCORES,
        MotionKind.RAISE_LEVEL,
        MotionKind.RAISE_VALUE,
        MotionKind.NOT_APPLICABLE,
    }
)


@decide.register
def _(command: OpenSession, context: Context) -> list[Event]:
    planned = context.round(command.round)
    members = planned.members(command.group, context.today)
    if command.group not in planned.chairs:
        raise CommitteeUnfit(command.round, f"group '{command.group}' has elected no chair")
    foreign = sorted(set(command.present) - set(members))
    if foreign:
        raise CommitteeUnfit(command.round, f"'{foreign[0]}' has no seat in '{command.group}'")
    present = set(command.present)
    if not is_open(len(members), len(present)):
        raise QuorumLacking(len(members), len(present), two_thirds(len(members)))
    for session in context.world.sessions.values():
        at_once = session.round == command.round and session.group == command.group
        if at_once and session.minutes is None:
            raise CommitteeUnfit(command.round, f"session '{session.id}' is still open")
    number = planned.sessions + 1
    return [
        SessionOpened(
            **asdict(command), session=f"{command.round}-session-{number}", members=members
        )
    ]


@decide.register
def _(command: PutMotion, context: Context) -> list[Event]:
    session, case = context.session(command.session), context.case(command.case)
    count = sum(one.put.session == session.id for one in context.world.motions.values())
    motion = MotionPut(**asdict(command), motion=f"{session.id}-motion-{count + 1}")
    _needs_open(session, motion.motion)
    _needs_competence(motion, session, case, context)
    for one in context.world.motions.values():
        same = one.put.case == case.id and one.put.kind is command.kind
        if same and one.tally is None and one.put.indicator == command.indicator:
            raise MotionUnfit(motion.motion, f"'{one.put.motion}' asks the same and is open")
    if command.kind in OF_SCORES:
        _needs_scores(motion, case, context)
    if command.kind is MotionKind.CHALLENGE and command.person not in case.challenges:
        raise MotionUnfit(motion.motion, f"no party challenges '{command.person}'")
    if command.kind is MotionKind.OBJECTION and command.objection not in {
        one.id for one in case.open_objections
    }:
        raise MotionUnfit(motion.motion, f"no objection '{command.objection}' is open")
    return [motion]


def _needs_competence(motion: MotionPut, session: Session, case: Case, context: Context) -> None:
    """Let a committee decide on its own group; on a revocation, any of the programme may."""
    if motion.kind is MotionKind.REVOKE:
        certificate = context.world.certificates.get(case.certificate)
        programme = context.world.rounds[session.round].plan.programme
        if certificate is None or certificate.revocation is None or programme != case.programme:
            raise MotionUnfit(motion.motion, f"no revocation is open on case '{case.id}'")
    elif (session.round, session.group) != (case.round, case.group):
        raise MotionUnfit(motion.motion, f"case '{case.id}' is judged by another committee")


def _needs_scores(motion: MotionPut, case: Case, context: Context) -> None:
    if case.stage is not Stage.COMMITTEE or case.accepted is not None:
        raise MotionUnfit(motion.motion, f"the scores of '{case.id}' are not open to votes")
    if motion.kind is MotionKind.ACCEPT_SCORES:
        return
    framework, now = context.framework(case), standing(case)
    known = {
        MotionKind.RAISE_LEVEL: framework.qualitative,
        MotionKind.RAISE_VALUE: framework.quantitative,
    }.get(motion.kind, framework.indicators)
    needs_known(framework, known, [motion.indicator])
    if motion.kind is MotionKind.RAISE_LEVEL:
        level = now.levels.get(motion.indicator, 0.0)
        if motion.level is None or motion.level <= level:
            raise MotionUnfit(motion.motion, f"a level above {level:g} is needed")
    if motion.kind is MotionKind.RAISE_VALUE and motion.value is None:
        raise MotionUnfit(motion.motion, "a value is needed")


@decide.register
def _(command: CastVote, context: Context) -> list[Event]:
    motion = context.motion(command.motion)
    session = context.session(motion.put.session)
    _needs_uncounted(motion, session)
    if context.person not in session.present:
        raise MotionUnfit(command.motion, f"'{context.person}' does not attend the session")
    if context.person in out_of(motion, context.case(motion.put.case)):
        raise MotionUnfit(command.motion, "a challenged member takes no part in that vote")
    return [VoteCast(**asdict(command), person=context.person)]


@decide.register
def _(command: CountMotion, context: Context) -> list[Event]:
    motion = context.motion(command.motion)
    session, case = context.session(motion.put.session), context.case(motion.put.case)
    _needs_uncounted(motion, session)
    counted = tally(session.members, session.present, out_of(motion, case), motion.votes)
    decided = MotionDecided(motion=command.motion, tally=counted)
    if motion.put.kind is not MotionKind.ACCEPT_SCORES or not counted.carried:
        return [decided]
    score = standing(case).score(context.framework(case), case.city_type, context.judges.score_case)
    return [
        MotionDecided(motion=command.motion, tally=counted, points=score.points, grade=score.grade)
    ]


@decide.register
def _(command: CloseSession, context: Context) -> list[Event]:
    session = context.session(command.session)
    _needs_open(session, session.id)
    for motion in context.world.motions.values():
        if motion.put.session == session.id and motion.tally is None:
            raise MotionUnfit(motion.put.motion, "it is counted before its session closes")
    return [SessionClosed(**asdict(command))]


def out_of(motion: Motion, case: Case) -> frozenset[str]:
    """Return who takes no part in a vote: all barred from the case, and a challenged member."""
    challenged = {motion.put.person} if motion.put.kind is MotionKind.CHALLENGE else set()
    return frozenset(case.barred) | challenged


def _needs_open(session: Session, motion: str) -> None:
    if session.minutes is not None:
        raise MotionUnfit(motion, f"session '{session.id}' is closed")


def _needs_uncounted(motion: Motion, session: Session) -> None:
    _needs_open(session, motion.put.motion)
    if motion.tally is not None:
        raise MotionUnfit(motion.put.motion, "it has been counted")
