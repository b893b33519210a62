"""All that one sheet stands on, passed on as one value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from dalgu.certification.framework.model import Framework
from dalgu.certification.measurement import Maturity, Measurement
from dalgu.certification.scoring.draws import Chances, chances
from dalgu.certification.scoring.points import score
from dalgu.certification.scoring.sheet import ScoreSheet


@dataclass(frozen=True, slots=True)
class Basis:
    """A city's type, values and levels, and what the committee released or the review refused."""

    city_type: str
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    maturities: Mapping[str, Maturity] = field(default_factory=dict)
    not_applicable: Collection[str] = ()
    rejected: Collection[str] = ()

    def score(self, framework: Framework) -> ScoreSheet:
        """Return the score sheet; `points.score` says what is refused."""
        return score(
            framework,
            self.city_type,
            self.measurements,
            self.maturities,
            self.not_applicable,
            rejected=self.rejected,
        )

    def chances(self, framework: Framework) -> Chances:
        """Return the score as a function of chance."""
        return chances(
            framework,
            self.city_type,
            self.measurements,
            self.maturities,
            self.not_applicable,
            rejected=self.rejected,
        )

    def with_measurement(self, measured: Measurement) -> "Basis":
        """Return the basis with one value replaced, and no longer refused."""
        return replace(
            self,
            measurements={**self.measurements, measured.indicator: measured},
            rejected=[code for code in self.rejected if code != measured.indicator],
        )

    def with_maturity(self, judged: Maturity) -> "Basis":
        """Return the basis with the levels of one indicator replaced, and no longer refused."""
        return replace(
            self,
            maturities={**self.maturities, judged.indicator: judged},
            rejected=[code for code in self.rejected if code != judged.indicator],
        )
