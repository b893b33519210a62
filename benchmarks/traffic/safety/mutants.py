"""Phase machines with a bug planted in each: what the monitor and the proof must catch."""

from dataclasses import replace

import numpy as np

from dalgu.devices.signals.machine import AMBER, GREEN, RED, Machine
from dalgu.devices.signals.tables import NEVER


def _with(tables, **changed):
    return replace(tables, **changed)


class NoIntergreen(Machine):
    """Starts a stage at once, whatever has just ended."""

    def _start_greens(self):
        state = self.state
        starts = self.shown() & (state.light == RED)
        state.light[starts] = GREEN
        state.age[starts] = state.red[starts] = 0


class IntergreenOffByOne(Machine):
    """Starts one tick too early."""

    def __init__(self, tables, *args, **kwargs):
        short = np.maximum(tables.intergreen - 1, 0)
        super().__init__(_with(tables, intergreen=short), *args, **kwargs)


class MatrixSwapped(Machine):
    """Reads the intergreens from the wrong side."""

    def __init__(self, tables, *args, **kwargs):
        turned = np.swapaxes(tables.intergreen, 1, 2)
        super().__init__(_with(tables, intergreen=turned), *args, **kwargs)


class ConflictForgotten(Machine):
    """Has lost the conflicts of group 0."""

    def __init__(self, tables, *args, **kwargs):
        conflict = tables.conflict.copy()
        conflict[:, 0], conflict[:, :, 0] = False, False
        super().__init__(_with(tables, conflict=conflict), *args, **kwargs)


class MinGreenIgnored(Machine):
    """Ends a green after one tick."""

    def __init__(self, tables, *args, **kwargs):
        super().__init__(_with(tables, min_green=np.ones_like(tables.min_green)), *args, **kwargs)


class WrongStage(Machine):
    """Counts stages from one where it lights the lamps."""

    def _start_greens(self):
        state, tables = self.state, self.tables
        wrong = tables.member[self.row, (state.stage + 1) % tables.stages]
        ready = self.outlook.complete & (self.outlook.free == 0)
        starts = wrong & (state.light == RED) & ready[:, None]
        state.light[starts] = GREEN
        state.age[starts] = 0
        super()._start_greens()


class ClockJumps(Machine):
    """Believes that five seconds have passed now and then."""

    def _advance(self, hold):
        held = super()._advance(hold)
        self.state.age[self.state.age == 2] += 5
        return held


class NoAmber(Machine):
    """Goes from green to red."""

    def _end_greens(self):
        super()._end_greens()
        self.state.light[self.state.light == AMBER] = RED


class ShortClearance(Machine):
    """Shows half the flashing green, and starts as if it had shown it all."""

    def __init__(self, tables, *args, **kwargs):
        half = (tables.amber + 1) // 2
        super().__init__(_with(tables, amber=half), *args, **kwargs)


class MaxRedIgnored(Machine):
    """Grants whatever is wished, however long others wait."""

    def __init__(self, tables, *args, **kwargs):
        most = np.full_like(tables.max_red, 100 * NEVER)
        super().__init__(_with(tables, max_red=most), *args, **kwargs)


class LampSticks(Machine):
    """A lamp of group 0 stays green when the group ends."""

    def _end_greens(self):
        was = self.state.light[:, 0] == GREEN
        super()._end_greens()
        self.state.light[was, 0] = GREEN


class HeldWithoutEnd(Machine):
    """Lets pedestrians hold a change up for ever."""

    def __init__(self, tables, *args, **kwargs):
        super().__init__(tables, *args, **kwargs)
        self.extend_most = NEVER

    def _may_hold(self):
        return np.ones(len(self.row), np.bool_)


MUTANTS = (
    NoIntergreen,
    IntergreenOffByOne,
    MatrixSwapped,
    ConflictForgotten,
    MinGreenIgnored,
    WrongStage,
    ClockJumps,
    NoAmber,
    ShortClearance,
    MaxRedIgnored,
    LampSticks,
    HeldWithoutEnd,
)
