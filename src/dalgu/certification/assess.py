"""Assess a city: gather all, score all, record all. No round trip per indicator's row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from dalgu.certification.evidence import ENGINE, FrozenVariable, Snapshot, freeze, score
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.variables import Period, Reader, Seen, clip, rows_of
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId, entity_id


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the hub answered for one indicator."""

    indicator: Indicator
    subjects: dict[str, list[Document]]
    seen: dict[str, Seen]


async def assess(hub: Hub, framework: Framework, clock: Clock) -> list[Snapshot]:
    """Measure every indicator of a framework now, and record each with its evidence."""
    now = clock.now()
    gathered = await gather(hub, framework.indicators, now)
    snapshots = [measure(framework, one, now) for one in gathered]
    await record(hub, framework, snapshots, now)
    return snapshots


async def gather(hub: Hub, indicators: Sequence[Indicator], until: datetime) -> list[Gathered]:
    """Read all that the formulas ask for, each list and each column once."""
    reader = Reader(hub, until)
    found: list[Gathered] = []
    for indicator in indicators:
        since = until - timedelta(days=indicator.period_days)
        subjects: dict[str, list[Document]] = {}
        seen: dict[str, Seen] = {}
        for name, variable in indicator.variables.items():
            subjects[name] = await reader.entities(variable.type, variable.where)
            if variable.observed is not None:
                seen[name] = await reader.seen(variable.observed, subjects[name], since)
        found.append(Gathered(indicator, subjects, seen))
    return found


def measure(framework: Framework, gathered: Gathered, now: datetime) -> Snapshot:
    """Score one indicator from what was gathered; a missing value earns 0 and is shown as such."""
    indicator = gathered.indicator
    period = clip(indicator, gathered.seen, now)
    shown = period or Period(now, now, 0.0)
    variables = [
        freeze(
            name,
            queries_of(variable, shown),
            rows_of(variable, gathered.subjects[name], gathered.seen.get(name), shown),
        )
        for name, variable in indicator.variables.items()
    ]
    value, points = (None, 0.0) if period is None else _scored(indicator, variables)
    return Snapshot(
        framework=framework.name,
        indicator=indicator.code,
        engine=ENGINE,
        formula=indicator.formula,
        hub_time=iso(now),
        since=None if period is None else iso(period.since),
        until=iso(now),
        coverage=shown.coverage,
        max_points=indicator.points,
        goalposts=indicator.goalposts,
        variables=variables,
        status="not available" if value is None else "measured",
        value=value,
        points=points,
    )


def _scored(indicator: Indicator, variables: list[FrozenVariable]) -> tuple[float | None, float]:
    return score(
        indicator.formula,
        indicator.goalposts,
        indicator.points,
        {variable.name: variable.value for variable in variables},
    )


def queries_of(variable: Variable, period: Period) -> list[str]:
    """Return the hub queries of a variable as anybody can put them to the NGSI-LD API."""
    queries = [_entities_query(variable)]
    if variable.observed is not None:
        parameters = {
            "type": ",".join(variable.observed.type),
            "attrs": variable.observed.attribute,
            "timerel": "between",
            "timeAt": iso(period.since),
            "endTimeAt": iso(period.until),
        }
        queries.append("/ngsi-ld/v1/temporal/entities?" + urlencode(parameters, safe=",:="))
    return queries


def _entities_query(variable: Variable) -> str:
    parameters = {"type": ",".join(variable.type)}
    if variable.where:
        parameters["q"] = variable.where
    return "/ngsi-ld/v1/entities?" + urlencode(parameters, safe=",:=")


async def record(
    hub: Hub, framework: Framework, snapshots: Sequence[Snapshot], now: datetime
) -> None:
    """Keep the evidence and write one KeyPerformanceIndicator per indicator."""
    indicators: list[KeyPerformanceIndicator] = []
    for snapshot in snapshots:
        digest = await hub.keep(msgspec.json.encode(snapshot))
        indicators.append(
            KeyPerformanceIndicator(
                id=indicator_id(framework.name, snapshot.indicator),
                observed_at=now,
                name=framework.indicator(snapshot.indicator).name,
                framework=framework.name,
                current_standing=snapshot.status,
                kpi_value=snapshot.value,
                points=snapshot.points,
                coverage=snapshot.coverage,
                measurement=digest,
            )
        )
    await hub.upsert(indicators)


def indicator_id(framework: str, code: str) -> EntityId:
    """Return the id of the hub entity that holds an indicator's measurements."""
    return entity_id("KeyPerformanceIndicator", framework, code)
