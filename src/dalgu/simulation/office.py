"""What every office of the synthetic administration works with: the plan, the day, its chance."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from dalgu.kernel.clock import local
from dalgu.simulation.chance import stream
from dalgu.simulation.city import CityPlan

Cell = str | int | float | bool | None
Row = dict[str, Cell]
Rows = list[Row]


@dataclass(frozen=True)
class Office:
    """One administration on one day; the same seed and day give the same papers."""

    plan: CityPlan
    now: datetime

    @property
    def today(self) -> date:
        """Return the local day."""
        return local(self.now).date()

    def chance(self, register: str) -> np.random.Generator:
        """Return the generator of one register."""
        return stream(self.plan.seed, f"office.{register}")

    def ago(self, days: float) -> str:
        """Return the date so many days before today."""
        return (self.today - timedelta(days=int(days))).isoformat()

    def moment_ago(self, hours: float) -> str:
        """Return the local date and time so many hours ago, to the minute."""
        at = local(self.now) - timedelta(hours=float(hours))
        return f"{at:%Y-%m-%d %H:%M}"

    def months(self, count: int) -> list[str]:
        """Return the last full months, oldest first, as 2026-10."""
        whole = self.today.year * 12 + self.today.month - 1
        return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(whole - count, whole)]


def yes(answer: bool | np.bool_) -> str:
    """Return a flag as an office writes it."""
    return "예" if answer else "아니오"
