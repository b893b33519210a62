"""What an assessment leaves in the hub: evidence under its digest, one entity per indicator."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from dalgu.certification.framework.model import Framework
from dalgu.certification.measurement import Measurement, Method, Status
from dalgu.certification.measuring.evidence import Frozen
from dalgu.certification.scoring.sheet import ScoreSheet
from dalgu.hub.local import LocalHub
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.kernel.ids import EntityId, entity_id, iri_part

OFFICIAL = "official"


def indicator_id(framework: str, code: str, *, official: bool = False) -> EntityId:
    """Return the id of the hub entity that holds an indicator's measurements.

    >>> indicator_id("kr-scc-2021", "K63-43")
    'urn:ngsi-ld:KeyPerformanceIndicator:kr-scc-2021:K63-43'
    """
    parts = (framework, iri_part(code), *((OFFICIAL,) if official else ()))
    return entity_id("KeyPerformanceIndicator", *parts)


async def keep(hub: LocalHub, measured: Iterable[Frozen]) -> None:
    """Keep all evidence for good, in one commit group; what is kept already costs nothing."""
    bodies = {digest: body for one in measured for digest, body in one.bodies.items()}
    await asyncio.gather(*map(hub.keep, bodies.values()))


async def record(
    hub: LocalHub,
    framework: Framework,
    measured: Mapping[str, Frozen],
    sheet: ScoreSheet | None,
    now: datetime,
) -> None:
    """Write one KeyPerformanceIndicator per measured indicator, in one batch."""
    points = {} if sheet is None else {line.indicator: line.points for line in sheet.lines}
    await hub.upsert(
        _entity(framework, one, points.get(code), now) for code, one in measured.items()
    )


def _entity(
    framework: Framework, one: Frozen, points: float | None, now: datetime
) -> KeyPerformanceIndicator:
    told, code = one.measurement, one.snapshot.indicator
    return KeyPerformanceIndicator(
        id=indicator_id(framework.name, code, official=one.snapshot.is_frozen),
        observed_at=now,
        name=framework.indicator(code).name,
        framework=framework.name,
        indicator=code,
        current_standing=told.status,
        kpi_value=told.value,
        numerator=told.numerator,
        denominator=told.denominator,
        standard_error=told.standard_error,
        points=points,
        coverage=told.coverage,
        method=told.method,
        period_begins=told.since or None,
        reference_date=one.snapshot.reference,
        measurement=told.snapshot,
    )


def measurement_of(entity: KeyPerformanceIndicator) -> Measurement | None:
    """Return what an entity of the hub says of an indicator; None where it is none of ours."""
    if entity.indicator is None or entity.current_standing not in set(Status):
        return None
    status = Status(entity.current_standing)
    is_there = status not in (Status.NOT_AVAILABLE, Status.NOT_APPLICABLE)
    return Measurement(
        indicator=entity.indicator,
        status=status,
        value=entity.kpi_value if is_there else None,
        numerator=entity.numerator if is_there else None,
        denominator=entity.denominator if is_there else None,
        since=entity.period_begins or "",
        until=entity.reference_date or "",
        coverage=entity.coverage or 0.0,
        method=Method(entity.method) if entity.method in set(Method) else Method.AUTOMATIC,
        snapshot=entity.measurement or "",
        standard_error=entity.standard_error,
    )
