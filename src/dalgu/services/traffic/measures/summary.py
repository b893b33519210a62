"""The last hours of one signal, group by group: what practitioners look at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.arrivals import (
    ArrivalsOnGreen,
    arrival_type,
    arrivals_on_green,
)
from dalgu.services.traffic.measures.counts import Terminations, terminations
from dalgu.services.traffic.measures.cycles import SignalCycles, signal_cycles
from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    Floats,
)
from dalgu.services.traffic.measures.intervals import Intervals
from dalgu.services.traffic.measures.pedestrians import PedestrianCounts, pedestrian_counts
from dalgu.services.traffic.measures.signal_state import RED
from dalgu.services.traffic.measures.split_failures import CycleOccupancies, cycle_occupancies
from dalgu.services.traffic.measures.waits import pedestrian_waits
from dalgu.services.traffic.measures.yellow_red import YellowRedActuations, yellow_red_actuations

LATE_S: Final = 5.0  # of red, in which who still enters has run it


@dataclass(frozen=True, slots=True)
class VehiclePhase:
    """A phase over the whole stretch. Shares are 0 to 1, absent without a case."""

    phase: int
    cycles: int
    green_s: float | None
    cycle_s: float | None
    gap_outs: int
    max_outs: int
    force_offs: int
    arrivals: int
    on_green: float | None
    platoon_ratio: float | None
    arrival_type: int | None
    judged_cycles: int
    split_failures: int
    in_red: int  # actuations in the first seconds of red


@dataclass(frozen=True, slots=True)
class WalkPhase:
    """A pedestrian phase over the whole stretch."""

    phase: int
    services: int
    presses: int
    different: int
    mean_delay_s: float | None
    longest_delay_s: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All phases of one signal, with the cycles they were made from."""

    vehicles: tuple[VehiclePhase, ...]
    walks: tuple[WalkPhase, ...]
    cycles: SignalCycles
    occupancies: CycleOccupancies
    events: int


def summary_of(
    events: ControllerEvents,
    assignments: DetectorAssignments,
    phases: Iterable[int],
    walks: Iterable[int],
) -> Summary:
    """Sum up one signal's events.

    Parameters
    ----------
    events
        Distinct events of one device.
    assignments
        Its detectors.
    phases, walks
        Numbers of its vehicle and pedestrian phases.

    """
    cycles = signal_cycles(events)
    occupancies = cycle_occupancies(events, assignments)
    counted = _Counted(
        cycles,
        occupancies,
        terminations(events),
        arrivals_on_green(events, assignments),
        yellow_red_actuations(events, assignments, from_offset_s=0.0),
    )
    counts, waits = pedestrian_counts(events), pedestrian_waits(events)
    return Summary(
        tuple(counted.phase(one) for one in phases),
        tuple(_walk(counts, waits, one) for one in walks),
        cycles,
        occupancies,
        len(events),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """The measures of all phases."""

    cycles: SignalCycles
    occupancies: CycleOccupancies
    ended: Terminations
    arrived: ArrivalsOnGreen
    entered: YellowRedActuations

    def phase(self, phase: int) -> VehiclePhase:
        own = self.cycles.phase == phase
        judged = self.occupancies.phase == phase
        green_s, cycle_s = self.cycles.green_s[own], self.cycles.cycle_s[own]
        here = self.arrived.phase == phase
        arrivals, met = self.arrived.arrivals[here].sum(), self.arrived.on_green[here].sum()
        share = float(met / arrivals) if arrivals else None
        green_ratio = green_s.sum() / cycle_s.sum() if len(green_s) else 0.0
        ratio = None if share is None or not green_ratio else float(share / green_ratio)
        late = (self.entered.phase == phase) & (self.entered.state == RED)
        late &= self.entered.red_offset_s <= LATE_S
        return VehiclePhase(
            phase,
            len(green_s),
            _mean(green_s),
            _mean(cycle_s),
            self._ended(phase, EventCode.GAP_OUT),
            self._ended(phase, EventCode.MAX_OUT),
            self._ended(phase, EventCode.FORCE_OFF),
            int(arrivals),
            share,
            ratio,
            None if ratio is None else arrival_type(ratio),
            int(judged.sum()),
            int(self.occupancies.failed()[judged].sum()),
            int(self.entered.count[late].sum()),
        )

    def _ended(self, phase: int, reason: int) -> int:
        where = (self.ended.phase == phase) & (self.ended.reason == reason)
        return int(self.ended.count[where].sum())


def _walk(counts: PedestrianCounts, waits: Intervals, phase: int) -> WalkPhase:
    own = counts.phase == phase
    lasting_s = waits.lasting_ms[waits.parameter == phase] / MS
    return WalkPhase(
        phase,
        int(counts.services[own].sum()),
        int(counts.presses[own].sum()),
        int(counts.different[own].sum()),
        _mean(lasting_s),
        float(lasting_s.max()) if len(lasting_s) else None,
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None
