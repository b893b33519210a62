"""Detectors that cannot be believed: stuck on, stuck off, chattering, or half deaf."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.events import MS, ControllerEvents, Floats, Ints
from dalgu.services.traffic.measures.grouping import grouped

# Traffic Detector Handbook, FHWA-HRT-06-139, 2006, chapter 6 (max presence, no activity, erratic
# output), as controllers have them in their detector diagnostics (NTCIP 1202, 2.3.3)
STUCK_ON_S: Final = 600.0
STUCK_OFF_S: Final = 3_600.0
CHATTER_PER_MINUTE: Final = 60
UNPAIRED_SHARE: Final = 0.1  # ons or offs that follow another of their kind


class Suspicion(IntFlag):
    """What a detector is suspected of."""

    NONE = 0
    STUCK_ON = 1
    STUCK_OFF = 2
    CHATTERS = 4
    LOSES_EVENTS = 8
    REPORTED = 16  # by the controller itself


@dataclass(frozen=True, slots=True)
class DetectorHealth:
    """Detectors by device and channel; arrays of shape (n,)."""

    device: Ints
    detector: Ints
    actuations: Ints
    longest_on_s: Floats
    longest_off_s: Floats
    most_per_minute: Ints
    unpaired: Floats  # share of events, 0 to 1
    suspicion: Ints  # of `Suspicion`


def detector_health(events: ControllerEvents, *, from_s: float, until_s: float) -> DetectorHealth:
    """Judge each detector that a stretch of log holds.

    A detector that never turned on in it is not known here: compare with the assignments.

    Parameters
    ----------
    events
        Distinct events.
    from_s, until_s
        The stretch that was logged: what is open at its ends lasts to them.

    """
    changes = events.of(EventCode.DETECTOR_OFF, EventCode.DETECTOR_ON)
    at_ms = changes.at_ms
    order = np.lexsort((changes.code, at_ms, changes.parameter, changes.device))
    changes, at_ms = changes.only(order), at_ms[order]
    rows = grouped(changes.device, changes.parameter)
    on = changes.code == EventCode.DETECTOR_ON
    until_ms, from_ms = round(until_s * MS), round(from_s * MS)
    last = np.zeros(len(at_ms), dtype=bool)
    last[rows.order[rows.starts + rows.count - 1]] = True
    after = np.where(last, until_ms, np.roll(at_ms, -1))
    lasting_s = (after - at_ms) / MS
    first = rows.order[rows.starts]
    led_s = np.where(on[first], (at_ms[first] - from_ms) / MS, 0.0)
    again = np.zeros(len(at_ms), dtype=np.int64)
    again[1:] = on[1:] == on[:-1]
    again[first] = 0
    device, detector = rows.keys
    longest_on = rows.highest(np.where(on, lasting_s, 0.0))
    longest_off = np.maximum(rows.highest(np.where(on, 0.0, lasting_s)), led_s)
    most = _most_per_minute(rows.keys, changes.only(on))
    unpaired = rows.means(again)
    suspicion = (
        (longest_on > STUCK_ON_S) * Suspicion.STUCK_ON
        + (longest_off > STUCK_OFF_S) * Suspicion.STUCK_OFF
        + (most > CHATTER_PER_MINUTE) * Suspicion.CHATTERS
        + (unpaired > UNPAIRED_SHARE) * Suspicion.LOSES_EVENTS
        + _reported(rows.keys, events) * Suspicion.REPORTED
    )
    actuations = rows.sums(on.astype(np.int64)).astype(np.int64)
    return DetectorHealth(
        device, detector, actuations, longest_on, longest_off, most, unpaired, suspicion
    )


def _most_per_minute(keys: tuple[Ints, ...], on: ControllerEvents) -> Ints:
    minutes = grouped(on.device, on.parameter, on.at_ms // (60 * MS))
    busiest = grouped(minutes.keys[0], minutes.keys[1])
    return _looked_up(keys, busiest.keys, busiest.highest(minutes.count).astype(np.int64))


def _reported(keys: tuple[Ints, ...], events: ControllerEvents) -> Ints:
    codes = range(EventCode.DETECTOR_FAULT, EventCode.DETECTOR_EXCESSIVE_CHANGE + 1)
    told = events.of(*codes)
    found = grouped(told.device, told.parameter)
    return _looked_up(keys, found.keys, np.ones(len(found.count), dtype=np.int64))


def _looked_up(keys: tuple[Ints, ...], known: tuple[Ints, ...], values: Ints) -> Ints:
    """Values of known pairs at the wanted ones, 0 where unknown."""
    if not len(values):
        return np.zeros(len(keys[0]), dtype=np.int64)
    have = (known[0] << np.int64(32)) | known[1]
    want = (keys[0] << np.int64(32)) | keys[1]
    at = np.minimum(np.searchsorted(have, want), len(have) - 1)
    return np.where(have[at] == want, values[at], 0)
