"""One measured figure, and how it is taken: the median of several rounds of CPU time.

CPU is that of all threads of a process. Wall time hangs on the disk's sync and on the
neighbours; CPU hardly does, so CPU is what the aims are stated in.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HEADING = f"{'operation':<58}{'CPU µs':>9}{'wall /s':>12}{'aim µs':>8}"


@dataclass(frozen=True)
class Figure:
    """What one operation costs."""

    name: str
    cpu_us: float
    wall_per_s: float
    aim_us: float | None = None

    def line(self) -> str:
        """Return the figure as a line below `HEADING`."""
        aim = "" if self.aim_us is None else f"{self.aim_us:8.0f}"
        return f"{self.name:<58}{self.cpu_us:9.1f}{self.wall_per_s:12,.0f}{aim:>8}"


@dataclass(frozen=True)
class Round:
    """One run of a work: seconds of CPU and of the wall for so many units."""

    cpu_s: float
    wall_s: float
    units: int


def figure(name: str, rounds: Sequence[Round], aim_us: float | None = None) -> Figure:
    """Return the median of rounds."""
    cpu_us = statistics.median(one.cpu_s / one.units for one in rounds) * 1e6
    wall_per_s = statistics.median(one.units / one.wall_s for one in rounds)
    return Figure(name, cpu_us, wall_per_s, aim_us)


async def timed(units: int, work: Callable[[], Awaitable[None]]) -> Round:
    """Run a work in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Round(time.process_time() - cpu, time.perf_counter() - wall, units)


def cpu_s(pid: int) -> float:
    """Return CPU seconds that a process has used, all threads, to the nanosecond (Linux)."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((one / "schedstat").read_text().split()[0]) for one in threads) / 1e9


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024
