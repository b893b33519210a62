"""What pages and programs are shown of the process, each as far as their role may see it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from dalgu.access.actor import Actor
from dalgu.certification.process.acts.application import Finding
from dalgu.certification.process.completeness import IndexRow, findings, index_table
from dalgu.certification.process.due import Deadline, deadlines_of, deadlines_of_certificate
from dalgu.certification.process.permission import is_own, role_in, role_of
from dalgu.certification.process.rules.decide import Judges
from dalgu.certification.process.rules.review import alpha_of
from dalgu.certification.process.standing import Standing, standing
from dalgu.certification.process.state import Case, Certificate, Entry, Motion, World
from dalgu.certification.process.steps import NextStep, next_steps
from dalgu.certification.process.table import BY_NAME, tag_of
from dalgu.certification.process.titles.events import EVENTS
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import Confidentiality, ProgrammeRole, Stage
from dalgu.kernel.clock import local
from dalgu.kernel.text import Text

# What an applicant sees only once the ministry has decided: then every detail of the result.
WITHHELD = frozenset(
    {
        "review_filed",
        "adjudicated",
        "document_review_closed",
        "conflicts_declared",
        "case_opened",
        "access_refused",
        "finding_recorded",
        "motion_put",
        "motion_decided",
        "result_reported",
    }
)
ALWAYS_WITHHELD = frozenset({"vote_cast", "access_refused", "conflicts_declared"})


class CaseSummary(msgspec.Struct, frozen=True):
    """One line of a list of cases."""

    case: str
    programme: str
    round: str
    group: str
    city_type: str
    code: str
    name: Text
    stage: Stage
    stage_title: Text
    has_legal_effect: bool
    extends: str
    declared_points: float | None
    points: float | None  # as the committee accepted them
    grade: int | None
    certificate: str
    is_barred: bool  # a conflict of interest keeps the reader from it
    next_due: Deadline | None


class TimelineEntry(msgspec.Struct, frozen=True):
    """One entry of a case's log: who did what when, with the digest that seals its place."""

    seq: int
    at: datetime
    by: str
    role: ProgrammeRole
    role_title: Text
    event: str
    title: Text
    parts: dict[str, Any]
    digest: str


class Dossier(msgspec.Struct, frozen=True):
    """A case as far as its reader may see it, and what they may do."""

    case: Case
    role: ProgrammeRole
    stage_title: Text
    index: list[IndexRow]
    findings: tuple[Finding, ...]
    standing: Standing | None  # withheld from the applicant until the decision
    alpha: float | None  # Krippendorff's, over the levels filed so far
    motions: list[Motion]
    certificate: Certificate | None
    deadlines: list[Deadline]
    steps: list[NextStep]

    @property
    def allowed(self) -> frozenset[str]:
        """Names of the commands that the reader may ask for now."""
        return frozenset(one.command for one in self.steps if one.is_allowed)


def summaries(world: World, actor: Actor, today: date) -> list[CaseSummary]:
    """Return the cases that are the actor's to see, in the order in which they were opened."""
    found = []
    for case in world.cases.values():
        role = role_of(world, actor, case.programme)
        if role not in _OUTSIDE and is_own(world, case, actor.id, role, today):
            found.append(summary(world, case, actor, today))
    return found


def summary(world: World, case: Case, actor: Actor, today: date) -> CaseSummary:
    """Return the line of one case."""
    due = deadlines_of(world, case, today)
    is_told = _is_decided(case) or role_of(world, actor, case.programme) not in _APPLYING
    accepted = case.accepted if is_told and case.accepted is not None else (None, None)
    return CaseSummary(
        case=case.id,
        programme=case.programme,
        round=case.round,
        group=case.group,
        city_type=case.city_type,
        code=case.government.code,
        name=Text(case.government.name_ko, case.government.name_en),
        stage=case.stage,
        stage_title=title_of(case.stage),
        has_legal_effect=world.programmes[case.programme].kind.has_legal_effect,
        extends=case.extends,
        declared_points=None if case.score is None else case.score.points,
        points=accepted[0],
        grade=accepted[1],
        certificate=case.certificate,
        is_barred=actor.id in case.barred,
        next_due=min(due, key=lambda one: one.due, default=None),
    )


