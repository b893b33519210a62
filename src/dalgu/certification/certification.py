"""The certification of one city, as all other parts see it: measure, show, prove, compute again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from dalgu.certification.errors import CityTypeUndecided, ReferenceInFuture
from dalgu.certification.formula.observed import DAY_US
from dalgu.certification.formula.operand import micros
from dalgu.certification.framework.model import ANY_TYPE, Framework
from dalgu.certification.framework.shelf import Shelf
from dalgu.certification.measurement import Maturity, Measurement
from dalgu.certification.measuring.city import operand
from dalgu.certification.measuring.evidence import Frozen, Snapshot, recompute, thawed, thawed_rows
from dalgu.certification.measuring.freezing import pinned_shares, with_observations
from dalgu.certification.measuring.maturity import self_assessed
from dalgu.certification.measuring.measuring import Asking, Measuring, Progress, Told
from dalgu.certification.measuring.recording import indicator_id, keep, measurement_of, record
from dalgu.certification.measuring.rows import Rows
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.scoring.points import score
from dalgu.certification.scoring.sheet import ScoreSheet
from dalgu.hub.hub import Series
from dalgu.hub.local import LocalHub
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.hub.view import View, remember_pinned
from dalgu.kernel.clock import Clock

DEFAULT = "kr-scc-2021"
SECOND_US = 1_000_000


def silent(progress: Progress) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One framework measured at one reference instant; evidence goes by indicator code."""

    framework: Framework
    city_type: str
    reference: datetime
    measured: Mapping[str, Frozen]
    maturities: Mapping[str, Maturity]
    sheet: ScoreSheet | None

    @property
    def measurements(self) -> dict[str, Measurement]:
        """Return what was measured, by indicator code."""
        return {code: one.measurement for code, one in self.measured.items()}

    @property
    def scorecard(self) -> Scorecard:
        """Return it as a scorecard."""
        return scorecard_of(
            self.framework,
            self.city_type,
            self.measurements,
            self.maturities,
            measured_at=self.reference,
        )


