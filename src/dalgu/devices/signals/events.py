"""The high-resolution log of a controller: Indiana event codes, from what lamps and lanes did.

Parameters are phases: the position of a group plus 1; for detectors the position of a lane in
`Timing.detectors` plus 1 for its loop at the stop line, plus 101 for what sees vehicles reach the
back of its queue (or the line, where none stands). A green that the city's controller ends is
told as a gap-out, one that the plan ends as a force-off, one that the safety layer ends so that
others are not red too long as a max-out.

Sturdevant et al., Indiana Traffic Signal Hi Resolution Data Logger Enumerations, 2012.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.codes import EventCode
from dalgu.devices.signals.lanes import Floats, Reading
from dalgu.devices.signals.report import Light, Mode
from dalgu.devices.signals.timing import GroupKind, Timing

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


ADVANCE: Final = 100  # channel of a lane's advance detector above that of its loop
PULSES_MOST: Final = 4  # of a detector in one report
PATTERN_FREE: Final = 254  # led by the city
PATTERN_FLASH: Final = 255
FLASH_BY_MONITOR: Final = 6
NO_FLASH: Final = 2


class EventLog:
    """Compares what a field shows with what it showed, and names the difference."""

    def __init__(self, timings: Sequence[Timing]) -> None:
        groups = [len(timing.groups) for timing in timings]
        lanes = [len(timing.detectors) for timing in timings]
        self._group_owner, self._phase = _numbered(groups)
        self._lane_owner, self._channel = _numbered(lanes)
        kinds = [group.kind for timing in timings for group in timing.groups]
        self._walks = np.array([kind is GroupKind.PEDESTRIAN for kind in kinds])
        self._light: Ints = np.full(len(kinds), Light.RED)
        self._clearing: Bools = np.zeros(len(kinds), np.bool_)
        self._called: Bools = np.zeros(len(kinds), np.bool_)
        self._on: Bools = np.zeros(sum(lanes), np.bool_)
        self._fault: Bools = np.zeros(sum(lanes), np.bool_)
        self._queue_veh: Floats = np.zeros(sum(lanes))
        self._pattern: Ints = np.full(len(timings), -1)
        self._rows: list[Floats] = []

    def take(self) -> Floats:
        """Return the events since the last call, (E, 4): second, controller, code, parameter."""
        rows, self._rows = self._rows, []
        if not rows:
            return np.zeros((0, 4))
        events = np.concatenate(rows)
        return events[np.lexsort((events[:, 2], events[:, 1], events[:, 0]))]

    def lamps(self, at_s: float, light: Ints, clear: Bools, why: Ints) -> None:
        """Note changes of lamps, (G,); `clear`: intergreens over; `why`: code by controller."""
        was, walks = self._light, self._walks
        starts = (light == Light.GREEN) & (was != Light.GREEN)
        ends = (light != Light.GREEN) & (was == Light.GREEN)
        ambers = (light == Light.AMBER) & (was != Light.AMBER)
        reds = (light == Light.RED) & (was != Light.RED)
        for where, code in (
            (starts & ~walks, EventCode.BEGIN_GREEN),
            (ends & ~walks, EventCode.GREEN_TERMINATION),
            (ambers & ~walks, EventCode.BEGIN_YELLOW),
            ((was == Light.AMBER) & reds & ~walks, EventCode.END_YELLOW),
            (reds & ~walks, EventCode.BEGIN_RED_CLEARANCE),
            (clear & self._clearing & ~walks, EventCode.END_RED_CLEARANCE),
            (starts & walks, EventCode.PED_BEGIN_WALK),
            (ambers & walks, EventCode.PED_BEGIN_CLEARANCE),
            (reds & walks, EventCode.PED_BEGIN_DONT_WALK),
        ):
            self._groups(at_s, where, code)
        for code in (EventCode.GAP_OUT, EventCode.MAX_OUT, EventCode.FORCE_OFF):
            self._groups(at_s, ends & ~walks & (why[self._group_owner] == code), code)
        self._clearing = ~clear & (light == Light.RED)
        self._light = light.copy()

    def calls(self, at_s: float, called_s: Floats) -> None:
        """Note who pressed a button, (G,)."""
        called = called_s > 0
        self._groups(at_s, called & ~self._called, EventCode.PED_DETECTOR_ON)
        self._groups(at_s, called & ~self._called, EventCode.PED_CALL_REGISTERED)
        self._called = called

    def lanes(self, at_s: float, told: Reading, fault: Bools, dt_s: float) -> None:
        """Note stop-line detectors that went on and off in the last `dt_s`, (L,)."""
        passed, arrived = _whole(told.passed_veh), self._arrived(told)
        for some, on_s, off_s in _pulses(at_s - dt_s, passed, dt_s):
            self._lanes(on_s, some & ~self._on, EventCode.DETECTOR_ON)
            self._lanes(off_s, some, EventCode.DETECTOR_OFF)
            self._on = self._on & ~some
        for some, on_s, off_s in _pulses(at_s - dt_s, arrived, dt_s):
            self._lanes(on_s, some, EventCode.DETECTOR_ON, ADVANCE)
            self._lanes(off_s, some, EventCode.DETECTOR_OFF, ADVANCE)
        stands = told.queue_veh >= 1
        now_s = np.full(len(stands), at_s)
        self._lanes(now_s, stands & ~self._on, EventCode.DETECTOR_ON)
        self._lanes(now_s, ~stands & self._on, EventCode.DETECTOR_OFF)
        self._on = stands
        self._lanes(now_s, fault & ~self._fault, EventCode.DETECTOR_FAULT)
        self._lanes(now_s, ~fault & self._fault, EventCode.DETECTOR_RESTORED)
        self._fault = fault.copy()

    def _arrived(self, told: Reading) -> Ints:
        queue = np.nan_to_num(told.queue_veh)
        arrived = queue - self._queue_veh + np.nan_to_num(told.passed_veh)
        self._queue_veh = queue
        return _whole(arrived)

    def modes(self, at_s: float, mode: Ints, plan: Ints) -> None:
        """Note which pattern runs, (N,): a plan, the city's controller, or flashing."""
        pattern = np.where(mode == Mode.REMOTE, PATTERN_FREE, plan + 1)
        pattern = np.where(mode == Mode.FLASH, PATTERN_FLASH, pattern)
        who = np.flatnonzero(pattern != self._pattern)
        flash = (pattern == PATTERN_FLASH) != (self._pattern == PATTERN_FLASH)
        lit = np.flatnonzero(flash & (self._pattern >= 0))
        status = np.where(pattern[lit] == PATTERN_FLASH, FLASH_BY_MONITOR, NO_FLASH)
        self._add(np.full(len(who), at_s), who, EventCode.PATTERN_CHANGE, pattern[who])
        self._add(np.full(len(lit), at_s), lit, EventCode.FLASH_STATUS, status)
        self._pattern = pattern

    def clock(self, at_s: float) -> None:
        """Note that the clock of all controllers was set."""
        who = np.arange(len(self._pattern))
        self._add(
            np.full(len(who), at_s), who, EventCode.CLOCK_UPDATED, np.zeros(len(who), np.int64)
        )

    def _groups(self, at_s: float, where: Bools, code: EventCode) -> None:
        some = np.flatnonzero(where)
        self._add(np.full(len(some), at_s), self._group_owner[some], code, self._phase[some])

    def _lanes(self, at_s: Floats, where: Bools, code: EventCode, above: int = 0) -> None:
        some = np.flatnonzero(where)
        self._add(at_s[some], self._lane_owner[some], code, self._channel[some] + above)

    def _add(self, at_s: Floats, who: Ints, code: EventCode, parameter: Ints) -> None:
        if len(who):
            self._rows.append(np.column_stack((at_s, who, np.full(len(who), code), parameter)))


def _whole(vehicles: Floats) -> Ints:
    return np.clip(np.nan_to_num(vehicles), 0, PULSES_MOST).astype(np.int64)


def _pulses(since_s: float, vehicles: Ints, dt_s: float) -> Iterator[tuple[Bools, Floats, Floats]]:
    """Yield who has a k-th vehicle, and when it covers and leaves the detector."""
    span_s = dt_s / np.maximum(vehicles, 1)
    for k in range(int(vehicles.max(initial=0))):
        begins_s = since_s + k * span_s
        yield vehicles > k, begins_s + 0.2 * span_s, begins_s + 0.7 * span_s


def _numbered(counts: list[int]) -> tuple[Ints, Ints]:
    owner = np.repeat(np.arange(len(counts)), counts)
    number = np.concatenate([np.arange(1, count + 1) for count in counts])
    return owner, number
