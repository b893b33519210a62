"""Arrivals on green and the platoon ratio: how well a phase meets who comes to it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    DetectorFunction,
    Floats,
    Ints,
)
from dalgu.services.traffic.measures.grouping import bin_of, grouped, passages, split_at_bins
from dalgu.services.traffic.measures.signal_state import GREEN, YELLOW, phase_changes

ARRIVAL_TYPE_LIMITS: Final = (0.50, 0.85, 1.15, 1.50, 2.00)  # HCM 6th ed., exhibit 19-13


@dataclass(frozen=True, slots=True)
class ArrivalsOnGreen:
    """Arrivals by bin, device and phase; arrays of shape (rows,), only bins with an arrival."""

    bin_ms: Ints
    device: Ints
    phase: Ints
    arrivals: Ints
    on_green: Ints

    @property
    def share_on_green(self) -> Floats:
        """Percent on green as a ratio 0 to 1."""
        return self.on_green / np.maximum(self.arrivals, 1)


def arrivals_on_green(
    events: ControllerEvents,
    assignments: DetectorAssignments,
    *,
    bin_s: int = 900,
    latency_s: float = 0.0,
) -> ArrivalsOnGreen:
    """Count who passes the advance detectors, and who does while the phase shows green.

    Parameters
    ----------
    events
        Distinct events (`events.distinct`).
    assignments
        The detectors of function ADVANCE count.
    bin_s
        Length of a bin.
    latency_s
        How late the detector reports; actuations are moved back by it.

    References
    ----------
    Day et al., *Performance Measures for Traffic Signal Systems*, Purdue University, 2014.

    """
    came = passages(events, assignments.of(DetectorFunction.ADVANCE), latency_s)
    at_ms, device, phase = came.at_ms, came.device, came.phase
    changes = phase_changes(events)
    latest = changes.latest(device, phase, at_ms)
    green = (latest >= 0) & (changes.state[latest] == GREEN) if len(changes.state) else latest > 0
    rows = grouped(bin_of(at_ms, bin_s * MS), device, phase)
    bins, devices, phases = rows.keys
    on_green = rows.sums(green.astype(np.int64)).astype(np.int64)
    return ArrivalsOnGreen(bins, devices, phases, rows.count, on_green)


@dataclass(frozen=True, slots=True)
class PlatoonRatio:
    """Progression by bin, device and phase; arrays of shape (rows,).

    `ratio` is the share of arrivals on green over the share of time that is green: 1 when
    arrivals do not care for the signal. `arrival_type` is 1 (very poor) to 6 (exceptional).
    """

    bin_ms: Ints
    device: Ints
    phase: Ints
    arrivals: Ints
    on_green: Ints
    green_s: Floats
    green_ratio: Floats
    ratio: Floats
    arrival_type: Ints


def platoon_ratio(
    events: ControllerEvents, arrivals: ArrivalsOnGreen, *, bin_s: int = 900
) -> PlatoonRatio:
    """Weigh arrivals on green against how long the phase was green in the bin.

    Bins in which the phase was never green are left out. Sums over bins are made of arrivals,
    `on_green` and `green_s`, never by averaging ratios.

    References
    ----------
    HCM 6th ed., equation 19-1 and exhibit 19-13.

    """
    bins, device, phase, green_ms = _green_by_bin(events, bin_s * MS)
    row = _match((bins, device, phase), (arrivals.bin_ms, arrivals.device, arrivals.phase))
    found = (row >= 0) & (green_ms[row] > 0) if len(green_ms) else row > 0
    row = row[found]
    green_s = green_ms[row] / MS
    green_ratio = green_s / bin_s
    ratio = arrivals.share_on_green[found] / green_ratio
    return PlatoonRatio(
        arrivals.bin_ms[found],
        arrivals.device[found],
        arrivals.phase[found],
        arrivals.arrivals[found],
        arrivals.on_green[found],
        green_s,
        green_ratio,
        ratio,
        np.searchsorted(np.array(ARRIVAL_TYPE_LIMITS), ratio, side="left") + 1,
    )


def arrival_type(ratio: float) -> int:
    """Return the arrival type of a platoon ratio, 1 (very poor) to 6 (exceptional)."""
    return int(np.searchsorted(np.array(ARRIVAL_TYPE_LIMITS), ratio, side="left")) + 1


def _green_by_bin(events: ControllerEvents, bin_ms: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Milliseconds of green by bin, device and phase.

    A green that a log does not see end lasts to the end of its bin, and a yellow without a
    green before it means green since its bin began: logs are cut at bins, not at greens.
    """
    changes = events.of(GREEN, YELLOW)
    at_ms = changes.at_ms
    order = np.lexsort((changes.code, at_ms, changes.parameter, changes.device))
    changes, at_ms = changes.only(order), at_ms[order]
    same = (np.diff(changes.device) == 0) & (np.diff(changes.parameter) == 0)
    followed = np.append(same, False)[: len(at_ms)]
    led = np.append(False, same)[: len(at_ms)]
    cut = bin_of(at_ms, bin_ms)
    green = changes.code == GREEN
    after = np.where(followed, np.roll(at_ms, -1), cut + bin_ms)
    opening = ~green & (~led | (np.roll(changes.code, 1) == YELLOW))
    starts = np.concatenate([at_ms[green], cut[opening]])
    ends = np.concatenate([after[green], at_ms[opening]])
    who = np.concatenate([np.flatnonzero(green), np.flatnonzero(opening)])
    interval, bins, lasting = split_at_bins(starts, ends, bin_ms)
    rows = grouped(bins, changes.device[who[interval]], changes.parameter[who[interval]])
    device, phase = rows.keys[1], rows.keys[2]
    return rows.keys[0], device, phase, rows.sums(lasting).astype(np.int64)


def _match(rows: tuple[Ints, ...], wanted: tuple[Ints, ...]) -> Ints:
    """Position in `rows` of each wanted key, -1 where there is none; keys of rows are unique."""
    count = len(rows[0])
    both = [np.concatenate(pair) for pair in zip(rows, wanted, strict=True)]
    order = np.lexsort(both[::-1])
    new = np.zeros(len(order), dtype=bool)
    for column in both:
        new[1:] |= np.diff(column[order]) != 0
    label = np.empty(len(order), dtype=np.int64)
    label[order] = np.cumsum(new)
    position = np.full(len(order) + 1, -1)
    position[label[:count]] = np.arange(count)
    return position[label[count:]]
