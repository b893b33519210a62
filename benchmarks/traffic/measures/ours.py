"""Our measures on the peer's sample, each as the columns the peer writes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from dalgu.services.traffic.measures.arrivals import arrivals_on_green, platoon_ratio
from dalgu.services.traffic.measures.coordination import coordination, coordination_events
from dalgu.services.traffic.measures.counts import (
    actuations,
    logged_splits,
    mean_parameters,
    online_bins,
    terminations,
)
from dalgu.services.traffic.measures.detector_anomalies import (
    Decomposing,
    Judging,
    Told,
    anomalies,
    decomposed,
)
from dalgu.services.traffic.measures.events import (
    MS,
    ControllerEvents,
    DetectorAssignments,
    DetectorFunction,
    distinct,
)
from dalgu.services.traffic.measures.grouping import bin_of
from dalgu.services.traffic.measures.kinds import KINDS
from dalgu.services.traffic.measures.pedestrians import pedestrian_counts, pedestrian_volumes
from dalgu.services.traffic.measures.split_failures import cycle_occupancies, split_failures
from dalgu.services.traffic.measures.timeline import TimelineRules, timeline
from dalgu.services.traffic.measures.waits import cycle_lengths, pedestrian_delay, phase_wait
from dalgu.services.traffic.measures.yellow_red import yellow_red_actuations

BIN_MS = 900 * MS
FUNCTIONS = {
    "Advance": DetectorFunction.ADVANCE,
    "Presence": DetectorFunction.PRESENCE,
    "Yellow_Red": DetectorFunction.YELLOW_RED,
    "stop bar count": DetectorFunction.COUNT,
}
REASONS = np.array(["", "", "", "", "GapOut", "MaxOut", "ForceOff"])
NAMES = np.array(KINDS)


def columns_of(path, columns):
    """Rows of a Parquet file of the peer, as tuples in the order of the columns."""
    names = ", ".join(f'"{name}"' for name in columns)
    return duckdb.sql(f"SELECT {names} FROM '{path}'").fetchall()


@dataclass(frozen=True)
class Sample:
    """What both sides are given."""

    events: ControllerEvents
    detectors: DetectorAssignments
    counts: np.ndarray | None = None  # milliseconds, device, detector, total

    @staticmethod
    def read(folder: Path):
        """Read the sample the peer has written."""
        wanted = ("TimeStamp", "DeviceId", "EventId", "Parameter")
        raw = np.array(columns_of(folder / "raw_data.parquet", wanted), dtype=np.int64)
        wanted = ("DeviceId", "Phase", "Parameter", "Function")
        rows = columns_of(folder / "detector_config.parquet", wanted)
        numbers = np.array([row[:3] for row in rows], dtype=np.int64)
        functions = tuple(FUNCTIONS[row[3]] for row in rows)
        events = ControllerEvents(raw[:, 0] / MS, raw[:, 1], raw[:, 2], raw[:, 3])
        detectors = DetectorAssignments(numbers[:, 0], numbers[:, 1], numbers[:, 2], functions)
        wanted = ("TimeStamp", "DeviceId", "Detector", "Total")
        counts = np.array(columns_of(folder / "counts.parquet", wanted), dtype=np.int64)
        return Sample(distinct(events), detectors, counts)

    @property
    def cut_ms(self):
        """Where the peer ends a log: with the bin of its last event."""
        return int(bin_of(self.events.at_ms, BIN_MS).max()) + BIN_MS


@dataclass(frozen=True)
class Measure:
    """The peer's columns, and how ours makes them."""

    columns: tuple[str, ...]
    make: Callable


def has_data(sample):
    """Bins heard all through."""
    made = online_bins(sample.events)
    return made.bin_ms, made.device


def counted(with_zeros):
    """Detector actuations."""

    def make(sample):
        made = actuations(sample.events, with_zeros=with_zeros)
        return made.bin_ms, made.device, made.detector, made.count

    return make


def arrived(latency_s):
    """Arrivals on green: the peer leaves out bins in which nobody arrived on green."""

    def make(sample):
        made = arrivals_on_green(sample.events, sample.detectors, latency_s=latency_s)
        share = np.where(made.on_green > 0, made.share_on_green, np.nan)
        kept = made.on_green > 0
        columns = (made.bin_ms, made.device, made.phase, made.arrivals, share)
        return tuple(column[kept] for column in columns)

    return make


