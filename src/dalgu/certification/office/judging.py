"""What the process asks of frameworks and scoring: always by the framework that the call froze."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from dalgu.certification.framework.loading import content_hash, thaw
from dalgu.certification.framework.model import Framework
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.office.errors import CallFrameworkLost
from dalgu.certification.process.acts import application
from dalgu.certification.process.acts.programme import FrameworkUse
from dalgu.certification.process.rules.decide import Judges
from dalgu.certification.process.standing import Standing
from dalgu.certification.process.words import MeasurementStatus
from dalgu.certification.scoring.points import score
from dalgu.certification.scoring.settled import settled
from dalgu.certification.scoring.sheet import ScoreSheet

# Only evidence lets a value into review: the completeness check holds each claimed value to a
# document of the file, so a value without frozen rows stands on that.
ON_FILE = "on file"
STATUS = {
    MeasurementStatus.MEASURED: Status.MEASURED,
    MeasurementStatus.ESTIMATED: Status.ESTIMATED,
    MeasurementStatus.PROXY: Status.PROXY,
    MeasurementStatus.NOT_AVAILABLE: Status.NOT_AVAILABLE,
    MeasurementStatus.NOT_APPLICABLE: Status.NOT_APPLICABLE,
}
STATUS_OF = {ours: theirs for theirs, ours in STATUS.items()}


@dataclass(frozen=True, slots=True)
class Judged:
    """A score as the process asks for it."""

    points: float
    grade: int


class Bench:
    """Judges by frozen frameworks.

    Parameters
    ----------
    kept
        Gives kept bytes by their digest, `None` where there are none.

    """

    def __init__(self, kept: Callable[[str], bytes | None]) -> None:
        self._kept = kept
        self._thawed: dict[str, Framework] = {}

    @property
    def judges(self) -> Judges:
        """What the process is given."""
        return Judges(self.city_type_of, self.score_case)

    def framework(self, use: FrameworkUse) -> Framework:
        """Return the framework that a call froze; raise `CallFrameworkLost`."""
        found = self._thawed.get(use.digest)
        if found is None:
            body = self._kept(use.digest)
            if body is None:
                raise CallFrameworkLost(use.name, use.digest)
            found = self._thawed[use.digest] = thaw(body)
        return found

    def city_type_of(self, framework: FrameworkUse, kind: str, population: int) -> str:
        """Return the type of a city by the call's rule table; raise `CityTypeUndecided`."""
        return self.framework(framework).city_type_of(kind, population)

    def score_case(
        self,
        framework: FrameworkUse,
        city_type: str,
        measurements: Mapping[str, application.Measurement],
        levels: Mapping[str, float],
        not_applicable: Collection[str],
    ) -> Judged:
        """Return points and grade of a case."""
        standing = Standing(measurements, levels, frozenset(not_applicable))
        sheet = self.sheet(framework, city_type, standing)
        return Judged(sheet.total, sheet.grade.grade)

    def sheet(self, use: FrameworkUse, city_type: str, standing: Standing) -> ScoreSheet:
        """Return the score sheet of what counts of a case."""
        framework = self.framework(use)
        values = {code: measured(code, one) for code, one in standing.measurements.items()}
        levels = settled(standing.levels, framework.fewest_reviews)
        return score(framework, city_type, values, levels, standing.not_applicable)


def use_of(framework: Framework) -> FrameworkUse:
    """Return how a round names a framework."""
    by_kind: dict[str, list[str]] = {"quantitative": [], "qualitative": []}
    for one in framework.indicators:
        by_kind[one.kind].append(one.code)
    return FrameworkUse(
        name=framework.name,
        digest=content_hash(framework),
        quantitative=tuple(by_kind["quantitative"]),
        qualitative=tuple(by_kind["qualitative"]),
    )


def measured(code: str, one: application.Measurement) -> Measurement:
    """Return a declared value as the scoring takes it."""
    return Measurement(
        indicator=code,
        status=STATUS[one.status],
        value=one.value if one.status.has_value else None,
        numerator=one.numerator,
        denominator=one.denominator,
        coverage=one.coverage,
        snapshot=one.snapshot or ON_FILE,
    )


def declared(one: Measurement) -> application.Measurement:
    """Return a measured value as an application declares it."""
    return application.Measurement(
        status=STATUS_OF[one.status],
        value=one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        coverage=min(1.0, max(0.0, one.coverage)),
        snapshot=one.snapshot,
    )
