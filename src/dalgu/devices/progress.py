"""How far a long import has come: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass
from typing import TextIO

BAR_SIGNS = 30
REDRAW_S = 0.1
LINE_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Progress:
    """One moment of an import; `done` and `total` are bytes, or rows of a Parquet file."""

    done: int
    total: int
    rows: int
    refused: int
    duplicates: int
    elapsed_s: float

    @property
    def share(self) -> float:
        """How much of the file is read, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0

    @property
    def remaining_s(self) -> float | None:
        """Time to go at the pace so far, `None` before the first row."""
        if not self.share or not self.elapsed_s:
            return None
        return self.elapsed_s * (1 - self.share) / self.share

    def __str__(self) -> str:
        pace = self.rows / self.elapsed_s if self.elapsed_s else 0.0
        left = "" if self.remaining_s is None else f", {_span(self.remaining_s)} to go"
        return (
            f"{self.share:4.0%}  {self.rows:,} rows, {self.refused:,} refused, "
            f"{self.duplicates:,} duplicates, {pace:,.0f} rows/s{left}"
        )


class TerminalProgress:
    """Shows the moments of an import as they come.

    Parameters
    ----------
    stream
        A terminal gets a bar that is redrawn in place, anything else a line every 10 s.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._shown_s = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Show a moment, unless the last one is too fresh."""
        now_s = time.monotonic()
        is_last = progress.done >= progress.total
        every_s = REDRAW_S if self._is_terminal else LINE_EVERY_S
        if not is_last and now_s - self._shown_s < every_s:
            return
        self._shown_s = now_s
        if not self._is_terminal:
            print(progress, file=self._stream)
            return
        full = round(progress.share * BAR_SIGNS)
        bar = "█" * full + "·" * (BAR_SIGNS - full)
        self._stream.write(f"\r\x1b[2K{bar} {progress}" + ("\n" if is_last else ""))
        self._stream.flush()


def _span(seconds: float) -> str:
    """Return a time to wait, as people say it.

    >>> _span(5.2), _span(125), _span(7_300)
    ('5 s', '2 min 5 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60} min"
