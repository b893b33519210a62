"""How long phases and pedestrians wait: from the call, or the press, to the green."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dalgu.devices.signals.codes import EventCode as Code
from dalgu.services.traffic.measures.events import MS, ControllerEvents, Floats, Ints
from dalgu.services.traffic.measures.grouping import as_of, bin_of, grouped, pair_key
from dalgu.services.traffic.measures.intervals import (
    OPEN,
    Intervals,
    Windows,
    in_row,
    until_next,
    windows,
)
from dalgu.services.traffic.measures.kinds import PHASE_WAIT, Kind

if TYPE_CHECKING:
    from dalgu.services.traffic.measures.timeline import Timeline

ASSUMED_CYCLE_S: Final = 140  # of a controller that runs free
SKIP_MULTIPLE: Final = 1.5  # cycles a served phase never waits
PRIORITY_SKIP_MULTIPLE: Final = 2.0  # the same where transit priority held it back
PREEMPT_RECOVERY_S: Final = 120


def phase_waits(events: ControllerEvents, calls: Intervals, doubtful: Windows) -> Intervals:
    """Return the waits of phases: from a call, or from the end of green under a call, to green.

    Parameters
    ----------
    events
        Distinct events.
    calls
        Calls of phases, paired; a wait under a call that is not valid is not valid.
    doubtful
        Colours that cannot be: no wait through one is valid.

    """
    codes = (Code.CALL_REGISTERED, Code.CALL_DROPPED, Code.BEGIN_GREEN, Code.GREEN_TERMINATION)
    row = in_row(events.of(*codes))
    code = row.events.code
    call = (code == Code.CALL_REGISTERED) | (code == Code.CALL_DROPPED)
    owner = pair_key(row.events.device, row.events.parameter)
    last = np.maximum.accumulate(np.where(call, np.arange(len(code)), -1))
    called = (last >= 0) & (code[last] == Code.CALL_REGISTERED) & (owner[last] == owner)
    starts = (code == Code.CALL_REGISTERED) | ((code == Code.GREEN_TERMINATION) & called)
    waits = until_next(row, np.ones(len(code), dtype=bool))
    waits = waits.only(starts & (row.next_code == Code.BEGIN_GREEN))
    under = as_of(pair_key(calls.device, calls.parameter), calls.start_ms).latest(
        pair_key(waits.device, waits.parameter), waits.start_ms
    )
    valid = ~doubtful.touch(waits.device, waits.start_ms, waits.end_ms)
    if len(calls.valid):
        held = (under >= 0) & (calls.end_ms[under] > waits.start_ms)
        valid &= ~held | calls.valid[under]
    named = np.full(len(waits.code), PHASE_WAIT)
    return Intervals(waits.start_ms, waits.end_ms, waits.device, named, waits.parameter, valid)


def pedestrian_waits(events: ControllerEvents) -> Intervals:
    """Return the waits of pedestrians: from the first press after a crossing to the next walk."""
    walks = (Code.PED_BEGIN_WALK, Code.PED_BEGIN_CLEARANCE)
    row = in_row(events.of(Code.PED_DETECTOR_ON, *walks))
    code, rows = row.events.code, len(row.at_ms)
    owner = pair_key(row.events.device, row.events.parameter)
    after = np.where(np.isin(code, walks), np.arange(rows), rows)
    after = np.minimum.accumulate(np.append(after, rows)[::-1])[::-1][1:]
    at = np.minimum(after, max(rows - 1, 0))
    served = (after < rows) & (owner[at] == owner)
    led = np.append(False, owner[1:] == owner[:-1])[:rows]
    first = ~led | (np.roll(code, 1) == Code.PED_BEGIN_CLEARANCE)
    kept = (code == Code.PED_DETECTOR_ON) & first & served
    found = until_next(row, np.ones(rows, dtype=bool))
    return Intervals(
        found.start_ms,
        np.where(served, row.at_ms[at], OPEN),
        found.device,
        found.code,
        found.parameter,
        found.valid,
    ).only(kept)


@dataclass(frozen=True, slots=True)
class PedestrianDelay:
    """Mean wait of pedestrians by bin of the walk, device and phase; arrays of shape (rows,)."""

    bin_ms: Ints
    device: Ints
    phase: Ints
    mean_s: Floats
    count: Ints


def pedestrian_delay(timeline: "Timeline", *, bin_s: int = 900) -> PedestrianDelay:
    """Average how long pedestrians waited, by the bin in which their walk began."""
    waits = timeline.of(Kind.PED_DELAY)
    rows = grouped(bin_of(waits.end_ms, bin_s * MS), waits.device, waits.value)
    mean_s = rows.means(waits.end_ms - waits.start_ms) / MS
    bins, device, phase = rows.keys
    return PedestrianDelay(bins, device, phase, mean_s, rows.count)


@dataclass(frozen=True, slots=True)
class PhaseWaitRules:
    """When a wait is a skip, and which waits do not count."""

    assumed_cycle_s: float = ASSUMED_CYCLE_S
    skip_multiple: float = SKIP_MULTIPLE
    priority_skip_multiple: float = PRIORITY_SKIP_MULTIPLE
    preempt_recovery_s: float = PREEMPT_RECOVERY_S


@dataclass(frozen=True, slots=True)
class PhaseWait:
    """Waits of phases by bin of the green, device and phase; arrays of shape (rows,)."""

    bin_ms: Ints
    device: Ints
    phase: Ints
    mean_s: Floats
    longest_s: Floats
    skips: Ints


@dataclass(frozen=True, slots=True)
class CycleLengths:
    """The cycle a device ran from an instant on, 0 when free; arrays of shape (n,)."""

    from_ms: Ints
    device: Ints
    cycle_s: Ints


def cycle_lengths(events: ControllerEvents, *, actual: bool) -> CycleLengths:
    """Return the cycle lengths logged: as run (MAXTIME's 316) or as planned (132)."""
    found = events.of(Code.ACTUAL_CYCLE if actual else Code.CYCLE_LENGTH_CHANGE)
    return CycleLengths(found.at_ms, found.device, found.parameter)


def phase_wait(
    timeline: "Timeline",
    cycles: CycleLengths,
    rules: PhaseWaitRules | None = None,
    *,
    bin_s: int = 900,
) -> PhaseWait:
    """Average the waits of phases, and count those too long to be anything but a skip.

    Waits through a preemption, or in the two minutes after one, are left out. The longer one
    of the cycles at begin and end of a wait counts.
    """
    rules = rules or PhaseWaitRules()
    waits = timeline.of(Kind.PHASE_WAIT)
    preempts = timeline.of(Kind.PREEMPT)
    recovered_ms = preempts.end_ms + round(rules.preempt_recovery_s * MS)
    shut = windows(preempts.device, preempts.start_ms, recovered_ms)
    waits = waits.only(~shut.touch(waits.device, waits.start_ms, waits.end_ms))
    cycle_s = np.maximum(
        _cycle_at(cycles, waits.device, waits.start_ms, rules.assumed_cycle_s),
        _cycle_at(cycles, waits.device, waits.end_ms, rules.assumed_cycle_s),
    )
    helped = timeline.of(Kind.TSP_ADJUSTMENT)
    latest = as_of(helped.device, helped.start_ms).latest(waits.device, waits.end_ms)
    prior = latest >= 0
    prior[prior] = helped.start_ms[latest[prior]] >= waits.start_ms[prior]
    multiple = np.where(prior, rules.priority_skip_multiple, rules.skip_multiple)
    lasting_s = (waits.end_ms - waits.start_ms) / MS
    skipped = (lasting_s > cycle_s * multiple).astype(np.int64)
    rows = grouped(bin_of(waits.end_ms, bin_s * MS), waits.device, waits.value)
    bins, device, phase = rows.keys
    return PhaseWait(
        bins,
        device,
        phase,
        rows.means(lasting_s),
        rows.highest(lasting_s),
        rows.sums(skipped).astype(np.int64),
    )


def _cycle_at(cycles: CycleLengths, device: Ints, at_ms: Ints, assumed_s: float) -> Floats:
    known = as_of(cycles.device, cycles.from_ms).latest(device, at_ms)
    found = np.zeros(len(device))
    found[known >= 0] = cycles.cycle_s[known[known >= 0]]
    return np.where(found > 0, found, assumed_s)