class Certification:
    """Measures a city by frameworks, and answers for every number it gave."""

    def __init__(
        self, hub: LocalHub, clock: Clock, shelf: Shelf | None = None, *, city_kind: str = ""
    ) -> None:
        """Certify the city of a hub; `city_kind` is that of its local government."""
        self.hub = hub
        self.clock = clock
        self.shelf = shelf or Shelf()
        self.city_kind = city_kind

    @property
    def frameworks(self) -> tuple[str, ...]:
        """Names of the frameworks that the city can be measured by."""
        return self.shelf.names()

    def framework(self, name: str = DEFAULT) -> Framework:
        """Return a framework; raise `FrameworkNotExisting` or `FrameworkInvalid`."""
        return self.shelf.framework(name)

    async def assess(
        self,
        name: str = DEFAULT,
        *,
        reference: datetime | None = None,
        freeze: bool = False,
        progress: Told = silent,
    ) -> Assessment:
        """Measure all indicators of one framework; `assess_all` says how."""
        [one] = await self.assess_all([name], reference=reference, freeze=freeze, progress=progress)
        return one

    async def assess_all(
        self,
        names: Sequence[str],
        *,
        reference: datetime | None = None,
        freeze: bool = False,
        progress: Told = silent,
    ) -> list[Assessment]:
        """Measure frameworks in one pass over the hub, keep all evidence, record all indicators.

        As of `reference`, now where there is none. With `freeze` the observations under the rows
        are pinned to files as well, and the indicators are recorded as the official ones.

        Raises
        ------
        ReferenceInFuture
            When the reference instant has not come.
        FrameworkNotExisting, FrameworkInvalid
            When there is no such framework, or it is at fault.
        """
        now = self.clock.now()
        at = reference or now
        if at > now:
            raise ReferenceInFuture(at)
        frameworks = [self.framework(name) for name in names]
        asking = Asking(frameworks, at, now, _for_this_thread(progress))
        found = await self.hub.look(lambda view: _found(view, asking, freeze=freeze))
        await remember_pinned(self.hub.store, found.pinned)
        await keep(self.hub, found.measured.values())
        population = await self.population(at)
        done = [self._assessed(one, found, at, population) for one in frameworks]
        for one in done:
            await record(self.hub, one.framework, one.measured, one.sheet, now)
        return done

    async def scorecard(self, name: str = DEFAULT, *, official: bool = False) -> Scorecard:
        """Return what the last assessment said, the live one or the official one."""
        framework, now = self.framework(name), self.clock.now()
        measured: dict[str, Measurement] = {}
        times: list[datetime] = []
        async for document in self.hub.every("KeyPerformanceIndicator", q=f'framework=="{name}"'):
            entity = KeyPerformanceIndicator.from_document(document)
            told = measurement_of(entity)
            if told is not None and entity.id == indicator_id(
                name, told.indicator, official=official
            ):
                measured[told.indicator] = told
                times += [entity.observed_at] if entity.observed_at else []
        maturities = await self.hub.look(lambda view: self_assessed(view, name, now))
        population = await self.population(now)
        card = scorecard_of(
            framework,
            self.city_type(framework, population),
            measured,
            maturities,
            measured_at=max(times, default=None),
        )
        return replace(card, is_type_assumed=bool(framework.city_types) and population is None)

    async def evidence(self, digest: str) -> Snapshot:
        """Return frozen evidence.

        Raises
        ------
        KeptNotExisting
            For an unknown digest.
        EvidenceAltered
            When the kept bytes are not those that were frozen, however consistent they are.
        """
        return thawed(await self.hub.kept(digest), digest)

    async def rows(self, digest: str) -> Rows:
        """Return the rows of a frozen variable, by `FrozenVariable.rows`; raise as `evidence`."""
        return thawed_rows(await self.hub.kept(digest), digest)

    async def recompute(self, digest: str) -> float | None:
        """Compute a recorded value again from its frozen rows.

        Where the observations under them are pinned, the rows are computed again from those.

        Raises
        ------
        EvidenceAltered, SealedFileLost
            When anything differs, by a single bit, from what was recorded.
        """
        snapshot = await self.evidence(digest)
        rows = {one.name: await self.rows(one.rows) for one in snapshot.variables}
        for one in snapshot.variables:
            if one.observations is not None:
                links = await self.hub.kept(one.observations.links)
                await asyncio.to_thread(
                    pinned_shares, self.hub.store, digest, one, rows[one.name], links
                )
        return recompute(snapshot, digest, rows)

    async def trend(self, code: str, since: datetime, name: str = DEFAULT) -> Series:
        """Return the measured values of an indicator since an instant.

        Left out are those made while older history was still coming in: what they rise by
        is the memory's growth, not the city's.
        """
        kpi, until = indicator_id(name, code), self.clock.now()
        values = await self.hub.series(kpi, "kpiValue", since, until)
        coverage = await self.hub.series(kpi, "coverage", since, until)
        day_s = DAY_US / SECOND_US
        period_s = self.framework(name).indicator(code).period_days * day_s
        begin_s = dict(zip(coverage.at_s, coverage.at_s - coverage.value * period_s, strict=True))
        of_values = np.array([begin_s.get(at_s, np.inf) for at_s in values.at_s])
        newest = of_values[-1] if len(of_values) else np.inf
        kept = of_values <= newest + day_s
        return Series(values.at_s[kept], values.value[kept], values.message_id[kept])

    async def population(self, at: datetime) -> int | None:
        """Return the residents of the newest statistic that is not after an instant."""
        return await self.hub.look(lambda view: residents(view, at))

    def city_type(self, framework: Framework, population: int | None) -> str:
        """Return the type of the city; the framework's first where nothing decides it."""
        if not framework.city_types:
            return ANY_TYPE
        if population is None:
            return framework.city_types[0].code
        try:
            return framework.city_type_of(self.city_kind, population)
        except CityTypeUndecided:
            return framework.city_types[0].code

    def _assessed(
        self, framework: Framework, found: "_Found", at: datetime, population: int | None
    ) -> Assessment:
        name = framework.name
        measured = {code: one for (of, code), one in found.measured.items() if of == name}
        city_type = self.city_type(framework, population)
        told = {code: one.measurement for code, one in measured.items()}
        sheet = _sheet(framework, city_type, told, found.maturities[name])
        return Assessment(framework, city_type, at, measured, found.maturities[name], sheet)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one look at the hub gave."""

    measured: Mapping[tuple[str, str], Frozen]
    maturities: Mapping[str, Mapping[str, Maturity]]
    pinned: frozenset[str]


def _found(view: View, asking: Asking, *, freeze: bool) -> _Found:
    measuring = Measuring(view, asking)
    measured = measuring.all()
    pinned: frozenset[str] = frozenset()
    if freeze:
        measured, pinned = with_observations(measuring, measured)
    maturities = {
        one.name: self_assessed(view, one.name, asking.reference) for one in asking.frameworks
    }
    return _Found(measured, maturities, pinned)


def scorecard_of(
    framework: Framework,
    city_type: str,
    measured: Mapping[str, Measurement],
    maturities: Mapping[str, Maturity],
    *,
    measured_at: datetime | None,
) -> Scorecard:
    """Return a scorecard from measurements and maturities by indicator code."""
    sheet = _sheet(framework, city_type, measured, maturities)
    lines = {} if sheet is None else {line.indicator: line for line in sheet.lines}
    standings = [
        Standing(one, measured.get(one.code), maturities.get(one.code), lines.get(one.code))
        for one in framework.indicators
    ]
    return Scorecard(framework, city_type, standings, sheet, measured_at)


def _sheet(
    framework: Framework,
    city_type: str,
    measured: Mapping[str, Measurement],
    maturities: Mapping[str, Maturity],
) -> ScoreSheet | None:
    if framework.scoring != "points":
        return None
    return score(framework, city_type, measured, maturities)


def residents(view: View, at: datetime) -> int | None:
    """Return the residents of the newest PopulationStatistic that is not after an instant."""
    table = view.table("PopulationStatistic", ("residents", "referenceDate"))
    number = table.column("residents").number
    span = operand(table.column("referenceDate")).span()
    if number is None or span is None:
        return None
    known = span.is_there & (span.first_us <= micros(at)) & ~np.isnan(number)
    if not known.any():
        return None
    newest = known & (span.first_us == span.first_us[known].max())
    return int(number[newest].max())


def _for_this_thread(progress: Told) -> Told:
    """Return a listener that may be told from another thread."""
    loop = asyncio.get_running_loop()

    def tell(told: Progress) -> None:
        loop.call_soon_threadsafe(progress, told)

    return tell
