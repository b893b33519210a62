"""A case as its papers tell of it: the result paper and the mandatory index of evidence."""

from dataclasses import dataclass
from datetime import date

from dalgu.certification.framework.model import Area, Framework, Indicator, Item
from dalgu.certification.office.certificates import score_digest
from dalgu.certification.papers.facts import (
    NOTHING,
    AreaResult,
    DecisionFacts,
    IndexDocument,
    IndexEntry,
    IndexFacts,
    IndicatorResult,
    ItemResult,
    Member,
    PaperHead,
    ResultFacts,
    Vote,
)
from dalgu.certification.process.acts.application import Evidence, Link
from dalgu.certification.process.rules.review import levels_of
from dalgu.certification.process.standing import Standing
from dalgu.certification.process.state import Case, Motion, World
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import MotionKind
from dalgu.certification.scoring.sheet import Line, Part, ScoreSheet, State
from dalgu.kernel.text import Text

STATES = {
    State.EARNED: Text("평가됨", "judged"),
    State.MISSING: Text("값 또는 증빙 없음", "no value or no evidence"),
    State.AWAITING_REVIEW: Text("평가 대기", "awaiting review"),
    State.NOT_APPLICABLE: Text("적용 제외", "not applicable"),
    State.REJECTED: Text("불인정", "rejected"),
}
CHAIR, MEMBER = Text("위원장", "Chair"), Text("위원", "Member")
MINISTRY = Text("국토교통부", "Ministry of Land, Infrastructure and Transport")
GRANTED, REFUSED = Text("인증", "Granted"), Text("불인증", "Not granted")


@dataclass(frozen=True, slots=True)
class Subject:
    """A case with all that its papers look at."""

    world: World
    case: Case
    framework: Framework
    issuer: Text
    printed_on: date

    @property
    def head(self) -> PaperHead:
        """Return what every paper of the case says at its head."""
        case, framework = self.case, self.framework
        programme = self.world.programmes[case.programme]
        return PaperHead(
            number=case.id,
            city=Text(case.government.name_ko, case.government.name_en),
            programme=Text(programme.title_ko, programme.title_en),
            legal_effect=programme.kind.has_legal_effect,
            framework=framework.name,
            framework_title=framework.title,
            framework_hash=self.world.rounds[case.round].plan.framework.digest,
            official_status=framework.official_status,
            issuer=self.issuer,
            printed_on=self.printed_on,
        )


def result_facts(subject: Subject, standing: Standing, sheet: ScoreSheet) -> ResultFacts:
    """Return the result paper of a case: contents, points and grade (guideline art. 10, 3)."""
    case, framework = subject.case, subject.framework
    types = {one.code: one.name for one in framework.city_types}
    return ResultFacts(
        head=subject.head,
        city_type=types.get(case.city_type, Text(case.city_type, case.city_type)),
        reference_on=case.reference_date,
        points=sheet.total,
        total_points=sheet.total_max,
        grade=sheet.grade.grade,
        is_certified=sheet.certified,
        score_digest=score_digest(sheet),
        areas=tuple(_area(subject, area, standing, sheet) for area in framework.areas),
        committee=_committee(subject),
        votes=_votes(subject),
        decision=_decision(subject),
    )


def _area(subject: Subject, area: Area, standing: Standing, sheet: ScoreSheet) -> AreaResult:
    part = _part(sheet.areas, area.code)
    return AreaResult(
        code=area.code,
        name=area.name,
        points=part.points,
        full=part.max_points,
        items=tuple(_item(subject, item, standing, sheet) for item in area.items),
    )


def _item(subject: Subject, item: Item, standing: Standing, sheet: ScoreSheet) -> ItemResult:
    part = _part(sheet.items, item.code)
    lines = {line.indicator: line for line in sheet.lines}
    return ItemResult(
        code=item.code,
        name=item.name,
        points=part.points,
        full=part.max_points,
        indicators=tuple(
            _indicator(subject, one, standing, lines[one.code])
            for one in subject.framework.of_item(item)
        ),
    )


def _part(parts: tuple[Part, ...], code: str) -> Part:
    return next(one for one in parts if one.code == code)


