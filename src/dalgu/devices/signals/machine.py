"""The phase machine: the safety layer between whoever wishes a stage and the lamps.

It runs in each controller, for all controllers of a field at once. Whoever decides (the fixed
plan, the city's controller, a person) only names the stage it would like next; which groups go
green and when is decided here, from lights and elapsed ticks alone:

* a group starts when it is red, belongs to the stage being changed to, and every group it
  conflicts with has ended at least its intergreen ago;
* a green is ended only for a change, and only after its minimum;
* a change begins when the stage shown is complete, all that ended before is cleared, and the
  groups that would end have had their minimum;
* a wish is granted only if the rescue rotation (`tables`) could still serve every group before
  its maximum red; when even staying longer would break that, the rotation's next stage is served
  whatever is wished.

Nothing else can be put in: a wish that names no stage of the controller is the wish to stay.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.report import Light
from dalgu.devices.signals.tables import LEAST_RED, NEVER, TICK_S, Bools, Ints, Tables, down

__all__ = ["EXTEND_MOST_S", "STAY", "Machine", "Outlook", "State", "check_timing"]

STAY: Final = -1  # the wish to go on with the stage that is shown
EXTEND_MOST_S: Final = 10.0  # that pedestrians can put a change off, and again within it

RED, AMBER, GREEN = Light.RED.value, Light.AMBER.value, Light.GREEN.value


@dataclass(slots=True)
class State:
    """All that the machine remembers. N controllers, W groups of the widest."""

    stage: Ints  # (N,) shown, or being changed to
    light: NDArray[np.int8]  # (N, W)
    age: Ints  # (N, W) ticks since green began, or since it ended where it is not green
    red: Ints  # (N, W) ticks since green ended, 0 while green
    held: Ints  # (N,) ticks that pedestrians held this change up

    @classmethod
    def started(cls, tables: Tables) -> "State":
        """Return all red, as after power comes back: nothing is known of before."""
        shape = tables.exists.shape
        return cls(
            stage=tables.first.copy(),
            light=np.full(shape, RED, np.int8),
            age=np.zeros(shape, np.int32),
            red=np.zeros(shape, np.int32),
            held=np.zeros(len(tables), np.int32),
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come, in ticks, if nothing new is wished."""

    free: Ints  # (N,) until the stage can be left for any other
    start: Ints  # (N, W) until a group of the stage is green; 0 for all other groups
    end: Ints  # (N, W) until a green group that ends with the running change may end
    spare: Ints  # (N,) ticks that can be lost without any group passing its maximum red
    complete: Bools  # (N,) exactly the groups of the stage are green


