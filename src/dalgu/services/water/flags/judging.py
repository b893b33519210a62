"""All rules on the same hours of the same meters: one row a rule, arrays in, flags out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.clock import local
from dalgu.kernel.ids import EntityId
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.backflow import back_flow
from dalgu.services.water.flags.burst import burst, limits_m3h
from dalgu.services.water.flags.continuous import DAY_H, ContinuousFlow, continuous_flow
from dalgu.services.water.flags.flag import Figures, Findings, Flag, Kind, Subject
from dalgu.services.water.flags.frozen import STANDS_H, Frozen, frozen
from dalgu.services.water.flags.intermittent import intermittent_flow
from dalgu.services.water.flags.missing import LOW_BATTERY_PCT
from dalgu.services.water.flags.silence import REST_H, NoUse, no_use
from dalgu.services.water.hourly import Hourly, Reads
from dalgu.services.water.hourly_frame import Alarm

Flags = NDArray[np.bool_]

PROLONGED_H = 72  # three days: no longer a filled pool or a garden
STRONG_M3H = 0.02  # 20 L/h: half a cubic metre lost a day


@dataclass(frozen=True, slots=True)
class Judged:
    """Meters with their hours and reads, as `metered.Meters` holds them."""

    meters: list[WaterMeter]
    hourly: Hourly
    reads: Reads

    def at(self, hour: int) -> datetime:
        """Return the end of an hour."""
        return datetime.fromtimestamp(self.hourly.end_s(hour), UTC)

    def flag(self, row: int, kind: Kind, severity: str, figures: Figures, hour: int = -1) -> Flag:
        """Return a flag of a meter at the end of an hour, the last where none is given."""
        meter = self.meters[row]
        subject = Subject(meter.id, meter.location, meter.origin)
        return Flag(subject, kind, self.at(hour), severity, figures)

    def ids(self, flags: Flags) -> set[EntityId]:
        """Return the meters whose flag is set."""
        return {self.meters[row].id for row in np.flatnonzero(flags).tolist()}


def judge(judged: Judged) -> Findings:
    """Return what all rules on hours, registers and the meter's own alarms find."""
    used_m3 = judged.hourly.consumption_m3
    flow, rest = continuous_flow(used_m3), no_use(used_m3)
    stuck = frozen(rest, _tells(judged.meters, (Alarm.LEAKAGE, Alarm.BURST)))
    return (
        _continuous(judged, flow)
        + _intermittent(judged, flow)
        + _burst(judged)
        + _back_flow(judged)
        + _resting(judged, rest, stuck)
        + _frozen(judged, rest, stuck)
        + _told(judged)
    )


def _continuous(judged: Judged, flow: ContinuousFlow) -> Findings:
    found = []
    for row in _rows(flow.is_continuous):
        least_m3h, running_h = float(flow.least_m3h[row]), int(flow.running_h[row])
        severity = "low"
        if running_h >= PROLONGED_H:
            severity = "high" if least_m3h >= STRONG_M3H else "medium"
        figures: Figures = {
            "runningH": running_h,
            "leastM3h": round(least_m3h, 3),
            "leastM3d": round(least_m3h * DAY_H, 3),
            "rule": "use in 24 of 24 hours",
        }
        hour = int(flow.last_hour[row])
        found.append(judged.flag(row, Kind.CONTINUOUS_FLOW, severity, figures, hour))
    cleared = judged.ids(flow.is_known & ~flow.is_continuous)
    return Findings(found, {Kind.CONTINUOUS_FLOW: cleared})


def _intermittent(judged: Judged, flow: ContinuousFlow) -> Findings:
    first = local(datetime.fromtimestamp(judged.hourly.start_s, UTC)).hour
    night = intermittent_flow(judged.hourly.consumption_m3, first)
    is_flagged = night.is_intermittent & ~flow.is_continuous  # what never rests is told as that
    found = [
        judged.flag(
            row,
            Kind.INTERMITTENT_FLOW,
            "low",
            {
                "nights": int(night.nights[row]),
                "nightM3h": round(float(night.night_m3h[row]), 4),
                "rule": "use in 3 of 4 night hours on 6 of 7 nights",
            },
        )
        for row in _rows(is_flagged)
    ]
    return Findings(found, {Kind.INTERMITTENT_FLOW: judged.ids(night.is_known & ~is_flagged)})


