"""What events of conflicts, reviews and site visits amount to."""

from msgspec.structs import replace

from dalgu.certification.process.acts.review import (
    AccessRefused,
    Adjudicated,
    CaseOpened,
    ConflictsDeclared,
    DocumentReviewClosed,
    FindingRecorded,
    PersonChallenged,
    PersonExcluded,
    ReviewersAssigned,
    ReviewFiled,
    SampleDrawn,
    VisitClosed,
    VisitPlanned,
)
from dalgu.certification.process.fold.evolve import evolve, with_case
from dalgu.certification.process.state import Barred, Entry, Visit, World
from dalgu.certification.process.words import Bar, Stage


@evolve.register
def _(event: ReviewersAssigned, world: World, entry: Entry) -> World:
    return with_case(world, event.case, reviewers=event.reviewers, lead=event.lead)


@evolve.register
def _(event: ConflictsDeclared, world: World, entry: Entry) -> World:
    case = world.cases[event.case]
    barred = dict(case.barred)
    if event.grounds:
        barred.setdefault(event.person, Barred(bar=Bar.RECUSED, ground=event.grounds[0]))
    return with_case(world, event.case, declared=case.declared | {event.person}, barred=barred)


@evolve.register
def _(event: PersonExcluded, world: World, entry: Entry) -> World:
    bar = Barred(bar=Bar.EXCLUDED, ground=event.ground)
    return with_case(
        world, event.case, barred={**world.cases[event.case].barred, event.person: bar}
    )


@evolve.register
def _(event: PersonChallenged, world: World, entry: Entry) -> World:
    challenges = {**world.cases[event.case].challenges, event.person: event}
    return with_case(world, event.case, challenges=challenges)


@evolve.register
def _(event: CaseOpened, world: World, entry: Entry) -> World:
    return with_case(world, event.case, opened=world.cases[event.case].opened | {event.person})


@evolve.register
def _(event: AccessRefused, world: World, entry: Entry) -> World:
    return world


@evolve.register
def _(event: ReviewFiled, world: World, entry: Entry) -> World:
    reviews = world.cases[event.case].reviews
    mine = {**reviews.get(event.reviewer, {}), **event.lines}
    return with_case(world, event.case, reviews={**reviews, event.reviewer: mine})


@evolve.register
def _(event: Adjudicated, world: World, entry: Entry) -> World:
    settled = {**world.cases[event.case].adjudicated, event.indicator: event.level}
    return with_case(world, event.case, adjudicated=settled)


@evolve.register
def _(event: DocumentReviewClosed, world: World, entry: Entry) -> World:
    return with_case(world, event.case, stage=Stage.SITE_VISIT, reviewed=event, documents_due=None)


@evolve.register
def _(event: VisitPlanned, world: World, entry: Entry) -> World:
    return with_case(world, event.case, visit=Visit(plan=event))


@evolve.register
def _(event: SampleDrawn, world: World, entry: Entry) -> World:
    visit = world.cases[event.case].planned_visit
    return with_case(world, event.case, visit=replace(visit, sample=event.sample))


@evolve.register
def _(event: FindingRecorded, world: World, entry: Entry) -> World:
    visit = world.cases[event.case].planned_visit
    findings = {**visit.by_subject, (event.indicator, event.item): event}
    return with_case(world, event.case, visit=replace(visit, findings=tuple(findings.values())))


@evolve.register
def _(event: VisitClosed, world: World, entry: Entry) -> World:
    return with_case(world, event.case, stage=Stage.COMMITTEE)
