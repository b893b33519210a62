"""Exhaustive check of the phase machine of one controller: every state, every input, every tick.

What is run is the machine itself (`machine`), in many copies at once; the invariants are stated
here in their own words, against the timing.

*Lamps and times.* All states that any sequence of inputs can lead to are visited: stage, lamps,
elapsed ticks as far as they matter, ticks held up by pedestrians; inputs are every stage wished and
pedestrians holding or not, anew each tick. Reds are left out, with them the only thing that
narrows what may be wished, so more can happen here than in the machine.

*Maximum red.* For each group all pairs of such a state and the group's red are visited. The reds
of other groups are left out: they could only turn a wish into staying or into the next stage of the
rescue rotation, which are wishes too, so again more can happen here than in the machine.

*Return.* From every state of the first kind, at phases of the fixed plan all around the cycle, the
plan takes over, and it is seen when the controller is in step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.machine import EXTEND_MOST_S, Machine, State
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.report import Light
from dalgu.devices.signals.tables import NEVER, TICK_S, Tables, down, up
from dalgu.devices.signals.timing import Timing

CHUNK: Final = 8_192  # copies of the machine run at once
STATES_MOST: Final = 2_000_000
RETURNS_MOST: Final = 10_000  # starts of a return, spread over states and phases
UNBOUNDED: Final = 100 * NEVER

Rows = NDArray[np.int16]  # states: stage, held, lamps, ages
MachineOf = type[Machine]


class ProofFailed(Exception):
    """An invariant does not hold; carries the way there."""

    def __init__(self, invariant: str, trace: tuple[str, ...]) -> None:
        super().__init__(invariant)
        self.invariant, self.trace = invariant, trace


@dataclass(frozen=True, slots=True)
class Proof:
    """What was visited, and what was found."""

    signal: str
    states: int  # of lamps and times
    red_states: int  # pairs of such a state and a red, over all groups
    steps: int  # ticks of the machine that were made
    returns: int  # starts of a return to the plan
    return_most_s: float
    cycle_s: float
    failed: str = ""  # the invariant that does not hold
    trace: tuple[str, ...] = ()  # how to get there, tick by tick

    @property
    def holds(self) -> bool:
        """Return whether every invariant holds."""
        return not self.failed


def prove(
    timing: Timing, machine: MachineOf = Machine, *, reds: bool = True, returns: bool = True
) -> Proof:
    """Check a timing exhaustively.

    Parameters
    ----------
    timing
        One that passes `checks.check_timing`.
    machine
        What is checked; tests give machines with a planted bug.
    reds, returns
        Whether maximum red and the return to the plan are checked too, which takes most time.

    """
    run = _Run(timing, machine)
    found = {"failed": "", "trace": ()}
    try:
        run.explore()
        if reds:
            run.bound_reds()
        if returns:
            run.come_back()
    except ProofFailed as failure:
        found = {"failed": failure.invariant, "trace": failure.trace}
    return Proof(
        signal=timing.id,
        states=len(run.rows),
        red_states=run.red_states,
        steps=run.steps,
        returns=run.returns,
        return_most_s=run.return_most * TICK_S,
        cycle_s=float(run.plans.cycle[0]) * TICK_S,
        failed=str(found["failed"]),
        trace=tuple(found["trace"]),
    )


@dataclass(slots=True)
class _Came:
    """From where, and by which input, each state was first reached."""

    parent: list[NDArray[np.int64]] = field(default_factory=list)
    wish: list[NDArray[np.int64]] = field(default_factory=list)
    hold: list[NDArray[np.bool_]] = field(default_factory=list)


class _Run:
    def __init__(self, timing: Timing, machine: MachineOf) -> None:
        self.timing, self._machine = timing, machine
        self.tables = Tables.of([timing])
        self.plans = Plans([timing], self.tables)
        self._free = replace(self.tables, max_red=np.full_like(self.tables.max_red, UNBOUNDED))
        walks = bool(self.tables.pedestrian.any())
        stages = range(int(self.tables.stages[0]))
        self._inputs = [(w, h) for w in stages for h in ((False, True) if walks else (False,))]
        self._limits = _Limits(timing)
        self.rows: Rows = np.zeros((0, 2 + 2 * len(timing.groups)), np.int16)
        self._came = _Came()
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._keys: NDArray[np.void] = _keys(self.rows)
        self.steps = self.red_states = self.returns = self.return_most = 0

    def explore(self) -> None:
        """Visit all states of lamps and times."""
        machine = self._machine(self._free)
        start = self._canonical(machine)
        self._add(start, np.array([-1]), np.array([-1]), np.array([False]))
        begin = 0
        while begin < len(self.rows):
            end = len(self.rows)
            for first in range(begin, end, CHUNK):
                some = np.arange(first, min(first + CHUNK, end))
                for wish, hold in self._inputs:
                    self._branch(some, wish, hold)
            begin = end
            if end > STATES_MOST:
                raise ProofFailed(f"more than {STATES_MOST} states", ())
        complete = self._limits.complete(self.rows, self.tables)
        if len(np.unique(self.rows[complete, 0])) < int(self.tables.stages[0]):
            raise ProofFailed("every stage can be reached", ())

    def _branch(self, some: NDArray[np.int64], wish: int, hold: bool) -> None:
        after = self._step(self._free, self.rows[some], wish, hold)[0]
        broken, where = self._limits.broken(self.rows[some], after)
        if broken:
            self._fail(broken, int(some[where]), f"wish {wish}{' held' if hold else ''}")
        keys = _keys(after)
        new = np.flatnonzero(~self._known(keys))
        if len(new):
            new = new[np.unique(keys[new], return_index=True)[1]]
            count = np.full(len(new), wish), np.full(len(new), hold)
            self._add(after[new], some[new], *count)

    def _step(
        self, tables: Tables, rows: Rows, wish: int, hold: bool, reds: tuple[int, Any] | None = None
    ) -> tuple[Rows, Machine]:
        machine = self._machine(tables.repeated(len(rows)), state=self._state(rows, reds))
        machine.step(np.full(len(rows), wish), np.full(len(rows), hold))
        self.steps += len(rows)
        return self._canonical(machine), machine

    def _state(self, rows: Rows, reds: tuple[int, Any] | None) -> State:
        width = len(self.timing.groups)
        red = np.zeros((len(rows), width), np.int32)
        if reds is not None:
            red[:, reds[0]] = reds[1]
        return State(
            stage=rows[:, 0].astype(np.int32),
            light=rows[:, 2 : 2 + width].astype(np.int8),
            age=rows[:, 2 + width :].astype(np.int32),
            red=red,
            held=rows[:, 1].astype(np.int32),
        )

    def _canonical(self, machine: Machine) -> Rows:
        """Return states with ages cut where nothing depends on them any more."""
        state, tables = machine.state, machine.tables
        most = np.where(state.light == Light.GREEN, tables.min_green, tables.clear)
        age = np.minimum(state.age, most)
        columns = (state.stage[:, None], state.held[:, None], state.light, age)
        return np.concatenate(columns, axis=1).astype(np.int16)

    def _add(self, rows: Rows, parent: Any, wish: Any, hold: Any) -> None:
        self.rows = np.concatenate((self.rows, rows))
        self._came.parent.append(parent)
        self._came.wish.append(wish)
        self._came.hold.append(hold)
        keys = _keys(self.rows)
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    def _known(self, keys: NDArray[np.void]) -> NDArray[np.bool_]:
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.asarray(self._keys[place] == keys)

    def _number(self, rows: Rows) -> NDArray[np.int64]:
        return np.asarray(self._order[np.searchsorted(self._keys, _keys(rows))])

    def _fail(self, invariant: str, at: int, last: str) -> None:
        parent, wish = np.concatenate(self._came.parent), np.concatenate(self._came.wish)
        hold = np.concatenate(self._came.hold)
        told = [last]
        while at > 0:
            lamps = "".join("RAG"[lamp] for lamp in self.rows[at, 2 : 2 + len(self.timing.groups)])
            told.append(f"wish {wish[at]}{' held' if hold[at] else ''} -> {lamps}")
            at = int(parent[at])
        raise ProofFailed(invariant, tuple(reversed(told)))

    def bound_reds(self) -> None:
        """Visit, for each group, all pairs of a state and its red."""
        for group in range(len(self.timing.groups)):
            self._bound_red(group)

    def _bound_red(self, group: int) -> None:
        most = int(self.tables.max_red[0, group])
        limit = np.full_like(self.tables.max_red, UNBOUNDED)
        limit[0, group] = most
        tables = replace(self.tables, max_red=limit)
        seen = np.zeros((len(self.rows), most + 2), np.bool_)
        decides = self._limits.complete(self.rows, self.tables)
        seen[0, 0] = True
        frontier = np.zeros(1, np.int64)
        while len(frontier):
            found = [
                self._reds_after(
                    tables, group, some[decides[some // (most + 2)] | (wish == 0)], way
                )
                for some in np.array_split(frontier, len(frontier) // CHUNK + 1)
                for way in self._inputs
                for wish in (way[0],)
            ]
            reached = np.unique(np.concatenate(found))
            frontier = reached[~seen.reshape(-1)[reached]]
            seen.reshape(-1)[frontier] = True
        self.red_states += int(seen.sum())

    def _reds_after(
        self, tables: Tables, group: int, some: NDArray[np.int64], way: tuple[int, bool]
    ) -> NDArray[np.int64]:
        if not len(some):
            return some
        width = int(tables.max_red[0, group]) + 2
        numbers, reds = some // width, some % width
        rows, machine = self._step(tables, self.rows[numbers], *way, (group, reds))
        red = np.where(machine.state.light[:, group] == Light.GREEN, 0, machine.state.red[:, group])
        late = np.flatnonzero(red > width - 2)
        if len(late):
            name = self.timing.groups[group].name
            self._fail(f"'{name}' is never red beyond its maximum", int(numbers[late[0]]), "late")
        return np.asarray(self._number(rows) * width + red)

    def come_back(self) -> None:
        """Let the plan take over from every state that is not held up."""
        cycle = int(self.plans.cycle[0])
        loose = np.flatnonzero(self.rows[:, 1] == 0)
        stride = max(1, len(loose) * cycle // RETURNS_MOST)
        starts = np.arange(0, len(loose) * cycle, stride)
        self.returns = len(starts)
        for some in np.array_split(starts, len(starts) // CHUNK + 1):
            last = self._back(self.rows[loose[some // cycle]], some % cycle)
            self.return_most = max(self.return_most, int(last.max()))
        if self.return_most > cycle:
            raise ProofFailed("back in step with the plan within a cycle", ())

    def _back(self, rows: Rows, phase: NDArray[np.int64]) -> NDArray[np.int64]:
        plans = self.plans.spread(-phase * TICK_S)
        machine = self._machine(self.tables.repeated(len(rows)), state=self._state(rows, None))
        last = np.zeros(len(rows), np.int64)
        for tick in range(2 * int(self.plans.cycle[0])):
            at_s = tick * TICK_S
            machine.step(plans.wish(at_s, machine))
            self.steps += len(rows)
            last[~plans.in_step(at_s, machine.state.stage, machine.outlook.complete)] = tick + 1
        return last


class _Limits:
    """The invariants of lamps and times, reckoned from the timing and not from the tables."""

    def __init__(self, timing: Timing) -> None:
        groups = timing.groups
        self._width = len(groups)
        self._hold = down(EXTEND_MOST_S)
        self._green = np.array([up(group.min_green_s) for group in groups])
        self._amber = np.array([up(group.amber_s) for group in groups])
        self._between = np.array([[up(value) for value in row] for row in timing.intergreen_s])
        self._conflict = (self._between > 0) | (self._between.T > 0)

    def complete(self, rows: Rows, tables: Tables) -> NDArray[np.bool_]:
        """Return where exactly the groups of the stage are green."""
        lamps, _ = self._parts(rows)
        return np.asarray(((lamps == Light.GREEN) == tables.member[0, rows[:, 0]]).all(axis=1))

    def broken(self, before: Rows, after: Rows) -> tuple[str, int]:
        """Return the first invariant that a tick breaks, and where; empty when none."""
        for name, bad in self._judged(before, after):
            if bad.any():
                return name, int(np.flatnonzero(bad.reshape(len(before), -1).any(axis=1))[0])
        return "", -1

    def _judged(self, before: Rows, after: Rows) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        was, age = self._parts(before)
        now, grown = self._parts(after)
        green, red = Light.GREEN.value, Light.RED.value
        starts, ends = (now == green) & (was != green), (now != green) & (was == green)
        shut = (now == green)[:, :, None] & (now != red)[:, None, :] & self._conflict
        yield "no conflicting greens, none against amber", shut
        # Both green now and ended too lately: column j starts, row i has ended.
        early = starts[:, None, :] & self._conflict & (grown[:, :, None] < self._between)
        yield "no short intergreen", early
        yield "no short green", ends & (age + 1 < self._green)
        off = (was == Light.AMBER) & (now == red) & (age + 1 < self._amber)
        yield "no short amber or clearance", off | (ends & (now == red) & (self._amber > 0))
        back = ((was == red) & (now == Light.AMBER)) | ((was == Light.AMBER) & (now == green))
        yield "lamps change in order", back
        yield "pedestrians hold a change up no longer than may be", after[:, 1] > self._hold
        turned = (now == green) != (was == green)
        yield "elapsed time never runs ahead", np.where(turned, grown > 0, grown > age + 1)

    def _parts(self, rows: Rows) -> tuple[Rows, Rows]:
        return rows[:, 2 : 2 + self._width], rows[:, 2 + self._width :]


def _keys(rows: Rows) -> NDArray[np.void]:
    """Return rows as values that can be sorted and compared at once."""
    packed = np.ascontiguousarray(rows)
    kind = np.dtype((np.void, packed.dtype.itemsize * packed.shape[1]))
    return packed.view(kind).reshape(-1)