def _indicator(subject: Subject, one: Indicator, standing: Standing, line: Line) -> IndicatorResult:
    measured = standing.measurements.get(one.code)
    status = STATES[line.state]
    if line.state is State.EARNED and measured is not None:
        status = title_of(measured.status)
    return IndicatorResult(
        code=one.code,
        name=one.name,
        kind=one.kind,
        status=status,
        official_status=one.official_status,
        points=line.points,
        full=line.max_points,
        value=None if measured is None else measured.value,
        unit=one.unit,
        numerator=None if measured is None else measured.numerator,
        denominator=None if measured is None else measured.denominator,
        median=line.level,
        reviewers=len(levels_of(subject.case, one.code)),
        evidence=tuple(
            f"{evidence.id} {pages(link.pages)}".strip()
            for evidence, link in _links(subject.case, one.code)
        ),
    )


def _committee(subject: Subject) -> tuple[Member, ...]:
    """Return who sat when the scores were accepted, by pseudonym: the vault holds names."""
    case = subject.case
    planned = subject.world.rounds[case.round]
    present = _present(subject)
    chair = planned.chairs.get(case.group, "")
    return tuple(
        Member(
            name=person,
            affiliation=title_of(planned.seats[person].qualification).ko
            if person in planned.seats
            else "",
            role=CHAIR if person == chair else MEMBER,
            was_present=person in present,
            was_recused=person in case.barred,
        )
        for person in case.committee
    )


def _present(subject: Subject) -> tuple[str, ...]:
    motions = _motions(subject)
    accepted = [one for one in motions if one.put.kind is MotionKind.ACCEPT_SCORES]
    carried = [one for one in accepted if one.tally is not None and one.tally.carried]
    return subject.world.sessions[carried[-1].put.session].present if carried else ()


def _motions(subject: Subject) -> list[Motion]:
    return [one for one in subject.world.motions.values() if one.put.case == subject.case.id]


def _votes(subject: Subject) -> tuple[Vote, ...]:
    return tuple(
        Vote(
            motion=_motion(one),
            on=subject.world.sessions[one.put.session].on,
            in_favour=one.tally.votes_for,
            against=one.tally.votes_against,
            abstained=one.tally.abstained,
            needed=one.tally.needed,
            is_carried=one.tally.carried,
        )
        for one in _motions(subject)
        if one.tally is not None
    )


def _motion(one: Motion) -> Text:
    title, about = title_of(one.put.kind), one.put.indicator
    return Text(f"{title.ko} {about}".strip(), f"{title.en} {about}".strip())


def _decision(subject: Subject) -> DecisionFacts | None:
    case = subject.case
    if not case.decisions:
        return None
    record = case.decisions[-1]
    certificate = subject.world.certificates.get(case.certificate)
    return DecisionFacts(
        outcome=GRANTED if record.is_granted else REFUSED,
        decided_by=MINISTRY,
        decided_on=record.decided_on,
        reported_on=case.reported_on,
        certificate=case.certificate,
        expires_on=None if certificate is None else certificate.life.expires_on,
        note=NOTHING,
    )


def index_facts(subject: Subject) -> IndexFacts:
    """Return the mandatory index table: for each indicator its summary, documents and pages."""
    return IndexFacts(
        head=subject.head,
        reference_on=subject.case.reference_date,
        entries=tuple(_entry(subject.case, one) for one in subject.framework.indicators),
    )


def _entry(case: Case, one: Indicator) -> IndexEntry:
    found = _links(case, one.code)
    return IndexEntry(
        code=one.code,
        name=one.name,
        kind=one.kind,
        summary=" / ".join(link.summary for _, link in found),
        documents=tuple(_document(case, evidence, link) for evidence, link in found),
    )


def _document(case: Case, evidence: Evidence, link: Link) -> IndexDocument:
    return IndexDocument(
        title=evidence.title,
        file=case.files[evidence.sha256].name,
        pages=pages(link.pages),
        digest=evidence.sha256,
        issuer=evidence.issuer,
        dated=evidence.issued_on,
        is_stamped=evidence.is_stamped,
    )


def _links(case: Case, code: str) -> list[tuple[Evidence, Link]]:
    return [
        (evidence, link)
        for evidence in case.evidence.values()
        for link in evidence.links
        if link.indicator == code
    ]


def pages(numbers: tuple[int, ...]) -> str:
    """Return pages as people write them.

    >>> pages((3, 4, 5, 12))
    '3–5, 12'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
