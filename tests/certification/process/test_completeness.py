"""The index table prints itself, and what an application lacks is found."""

from datetime import date

import msgspec
import pytest

from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.completeness import findings, index_table, said
from dalgu.certification.process.state import Case
from dalgu.certification.process.words import (
    FileKind,
    FindingKind,
    GovernmentKind,
    MeasurementStatus,
    Stage,
)

FRAMEWORK = FrameworkUse(
    name="test",
    digest="ab" * 32,
    quantitative=("Q1", "Q2"),
    qualitative=("R1",),
    evidence_max_age_months=12,
    file_kinds=(FileKind.PDF, FileKind.CSV),
)
LINKS = (
    app.Link(indicator="Q1", summary="교통량", pages=(1, 2)),
    app.Link(indicator="R1", summary="추진체계", pages=(3,), level=4),
)
EVIDENCE = app.Evidence(
    id="E1",
    sha256="aa" * 32,
    title="증빙자료집",
    issuer="대구광역시",
    issued_on=date(2025, 6, 1),
    is_stamped=True,
    links=LINKS,
)
change = msgspec.structs.replace


def measured(status=MeasurementStatus.MEASURED):
    return app.Measurement(status=status, value=1.0)


def a_case(evidence=(EVIDENCE,), *, kind=FileKind.PDF, pages=10, sealed=True, **score):
    given = {
        "measurements": {
            "Q1": measured(),
            "Q2": app.Measurement(status=MeasurementStatus.NOT_AVAILABLE),
        },
        "levels": {"R1": 4},
    }
    file = app.FileReceived(
        case="c", sha256="aa" * 32, kind=kind, size_bytes=1, pages=pages, name="e"
    )
    return Case(
        id="c",
        programme="p",
        round="r",
        group="large",
        city_type="large",
        government=app.LocalGovernment(
            code="1", kind=GovernmentKind.SI, name_ko="시", name_en="City", population=1
        ),
        reference_date=date(2025, 12, 31),
        contact="p:1",
        extends="",
        stage=Stage.SUBMITTED,
        opened_on=date(2026, 6, 1),
        score=app.ScoreDeclared(case="c", points=0.0, grade=5, **(given | score)),
        files={file.sha256: file},
        evidence={one.id: one for one in evidence},
        declaration=app.Declaration(is_sealed=sealed, signed_on=date(2026, 6, 1), sha256="bb" * 32),
    )


def kinds(case):
    return [said(finding) for finding in findings(case, FRAMEWORK)]


def test_a_whole_file_lacks_nothing():
    assert kinds(a_case()) == []


def test_the_index_table_has_a_row_for_every_indicator_in_the_frameworks_order():
    rows = index_table(a_case(), FRAMEWORK)
    assert [(row.indicator, row.summary, row.pages, row.level) for row in rows] == [
        ("Q1", "교통량", (1, 2), None),
        ("Q2", "", (), None),
        ("R1", "추진체계", (3,), 4),
    ]
    assert rows[0].document == "증빙자료집"


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (a_case(sealed=False), ["seal_absent"]),
        (change(a_case(), declaration=None), ["seal_absent"]),
        (a_case(evidence=()), ["evidence_absent Q1", "evidence_absent R1"]),
        (a_case(levels={}), ["indicator_undeclared R1"]),
        (a_case(levels={"R1": 0}, evidence=(change(EVIDENCE, links=LINKS[:1]),)), []),
        (
            change(a_case(), score=None),
            ["indicator_undeclared Q1", "indicator_undeclared Q2", "indicator_undeclared R1"],
        ),
        (
            a_case(
                measurements={
                    "Q1": measured(),
                    "Q2": measured(MeasurementStatus.NOT_APPLICABLE),
                }
            ),
            ["evidence_absent Q2"],
        ),
        (a_case(evidence=(change(EVIDENCE, is_stamped=False),)), ["stamp_absent E1"]),
        (
            a_case(evidence=(change(EVIDENCE, issued_on=date(2024, 12, 30)),)),
            ["evidence_too_old E1"],
        ),
        (a_case(evidence=(change(EVIDENCE, issued_on=date(2024, 12, 31)),)), []),
        (a_case(pages=2), ["pages_absent R1 E1"]),
        (
            a_case(evidence=(change(EVIDENCE, links=(change(LINKS[0], pages=()), LINKS[1])),)),
            ["pages_absent Q1 E1"],
        ),
        (a_case(kind=FileKind.PNG, pages=None), ["kind_not_allowed E1"]),
    ],
)
def test_what_is_lacking_is_found(case, found):
    assert kinds(case) == found


def test_a_table_in_text_has_no_pages_to_name():
    unpaged = change(EVIDENCE, links=tuple(change(link, pages=()) for link in LINKS))
    assert kinds(a_case(evidence=(unpaged,), kind=FileKind.CSV, pages=None)) == []


def test_every_kind_of_finding_is_reached_above():
    assert {kind.value for kind in FindingKind} == {
        "indicator_undeclared",
        "evidence_absent",
        "seal_absent",
        "pages_absent",
        "evidence_too_old",
        "kind_not_allowed",
        "stamp_absent",
    }
