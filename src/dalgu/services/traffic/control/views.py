"""What the control desk shows: rows of signals, sums over them, a decision with its reasons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from dalgu.devices.signals.report import BIN_S, Cause, Mode, Report
from dalgu.hub.types import Alert
from dalgu.kernel.clock import local
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.traffic.control.control import Control
from dalgu.services.traffic.control.decision_log import Record, unpack
from dalgu.services.traffic.control.replaying import Replayed
from dalgu.services.traffic.control.state import Choice, Running
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.model import Network, Signal
from dalgu.services.traffic.signals.layout import Layout

SOON_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """A signal as the desk lists it."""

    signal: str
    name: Text
    running: Running  # as chosen
    controller: str
    mode: str  # as the field tells: plan, remote, fallback, flash; empty when it is silent
    cause: str
    stage: str
    queue_veh: float
    waiting_s: float
    choice: Choice | None


@dataclass(frozen=True, slots=True)
class Sums:
    """All signals together."""

    signals: int
    live: int
    shadow: int
    remote: int
    fallback: int
    queue_veh: float
    faults: int
    lanes: int
    heard_at: datetime | None


def rows(control: Control) -> list[Row]:
    """Return the signals of the network in force, in its order."""
    compiled, report = control.compiled(), control.live.report
    if compiled is None:
        return []
    signals = compiled.network.signals
    if report is None or len(report.stage) != len(signals):
        return [_silent(control, one) for one in signals]
    return [_row(control, compiled, report, position) for position in range(len(signals))]


def lanes_of(layout: Layout, position: int) -> slice:
    """Return where the lanes of a signal stand."""
    return slice(int(layout.lane_first[position]), int(layout.lane_first[position + 1]))


def _row(control: Control, compiled: Compiled, report: Report, position: int) -> Row:
    signal = compiled.network.signals[position]
    lanes = lanes_of(compiled.layout, position)
    return Row(
        signal=signal.id,
        name=signal.name,
        running=control.mode_of(signal.id),
        controller=control.controller_of(signal.id),
        mode=Mode(int(report.mode[position])).name.lower(),
        cause=Cause(int(report.cause[position])).name.lower(),
        stage=signal.stages[int(report.stage[position])].name,
        queue_veh=float(report.queue_veh[lanes].sum()),
        waiting_s=float(report.waiting_s[lanes].max(initial=0.0)),
        choice=control.choices().get(signal.id),
    )


def _silent(control: Control, signal: Signal) -> Row:
    named = signal.id
    return Row(
        signal=named,
        name=signal.name,
        running=control.mode_of(named),
        controller=control.controller_of(named),
        mode="",
        cause="none",
        stage="",
        queue_veh=0.0,
        waiting_s=0.0,
        choice=control.choices().get(named),
    )


def sums(control: Control, listed: list[Row]) -> Sums:
    """Return the sums over all signals."""
    report = control.live.report if control.live.is_connected else None
    return Sums(
        signals=len(listed),
        live=sum(one.running is Running.LIVE for one in listed),
        shadow=sum(one.running is Running.SHADOW for one in listed),
        remote=sum(one.mode == "remote" for one in listed),
        fallback=sum(one.mode in ("fallback", "flash") for one in listed),
        queue_veh=sum(one.queue_veh for one in listed),
        faults=0 if report is None else int(report.fault.sum()),
        lanes=0 if report is None else len(report.fault),
        heard_at=None if report is None else datetime.fromtimestamp(report.at_s, UTC),
    )


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A detector that is suspected to lie."""

    alert: EntityId
    name: Text
    why: Text
    signal: str
    signal_name: Text
    since: datetime | None
    is_seen: bool  # somebody has acknowledged it