def platoons(sample):
    """Platoon ratio."""
    made = platoon_ratio(sample.events, arrivals_on_green(sample.events, sample.detectors))
    share = made.on_green / made.arrivals
    return (
        *(made.bin_ms, made.device, made.phase, made.arrivals, made.on_green, share),
        *(made.green_s, made.green_ratio, made.ratio, made.arrival_type),
    )


def entered(latency_s, from_offset_s):
    """Yellow and red actuations."""

    def make(sample):
        made = yellow_red_actuations(
            sample.events, sample.detectors, latency_s=latency_s, from_offset_s=from_offset_s
        )
        columns = (made.bin_ms, made.device, made.phase, made.state, made.red_offset_s)
        return *columns, made.count.astype(np.float64)

    return make


def failed_by_bin(sample):
    """Split failures by phase and bin."""
    cycles = cycle_occupancies(sample.events, sample.detectors, cut_ms=sample.cut_ms)
    made = split_failures(cycles)
    figures = (made.green_s, made.green_occupancy, made.red_occupancy, made.failures)
    return made.bin_ms, made.device, made.phase, *figures


def failed_by_cycle(by_lane):
    """Split failures cycle by cycle."""

    def make(sample):
        made = cycle_occupancies(
            sample.events, sample.detectors, by_lane=by_lane, cut_ms=sample.cut_ms
        )
        figures = (made.green_s, made.green_occupancy, made.red_occupancy)
        who = (made.device, made.detector, made.phase) if by_lane else (made.device, made.phase)
        return made.at_ms, *who, *figures, made.failed().astype(np.int64)

    return make


def ended(sample):
    """Terminations."""
    made = terminations(sample.events)
    return made.bin_ms, made.device, made.phase, REASONS[made.reason], made.count


def split(sample):
    """Splits as logged."""
    made = logged_splits(sample.events)
    return made.bin_ms, made.device, made.code, made.count, made.mean


def communicated(sample):
    """Communication load as logged."""
    made = mean_parameters(sample.events, (400, 502, 503))
    return made.bin_ms, made.device, made.code, made.mean


def walked(*names):
    """Pedestrian counts, some columns."""

    def make(sample):
        made = pedestrian_counts(sample.events)
        kept = made.different > 0 if names == ("different",) else slice(None)
        columns = (made.bin_ms, made.device, made.phase, *(getattr(made, name) for name in names))
        return tuple(column[kept] for column in columns)

    return make


def crossed(sample):
    """Pedestrian volumes."""
    at_ms = sample.events.at_ms
    made = pedestrian_volumes(
        pedestrian_counts(sample.events), from_ms=int(at_ms.min()), until_ms=int(at_ms.max())
    )
    one = made.counts
    figures = (one.services, one.presses, one.different, made.volume)
    return one.bin_ms, one.device, one.phase, *figures


def coordinated(sample):
    """Coordination events."""
    made = coordination_events(sample.events)
    at_ms = made.at_ms
    return bin_of(at_ms, BIN_MS), at_ms, made.device, made.code, made.parameter


def in_force(sample):
    """Coordination by the bin."""
    made = coordination(sample.events, online_bins(sample.events))
    figures = (made.pattern, made.cycle_s, made.actual_cycle_s, made.actual_offset_s)
    return made.bin_ms, made.device, *figures


def line_of(sample, rules=None):
    """Our timeline."""
    return timeline(sample.events, online_bins(sample.events), rules)


def lined(rules):
    """Timeline, one row an interval."""

    def make(sample):
        made = line_of(sample, rules)
        lasting = (made.end_ms - made.start_ms) / MS
        value = [None if one < 0 else one for one in made.value.tolist()]
        columns = (made.device, made.start_ms, made.end_ms, lasting, made.valid)
        return *columns, NAMES[made.kind], np.array(value, dtype=object)

    return make


def delayed(sample):
    """Pedestrian delay."""
    made = pedestrian_delay(line_of(sample))
    return made.bin_ms, made.device, made.phase, made.mean_s, made.count


def waited(sample):
    """Phase wait."""
    made = phase_wait(line_of(sample), cycle_lengths(sample.events, actual=True))
    skips = made.skips.astype(np.float64)
    return made.bin_ms, made.device, made.phase, made.mean_s, made.longest_s, skips