def dossier(world: World, case: Case, actor: Actor, at: datetime, judges: Judges) -> Dossier:
    """Return a case for whoever has been allowed to open it."""
    today = local(at).date()
    role = role_in(world, actor, case.programme, BY_NAME["open_case"])
    framework = world.rounds[case.round].plan.framework
    seen = visible(case, actor.id, role)
    due = deadlines_of(world, case, today)
    if case.certificate:
        due += deadlines_of_certificate(world, world.certificates[case.certificate], today)
    is_told = role is not ProgrammeRole.APPLICANT or _is_decided(case)
    return Dossier(
        case=seen,
        role=role,
        stage_title=title_of(case.stage),
        index=index_table(seen, framework),
        findings=findings(case, framework),
        standing=standing(case) if is_told else None,
        alpha=alpha_of(case) if is_told and role is not ProgrammeRole.REVIEWER else None,
        motions=motions_of(world, case, role),
        certificate=_certificate(world, case, role),
        deadlines=due,
        steps=next_steps(world, case, actor, at, judges),
    )


def motions_of(world: World, case: Case, role: ProgrammeRole) -> list[Motion]:
    """Return the motions on a case; applicants see them decided, and nobody's single vote."""
    found = [one for one in world.motions.values() if one.put.case == case.id]
    if role is ProgrammeRole.REVIEWER:
        return []
    if role is not ProgrammeRole.APPLICANT:
        return found
    return [replace(one, votes={}) for one in found] if _is_decided(case) else []


def _certificate(world: World, case: Case, role: ProgrammeRole) -> Certificate | None:
    if role in (ProgrammeRole.REVIEWER, ProgrammeRole.COMMITTEE_MEMBER):
        return None
    return world.certificates.get(case.certificate)


def visible(case: Case, person: str, role: ProgrammeRole) -> Case:
    """Return the case without what the role may not see (yet)."""
    if role in (ProgrammeRole.OPERATOR, ProgrammeRole.MINISTRY):
        return case
    if role is ProgrammeRole.APPLICANT:
        return case if _is_decided(case) else _undecided(case)
    evidence = {
        key: one
        for key, one in case.evidence.items()
        if one.confidentiality is not Confidentiality.RESTRICTED
    }
    reviews = case.reviews
    if role is ProgrammeRole.REVIEWER and case.stage is Stage.DOCUMENT_REVIEW:
        reviews = {key: review for key, review in reviews.items() if key == person}
    return replace(case, evidence=evidence, reviews=reviews)


def timeline(
    world: World, case: Case, actor: Actor, entries: Iterable[Entry]
) -> list[TimelineEntry]:
    """Return the log of a case, oldest first, without what the actor may not see."""
    role = role_of(world, actor, case.programme)
    hidden: frozenset[str] = frozenset()
    if role is ProgrammeRole.APPLICANT:
        hidden = ALWAYS_WITHHELD if _is_decided(case) else WITHHELD | ALWAYS_WITHHELD
    elif role is ProgrammeRole.REVIEWER:
        hidden = frozenset({"review_filed", "vote_cast"})
    return [
        _line(entry)
        for entry in entries
        if tag_of(type(entry.event)) not in hidden or entry.by == actor.id
    ]


def _line(entry: Entry) -> TimelineEntry:
    tag = tag_of(type(entry.event))
    parts = msgspec.to_builtins(entry.event)
    return TimelineEntry(
        seq=entry.seq,
        at=entry.at,
        by=entry.by,
        role=entry.role,
        role_title=title_of(entry.role),
        event=tag,
        title=EVENTS[tag],
        parts={name: part for name, part in parts.items() if name != "event"},
        digest=entry.digest,
    )


_APPLYING = (ProgrammeRole.APPLICANT, None)
_OUTSIDE = (ProgrammeRole.ADMINISTRATOR, None)  # grants roles, sees no case


def _is_decided(case: Case) -> bool:
    return bool(case.decisions) and case.stage not in (Stage.COMMITTEE, Stage.REPORTED)


def _undecided(case: Case) -> Case:
    return replace(
        case,
        reviews={},
        adjudicated={},
        reviewed=None,
        declared=frozenset(),
        opened=frozenset(),
        visit=None if case.visit is None else replace(case.visit, findings=()),
        accepted=None,
        paper=None,
    )
