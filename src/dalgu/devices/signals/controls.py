"""Hold, force-off and omit of groups: what an engineer at a controller may ask for.

They only change what is wished; the phase machine grants it or does not. As in cabinets they run
out unless they are set again.
"""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.machine import Machine
from dalgu.devices.signals.report import Light

BACKUP_S: Final = 10.0  # then a control that was not set again is forgotten


class Control(StrEnum):
    """What can be asked of groups."""

    HOLD = "Hold"  # stay while one of them is green
    FORCE_OFF = "ForceOff"  # leave for the rotation's next stage while one of them is green
    OMIT = "PhaseOmit"  # begin no stage that has one of them


class Controls:
    """Controls of N controllers with up to W groups."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._asked = {control: np.zeros(shape, np.bool_) for control in Control}
        self._until_s = np.full(shape[0], -np.inf)

    def ask(self, n: int, control: Control, groups: NDArray[np.bool_], at_s: float) -> None:
        """Ask something of a controller's groups, shape (W,), instead of what was asked so."""
        if at_s > self._until_s[n]:
            self._forget(n)
        self._asked[control][n] = groups
        self._until_s[n] = at_s + BACKUP_S

    def asked(self, n: int, control: Control, at_s: float) -> NDArray[np.bool_]:
        """Return of which groups something is asked now, shape (W,)."""
        return np.asarray(self._asked[control][n] & (at_s <= self._until_s[n]))

    def applied(self, wish: NDArray[np.int64], machine: Machine, at_s: float) -> NDArray[np.int64]:
        """Return wishes as changed by what is asked, (N,)."""
        wanted = wish.copy()
        for n in np.flatnonzero(self._until_s >= at_s):
            wanted[n] = self._one(int(n), int(wish[n]), machine)
        return wanted

    def _one(self, n: int, wish: int, machine: Machine) -> int:
        here = int(machine.state.stage[n])
        green = machine.state.light[n] == Light.GREEN
        if (green & self._asked[Control.FORCE_OFF][n]).any():
            wish = int(machine.tables.next[n, here])
        if (green & self._asked[Control.HOLD][n]).any():
            return here
        known = 0 <= wish < int(machine.tables.stages[n])
        omitted = known and (machine.tables.member[n, wish] & self._asked[Control.OMIT][n]).any()
        return here if omitted else wish

    def _forget(self, n: int) -> None:
        for asked in self._asked.values():
            asked[n] = False