def judged(decomposing, judging, *, with_residual=False):
    """Detector health over weeks: what was expected of each count, and whether it stands out."""

    def make(sample):
        at_ms, device, detector, total = sample.counts.T
        told = Told(device << 32 | detector, at_ms // MS, total, device % 2)
        made = decomposed(told.detector, told.at_s, told.count, decomposing)
        row = made.row
        columns = (at_ms[row], device[row], detector[row], total[row], made.expected)
        residual = (made.residual,) if with_residual else ()
        return *columns, *residual, anomalies(made, told, judging)

    return make


_BIN = ("TimeStamp", "DeviceId")
_PHASE = (*_BIN, "Phase")
_OCCUPANCY = ("Green_Time", "Green_Occupancy", "Red_Occupancy", "Split_Failure")
_ARRIVED = (*_PHASE, "Total_Actuations", "Percent_AOG")
_ENTERED = (*_PHASE, "Signal_State", "Red_Offset", "Count")
_DETECTED = (*_BIN, "Detector", "Total")
_COUNTED = (*_BIN, "Detector", "Total", "prediction")
_PED = (*_PHASE, "PedServices", "PedActuation")
_LINE = ("DeviceId", "StartTime", "EndTime", "Duration", "IsValid", "EventClass", "EventValue")
_PLATOON = ("Green_Actuations", "Percent_AOG", "Green_Seconds", "Green_Ratio")

MEASURES = {
    "has_data": Measure(_BIN, has_data),
    "actuations": Measure(_DETECTED, counted(True)),
    "actuations.otherwise": Measure(_DETECTED, counted(False)),
    "arrival_on_green": Measure(_ARRIVED, arrived(0.0)),
    "arrival_on_green.otherwise": Measure(_ARRIVED, arrived(1.5)),
    "platoon_ratio": Measure(
        (*_PHASE, "Total_Actuations", *_PLATOON, "Platoon_Ratio", "Arrival_Type"), platoons
    ),
    "yellow_red": Measure(_ENTERED, entered(1.5, -8)),
    "yellow_red.otherwise": Measure(_ENTERED, entered(0.0, -30)),
    "split_failures": Measure((*_PHASE, *_OCCUPANCY), failed_by_bin),
    "split_failures.otherwise": Measure((*_PHASE, *_OCCUPANCY), failed_by_cycle(False)),
    "split_failures.lanes": Measure(
        (*_BIN, "Detector", "Phase", *_OCCUPANCY), failed_by_cycle(True)
    ),
    "terminations": Measure((*_PHASE, "PerformanceMeasure", "Total"), ended),
    "splits": Measure((*_BIN, "EventId", "Services", "Average_Split"), split),
    "ped": Measure(_PED, walked("services", "presses")),
    "unique_ped": Measure((*_PHASE, "Unique_Actuations"), walked("different")),
    "full_ped": Measure((*_PED, "Unique_Actuations", "Estimated_Volumes"), crossed),
    "full_ped.otherwise": Measure(
        (*_PED, "Unique_Actuations"), walked("services", "presses", "different")
    ),
    "communications": Measure((*_BIN, "EventId", "Average"), communicated),
    "coordination": Measure(
        ("TimeStamp", "Raw_TimeStamp", "DeviceId", "EventId", "Parameter"), coordinated
    ),
    "coordination_agg": Measure(
        (*_BIN, "Pattern", "CycleLength", "ActualCycleLength", "ActualOffset"), in_force
    ),
    "timeline": Measure(_LINE, lined(None)),
    "timeline.otherwise": Measure(_LINE, lined(TimelineRules(0.0, silences_s=()))),
    "ped_delay": Measure((*_PHASE, "AvgPedDelay", "Samples"), delayed),
    "detector_health": Measure(
        (*_COUNTED, "anomaly"),
        judged(
            Decomposing(least_in_window=96),
            Judging(by_geh=True, by_mad=True, stretch_low=True),
        ),
    ),
    "detector_health.otherwise": Measure(
        (*_COUNTED, "resid", "anomaly"),
        judged(
            Decomposing(window_days=3, drop_days=3, least_in_window=96 * 2),
            Judging(detector_threshold=2.0, group_threshold=1.0),
            with_residual=True,
        ),
    ),
    "phase_wait": Measure((*_PHASE, "AvgPhaseWait", "MaxPhaseWait", "TotalSkips"), waited),
}
