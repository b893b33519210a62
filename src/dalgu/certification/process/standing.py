"""What stands of a case: declared, then reviewed, then seen on site, then voted on."""

from collections.abc import Collection, Mapping
from typing import Protocol

import msgspec
from msgspec.structs import replace

from dalgu.certification.process.acts.application import Measurement
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.acts.review import FindingRecorded
from dalgu.certification.process.state import Case
from dalgu.certification.process.words import MeasurementStatus, Outcome

ABSENT = Measurement(status=MeasurementStatus.NOT_AVAILABLE)


class Scored(Protocol):
    """A score as the scoring gives it."""

    @property
    def points(self) -> float:
        """Points earned."""
        ...

    @property
    def grade(self) -> int:
        """Grade, 1 the best and 5 the lowest."""
        ...


class ScoreCase(Protocol):
    """How a case is scored; pure, the same parts give the same score."""

    def __call__(
        self,
        framework: FrameworkUse,
        city_type: str,
        measurements: Mapping[str, Measurement],
        levels: Mapping[str, float],
        not_applicable: Collection[str],
    ) -> Scored:
        """Return points and grade."""
        ...


class Standing(msgspec.Struct, frozen=True):
    """The values and levels that count now."""

    measurements: Mapping[str, Measurement]
    levels: Mapping[str, float]
    not_applicable: frozenset[str]

    def score(self, framework: FrameworkUse, city_type: str, how: ScoreCase) -> Scored:
        """Return the score that they give."""
        return how(framework, city_type, self.measurements, self.levels, self.not_applicable)


def standing(case: Case, also: FindingRecorded | None = None) -> Standing:
    """Return what counts of a case now, or would with one more finding.

    Levels are those that reviewers gave: before the written evaluation is closed there are none.
    """
    seen = {} if case.visit is None else case.visit.by_subject
    if also is not None:
        seen[also.indicator, also.item] = also
    whole = {code: finding for (code, item), finding in seen.items() if not item}
    measurements = {code: _reviewed(case, code) for code in _declared(case)}
    levels = dict(case.reviewed.levels) if case.reviewed is not None else {}
    for code, finding in whole.items():
        if code in measurements:
            measurements[code] = _seen_value(measurements[code], finding)
        if code in levels:
            levels[code] = _seen_level(levels[code], finding)
    for code, value in case.raised.values.items():
        measurements[code] = Measurement(status=MeasurementStatus.MEASURED, value=value)
    levels |= {code: float(level) for code, level in case.raised.levels.items()}
    return Standing(measurements, levels, case.raised.not_applicable)


def _declared(case: Case) -> Mapping[str, Measurement]:
    return {} if case.score is None else case.score.measurements


def _reviewed(case: Case, code: str) -> Measurement:
    declared = _declared(case)[code]
    if declared.status is MeasurementStatus.NOT_APPLICABLE:
        return ABSENT  # only a vote of the committee makes it so
    if case.reviewed is None:
        return declared
    if code in case.reviewed.rejected:
        return ABSENT
    if code in case.reviewed.values:
        return replace(declared, value=case.reviewed.values[code])
    return declared


def _seen_value(measurement: Measurement, finding: FindingRecorded) -> Measurement:
    if finding.outcome is Outcome.REJECTED:
        return ABSENT
    if finding.outcome is Outcome.CORRECTED and finding.value is not None:
        return replace(measurement, value=finding.value)
    return measurement


def _seen_level(level: float, finding: FindingRecorded) -> float:
    if finding.outcome is Outcome.REJECTED:
        return 0.0
    if finding.outcome is Outcome.CORRECTED and finding.level is not None:
        return float(finding.level)
    return level
