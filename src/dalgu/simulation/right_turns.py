"""Vehicles that turn right over a watched crossing, as its detector follows them: live only.

They come as the lanes' detectors of the field tell, and face its lights. How fast they drive and
how many keep their duty are assumptions, the same at every crossing: no count of Daegu's is public.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

import numpy as np

from dalgu.devices.signals.report import BIN_S, Light, Report
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.model import Crossing, Movement, Turn
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.pedestrians.crossing import STOPPED_MPS, TurnDuty, right_turn_duty
from dalgu.services.traffic.pedestrians.turning import (
    Turned,
    TurnTrack,
    Unstopped,
    judge_turn,
    will_not_stop,
)

STEP_S: Final = 0.5
SEEN_FROM_M: Final = 25.0  # the line
COMES_MPS: Final = (7.0, 1.0)  # mean and spread, 25 m before the line
TURNS_MPS: Final = (4.5, 0.6)  # over the line, where nothing makes it stop
EASES_MPS2: Final = 2.0
BRAKES_MPS2: Final = 2.5
BRAKES_HARD_MPS2: Final = 7.0
STANDS_S: Final = 1.5
STANDS_AT_M: Final = 1.0  # before the line
LONGEST_S: Final = 180.0  # a red arrow that never ends is a fault of the signal
NEAR_BINS: Final = 3  # vehicles that reach the line within six seconds come one by one
# Shares of drivers who stop when they owe it (assumption).
KEEPS: Final = {TurnDuty.WAIT: 0.95, TurnDuty.STOP: 0.6, TurnDuty.YIELD: 0.85}


@dataclass(frozen=True, slots=True)
class RightTurn:
    """One movement over a crossing: the lane it comes from, and the group that it faces."""

    lane: int  # of the layout
    share: float  # of the lane's vehicles
    facing: int  # group over all signals, -1: the crossing lies behind the turn
    has_arrow: bool


@dataclass(slots=True)
class Turning:
    """One vehicle on its way to the line, and what it passed so far at steps of `STEP_S`."""

    turn: RightTurn
    heeds: dict[TurnDuty, bool]
    turns_mps: float
    to_line_m: list[float]
    speed_mps: list[float]
    facing_red: list[bool]
    somebody: list[bool]
    stands_s: float = 0.0
    is_cautioned: bool = False

    def drive(self, *, is_red: bool, somebody_crossing: bool) -> None:
        """Let a step pass under a light, with or without somebody on foot."""
        duty = right_turn_duty(
            facing_red=is_red, somebody_crossing=somebody_crossing, has_arrow=self.turn.has_arrow
        )
        to_line_m, speed_mps = self.to_line_m[-1], self._speed(duty)
        self.stands_s += STEP_S if speed_mps < STOPPED_MPS else 0.0
        self.to_line_m.append(to_line_m - speed_mps * STEP_S)
        self.speed_mps.append(speed_mps)
        self.facing_red.append(is_red)
        self.somebody.append(somebody_crossing)

    def track(self) -> TurnTrack:
        """Return what a detector followed."""
        return TurnTrack(
            np.array(self.to_line_m),
            np.array(self.speed_mps),
            np.array(self.facing_red),
            np.array(self.somebody),
            self.turn.has_arrow,
        )

    def _speed(self, duty: TurnDuty) -> float:
        now_mps, room_m = self.speed_mps[-1], self.to_line_m[-1] - STANDS_AT_M
        if self._must_stand(duty):
            # So fast that after this step it may still brake to stand where it means to.
            step_mps = BRAKES_MPS2 * STEP_S
            safe_mps = sqrt(step_mps**2 + 2 * BRAKES_MPS2 * max(room_m, 0.0)) - step_mps
            wants_mps = min(now_mps + EASES_MPS2 * STEP_S, safe_mps)
            return max(wants_mps, now_mps - BRAKES_HARD_MPS2 * STEP_S)
        if now_mps > self.turns_mps:
            return max(now_mps - EASES_MPS2 * STEP_S, self.turns_mps)
        return min(now_mps + EASES_MPS2 * STEP_S, self.turns_mps)

    def _must_stand(self, duty: TurnDuty) -> bool:
        if not self.heeds.get(duty, False):
            return False
        # Who stopped at red goes on; who stopped for somebody, or for an arrow, waits.
        return duty is not TurnDuty.STOP or self.stands_s < STANDS_S or self.somebody[-1]


@dataclass(slots=True)
class RightTurns:
    """The right turns over one crossing, and what its detector found since it last spoke."""

    turns: tuple[RightTurn, ...]
    under_way: list[Turning] = field(default_factory=list)
    turned: list[Turned] = field(default_factory=list)
    cautions: list[Unstopped] = field(default_factory=list)

    def pass_time(
        self, report: Report, since_s: float, ends_s: list[float], chance: np.random.Generator
    ) -> None:
        """Let vehicles come and drive up to the report; `ends_s`: when each walker has left."""
        for at_s in np.arange(since_s + STEP_S, report.at_s + STEP_S / 2, STEP_S):
            somebody = any(end_s > at_s for end_s in ends_s)
            for one in self.under_way:
                facing = one.turn.facing
                is_red = facing >= 0 and report.light[facing] == Light.RED
                one.drive(is_red=is_red, somebody_crossing=somebody)
                self._look(one)
            self.under_way = [one for one in self.under_way if not _is_gone(one)]
        for turn in self.turns:
            coming = _coming_veh_s(turn, report) * (report.at_s - since_s)
            self.under_way += [_vehicle(turn, chance) for _ in range(chance.poisson(coming))]

    def _look(self, one: Turning) -> None:
        if one.to_line_m[-1] < 0 and (turned := judge_turn(one.track())) is not None:
            self.turned.append(turned)
        if not one.somebody[-1] or one.is_cautioned:
            return
        if (seen := will_not_stop(one.track())) is not None:
            one.is_cautioned = True
            line_in_s, braking_mps2 = round(seen.line_in_s, 2), round(seen.braking_mps2, 1)
            self.cautions.append(Unstopped(seen.duty, line_in_s, braking_mps2))


def right_turns(compiled: Compiled, parts: Parts, crossing: Crossing) -> Iterator[RightTurn]:
    """Yield the right turns whose vehicles pass a crossing, before or after their turn."""
    for link in (parts.links[name] for name in crossing.over):
        if link.end == crossing.node:
            for one in _from(parts, link.id):
                if one.turn is Turn.RIGHT:
                    yield from _right_turn(compiled, parts, one, crossing)
    for movement in parts.ruled_by.get(crossing.signal, ()):
        exits = movement.exit in crossing.over and parts.links[movement.exit].start == crossing.node
        if movement.turn is Turn.RIGHT and exits:
            yield from _right_turn(compiled, parts, movement, None)


def _right_turn(
    compiled: Compiled, parts: Parts, movement: Movement, before: Crossing | None
) -> Iterator[RightTurn]:
    lane = compiled.lane_at.get(movement.lane)
    if lane is None or not movement.signal:
        return  # no detector of the field tells how many come
    others = [
        one.group
        for one in _from(parts, parts.lanes[movement.lane].link)
        if one.turn is not Turn.RIGHT and one.group >= 0
    ]
    has_arrow = movement.group >= 0 and bool(others) and movement.group not in others
    # A right turn without a light of its own faces that of its approach.
    group = movement.group if movement.group >= 0 else next(iter(others), -1)
    faces = before is not None and group >= 0
    first = int(compiled.layout.group_first[compiled.signal_at[movement.signal]])
    yield RightTurn(lane, movement.share, first + group if faces else -1, has_arrow and faces)


def _from(parts: Parts, link: str) -> Iterator[Movement]:
    for lane in parts.lanes_of.get(link, ()):
        yield from parts.movements_of.get(lane.id, ())


def _coming_veh_s(turn: RightTurn, report: Report) -> float:
    """Return how many come to the line a second; nobody does behind others who stand there."""
    if report.queue_veh[turn.lane] >= 1.0:
        return 0.0
    near = float(report.arriving_veh[turn.lane, :NEAR_BINS].sum())
    return turn.share * near / (NEAR_BINS * BIN_S)


def _vehicle(turn: RightTurn, chance: np.random.Generator) -> Turning:
    heeds = {duty: bool(chance.random() < share) for duty, share in KEEPS.items()}
    comes_mps, turns_mps = (max(chance.normal(*of), 2.0) for of in (COMES_MPS, TURNS_MPS))
    return Turning(turn, heeds, turns_mps, [SEEN_FROM_M], [comes_mps], [False], [False])


def _is_gone(one: Turning) -> bool:
    return one.to_line_m[-1] < 0 or len(one.to_line_m) * STEP_S > LONGEST_S
