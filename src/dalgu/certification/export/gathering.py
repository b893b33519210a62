"""From a scorecard and its evidence to the dossier that the exports tell of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dalgu.certification.export.dossier import Counted, Dossier, Entry, File, Total
from dalgu.certification.framework.loading import content_hash
from dalgu.certification.framework.model import Framework
from dalgu.certification.measurement import Measurement
from dalgu.certification.measuring.evidence import Snapshot
from dalgu.certification.plausibility import findings
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.scoring.bands import BandCard, band_card
from dalgu.certification.scoring.sheet import ScoreSheet
from dalgu.kernel.text import Text

ALL = "total"
WHOLE = Text("합계", "Total")
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a dossier is about, and as of when."""

    city: str  # code
    name: Text
    reference: datetime


def dossier_of(
    card: Scorecard,
    snapshots: Mapping[str, Snapshot],
    subject: Subject,
    files: tuple[File, ...] = (),
) -> Dossier:
    """Return the dossier of a scorecard.

    `snapshots` go by indicator code; without one an indicator is told without its variables.
    """
    framework = card.framework
    measured: dict[str, Measurement] = {
        one.indicator.code: one.measured for one in card.standings if one.measured is not None
    }
    bands = band_card(framework, measured) if framework.scoring == "bands" else None
    return Dossier(
        framework=framework,
        content_hash=content_hash(framework),
        city=subject.city,
        city_name=subject.name,
        reference=subject.reference,
        entries=tuple(
            _entry(one, snapshots.get(one.indicator.code), bands, framework)
            for one in card.standings
        ),
        totals=_totals(framework, card.sheet, bands),
        grade=NOTHING if card.grade is None else grade_text(card.grade.grade),
        files=files,
        questions=tuple(findings(framework, measured, _numbers(snapshots))),
    )


def grade_text(grade: int) -> Text:
    """Return a grade in words.

    >>> grade_text(3).ko
    '3등급'
    """
    return Text(f"{grade}등급", f"Grade {grade}")


def _numbers(snapshots: Mapping[str, Snapshot]) -> dict[str, dict[str, float | None]]:
    return {
        code: {one.name: one.value for one in snapshot.variables}
        for code, snapshot in snapshots.items()
    }


def _entry(
    standing: Standing, snapshot: Snapshot | None, bands: BandCard | None, framework: Framework
) -> Entry:
    line, code = standing.line, standing.indicator.code
    points = None if line is None else line.points
    most = 0.0 if line is None else line.max_points
    if bands is not None and (earned := bands.ratings[code].points) is not None:
        points, most = float(earned), float(max(band.points for band in framework.bands))
    return Entry(
        indicator=standing.indicator,
        measurement=standing.measured,
        maturity=standing.maturity,
        level=None if line is None else line.level,
        points=points,
        most=most,
        why=_why(standing, snapshot),
        variables=() if snapshot is None else tuple(_counted(standing, snapshot)),
    )


def _why(standing: Standing, snapshot: Snapshot | None) -> Text:
    if snapshot is not None and snapshot.reason is not None:
        return snapshot.reason
    return standing.why or NOTHING


def _counted(standing: Standing, snapshot: Snapshot) -> Iterator[Counted]:
    declared = standing.indicator.variables
    for one in snapshot.variables:
        variable = declared.get(one.name)  # the framework may have changed since
        yield Counted(
            name=one.name,
            text=Text(one.name, one.name) if variable is None else variable.name,
            unit=one.unit,
            value=one.value,
            queries=tuple(one.queries),
            row_count=one.row_count,
            rows_sha256=one.rows,
        )


def _totals(
    framework: Framework, sheet: ScoreSheet | None, bands: BandCard | None
) -> tuple[Total, ...]:
    names = {item.code: item.name for area in framework.areas for item in area.items}
    names |= {area.code: area.name for area in framework.areas}
    if sheet is not None:
        parts = [*sheet.items, *sheet.areas]
        found = [Total(p.code, names[p.code], p.points, p.max_points, p.share) for p in parts]
        whole = Total(ALL, WHOLE, sheet.total, sheet.total_max, sheet.share)
        return (*found, whole)
    if bands is None:
        return ()
    groups = {**bands.items, **bands.areas, ALL: bands.total}
    return tuple(
        Total(code, names.get(code, WHOLE), float(one.points), float(one.most), one.share)
        for code, one in groups.items()
    )