def _burst(judged: Judged) -> Findings:
    limit = limits_m3h([meter.diameter for meter in judged.meters])
    seen = burst(judged.hourly.consumption_m3, limit)
    told = _tells(judged.meters, (Alarm.BURST,))
    found = [
        judged.flag(
            row,
            Kind.BURST,
            "high",
            {
                "peakM3h": round(float(seen.peak_m3h[row]), 3),
                "limitM3h": round(float(seen.limit_m3h[row]), 3),
                "rule": "told by the meter" if told[row] else "30 % of Q3 for 2 hours",
            },
        )
        for row in _rows(seen.is_burst | told)
    ]
    return Findings(found, {Kind.BURST: judged.ids(seen.is_known & ~seen.is_burst & ~told)})


def _back_flow(judged: Judged) -> Findings:
    ran = back_flow(judged.reads, len(judged.meters))
    is_flagged = ran.is_minor | ran.is_major
    found = [
        judged.flag(
            row,
            Kind.BACK_FLOW,
            "medium" if ran.is_major[row] else "low",
            {
                "volumeM3": round(float(ran.volume_m3[row]), 3),
                "rule": "a register that falls",
            },
        )
        for row in _rows(is_flagged)
    ]
    return Findings(found, {Kind.BACK_FLOW: judged.ids(ran.is_known & ~is_flagged)})


def _resting(judged: Judged, rest: NoUse, stuck: Frozen) -> Findings:
    """Tell of rest; a stuck register is told as that, and says nothing of who lives there."""
    found = []
    for row in _rows(rest.is_silent & ~stuck.is_frozen):
        figures: Figures = {
            "restingH": int(rest.resting_h[row]),
            "beforeM3d": round(float(rest.before_m3d[row]), 3),
            "rule": "no use for 72 hours after use on most days",
        }
        hour = int(rest.last_hour[row])
        found.append(judged.flag(row, Kind.NO_USE, "medium", figures, hour))
        if judged.meters[row].care_consent:
            found.append(judged.flag(row, Kind.CARE_NO_USE, "high", figures, hour))
    cleared = judged.ids(_has_moved(rest, REST_H))
    withdrawn = {meter.id for meter in judged.meters if not meter.care_consent}
    return Findings(found, {Kind.NO_USE: cleared, Kind.CARE_NO_USE: cleared | withdrawn})


def _frozen(judged: Judged, rest: NoUse, stuck: Frozen) -> Findings:
    rules = ("no use for 30 days after use on most days", "flow told while the register stands")
    found = [
        judged.flag(
            row,
            Kind.FROZEN,
            "medium",
            {
                "restingH": int(rest.resting_h[row]),
                "rule": rules[int(stuck.contradicts[row])],
            },
            int(rest.last_hour[row]),
        )
        for row in _rows(stuck.is_frozen)
    ]
    return Findings(found, {Kind.FROZEN: judged.ids(_has_moved(rest, STANDS_H))})


def _has_moved(rest: NoUse, within_h: int) -> Flags:
    """Tell who used water lately. A rest so long that its start is forgotten goes on."""
    is_remembered = rest.last_hour >= rest.resting_h
    return is_remembered & (rest.resting_h < within_h)


_TOLD = {
    Kind.TAMPER: (Alarm.TAMPER, "high"),
    Kind.LOW_BATTERY: (Alarm.LOW_BATTERY, "informational"),
    Kind.METER_ERROR: (Alarm.PERMANENT_ERROR, "medium"),
}


def _told(judged: Judged) -> Findings:
    """Tell what meters tell of themselves; a battery's level counts as its alarm does."""
    found, cleared = [], {}
    for kind, (alarm, severity) in _TOLD.items():
        told = _tells(judged.meters, (alarm,))
        if kind is Kind.LOW_BATTERY:
            told |= np.array([_is_low(meter) for meter in judged.meters], dtype=np.bool_)
        known = np.array([meter.alarms is not None for meter in judged.meters], dtype=np.bool_)
        found += [
            judged.flag(row, kind, severity, {"rule": "told by the meter"}) for row in _rows(told)
        ]
        cleared[kind] = judged.ids(known & ~told)
    return Findings(found, cleared)


def _tells(meters: Iterable[WaterMeter], alarms: tuple[Alarm, ...]) -> Flags:
    wanted = {alarm.value for alarm in alarms}
    return np.array([not wanted.isdisjoint(meter.alarms or ()) for meter in meters], np.bool_)


def _is_low(meter: WaterMeter) -> bool:
    return meter.battery_level is not None and meter.battery_level < LOW_BATTERY_PCT


def _rows(flags: Flags) -> list[int]:
    rows: list[int] = np.flatnonzero(flags).tolist()
    return rows
