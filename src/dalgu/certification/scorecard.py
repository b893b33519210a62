"""The scorecard: what the last assessment found, from the hub alone."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np

from dalgu.certification.assess import assess, indicator_id
from dalgu.certification.errors import EvidenceAltered
from dalgu.certification.evidence import Snapshot, recompute
from dalgu.certification.formula.observed import DAY_S
from dalgu.certification.framework.model import Area, Framework, Grade, Indicator, Item
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub, Series
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Standing:
    """One indicator with its last measurement; `measured` is None before the first."""

    indicator: Indicator
    measured: KeyPerformanceIndicator | None

    @property
    def points(self) -> float:
        """Points earned: 0 where nothing was measured."""
        return 0.0 if self.measured is None else self.measured.points or 0.0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All that the framework asks, beside what this version of the platform measures.

    The grade speaks only of the points that are measured here: it is no certificate.
    """

    framework: Framework
    standings: list[Standing]
    measured_at: datetime | None

    @property
    def points(self) -> float:
        """Points earned by the measured indicators."""
        return round(sum(standing.points for standing in self.standings), 2)

    @property
    def measured_points(self) -> float:
        """Points that the indicators measured in this version can earn."""
        return sum(standing.indicator.points for standing in self.standings)

    @property
    def share(self) -> float:
        """Share 0 to 1 of the measured points that was earned."""
        return self.points / self.measured_points if self.measured_points else 0.0

    @property
    def grade(self) -> Grade:
        """Grade that the share would earn."""
        return self.framework.grade_of(self.share)

    @property
    def indicator_count(self) -> int:
        """Number of indicators the framework has in all."""
        return sum(item.indicator_count for area in self.framework.areas for item in area.items)

    def of_item(self, item: Item) -> list[Standing]:
        """Return the measured indicators of one evaluation item."""
        return [standing for standing in self.standings if standing.indicator.item == item.code]

    def of_area(self, area: Area) -> list[Standing]:
        """Return the measured indicators of one area."""
        return [standing for item in area.items for standing in self.of_item(item)]


class Certification:
    """The certification of one city under one framework."""

    def __init__(self, hub: Hub, framework: Framework, clock: Clock) -> None:
        self.hub = hub
        self.framework = framework
        self.clock = clock

    async def assess(self) -> list[Snapshot]:
        """Measure all indicators now and record them with their evidence."""
        return await assess(self.hub, self.framework, self.clock)

    async def scorecard(self) -> Scorecard:
        """Return the last measurements of all indicators."""
        standings = [
            Standing(indicator, await self._measured(indicator.code))
            for indicator in self.framework.indicators
        ]
        times = [s.measured.observed_at for s in standings if s.measured and s.measured.observed_at]
        return Scorecard(self.framework, standings, max(times, default=None))

    async def evidence(self, digest: str) -> Snapshot:
        """Return frozen evidence.

        Raises
        ------
        KeptNotExisting
            For an unknown digest.
        EvidenceAltered
            When the kept bytes are not those that were frozen, however consistent they are.
        """
        body = await self.hub.kept(digest)
        got = hashlib.sha256(body).hexdigest()
        if got != digest:
            raise EvidenceAltered(digest, digest, got)
        return msgspec.json.decode(body, type=Snapshot)

    async def recompute(self, digest: str) -> tuple[float | None, float]:
        """Compute a recorded number again from its frozen rows; raise `EvidenceAltered`."""
        return recompute(await self.evidence(digest), digest)

    async def trend(self, code: str, since: datetime) -> Series:
        """Return the measured values of an indicator since an instant.

        Left out are those made while older history was still coming in: what they rise by
        is the memory's growth, not the city's.
        """
        kpi, until = indicator_id(self.framework.name, code), self.clock.now()
        values = await self.hub.series(kpi, "kpiValue", since, until)
        coverage = await self.hub.series(kpi, "coverage", since, until)
        period_s = self.framework.indicator(code).period_days * DAY_S
        begin_s = dict(zip(coverage.at_s, coverage.at_s - coverage.value * period_s, strict=True))
        of_values = np.array([begin_s.get(at_s, np.inf) for at_s in values.at_s])
        newest = of_values[-1] if len(of_values) else np.inf
        kept = of_values <= newest + DAY_S
        return Series(values.at_s[kept], values.value[kept], values.message_id[kept])

    async def _measured(self, code: str) -> KeyPerformanceIndicator | None:
        try:
            document = await self.hub.retrieve(indicator_id(self.framework.name, code))
        except EntityNotExisting:
            return None
        return KeyPerformanceIndicator.from_document(document)
