"""Who decides the stages of each controller, and when it stops believing the city.

It runs in the controllers' driver, not in the process that it watches: the city may die, freeze,
be cut off or talk nonsense, and the controllers go back to their own plans.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.report import Cause, Mode

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a controller waits."""

    silence_s: float = 5.0  # without a valid command, then it falls back
    age_s: float = 5.0  # of the data that a command was reckoned from
    return_s: float = 10.0  # of valid commands, then it lets itself be led again


PATIENCE: Final = Patience()


class Watchdog:
    """Modes of N controllers."""

    def __init__(self, controllers: int, patience: Patience) -> None:
        self._patience = patience
        self.mode: NDArray[np.int64] = np.full(controllers, Mode.PLAN)
        self.cause: NDArray[np.int64] = np.full(controllers, Cause.NONE)
        self.off: Bools = np.zeros(controllers, np.bool_)  # by order of a person
        self._led: Bools = np.zeros(controllers, np.bool_)  # the last command wants to lead it
        self._heard_s = np.full(controllers, -np.inf)
        self._steady_s = np.full(controllers, np.inf)  # since when commands come in time
        self._stale_s = -np.inf

    def heard(self, at_s: float, leads: Bools, useless: Bools) -> None:
        """Take note of a valid command: which controllers it leads, where it makes no sense."""
        again = at_s - self._heard_s > self._patience.silence_s
        self._steady_s = np.where(again & ~useless, at_s, self._steady_s)
        self._heard_s = np.where(useless, self._heard_s, at_s)
        self._led = np.where(useless, self._led, leads)

    def stale(self, at_s: float) -> None:
        """Take note of a command that was reckoned from data too old."""
        self._stale_s = at_s

    def order(self, who: Bools, *, off: bool) -> None:
        """Take controllers off remote control, or let them be led again."""
        self.off = np.where(who, off, self.off)

    def judge(self, at_s: float, blind: Bools, tripped: Bools) -> None:
        """Decide the modes at an instant."""
        fresh = at_s - self._heard_s <= self._patience.silence_s
        steady = fresh & (at_s - self._steady_s >= self._patience.return_s)
        remote = self.mode == Mode.REMOTE
        away = self.mode == Mode.FALLBACK
        stale = at_s - self._stale_s <= self._patience.silence_s
        lost = Cause.STALE if stale else Cause.SILENT
        self._set(fresh & ~self._led, Mode.PLAN, Cause.NONE)
        self._set((self.mode == Mode.FLASH) & ~tripped, Mode.PLAN, Cause.NONE)
        self._set(fresh & self._led & ~away, Mode.REMOTE, Cause.NONE)
        self._set(steady & self._led & away, Mode.REMOTE, Cause.NONE)
        self._set(remote & ~fresh, Mode.FALLBACK, lost)
        self._set((self.mode == Mode.REMOTE) & blind, Mode.FALLBACK, Cause.DETECTORS)
        self._set(self.off, Mode.PLAN, Cause.ORDERED)
        returned = ~self.off & (self.cause == Cause.ORDERED)
        self._set(returned, Mode.PLAN, Cause.NONE)
        self._set(tripped, Mode.FLASH, Cause.CONFLICT)

    def _set(self, where: Bools, mode: Mode, cause: Cause) -> None:
        self.mode = np.where(where, mode, self.mode)
        self.cause = np.where(where, cause, self.cause)
