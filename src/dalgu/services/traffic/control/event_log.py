"""The high-resolution events of all controllers, as they come: a file an hour, a row an event.

Codes are those of the Indiana enumeration (Sturdevant et al., 2012), to a tenth of a second.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.measures.events import ControllerEvents

ROW: Final = np.dtype([("at_ds", "<i8"), ("signal", "<u2"), ("code", "<u2"), ("parameter", "<u2")])
KEEP_HOURS: Final = 72
HOUR_S: Final = 3_600
DS: Final = 10  # tenths of a second


class EventLog:
    """Appends events and finds those of a signal again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, events: NDArray[np.float64]) -> None:
        """Write rows of (at_s, signal, code, parameter); they may span an hour's end."""
        if not len(events):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        hours = (events[:, 0] // HOUR_S).astype(np.int64)
        for hour in np.unique(hours):
            some = events[hours == hour]
            rows = np.empty(len(some), ROW)
            rows["at_ds"] = np.rint(some[:, 0] * DS)
            for column, name in enumerate(("signal", "code", "parameter"), start=1):
                rows[name] = some[:, column]
            with (self._folder / f"{hour}.events").open("ab") as file:
                file.write(rows.tobytes())

    def of(self, signal: int, since_s: float, until_s: float) -> ControllerEvents:
        """Return the events of a signal in [since, until), oldest first."""
        parts = [np.empty(0, ROW)]
        for hour in range(int(since_s // HOUR_S), _last(until_s)):
            rows = self._hour(hour)  # of all signals: only this one's stay
            at_ds = rows["at_ds"]
            inside = (at_ds >= since_s * DS) & (at_ds < until_s * DS)
            parts.append(rows[inside & (rows["signal"] == signal)])
        return _told(np.sort(np.concatenate(parts), order="at_ds", kind="stable"))

    def hour(self, hour: int) -> ControllerEvents:
        """Return the events of all signals in an hour, counted from 1970, oldest first."""
        rows = self._hour(hour)
        return _told(rows[np.argsort(rows["at_ds"], kind="stable")])

    def forget(self, now_s: float) -> int:
        """Delete the hours past their keeping; return how many went."""
        gone = 0
        for path in self._folder.glob("*.events"):
            if int(path.stem) < int(now_s // HOUR_S) - KEEP_HOURS:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _hour(self, hour: int) -> NDArray[np.void]:
        try:
            body = (self._folder / f"{hour}.events").read_bytes()
        except FileNotFoundError:
            return np.empty(0, ROW)
        whole = len(body) // ROW.itemsize * ROW.itemsize  # the last row may be half written
        return np.frombuffer(body[:whole], ROW)


def _last(until_s: float) -> int:
    return int(np.ceil(until_s / HOUR_S))


def _told(rows: NDArray[np.void]) -> ControllerEvents:
    columns = (rows[name].astype(np.int64) for name in ("signal", "code", "parameter"))
    return ControllerEvents(rows["at_ds"] / DS, *columns)
