"""A controller's log from a file, measured without the city's own streets."""

import csv
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final

import numpy as np

from dalgu.devices.signals.codes import EventCode
from dalgu.services.traffic.measures.events import DetectorAssignments, DetectorFunction
from dalgu.services.traffic.measures.importing import ImportedEvents, letters_of, read_events
from dalgu.services.traffic.measures.log_view import Logged, LogView, log_view
from dalgu.services.traffic.measures.refusals import EventColumnsMissing

LONGEST_S: Final = 24 * 3_600.0  # of a log that is drawn: its last day

# Names of the columns of a table of detectors, letters only, and what functions are called
_USUAL: Final = {
    "device": ("deviceid", "device", "signalid", "signal"),
    "phase": ("phase", "protectedphase", "phasenumber"),
    "channel": ("parameter", "detector", "channel", "detectorchannel", "detchannel"),
    "function": ("function", "detectorfunction", "measure", "use"),
}
_FUNCTIONS: Final = {
    "advance": DetectorFunction.ADVANCE,
    "presence": DetectorFunction.PRESENCE,
    "yellowred": DetectorFunction.YELLOW_RED,
    "count": DetectorFunction.COUNT,
    "stopbarcount": DetectorFunction.COUNT,
}


@dataclass(frozen=True, slots=True)
class ReplayView:
    """What a file tells of one of its devices."""

    imported: ImportedEvents
    device: str
    log: LogView
    detectors: int  # that were assigned


def replay_view(
    events: Path, detectors: Path | None, asked: "ReplayAsked", zone: tzinfo
) -> ReplayView:
    """Read and measure files.

    Raises
    ------
    EventFileUnreadable, EventColumnsMissing
        When a file is none of events, or of detectors.

    """
    imported = read_events(events, zone)
    device = _device(imported, asked.device)
    number = imported.devices.index(device) if device else -1
    own = imported.events.only(imported.events.device == number)
    until_s = float(own.at_s.max()) + 0.1 if len(own) else 0.0
    from_s = max(float(own.at_s.min()), until_s - LONGEST_S) if len(own) else 0.0
    own = own.only(own.at_s >= from_s)
    assigned = _assigned(detectors, device, number)
    green = own.of(EventCode.BEGIN_GREEN).parameter
    walk = own.of(EventCode.PED_BEGIN_WALK).parameter
    logged = Logged(own, assigned, _numbers(green), _numbers(walk), from_s, until_s)
    return ReplayView(imported, device, log_view(logged, asked.phase), len(assigned.phase))


@dataclass(frozen=True, slots=True)
class ReplayAsked:
    """Which device of the file, the one with the most events where none is named."""

    device: str = ""
    phase: int = -1


def _numbers(values: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> tuple[int, ...]:
    return tuple(int(one) for one in np.unique(values))


def _device(imported: ImportedEvents, wanted: str) -> str:
    if wanted in imported.devices:
        return wanted
    if not imported.devices:
        return ""
    return imported.devices[int(np.bincount(imported.events.device).argmax())]


def _assigned(path: Path | None, device: str, number: int) -> DetectorAssignments:
    rows = [] if path is None else _detector_rows(path, device)
    return DetectorAssignments(
        np.full(len(rows), number),
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        tuple(row[2] for row in rows),
    )


def _detector_rows(path: Path, device: str) -> list[tuple[int, int, DetectorFunction]]:
    """Return (phase, channel, function) of a device; functions of no name here are left out."""
    lines = list(csv.reader(path.read_text("utf-8-sig", "replace").splitlines()))
    names = letters_of(lines[0]) if lines else []
    places = {
        column: next((names.index(name) for name in usual if name in names), -1)
        for column, usual in _USUAL.items()
    }
    for column in ("phase", "channel", "function"):
        if places[column] < 0:
            raise EventColumnsMissing(path, column, ", ".join(_USUAL[column][:4]))
    found = []
    for line in lines[1:]:
        if len(line) != len(names):
            continue
        function = _FUNCTIONS.get("".join(letters_of([line[places["function"]]])))
        here = places["device"] < 0 or line[places["device"]].strip() == device
        phase, channel = line[places["phase"]].strip(), line[places["channel"]].strip()
        if here and function is not None and phase.isdecimal() and channel.isdecimal():
            found.append((int(phase), int(channel), function))
    return found