def fault_lines(control: Control, alerts: Iterable[Alert]) -> list[FaultLine]:
    """Return suspicions about detectors as the desk lists them."""
    network = control.network()
    names = {} if network is None else {one.id: one.name for one in network.signals}
    lines = []
    for one in alerts:
        signal = (one.alert_source or "").removeprefix(entity_id("SignalController", ""))
        lines.append(
            FaultLine(
                alert=one.id,
                name=one.name or Text("", ""),
                why=one.description or Text("", ""),
                signal=signal,
                signal_name=names.get(signal) or Text(signal, signal),
                since=datetime.fromisoformat(one.date_issued) if one.date_issued else None,
                is_seen=one.status == "acknowledged",
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision of a signal in the list."""

    at: datetime
    controller: str
    is_live: bool
    wanted: str
    ran: str
    queue_veh: float

    @property
    def time(self) -> str:
        """Return the local time of day, to the second."""
        return f"{local(self.at):%H:%M:%S}"

    @property
    def is_change(self) -> bool:
        """Return whether it wanted another stage than the one that ran."""
        return self.wanted != self.ran


def decision_line(control: Control, record: Record, position: int) -> DecisionLine:
    """Return a decision of signal number `position` as the list has it."""
    compiled = control.require()
    stages = compiled.network.signals[position].stages
    first = int(compiled.layout.stage_first[position])
    seen = unpack(record.at_s, record.seen)
    among = np.flatnonzero(np.frombuffer(record.signals, "<i4") == position)[0]
    wanted = int(np.frombuffer(record.wanted, "<i4")[position])
    return DecisionLine(
        at=datetime.fromtimestamp(record.at_s, UTC),
        controller=record.controller,
        is_live=bool(np.frombuffer(record.live, np.bool_)[among]),
        wanted=stages[wanted - first].name,
        ran=stages[int(seen.stage[position]) - first].name,
        queue_veh=float(seen.queue_veh[lanes_of(compiled.layout, position)].sum()),
    )


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage that a controller could have chosen, with the parts of its score."""

    number: int  # from 1 on, as reasons name it
    name: str
    score: float | None
    terms: tuple[tuple[str, float], ...]
    is_wanted: bool
    is_running: bool


@dataclass(frozen=True, slots=True)
class LaneLine:
    """What a lane's detector told for the decision."""

    lane: str
    queue_veh: float
    soon_veh: float  # arriving within `SOON_S`
    later_veh: float
    waiting_s: float
    room_veh: float
    predicted_veh_h: float | None
    is_healthy: bool
    stages: tuple[str, ...]  # that let it go


def stage_lines(replayed: Replayed, layout: Layout, network: Network, at: int) -> list[StageLine]:
    """Return the stages of signal number `at` as they were weighed, the best first."""
    decision, seen, signal = replayed.decision, replayed.seen, network.signals[at]
    first = int(layout.stage_first[at])
    lines = [
        StageLine(
            number=k + 1,
            name=stage.name,
            score=_number(decision.score[first + k]),
            terms=tuple(
                (name, float(values[first + k]))
                for name, values in decision.terms.items()
                if np.isfinite(values[first + k])
            ),
            is_wanted=int(decision.stage[at]) == first + k,
            is_running=int(seen.stage[at]) == first + k,
        )
        for k, stage in enumerate(signal.stages)
    ]
    return sorted(lines, key=lambda one: -np.inf if one.score is None else one.score, reverse=True)


def lane_lines(replayed: Replayed, layout: Layout, network: Network, at: int) -> Iterator[LaneLine]:
    """Yield what each lane of signal number `at` told."""
    seen, soon = replayed.seen, int(SOON_S // BIN_S)
    first = int(layout.stage_first[at])
    stages = network.signals[at].stages
    lanes = lanes_of(layout, at)
    for lane in range(lanes.start, lanes.stop):
        arriving = seen.arriving_veh[lane]
        yield LaneLine(
            lane=layout.lanes[lane],
            queue_veh=float(seen.queue_veh[lane]),
            soon_veh=float(arriving[:soon].sum()),
            later_veh=float(arriving[soon:].sum()),
            waiting_s=float(seen.waiting_s[lane]),
            room_veh=float(seen.exit_room_veh[lane]),
            predicted_veh_h=_number(seen.predicted_veh_h[lane]),
            is_healthy=bool(seen.healthy[lane]),
            stages=tuple(
                stage.name
                for k, stage in enumerate(stages)
                if layout.stage_lane[first + k, lane - lanes.start]
            ),
        )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
