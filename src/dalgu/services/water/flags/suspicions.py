"""From what the hours show to alerts for people: worded as suspicion, with its figures.

One alert for each meter and kind, whose id follows from both, so that a second run finds its
own alert. A person's acknowledgement stays; the alert closes when the meter shows otherwise,
and never from a lack of reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.continuous import DAY_H, ContinuousFlow
from dalgu.services.water.flags.silence import NoUse
from dalgu.services.water.hourly import Hourly

CATEGORY = "water"
OPEN_STATES = ("open", "acknowledged")
LITRES_PER_M3 = 1000

PROLONGED_H = 72  # three days: no longer a filled pool or a garden
STRONG_M3H = 0.02  # 20 L/h: half a cubic metre lost a day


class Kind(StrEnum):
    """What is suspected; the `subCategory` of the alert."""

    CONTINUOUS_FLOW = "continuousFlow"
    NO_USE = "noUse"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One kind of suspicion about one meter, at the end of the hours that gave rise to it."""

    meter: WaterMeter
    kind: Kind
    at: datetime
    severity: str
    figures: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Findings:
    """Suspicions, and for each kind the meters of which it is known that they give none."""

    suspicions: list[Suspicion]
    cleared: dict[Kind, set[EntityId]]


def suspect(
    meters: list[WaterMeter], hourly: Hourly, flow: ContinuousFlow, rest: NoUse
) -> Findings:
    """Return what the two rules find on the same hours of the same meters."""
    continuous = [
        _continuous(meters[row], hourly, flow, row)
        for row in np.flatnonzero(flow.is_continuous).tolist()
    ]
    silent = [
        _silent(meters[row], hourly, rest, row) for row in np.flatnonzero(rest.is_silent).tolist()
    ]
    cleared = {
        Kind.CONTINUOUS_FLOW: _ids(meters, flow.is_known & ~flow.is_continuous),
        # Only water ends a rest: a rest so long that its start is forgotten goes on.
        Kind.NO_USE: _ids(meters, (rest.last_hour >= 0) & (rest.resting_h == 0)),
    }
    return Findings([*continuous, *silent], cleared)


def alerts(findings: Findings, held: Mapping[EntityId, Alert], now: datetime) -> list[Alert]:
    """Return the alerts to write: raised, refreshed with new figures, or closed.

    Parameters
    ----------
    findings, now
        What the rules found, and the instant at which that is written down.
    held
        The water alerts of the hub by their id, closed ones too.
    """
    raised = {alert_id(s.meter.id, s.kind): s for s in findings.suspicions}
    written = [_raise(key, suspicion, held.get(key), now) for key, suspicion in raised.items()]
    closed = [
        _close(alert, now)
        for key, alert in held.items()
        if key not in raised and alert.status in OPEN_STATES and _is_cleared(alert, findings)
    ]
    return [alert for alert in written if alert is not None] + closed


def alert_id(meter: EntityId, kind: Kind) -> EntityId:
    """Return the id of the one alert of a meter and a kind.

    >>> alert_id(EntityId("urn:ngsi-ld:WaterMeter:gachang:0001"), Kind.NO_USE)
    'urn:ngsi-ld:Alert:water:noUse:gachang:0001'
    """
    local = meter.removeprefix("urn:ngsi-ld:WaterMeter:")
    return entity_id("Alert", CATEGORY, kind.value, local)


def _continuous(meter: WaterMeter, hourly: Hourly, flow: ContinuousFlow, row: int) -> Suspicion:
    least_m3h, running_h = float(flow.least_m3h[row]), int(flow.running_h[row])
    severity = "low"
    if running_h >= PROLONGED_H:
        severity = "medium"
    if running_h >= PROLONGED_H and least_m3h >= STRONG_M3H:
        severity = "high"
    return Suspicion(
        meter,
        Kind.CONTINUOUS_FLOW,
        _end(hourly, int(flow.last_hour[row])),
        severity,
        {
            "runningH": running_h,
            "leastM3h": round(least_m3h, 3),
            "leastM3d": round(least_m3h * DAY_H, 3),
            "rule": "use in 24 of 24 hours",
        },
    )


def _silent(meter: WaterMeter, hourly: Hourly, rest: NoUse, row: int) -> Suspicion:
    return Suspicion(
        meter,
        Kind.NO_USE,
        _end(hourly, int(rest.last_hour[row])),
        "medium",
        {
            "restingH": int(rest.resting_h[row]),
            "beforeM3d": round(float(rest.before_m3d[row]), 3),
            "rule": "no use for 72 hours after use on most days",
        },
    )


def _raise(key: EntityId, suspicion: Suspicion, held: Alert | None, now: datetime) -> Alert | None:
    is_open = held is not None and held.status in OPEN_STATES
    if held is not None and is_open and held.data == dict(suspicion.figures):
        return None
    return Alert(
        id=key,
        observed_at=suspicion.at,
        name=_NAMES[suspicion.kind],
        description=_describe(suspicion),
        category=CATEGORY,
        sub_category=suspicion.kind.value,
        severity=suspicion.severity,
        alert_source=suspicion.meter.id,
        location=suspicion.meter.location,
        origin=suspicion.meter.origin,
        date_issued=held.date_issued if held is not None and is_open else iso(now),
        status=held.status if held is not None and is_open else "open",
        data=dict(suspicion.figures),
    )


def _close(alert: Alert, now: datetime) -> Alert:
    return Alert(id=alert.id, observed_at=now, status="closed", valid_to=iso(now))


def _is_cleared(alert: Alert, findings: Findings) -> bool:
    known = alert.sub_category in list(Kind)
    return known and alert.alert_source in findings.cleared[Kind(str(alert.sub_category))]


def _ids(meters: list[WaterMeter], flags: NDArray[np.bool_]) -> set[EntityId]:
    return {meters[row].id for row in np.flatnonzero(flags)}


def _end(hourly: Hourly, hour: int) -> datetime:
    return datetime.fromtimestamp(hourly.end_s(hour), UTC)


_NAMES = {
    Kind.CONTINUOUS_FLOW: Text("누수 의심: 쉬지 않는 사용", "Suspected leak: water never rests"),
    Kind.NO_USE: Text("장기 미사용 의심", "Suspected absence of use"),
}


def _describe(suspicion: Suspicion) -> Text:
    figures = suspicion.figures
    if suspicion.kind is Kind.CONTINUOUS_FLOW:
        hours, litres = figures["runningH"], round(LITRES_PER_M3 * float(figures["leastM3h"]))
        return Text(
            f"{hours}시간 동안 매시간 사용이 있었고, 가장 적은 시간에도 {litres} L였습니다. "
            "계량기 이후의 누수가 의심됩니다. 수용가 확인을 제안합니다.",
            f"There was use in every one of {hours} hours, at least {litres} L in each. "
            "A leak behind the meter is suspected; a check with the household is proposed.",
        )
    days, litres = (
        int(figures["restingH"]) // 24,
        round(LITRES_PER_M3 * float(figures["beforeM3d"])),
    )
    return Text(
        f"{days}일 동안 사용이 없습니다. 그 전에는 하루 평균 {litres} L를 사용했습니다. "
        "부재 또는 계량기 이상이 의심됩니다. 안부 또는 현장 확인을 제안합니다.",
        f"No use for {days} days, after {litres} L a day on average. "
        "An absence or a blocked meter is suspected; a call or a visit is proposed.",
    )
