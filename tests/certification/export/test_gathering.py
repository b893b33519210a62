"""A scorecard with its evidence, told as a dossier, in points and in bands."""

from tests.certification.export.dossiers import DIGEST, QUERY, REFERENCE

from dalgu.certification.export.gathering import Subject, dossier_of
from dalgu.certification.framework.loading import load
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.measuring.evidence import FrozenVariable, Snapshot
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.scoring.points import score
from dalgu.kernel.text import Text

SUBJECT = Subject("27000", Text("가상 도시", "Model City"), REFERENCE)
KOREA, U4SSC = load("kr-scc-2021"), load("u4ssc")
BROADBAND = "EC: ICT: ICT: 2C"


def measured(code, value):
    return Measurement(code, Status.MEASURED, value=value, snapshot=DIGEST)


def a_snapshot(code, *names, reason=None):
    return Snapshot(
        framework="kr-scc-2021",
        indicator=code,
        engine="measuring/2",
        formula="100 * a / b",
        reference="2026-06-30T15:00:00Z",
        hub_time="2026-07-01T00:00:00Z",
        variables=[
            FrozenVariable(
                name=name,
                unit="dataset",
                value=7.0,
                queries=[QUERY],
                parameters={},
                row_count=7,
                rows="cd" * 32,
                aggregate="count",
                since_us=0,
                until_us=1,
            )
            for name in names
        ],
        status=Status.MEASURED,
        reason=reason,
    )


def in_points(value):
    found = {"K63-14": measured("K63-14", value)}
    sheet = score(KOREA, "large", found, {})
    standings = [
        Standing(one, found.get(one.code), None, sheet.line(one.code)) for one in KOREA.indicators
    ]
    return Scorecard(KOREA, "large", standings, sheet, REFERENCE)


def in_bands(value):
    found = {BROADBAND: measured(BROADBAND, value)}
    standings = [Standing(one, found.get(one.code)) for one in U4SSC.indicators]
    return Scorecard(U4SSC, "", standings, None, REFERENCE)


def entry(dossier, code):
    return next(one for one in dossier.entries if one.indicator.code == code)


def test_a_scorecard_in_points_keeps_its_lines_and_sums():
    card = in_points(90.0)
    dossier = dossier_of(card, {}, SUBJECT)
    one = entry(dossier, "K63-14")
    assert (one.value, one.points, one.most) == (90.0, 35.0, 35.0)
    assert [total.code for total in dossier.totals][-4:] == ["INN", "GOV", "SVC", "total"]
    assert (dossier.totals[-1].points, dossier.totals[-1].most) == (35.0, 2000.0)
    assert dossier.grade.ko == "5등급"
    assert entry(dossier, "K63-01").why.en


def test_a_scorecard_in_bands_counts_what_was_scored():
    dossier = dossier_of(in_bands(45.0), {}, SUBJECT)
    one = entry(dossier, BROADBAND)
    assert (one.points, one.most, one.share) == (3.0, 4.0, 0.75)
    assert (dossier.totals[-1].points, dossier.totals[-1].share) == (3.0, 0.75)
    unreported = entry(dossier, "EC: ICT: ICT: 1C")
    assert (unreported.points, unreported.most) == (None, 0.0)
    assert dossier.grade == Text("", "")


def test_variables_come_with_their_queries_and_rows():
    snapshot = a_snapshot("K63-14", "published", "gone")
    dossier = dossier_of(in_points(50.0), {"K63-14": snapshot}, SUBJECT)
    known, unknown = entry(dossier, "K63-14").variables
    assert (known.text.ko, known.value, known.row_count) == ("공개된 데이터", 7.0, 7)
    assert (known.queries, known.rows_sha256) == ((QUERY,), "cd" * 32)
    assert unknown.text == Text("gone", "gone")


def test_the_reason_of_the_measurement_speaks_before_that_of_the_score():
    reason = Text("대장이 비어 있다", "The register is empty")
    snapshot = a_snapshot("K63-14", reason=reason)
    dossier = dossier_of(in_points(50.0), {"K63-14": snapshot}, SUBJECT)
    assert entry(dossier, "K63-14").why == reason


def test_what_a_verifier_would_ask_comes_with_it():
    snapshot = a_snapshot("K63-14", "published", "inventoried")
    dossier = dossier_of(in_points(100.0), {"K63-14": snapshot}, SUBJECT)
    assert [one.check for one in dossier.questions] == ["inventoried >= 20"]
