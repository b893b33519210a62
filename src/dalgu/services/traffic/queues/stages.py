"""A stage machine for all signals of a layout at once, for trials of controllers in simulation.

In the street the machine of `devices.signals` runs, group by group, with its own intergreens; here
what a `Layout` knows is enough: a change takes `change_s`, vehicles whose green ends keep it for
`keep_s` of that, groups that end show amber first, least greens are kept and no group waits longer
than its longest red.
"""

import numpy as np

from dalgu.devices.signals.report import Light
from dalgu.services.traffic.signals.layout import Bools, Floats, Ints, Layout

AMBER_S = 3.0
STEP_S = 1.0


class Stages:
    """The stage of every signal, its age, and what the groups show."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.stage: Ints = layout.stage_first[:-1].copy()
        self.age_s: Floats = np.full(len(layout.signals), -STEP_S)  # 0 once the first is shown
        self.changing_s: Floats = np.zeros(len(layout.signals))
        self.red_s: Floats = np.zeros(len(layout.group_signal))
        self._keep_s: Floats = np.full(len(layout.group_signal), np.inf)  # of a green that ends
        self._amber_s: Floats = np.zeros(len(layout.group_signal))
        self._green_s: Floats = np.full(len(layout.group_signal), -STEP_S)
        self._member = _groups_of_stages(layout)
        self._is_green: Bools = self._green_in(self.stage)

    @property
    def light(self) -> Ints:
        """Return what each group shows now, (G,) of `Light`."""
        amber = np.where(self._amber_s > 0, int(Light.AMBER), int(Light.RED))
        return np.where(self._is_green, int(Light.GREEN), amber)

    def advance(self, wanted: Ints) -> None:
        """Let one second pass; `wanted` (N,) are the stages asked for, over all stages."""
        self._tick()
        wanted = self._forced(np.asarray(wanted))
        begin = (wanted != self.stage) & (self.changing_s <= 0) & self._may_end(wanted)
        place = wanted - self.layout.stage_first[:-1]
        change, keep = self._change(self.layout.change_s, place), np.zeros(len(place))
        if self.layout.keep_s is not None:
            keep = self._change(self.layout.keep_s, place)
        self.changing_s = np.where(begin, change, self.changing_s)
        self.stage = np.where(begin, wanted, self.stage)
        self.age_s[begin] = 0.0
        ends = self._is_green & begin[self.layout.group_signal] & ~self._green_in(self.stage)
        walks = self.layout.group_is_pedestrian[ends]
        self._keep_s[ends] = np.where(walks, 0.0, keep[self.layout.group_signal[ends]])
        self._end_green()
        self._begin_green()

    def _change(self, table: Floats, place: Ints) -> Floats:
        """Return what a table of changes says of changing to these stages of each signal."""
        return np.asarray(table[self.stage, np.clip(place, 0, table.shape[1] - 1)])

    def _end_green(self) -> None:
        """Give amber to the groups whose green has been kept long enough."""
        ends = self._keep_s <= 0
        self._amber_s[ends] = AMBER_S
        self._is_green &= ~ends
        self._green_s[ends] = self.red_s[ends] = 0.0
        self._keep_s[ends] = np.inf

    def _tick(self) -> None:
        """Advance what counts time."""
        running = self.changing_s > 0
        self.changing_s = np.maximum(self.changing_s - STEP_S, 0.0)
        self.age_s = np.where(running, 0.0, self.age_s + STEP_S)
        self._amber_s = np.maximum(self._amber_s - STEP_S, 0.0)
        self._keep_s -= STEP_S
        self._green_s = np.where(self._is_green, self._green_s + STEP_S, 0.0)
        self.red_s = np.where(self._is_green, 0.0, self.red_s + STEP_S)
        self._end_green()
        self._begin_green()

    def _begin_green(self) -> None:
        """Give green to the groups of every stage whose change is over."""
        ready = (self.changing_s <= 0)[self.layout.group_signal]
        self._is_green |= ready & self._green_in(self.stage)
        self.red_s[self._is_green] = 0.0
        self._amber_s[self._is_green] = 0.0

    def _may_end(self, wanted: Ints) -> Bools:
        """Return where every group that the wanted stage ends has had its least green."""
        short = self._is_green & (self._green_s < self.layout.group_min_green_s)
        short &= ~self._green_in(wanted)
        held = np.zeros(len(self.stage), np.bool_)
        held[self.layout.group_signal[short]] = True
        return ~held

    def _forced(self, wanted: Ints) -> Ints:
        """Return the stages wanted, or one with the group that has waited its longest red."""
        late = (self.red_s >= self.layout.group_max_red_s) & ~self._is_green
        if not late.any():
            return wanted
        wanted = wanted.copy()
        for group in np.flatnonzero(late):
            stages = np.flatnonzero(self._member[:, group])
            if len(stages):
                wanted[self.layout.group_signal[group]] = stages[0]
        return wanted

    def _green_in(self, stage: Ints) -> Bools:
        """Return which groups are green when each signal runs this stage."""
        group = np.arange(len(self.layout.group_signal))
        green: Bools = self._member[stage[self.layout.group_signal], group]
        return green


def _groups_of_stages(layout: Layout) -> Bools:
    """Return (S, G): which groups are green in a stage."""
    member = np.zeros((len(layout.stage_signal), len(layout.group_signal)), np.bool_)
    for stage, signal in enumerate(layout.stage_signal):
        first, last = layout.group_first[signal], layout.group_first[signal + 1]
        member[stage, first:last] = layout.stage_group[stage, : last - first]
    return member
