"""Flags of missing reads: one for each silent meter, or one for the gateway they share."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.flag import Findings, Flag, Kind, Subject
from dalgu.services.water.flags.missing import (
    CAUSES,
    WEAK_LORA_DBM,
    WEAK_WMBUS_DBM,
    Cause,
    Diagnosis,
    Heard,
    diagnose,
)
from dalgu.services.water.hourly import HOUR_S, Reads
from dalgu.services.water.hourly_frame import Alarm

Array = NDArray[np.float64]

LORA_EUI_DIGITS = 16  # by these a LoRaWAN gateway is told from one of wireless M-Bus


def unread(
    meters: list[WaterMeter], reads: Reads, now: datetime, gateways: Mapping[EntityId, Subject]
) -> Findings:
    """Return why meters are not read.

    A meter that was never read in the window is the registry's matter, not a radio's, and is
    left out. `gateways` are the hub's devices by id: where they stand.
    """
    names = sorted({meter.gateway for meter in meters if meter.gateway})
    heard = _heard(meters, reads, now, {name: place for place, name in enumerate(names)})
    found = diagnose(heard, len(names))
    was_read = np.isfinite(heard.silent_h)
    single = was_read & (found.cause >= 0) & (found.cause != CAUSES.index(Cause.GATEWAY))
    flags = [
        Flag(
            Subject(meters[row].id, meters[row].location, meters[row].origin),
            Kind.MISSING_READS,
            now,
            "low",
            {
                "silentH": int(heard.silent_h[row]),
                "cause": CAUSES[int(found.cause[row])].value,
                "rule": "no read for 36 hours",
            },
        )
        for row in np.flatnonzero(single).tolist()
    ]
    cleared = {meters[row].id for row in np.flatnonzero(was_read & ~single).tolist()}
    return Findings(flags, {Kind.MISSING_READS: cleared}) + _gateways(names, found, now, gateways)


def _heard(
    meters: list[WaterMeter], reads: Reads, now: datetime, position: Mapping[str, int]
) -> Heard:
    last_s = np.full(len(meters), -np.inf)
    np.maximum.at(last_s, reads.meter, reads.at_s)
    return Heard(
        silent_h=(now.timestamp() - last_s) / HOUR_S,
        gateway=np.array([position.get(m.gateway or "", -1) for m in meters], np.int64),
        signal_dbm=_numbers(meter.signal_strength for meter in meters),
        weak_dbm=_numbers(_weak(meter) for meter in meters),
        battery_pct=_numbers(meter.battery_level for meter in meters),
        has_error=np.array(
            [Alarm.PERMANENT_ERROR.value in (meter.alarms or ()) for meter in meters], np.bool_
        ),
    )


def _weak(meter: WaterMeter) -> float:
    is_lora = len(meter.gateway or "") == LORA_EUI_DIGITS
    return WEAK_LORA_DBM if is_lora else WEAK_WMBUS_DBM


def _numbers(values: Iterable[float | None]) -> Array:
    return np.array([np.nan if one is None else one for one in values], np.float64)


def _gateways(
    names: list[str], found: Diagnosis, now: datetime, gateways: Mapping[EntityId, Subject]
) -> Findings:
    devices = [entity_id("Device", name) for name in names]
    flags = [
        Flag(
            gateways.get(devices[place], Subject(devices[place])),
            Kind.GATEWAY_SILENT,
            now,
            "high",
            {"silent": int(found.silent[place]), "meters": int(found.meters[place])},
        )
        for place in np.flatnonzero(found.is_down).tolist()
    ]
    up = {devices[place] for place in np.flatnonzero(~found.is_down).tolist()}
    return Findings(flags, {Kind.GATEWAY_SILENT: up})
