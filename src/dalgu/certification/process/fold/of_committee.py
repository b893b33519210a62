"""What sessions, votes, reports, decisions and objections amount to."""

from msgspec.structs import replace

from dalgu.certification.process.acts.committee import (
    MotionDecided,
    MotionPut,
    SessionClosed,
    SessionOpened,
    VoteCast,
)
from dalgu.certification.process.acts.decision import (
    CaseClosed,
    GrantDecided,
    ObjectionAnswered,
    ObjectionFiled,
    ObjectionWaived,
    ResultPaper,
    ResultReported,
)
from dalgu.certification.process.fold.evolve import evolve, with_case, with_round
from dalgu.certification.process.state import (
    Barred,
    Case,
    Entry,
    Motion,
    Objection,
    Raised,
    Session,
    World,
)
from dalgu.certification.process.words import Bar, MotionKind, ObjectionResult, Stage


@evolve.register
def _(event: SessionOpened, world: World, entry: Entry) -> World:
    session = Session(
        id=event.session,
        round=event.round,
        group=event.group,
        on=entry.day,
        members=event.members,
        present=event.present,
    )
    world = with_round(world, event.round, sessions=world.rounds[event.round].sessions + 1)
    return replace(world, sessions={**world.sessions, event.session: session})


@evolve.register
def _(event: SessionClosed, world: World, entry: Entry) -> World:
    session = replace(world.sessions[event.session], minutes=event.minutes)
    return replace(world, sessions={**world.sessions, event.session: session})


@evolve.register
def _(event: MotionPut, world: World, entry: Entry) -> World:
    return replace(world, motions={**world.motions, event.motion: Motion(put=event)})


@evolve.register
def _(event: VoteCast, world: World, entry: Entry) -> World:
    motion = world.motions[event.motion]
    voted = replace(motion, votes={**motion.votes, event.person: event.vote})
    return replace(world, motions={**world.motions, event.motion: voted})


@evolve.register
def _(event: MotionDecided, world: World, entry: Entry) -> World:
    motion = replace(world.motions[event.motion], tally=event.tally)
    world = replace(world, motions={**world.motions, event.motion: motion})
    if not event.tally.carried:
        return world
    case = world.cases[motion.put.case]
    changed = _carried(case, motion, event, world.sessions[motion.put.session].members)
    return replace(world, cases={**world.cases, case.id: changed})


def _carried(case: Case, motion: Motion, event: MotionDecided, members: tuple[str, ...]) -> Case:
    put, raised = motion.put, case.raised
    if put.kind is MotionKind.CHALLENGE:
        bar = Barred(bar=Bar.CHALLENGED, ground=case.challenges[put.person].ground)
        return replace(case, barred={**case.barred, put.person: bar})
    if put.kind is MotionKind.ACCEPT_SCORES and event.points is not None:
        return replace(case, accepted=(event.points, event.grade), committee=members)
    return replace(case, raised=_raised(motion, raised))


def _raised(motion: Motion, raised: Raised) -> Raised:
    put = motion.put
    if put.kind is MotionKind.RAISE_LEVEL and put.level is not None:
        return replace(raised, levels={**raised.levels, put.indicator: put.level})
    if put.kind is MotionKind.RAISE_VALUE and put.value is not None:
        return replace(raised, values={**raised.values, put.indicator: put.value})
    if put.kind is MotionKind.NOT_APPLICABLE:
        return replace(raised, not_applicable=raised.not_applicable | {put.indicator})
    return raised


@evolve.register
def _(event: ResultReported, world: World, entry: Entry) -> World:
    return with_case(
        world,
        event.case,
        stage=Stage.REPORTED,
        paper=ResultPaper(contents=event.contents, points=event.points, grade=event.grade),
        reported_on=entry.day,
        answer_due=event.answer_due,
    )


@evolve.register
def _(event: GrantDecided, world: World, entry: Entry) -> World:
    return with_case(
        world,
        event.case,
        stage=Stage.OBJECTION,
        decisions=(*world.cases[event.case].decisions, event.record),
        objection_until=event.objection_until,
        is_waived=False,
    )


@evolve.register
def _(event: ObjectionFiled, world: World, entry: Entry) -> World:
    filed = Objection(
        id=event.objection,
        about=event.about,
        filed_on=entry.day,
        answer_due=event.answer_due,
    )
    objections = (*world.cases[event.case].objections, filed)
    return with_case(world, event.case, objections=objections)


@evolve.register
def _(event: ObjectionAnswered, world: World, entry: Entry) -> World:
    case = world.cases[event.case]
    objections = tuple(
        replace(one, result=event.result, answered_on=entry.day)
        if one.id == event.objection
        else one
        for one in case.objections
    )
    if event.result is ObjectionResult.REJECTED:
        return with_case(world, event.case, objections=objections)
    again = Stage.SUBMITTED if case.stage is Stage.REFUSED else Stage.COMMITTEE
    return with_case(
        world, event.case, objections=objections, stage=again, accepted=None, paper=None
    )


@evolve.register
def _(event: ObjectionWaived, world: World, entry: Entry) -> World:
    return with_case(world, event.case, is_waived=True)


@evolve.register
def _(event: CaseClosed, world: World, entry: Entry) -> World:
    return with_case(world, event.case, stage=Stage.NOT_GRANTED)
