"""One controller of a field as named objects, like those of NTCIP 1202.

Like the standard: the names, that a phase is a bit in a group of eight (phase 1 is bit 0 of index
1), the ranges, that controls run out, the bits of the short alarm. Unlike it: there is no SNMP or
STMP and no OID, only the objects listed by `walk`; a phase is one of our signal groups, so a
pedestrian group has a phase of its own; there are no rings and barriers, a stage decides what
runs together; volumes and occupancies are of the last second; a force-off leads to the next stage
of the rotation. No conformance is claimed and none was tested.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.controls import Control
from dalgu.devices.signals.errors import ObjectNotExisting
from dalgu.devices.signals.events import PATTERN_FLASH, PATTERN_FREE
from dalgu.devices.signals.field import Field, Order, Ordered
from dalgu.devices.signals.report import Cause, Light, Mode
from dalgu.devices.signals.timing import Group

GROUP_PHASES: Final = 8  # in one object
OCCUPIED: Final = 200  # in half percents
FLASH_BY_MONITOR: Final = 6
NO_FLASH: Final = 2
COORDINATION, DETECTOR_FAULT, NON_CRITICAL, CRITICAL = 1 << 4, 1 << 5, 1 << 6, 1 << 7

Bits = NDArray[np.bool_]


class ControllerObjects:
    """Get, set and walk the objects of controller `n` of a field."""

    def __init__(self, field: Field, n: int) -> None:
        self._field, self._n = field, n
        timing = field.timings[n]
        self._width = len(timing.groups)
        self._lanes = len(timing.detectors)
        self._first_lane = sum(len(one.detectors) for one in field.timings[:n])
        self._scalars: dict[str, Callable[[], int]] = {
            "maxPhases": lambda: self._width,
            "maxVehicleDetectors": lambda: self._lanes,
            "maxPatterns": lambda: len(self._field.timings[self._n].plans),
            "volumeOccupancyPeriod": lambda: 1,
            "coordPatternStatus": self._pattern,
            "coordCycleStatus": self._cycle_left,
            "systemPatternControl": self._ordered,
            "unitFlashStatus": lambda: FLASH_BY_MONITOR if self._flashes() else NO_FLASH,
            "shortAlarmStatus": self._alarm,
            "globalTime": lambda: int(max(self._field.at_s, 0)),
        }
        self._groups: dict[str, Callable[[], Bits]] = {
            "phaseStatusGroupReds": lambda: self._shows(Light.RED, walks=False),
            "phaseStatusGroupYellows": lambda: self._shows(Light.AMBER, walks=False),
            "phaseStatusGroupGreens": lambda: self._shows(Light.GREEN, walks=False),
            "phaseStatusGroupDontWalks": lambda: self._shows(Light.RED, walks=True),
            "phaseStatusGroupPedClears": lambda: self._shows(Light.AMBER, walks=True),
            "phaseStatusGroupWalks": lambda: self._shows(Light.GREEN, walks=True),
            "phaseStatusGroupPhaseOns": lambda: self._lamps() == Light.GREEN,
            "phaseStatusGroupPhaseNexts": lambda: self._nexts(),
            "vehicleDetectorStatusGroupActive": lambda: self._told("queue_veh") >= 1,
            "vehicleDetectorStatusGroupAlarms": lambda: self._faults(),
        }
        self._groups |= {_control(one): self._reader(one) for one in Control}
        self._rows: dict[str, Callable[[], list[int]]] = {
            "phaseMinimumGreen": lambda: [round(one.min_green_s) for one in self._timing()],
            "phaseYellowChange": lambda: [
                0 if walk else round(one.amber_s * 10)
                for one, walk in zip(self._timing(), self._walks(), strict=True)
            ],
            "phasePedestrianClear": lambda: [
                round(one.amber_s) if walk else 0
                for one, walk in zip(self._timing(), self._walks(), strict=True)
            ],
            "detectorVolume": lambda: self._told("passed_veh").astype(int).tolist(),
            "detectorOccupancy": lambda: [
                OCCUPIED if stands else 0 for stands in self._told("queue_veh") >= 1
            ],
        }

    def get(self, name: str) -> int:
        """Return an object's value, named as `phaseStatusGroupGreens.1`.

        Raises
        ------
        ObjectNotExisting
            There is no such object.

        """
        return self._one(name)[1]

    def walk(self, name: str = "") -> dict[str, int]:
        """Return objects with their values: all, those of a name, or the one with its index.

        Raises
        ------
        ObjectNotExisting
            There is no such object.

        """
        kind, dot, _ = name.partition(".")
        kinds = [kind] if name else [*self._scalars, *self._groups, *self._rows]
        found = {
            f"{kind}.{index}": value
            for kind in kinds
            for index, value in self._values(kind).items()
            if not dot or f"{kind}.{index}" == name
        }
        if not found:
            raise ObjectNotExisting(name, "it does not exist")
        return found

    def set(self, name: str, value: int) -> None:
        """Set the pattern (254: led by the city, else 1 and up) or a control of eight phases.

        Raises
        ------
        ObjectNotExisting
            There is no such object, or it cannot be set to that.

        """
        kind, _, index = self._one(name)[0].partition(".")
        if kind == "systemPatternControl":
            self._set_pattern(name, value)
        elif kind in {_control(one) for one in Control}:
            self._set_control(name, Control(kind.removeprefix(_PREFIX)), int(index), value)
        else:
            can = ", ".join(("systemPatternControl", *map(_control, Control)))
            raise ObjectNotExisting(name, f"it can only be read; what can be set is {can}")

    def _one(self, name: str) -> tuple[str, int]:
        """Return the only object of a name, its index added where it was left out."""
        found = [*self.walk(name).items()]
        if not name or len(found) > 1:
            raise ObjectNotExisting(name, f"it needs an index, as in '{found[0][0]}'")
        return found[0]

    def _values(self, kind: str) -> dict[int, int]:
        if kind in self._scalars:
            return {0: self._scalars[kind]()}
        if kind in self._groups:
            return dict(enumerate(_packed(self._groups[kind]()), 1))
        if kind in self._rows:
            return dict(enumerate(self._rows[kind](), 1))
        return {}

    def _set_pattern(self, name: str, value: int) -> None:
        if value == PATTERN_FREE:
            self._field.order(Order(Ordered.REMOTE, (self._n,)))
            return
        most = len(self._field.timings[self._n].plans)
        if not 1 <= value <= most:
            raise ObjectNotExisting(name, f"its value must be 1 to {most}, or {PATTERN_FREE}")
        self._field.order(Order(Ordered.PLAN, (self._n,), plan=value - 1))

    def _set_control(self, name: str, control: Control, index: int, value: int) -> None:
        if not 0 <= value < 1 << GROUP_PHASES:
            raise ObjectNotExisting(name, "its value must be 0 to 255")
        at_s, controls = self._field.at_s, self._field.controls
        groups = controls.asked(self._n, control, at_s).copy()
        first = (index - 1) * GROUP_PHASES
        for bit in range(min(GROUP_PHASES, self._width - first)):
            groups[first + bit] = bool(value >> bit & 1)
        controls.ask(self._n, control, groups, at_s)

    def _reader(self, control: Control) -> Callable[[], Bits]:
        controls = self._field.controls
        return lambda: controls.asked(self._n, control, self._field.at_s)[: self._width]

    def _timing(self) -> tuple[Group, ...]:
        return self._field.timings[self._n].groups

    def _walks(self) -> Bits:
        return self._field.machine.tables.pedestrian[self._n, : self._width]

    def _lamps(self) -> NDArray[np.int8]:
        return self._field.machine.state.light[self._n, : self._width]

    def _shows(self, light: Light, *, walks: bool) -> Bits:
        lit = (self._lamps() == light) & (self._walks() == walks)
        return np.asarray(lit & (not self._flashes()))

    def _nexts(self) -> Bits:
        machine = self._field.machine
        return np.asarray(machine.shown()[self._n, : self._width] & (self._lamps() != Light.GREEN))

    def _told(self, name: str) -> NDArray[np.float64]:
        told = self._field.told
        if told is None:
            return np.zeros(self._lanes)
        values = getattr(told, name)[self._first_lane : self._first_lane + self._lanes]
        return np.asarray(np.nan_to_num(values))

    def _faults(self) -> Bits:
        return self._field.diagnosis.fault[self._first_lane : self._first_lane + self._lanes]

    def _flashes(self) -> bool:
        return bool(self._field.monitor.tripped[self._n])

    def _pattern(self) -> int:
        if self._flashes():
            return PATTERN_FLASH
        if self._field.watchdog.mode[self._n] == Mode.REMOTE:
            return PATTERN_FREE
        return int(self._field.plans.chosen[self._n]) + 1

    def _ordered(self) -> int:
        is_led = not self._field.watchdog.off[self._n]
        return PATTERN_FREE if is_led else int(self._field.plans.chosen[self._n]) + 1

    def _cycle_left(self) -> int:
        plans = self._field.plans
        return int(plans.cycle[self._n] - plans.phase(max(self._field.at_s, 0))[self._n])

    def _alarm(self) -> int:
        cause = self._field.watchdog.cause[self._n]
        lost = cause in (Cause.SILENT, Cause.STALE)
        alarm = COORDINATION * lost | DETECTOR_FAULT * bool(self._faults().any())
        alarm |= NON_CRITICAL * (cause == Cause.DETECTORS)
        return int(alarm | CRITICAL * self._flashes())


_PREFIX: Final = "phaseControlGroup"


def _control(control: Control) -> str:
    return _PREFIX + control.value


def _packed(bits: Bits) -> list[int]:
    """Return bits as numbers of eight, the first of each the least."""
    return [int(value) for value in np.packbits(bits, bitorder="little")]
