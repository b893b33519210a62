"""What events of an application amount to."""

from msgspec.structs import replace

from dalgu.certification.process.acts.application import (
    ApplicationAccepted,
    ApplicationOpened,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DocumentsRequested,
    EvidenceAdded,
    EvidenceRemoved,
    FileReceived,
    ReviewRefused,
    ScoreDeclared,
    SupplementReplied,
    SupplementRequested,
)
from dalgu.certification.process.fold.evolve import evolve, with_case
from dalgu.certification.process.state import Case, Entry, Supplement, World
from dalgu.certification.process.words import Stage


@evolve.register
def _(event: ApplicationOpened, world: World, entry: Entry) -> World:
    opened = Case(
        id=event.case,
        programme=world.rounds[event.round].plan.programme,
        round=event.round,
        group=event.group,
        city_type=event.city_type,
        government=event.government,
        reference_date=event.reference_date,
        contact=event.contact,
        extends=event.extends,
        stage=Stage.DRAFT,
        opened_on=entry.day,
    )
    return replace(world, cases={**world.cases, event.case: opened})


@evolve.register
def _(event: ScoreDeclared, world: World, entry: Entry) -> World:
    return with_case(world, event.case, score=event)


@evolve.register
def _(event: FileReceived, world: World, entry: Entry) -> World:
    files = {**world.cases[event.case].files, event.sha256: event}
    return with_case(world, event.case, files=files)


@evolve.register
def _(event: EvidenceAdded, world: World, entry: Entry) -> World:
    evidence = {**world.cases[event.case].evidence, event.evidence.id: event.evidence}
    return with_case(world, event.case, evidence=evidence)


@evolve.register
def _(event: EvidenceRemoved, world: World, entry: Entry) -> World:
    held = world.cases[event.case].evidence
    kept = {key: one for key, one in held.items() if key != event.evidence}
    return with_case(world, event.case, evidence=kept)


@evolve.register
def _(event: ApplicationSubmitted, world: World, entry: Entry) -> World:
    return with_case(
        world,
        event.case,
        stage=Stage.SUBMITTED,
        declaration=event.declaration,
        submitted_on=entry.day,
    )


@evolve.register
def _(event: SupplementRequested, world: World, entry: Entry) -> World:
    chance = Supplement(items=event.items, asked_on=entry.day, due=event.due)
    chances = (*world.cases[event.case].supplements, chance)
    return with_case(world, event.case, stage=Stage.SUPPLEMENT, supplements=chances)


@evolve.register
def _(event: SupplementReplied, world: World, entry: Entry) -> World:
    case = world.cases[event.case]
    *before, last = case.supplements
    return with_case(
        world,
        event.case,
        stage=Stage.SUBMITTED,
        supplements=(*before, replace(last, replied_on=entry.day)),
        declaration=event.declaration or case.declaration,
    )


@evolve.register
def _(event: ApplicationAccepted, world: World, entry: Entry) -> World:
    return with_case(world, event.case, stage=Stage.DOCUMENT_REVIEW)


@evolve.register
def _(event: ReviewRefused, world: World, entry: Entry) -> World:
    return with_case(world, event.case, stage=Stage.REFUSED, objection_until=event.objection_until)


@evolve.register
def _(event: DocumentsRequested, world: World, entry: Entry) -> World:
    return with_case(world, event.case, documents_due=event.due)


@evolve.register
def _(event: ApplicationWithdrawn, world: World, entry: Entry) -> World:
    return with_case(world, event.case, stage=Stage.WITHDRAWN)
