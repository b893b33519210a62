"""The mandatory index table, and what an application lacks; both follow from the file itself."""

from collections.abc import Iterator

import msgspec

from dalgu.certification.process.acts.application import Evidence, Finding, Link
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.state import Case
from dalgu.certification.process.words import FileKind, FindingKind, MeasurementStatus
from dalgu.kernel.deadlines import add_months


class IndexRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the index table: what proves an indicator, and where."""

    indicator: str
    summary: str
    document: str
    sha256: str
    pages: tuple[int, ...]
    level: int | None = None


def index_table(case: Case, framework: FrameworkUse) -> list[IndexRow]:
    """Return the index table in the framework's order; an indicator without evidence has a row."""
    rows: list[IndexRow] = []
    for code in framework.indicators:
        rows += [_row(evidence, link) for evidence, link in _links(case, code)] or [
            IndexRow(indicator=code, summary="", document="", sha256="", pages=())
        ]
    return rows


def findings(case: Case, framework: FrameworkUse) -> tuple[Finding, ...]:
    """Return all that the application lacks, in the framework's order; none when it is whole."""
    return (
        *_unsealed(case),
        *(finding for code in framework.indicators for finding in _unproven(case, code)),
        *(finding for one in case.evidence.values() for finding in _unfit(case, framework, one)),
    )


def said(finding: Finding) -> str:
    """Return a finding in a few words, for an error's sentence."""
    about = [part for part in (finding.indicator, finding.evidence) if part]
    return " ".join([finding.kind.value, *about])


def _row(evidence: Evidence, link: Link) -> IndexRow:
    return IndexRow(
        indicator=link.indicator,
        summary=link.summary,
        document=evidence.title,
        sha256=evidence.sha256,
        pages=link.pages,
        level=link.level,
    )


def _links(case: Case, code: str) -> Iterator[tuple[Evidence, Link]]:
    for evidence in case.evidence.values():
        yield from ((evidence, link) for link in evidence.links if link.indicator == code)


def _unsealed(case: Case) -> Iterator[Finding]:
    if case.declaration is None or not case.declaration.is_sealed:
        yield Finding(kind=FindingKind.SEAL_ABSENT)


def _unproven(case: Case, code: str) -> Iterator[Finding]:
    measurement = None if case.score is None else case.score.measurements.get(code)
    level = None if case.score is None else case.score.levels.get(code)
    if measurement is None and level is None:
        yield Finding(kind=FindingKind.INDICATOR_UNDECLARED, indicator=code)
        return
    claims = bool(level) or (measurement is not None and measurement.status.has_value)
    waived = measurement is not None and measurement.status is MeasurementStatus.NOT_APPLICABLE
    if (claims or waived) and not any(_links(case, code)):
        yield Finding(kind=FindingKind.EVIDENCE_ABSENT, indicator=code)


def _unfit(case: Case, framework: FrameworkUse, evidence: Evidence) -> Iterator[Finding]:
    file = case.files[evidence.sha256]
    oldest = add_months(case.reference_date, -framework.evidence_max_age_months)
    if file.kind not in framework.file_kinds:
        yield Finding(kind=FindingKind.KIND_NOT_ALLOWED, evidence=evidence.id)
    if evidence.issued_on < oldest:
        yield Finding(kind=FindingKind.EVIDENCE_TOO_OLD, evidence=evidence.id)
    if not evidence.is_stamped:
        yield Finding(kind=FindingKind.STAMP_ABSENT, evidence=evidence.id)
    for link in evidence.links:
        if _lacks_pages(link, file.pages, is_paged=file.kind is FileKind.PDF):
            yield Finding(
                kind=FindingKind.PAGES_ABSENT, indicator=link.indicator, evidence=evidence.id
            )


def _lacks_pages(link: Link, pages: int | None, *, is_paged: bool) -> bool:
    """Tell whether a link names no page of a paged file, or one that the file has not."""
    if is_paged and not link.pages:
        return True
    return pages is not None and any(page > pages for page in link.pages)
