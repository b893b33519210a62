"""A field of signal controllers, simulated: phase machines, monitors, watchdogs, detectors, plans.

It has no clock of its own: whoever runs it says which second it is. What the city sends may be
late, wrong or malicious; the most it can do is to be ignored.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.codes import EventCode
from dalgu.devices.signals.controls import Controls
from dalgu.devices.signals.diagnosis import Diagnosis
from dalgu.devices.signals.events import EventLog
from dalgu.devices.signals.lanes import Lanes, Lie, Reading, Street, lied
from dalgu.devices.signals.machine import EXTEND_MOST_S, STAY, Machine
from dalgu.devices.signals.monitor import Monitor
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.report import Command, Light, Mode, Report
from dalgu.devices.signals.tables import TICK_S, Tables
from dalgu.devices.signals.timing import Plan, Timing
from dalgu.devices.signals.watchdog import PATIENCE, Patience, Watchdog

AHEAD_S: Final = 1.0  # that a command may be stamped later than the field's clock


class Taken(StrEnum):
    """What became of a command."""

    ACCEPTED = "accepted"
    LATE = "late"  # reckoned from data too old
    REPEATED = "repeated"  # not sent after the last one
    MALFORMED = "malformed"  # of the wrong size, or no numbers


class Ordered(StrEnum):
    """What a person can order of controllers."""

    REMOTE = "remote"  # the city's controller may lead them
    PLAN = "plan"  # they run their own plan whatever is commanded
    RESET = "reset"  # their conflict monitor is reset, they start from all red


class Order(msgspec.Struct, frozen=True):
    """An order of a person to some controllers, by position; to all of them when none is named.

    `plan` is the position of the plan to run from now on, -1 leaves it.
    """

    what: Ordered
    controllers: tuple[int, ...] = ()
    plan: int = -1


@dataclass(frozen=True, slots=True)
class _Flat:
    """Where a group of all controllers stands in the padded arrays of the machine."""

    row: NDArray[np.intp]  # (G,)
    column: NDArray[np.intp]  # (G,)


class Field:
    """N controllers in one street network. `step` is called once a second of the field's clock."""

    def __init__(
        self, timings: Sequence[Timing], street: Street, patience: Patience = PATIENCE
    ) -> None:
        for timing in timings:
            check_timing(timing)
        self.timings = tuple(timings)
        self.counts: Counter[Taken] = Counter()
        tables = Tables.of(timings)
        self.machine = Machine(tables)
        self.plans = Plans(timings, tables)
        self.monitor = Monitor(timings)
        self.watchdog = Watchdog(len(timings), patience)
        self.diagnosis = Diagnosis(timings)
        self.controls = Controls(tables.exists.shape)
        self._street, self._patience = street, patience
        self._flat = _Flat(*np.nonzero(tables.exists))
        self._events = EventLog(timings)
        self._lanes = sum(len(timing.detectors) for timing in timings)
        self._lie: NDArray[np.int64] = np.full(self._lanes, Lie.NONE)
        self.told: Reading | None = None  # what detectors told last
        self._light = np.full(len(self._flat.row), Light.RED.value)
        self._light_s = np.zeros(len(self._flat.row))
        self._stage_s = np.zeros(len(timings))
        self._extend_s = np.zeros(len(self._flat.row))
        self._stage: NDArray[np.int64] = np.full(len(timings), STAY)
        self._sent_s = -np.inf
        self.at_s = -np.inf

    def step(self, at_s: float) -> Report:
        """Let one second pass, until `at_s`, and report."""
        jumped = self.at_s > 0 and abs(at_s - self.at_s - TICK_S) > AHEAD_S
        self.at_s = at_s
        if jumped:
            self._events.clock(at_s)
        told = self._detect()
        self.watchdog.judge(at_s, self.diagnosis.blind(), self.monitor.tripped)
        self._events.modes(at_s, self.watchdog.mode, self.plans.chosen)
        self._move(at_s)
        self._show(at_s)
        self._events.calls(at_s, told.called_s)
        return self._report(at_s, told)

    def take(self, command: Command) -> Taken:
        """Accept a command for the next second, or say why not; never raises."""
        taken = self._judged(command)
        self.counts[taken] += 1
        if taken is Taken.LATE:
            self.watchdog.stale(self.at_s)
        if taken is not Taken.ACCEPTED:
            return taken
        self._sent_s = float(command.sent_s)
        stages = self.machine.tables.stages
        useless = (command.stage < STAY) | (command.stage >= stages)
        leads = (command.stage >= 0) & ~useless
        self._stage = np.where(useless, self._stage, command.stage)
        self._extend_s = np.clip(command.extend_s, 0.0, EXTEND_MOST_S)
        self.watchdog.heard(self.at_s, leads, useless)
        return taken

    def order(self, order: Order) -> None:
        """Carry out the order of a person; positions that do not exist are passed over."""
        some = [n for n in order.controllers if 0 <= n < len(self.timings)]
        who = np.zeros(len(self.timings), np.bool_)
        who[some if order.controllers else slice(None)] = True
        if order.what is Ordered.RESET:
            self._restart(who & self.monitor.tripped)
        else:
            self.watchdog.order(who, off=order.what is Ordered.PLAN)
        if order.plan >= 0:
            having = [
                n for n, one in enumerate(self.timings) if who[n] and order.plan < len(one.plans)
            ]
            self.plans.choose(having, order.plan)

    def load(self, controller: int, plan: Plan) -> None:
        """Give a controller a plan, in place of its plan of that name, and run it.

        The fall-back plan can be replaced by one with the same order of stages only, since the
        rescue rotation follows it.

        Raises
        ------
        TimingInvalid
            The plan could not be run safely.

        """
        timing = self.timings[controller]
        names = [one.name for one in timing.plans]
        place = names.index(plan.name) if plan.name in names else len(names)
        plans = (*timing.plans[:place], plan, *timing.plans[place + 1 :])
        check_timing(msgspec.structs.replace(timing, plans=(timing.plans[0], plan)))
        changed = msgspec.structs.replace(timing, plans=plans)
        check_timing(changed)
        listed = list(self.timings)
        listed[controller] = changed
        self.timings = tuple(listed)
        self.plans.replace(controller, changed)
        self.plans.choose([controller], place)

    def lie(self, lanes: Sequence[int], lie: Lie) -> None:
        """Make detectors lie, or tell the truth again: for drills."""
        self._lie[list(lanes)] = lie

    def _judged(self, command: Command) -> Taken:
        sizes = command.stage.shape == self._stage.shape
        sizes = sizes and command.extend_s.shape == self._extend_s.shape
        numbers = np.isfinite([command.sent_s, command.seen_s]).all()
        if not (sizes and numbers and np.isfinite(command.extend_s).all()):
            return Taken.MALFORMED
        if max(command.sent_s, command.seen_s) > self.at_s + AHEAD_S:
            return Taken.MALFORMED
        if self.at_s - min(command.seen_s, command.sent_s) > self._patience.age_s:
            return Taken.LATE
        if command.sent_s < self._sent_s <= self.at_s + AHEAD_S:
            return Taken.REPEATED
        return Taken.ACCEPTED

    def _detect(self) -> Reading:
        seen: Lanes = self._street.step(self._light.copy(), TICK_S)
        told = lied(Reading.of(seen), self.told, self._lie)
        fault = self.diagnosis.observe(told, TICK_S)
        self._events.lanes(self.at_s, told, fault, TICK_S)
        self.told = told
        return told

    def _move(self, at_s: float) -> None:
        remote = self.watchdog.mode == Mode.REMOTE
        wish = np.where(remote, self._stage, self.plans.wish(at_s, self.machine))
        wish = self.controls.applied(wish, self.machine, at_s)
        longer = np.zeros(len(self.timings), np.bool_)
        longer[self._flat.row[self._extend_s > 0]] = True
        self._extend_s = np.maximum(self._extend_s - TICK_S, 0.0)
        self.machine.step(wish, longer & remote)

    def _show(self, at_s: float) -> None:
        put = self.machine.state.light[self._flat.row, self._flat.column].astype(np.int64)
        cut = self.monitor.watch(put, TICK_S)[self._flat.row]
        light = np.where(cut, Light.DARK, put)
        changed = light != self._light
        self._light_s = np.where(changed, 0.0, self._light_s + TICK_S)
        self._light = light
        complete = self.machine.outlook.complete
        self._stage_s = np.where(complete & (self._stage_s > 0), self._stage_s + TICK_S, 0.0)
        self._stage_s = np.where(complete & (self._stage_s == 0), TICK_S, self._stage_s)
        clear = self.machine.state.age >= self.machine.tables.clear
        ended = np.where(self.watchdog.mode == Mode.REMOTE, EventCode.GAP_OUT, EventCode.FORCE_OFF)
        why = np.where(self.machine.forced, EventCode.MAX_OUT, ended)
        self._events.lamps(at_s, light, clear[self._flat.row, self._flat.column], why)

    def _restart(self, who: NDArray[np.bool_]) -> None:
        self.machine.restart(who)
        self.monitor.reset(who)

    def _report(self, at_s: float, told: Reading) -> Report:
        machine = self.machine
        return Report(
            at_s=at_s,
            stage=machine.state.stage.astype(np.int64),
            stage_age_s=np.maximum(self._stage_s - TICK_S, 0.0),
            changing_s=machine.outlook.start.max(axis=1) * TICK_S,
            mode=self.watchdog.mode.copy(),
            cause=self.watchdog.cause.copy(),
            light=self._light.copy(),
            light_age_s=self._light_s.copy(),
            called_s=told.called_s,
            queue_veh=told.queue_veh,
            arriving_veh=told.arriving_veh,
            waiting_s=told.waiting_s,
            passed_veh=told.passed_veh,
            speed_mps=told.speed_mps,
            exit_room_veh=told.exit_room_veh,
            fault=self.diagnosis.fault.copy(),
            events=self._events.take(),
        )
