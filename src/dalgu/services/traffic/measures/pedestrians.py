"""Pedestrians by their push buttons: services, presses, different people, estimated volume."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.events import MS, ControllerEvents, Floats, Ints
from dalgu.services.traffic.measures.grouping import bin_of, grouped

SAME_PERSON_S: Final = 15  # presses closer than this are one person's; Singleton & Runa 2021
# Volume from hourly different presses: Singleton & Runa, Transportation Research Record 2675(6),
# 2021, doi 10.1177/0361198121994126, table of the quadratic models
VOLUME_LINEAR: Final = 0.7167
VOLUME_SQUARE: Final = 0.0599
VOLUME_INTERCEPT: Final = 1.1063
_HOUR_S: Final = 3600

_SERVED = (EventCode.PED_BEGIN_WALK, EventCode.OVERLAP_WALK)


@dataclass(frozen=True, slots=True)
class PedestrianCounts:
    """Pedestrians by bin, device and phase; arrays of shape (rows,).

    `services` is begins of walk, `presses` all actuations of the button, `different` those
    that came more than 15 s after the one before.
    """

    bin_ms: Ints
    device: Ints
    phase: Ints
    services: Ints
    presses: Ints
    different: Ints


def pedestrian_counts(
    events: ControllerEvents, *, bin_s: int = 900, same_person_s: float = SAME_PERSON_S
) -> PedestrianCounts:
    """Count walks, presses and different presses of each pedestrian phase.

    The first press of a log counts as no different one: what came before it is not known.
    """
    found = events.of(*_SERVED, EventCode.PED_DETECTOR_ON)
    order = np.lexsort((found.at_ms, found.parameter, found.device))
    found = found.only(order)
    press = found.code == EventCode.PED_DETECTOR_ON
    different = np.zeros(len(found), dtype=np.int64)
    different[press] = _apart(found.only(press), round(same_person_s * MS))
    rows = grouped(bin_of(found.at_ms, bin_s * MS), found.device, found.parameter)
    presses = rows.sums(press.astype(np.int64)).astype(np.int64)
    bins, device, phase = rows.keys
    apart = rows.sums(different).astype(np.int64)
    return PedestrianCounts(bins, device, phase, rows.count - presses, presses, apart)


def _apart(presses: ControllerEvents, gap_ms: int) -> Ints:
    apart = np.zeros(len(presses), dtype=np.int64)
    same = (np.diff(presses.device) == 0) & (np.diff(presses.parameter) == 0)
    apart[1:] = same & (np.diff(presses.at_ms) > gap_ms)
    return apart


@dataclass(frozen=True, slots=True)
class PedestrianVolumes:
    """Counts with the volume they stand for; a row for every bin of the span, shape (rows,).

    `volume` is people per bin. It looks an hour ahead: the last hour of a span is too low.
    """

    counts: PedestrianCounts
    volume: Floats


def pedestrian_volumes(
    counts: PedestrianCounts, *, from_ms: int, until_ms: int, bin_s: int = 900
) -> PedestrianVolumes:
    """Estimate how many people crossed, from how many pressed at different times.

    The hourly volume of the hour that begins with a bin is shared out by the bin's part of the
    hour's presses, over the bins that start at `from_ms` to `until_ms`.

    References
    ----------
    Singleton & Runa, *Pedestrian Traffic Signal Data Accurately Estimates Pedestrian Crossing
    Volumes*, Transportation Research Record 2675(6), 2021.

    """
    bin_ms = bin_s * MS
    start = from_ms // bin_ms * bin_ms
    bins = np.arange(start, until_ms // bin_ms * bin_ms + 1, bin_ms)
    crossings = grouped(counts.device, counts.phase)
    owner = np.empty(len(counts.bin_ms), dtype=np.int64)
    owner[crossings.order] = np.repeat(np.arange(len(crossings.count)), crossings.count)
    column = (counts.bin_ms - start) // bin_ms

    def grid(values: Ints) -> Ints:
        filled = np.zeros((len(crossings.count), len(bins)), dtype=np.int64)
        filled[owner, column] = values
        return filled

    different = grid(counts.different)
    hourly = _ahead(different, _HOUR_S // bin_s)
    estimate = VOLUME_LINEAR * hourly + VOLUME_SQUARE * hourly.astype(np.float64) ** 2
    share = different / np.maximum(hourly, 1)
    volume = estimate * share + VOLUME_INTERCEPT / (_HOUR_S // bin_s)
    rows = len(crossings.count)
    filled = PedestrianCounts(
        np.tile(bins, rows),
        np.repeat(crossings.keys[0], len(bins)),
        np.repeat(crossings.keys[1], len(bins)),
        grid(counts.services).reshape(-1),
        grid(counts.presses).reshape(-1),
        different.reshape(-1),
    )
    return PedestrianVolumes(filled, volume.reshape(-1))


def _ahead(values: Ints, bins: int) -> Ints:
    """Sum of each bin and the next ones of its hour, along the last axis."""
    total = np.cumsum(values, axis=1)
    upto = np.minimum(np.arange(values.shape[1]) + bins, values.shape[1]) - 1
    return total[:, upto] - total + values