class Machine:
    """Runs controllers tick by tick; `state` is replaced by each `step`."""

    def __init__(
        self, tables: Tables, tick_s: float = TICK_S, *, state: State | None = None
    ) -> None:
        self.tables = tables
        self.state = state or State.started(tables)
        self.row = np.arange(len(tables))
        self.extend_most = down(EXTEND_MOST_S, tick_s)
        self.forced: Bools = np.zeros(len(tables), np.bool_)
        self.outlook = self.look()

    def step(self, wish: NDArray[Any], hold: NDArray[Any] | None = None) -> None:
        """Advance all controllers by one tick.

        Parameters
        ----------
        wish
            Shape (N,), stage to serve next, in the controller's own numbering. Whatever is no
            such number is taken for the wish to stay.
        hold
            Shape (N,), whether pedestrians need longer: puts off a change that would end their
            green, prolongs the clearing of a running one, both at most `EXTEND_MOST_S`.

        """
        wishes = self._understood(wish)
        holds = np.zeros(len(self.row), np.bool_) if hold is None else np.asarray(hold) == 1
        held = self._advance(holds)
        self._clear_ambers()
        self._begin_changes(wishes, holds, self._now(held))
        self._end_greens()
        self._start_greens()
        self.outlook = self.look()

    def restart(self, who: Bools) -> None:
        """Put controllers to all red, as after power comes back; shape (N,)."""
        fresh, state = State.started(self.tables), self.state
        state.stage[who] = fresh.stage[who]
        state.held[who] = 0
        state.light[who] = fresh.light[who]
        state.age[who] = fresh.age[who]
        state.red[who] = fresh.red[who]
        self.outlook = self.look()

    def shown(self) -> Bools:
        """Return the groups of the stage shown or being changed to, shape (N, W)."""
        return self.tables.member[self.row, self.state.stage]

    def _understood(self, wish: NDArray[Any]) -> Ints:
        with np.errstate(invalid="ignore"):
            number = np.nan_to_num(np.asarray(wish, np.float64), nan=STAY, posinf=STAY, neginf=STAY)
        known = (number >= 0) & (number < self.tables.stages) & (number == np.floor(number))
        return np.where(known, number, self.state.stage).astype(np.int32)

    def _advance(self, hold: Bools) -> Bools:
        state, tables = self.state, self.tables
        dim = state.light != GREEN
        clearing = dim & tables.pedestrian & (state.age < tables.clear)
        holding = hold & self._may_hold() & clearing.any(axis=1)
        state.held += holding
        state.age += ~(clearing & holding[:, None])
        np.minimum(state.age, NEVER, out=state.age)
        state.red += dim
        np.minimum(state.red, NEVER, out=state.red)
        return np.asarray(holding)

    def _now(self, held: Bools) -> Outlook:
        """Return the outlook one tick on: time that passes while nothing is free costs nothing."""
        was = self.outlook
        lost = held | (was.free == 0)
        free = np.where(lost, was.free, was.free - 1)
        return replace(was, free=free, spare=np.where(was.spare == NEVER, NEVER, was.spare - lost))

    def _may_hold(self) -> Bools:
        spare = self.outlook.spare >= 1
        return spare & (self.state.held < self.extend_most)

    def _clear_ambers(self) -> None:
        state = self.state
        state.light[(state.light == AMBER) & (state.age >= self.tables.amber)] = RED

    def _begin_changes(self, wish: Ints, hold: Bools, now: Outlook) -> None:
        may = self._ready(wish, now) & self._in_time(wish, now)
        walks = (self._ending(wish) & self.tables.pedestrian).any(axis=1)
        holding = may & hold & walks & (now.spare >= 1) & (self.state.held < self.extend_most)
        self.state.held += holding
        may &= ~holding
        onward = self.tables.next[self.row, self.state.stage]
        self.forced = ~may & (now.free == 0) & (now.spare < 1) & (onward != self.state.stage)
        self._begin(np.where(self.forced, onward, wish), may | self.forced)

    def _begin(self, stage: Ints, where: Bools) -> None:
        self.state.stage = np.where(where, stage, self.state.stage).astype(np.int32)
        self.state.held[where] = 0

    def _ending(self, stage: Ints) -> Bools:
        green = self.state.light == GREEN
        return np.asarray(green & ~self.tables.member[self.row, stage])

    def _ready(self, stage: Ints, now: Outlook) -> Bools:
        """Return where a change to another stage may begin, as far as lights go."""
        state, tables = self.state, self.tables
        mature = ~self._ending(stage) | (state.age >= tables.min_green)
        cleared = (state.light == GREEN) | (state.age >= tables.clear) | ~tables.exists
        other = stage != state.stage
        return np.asarray(other & now.complete & (mature & cleared).all(axis=1))

    def _in_time(self, stage: Ints, now: Outlook) -> Bools:
        """Return where, after a change to a stage, the rotation still serves all in time."""
        state, tables = self.state, self.tables
        busy = np.maximum(tables.busy[self.row, state.stage, stage], now.free)
        in_stage = tables.member[self.row, stage]
        later = busy[:, None] + tables.wait[self.row, stage]
        sooner = tables.start[self.row, state.stage, stage]
        served = state.red + np.where(in_stage, sooner, later) <= tables.max_red
        return np.asarray((served | ~tables.exists).all(axis=1))

    def _end_greens(self) -> None:
        state = self.state
        ending = (state.light == GREEN) & ~self.shown() & self.tables.exists
        changing = np.flatnonzero(ending.any(axis=1))
        if not len(changing):
            return
        due = np.zeros(state.light.shape, np.bool_)
        due[changing] = _ends_in(self.tables, state, changing)[1] <= 0
        due &= ending
        state.light[due] = np.where(self.tables.amber > 0, AMBER, RED)[due]
        state.age[due] = 0
        state.red[due] = 0

    def _start_greens(self) -> None:
        state, tables = self.state, self.tables
        waiting = self.shown() & (state.light == RED)
        rows = np.flatnonzero(waiting.any(axis=1))
        if not len(rows):
            return
        others = (state.light[rows] != GREEN)[:, :, None]
        over = others & (state.age[rows][:, :, None] >= tables.intergreen[rows])
        may = (over | ~tables.conflict[rows]).all(axis=1)
        may &= state.age[rows] >= tables.amber[rows] + LEAST_RED
        starts = np.zeros_like(waiting)
        starts[rows] = may & waiting[rows]
        state.light[starts] = GREEN
        state.age[starts] = 0
        state.red[starts] = 0

    def look(self) -> Outlook:
        """Return what is to come from the present state."""
        state, tables = self.state, self.tables
        shown, green = self.shown(), state.light == GREEN
        complete = ((green == shown) | ~tables.exists).all(axis=1)
        start = np.zeros_like(state.age)
        end = np.zeros_like(state.age)
        rows = np.flatnonzero(~complete)
        if len(rows):
            start[rows], end[rows] = _ends_in(tables, state, rows)
        binds = np.where(
            shown,
            np.where(green, tables.min_green - state.age, start + tables.min_green),
            np.where(green, end + tables.clear, tables.clear - state.age),
        )
        free = np.where(tables.exists, np.maximum(binds, 0), 0).max(axis=1)
        waits = np.where(shown, start, free[:, None] + tables.wait[self.row, state.stage])
        spare = np.where(green | ~tables.exists, NEVER, tables.max_red - state.red - waits)
        return Outlook(free, start, end, spare.min(axis=1), complete)


def _ends_in(tables: Tables, state: State, rows: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Return the ticks until groups start and until those that end may end, each (rows, W).

    A group of the new stage starts once all it conflicts with is over; an old one that is still
    green ends as late as the start of the first group that it hinders allows.
    """
    shown = tables.member[rows, state.stage[rows]]
    green = state.light[rows] == GREEN
    age, intergreen = state.age[rows], tables.intergreen[rows]
    pending = shown & ~green
    hinders = tables.conflict[rows] & pending[:, None, :]
    passed = np.where(green, 0, age)
    left = np.where(hinders, intergreen - passed[:, :, None], 0)
    own = np.where(pending, tables.amber[rows] + LEAST_RED - age, 0)
    start = np.maximum(np.maximum(left.max(axis=1), own), 0)
    until = np.where(hinders, start[:, None, :] - intergreen, NEVER).min(axis=2)
    last = start.max(axis=1)[:, None]
    apart = np.where(tables.pedestrian[rows], 0, last)
    end = np.where(until == NEVER, apart, np.maximum(until, 0))
    old = green & ~shown & tables.exists[rows]
    return start.astype(np.int32), np.where(old, end, 0).astype(np.int32)
