"""Water meters of Gachang-myeon: a LoRaWAN frame a day, or wireless M-Bus every hour."""

import base64
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.devices.wmbus.address import DeviceType, address
from dalgu.services.water.hourly_frame import Alarm, HourlyFrame
from dalgu.services.water.wire import encode_hourly, encode_oms
from dalgu.simulation.chance import Episodes, stream
from dalgu.simulation.consumption import FIRST_DAY, Households
from dalgu.simulation.day import DAY_S, HOUR_S, Body, Plan, instant, stamp, start_s
from dalgu.simulation.lorawan import WEAK_DBM, LoraSites, Terminal, up_event

REGISTERS = 24
LOST = 0.002  # share of frames that never arrive: the pilot reports at least 99 % success
WEAK_LOST = 0.03  # of those from meters at the edge of hearing (assumption)
TWICE = 0.002  # share that the network delivers a second time, seconds later
OMS_MANUFACTURER = "DGU"  # of ours: no maker of meters stands behind it
OMS_VERSION = 1
OMS_LOST = 0.01
LOW_BATTERY_PCT = 12
BATTERY_EVERY = 7  # days: the terminal measures its cell once a week
BATTERY_DAYS = 10 * 365  # a cell lasts about ten years
NOBODY = Plan(np.empty(0, np.int64), lambda row: ("", b""))


def terminal(number: int) -> Terminal:
    """Return the radio of a meter."""
    return Terminal(0, number, f"gachang-{number:04d}", "water-hourly")


def oms_number(number: int) -> str:
    """Return the eight digits on the face of a wireless M-Bus meter."""
    return f"{26_000_000 + number:08d}"


class HourlyMeters:
    """Meters whose terminal sends the day's hourly registers once a day.

    Parameters
    ----------
    households
        What the taps draw.
    members
        Shape (n,), positions of these meters among the households.
    sites
        The LoRa sites around all households' meters.
    """

    def __init__(
        self, households: Households, members: NDArray[np.int64], sites: LoraSites, seed: int
    ) -> None:
        n = len(members)
        chance = stream(seed, "water.terminals")
        self._households, self._members, self._seed = households, members, seed
        self._sites, self._site = sites, sites.nearest[members]
        # Away from midnight, so that a second delivery is still on the same day.
        self._phase = chance.integers(0, DAY_S - 60, size=n)
        self._rssi = sites.rssi_dbm[members]
        self._is_weak = self._rssi <= WEAK_DBM
        self._silent = Episodes(chance, n, share=0.03, cycle=(90, 300), length=(1, 20))
        self._unheard = Episodes(chance, n, share=0.25, cycle=(40, 120), length=(2, 5))
        self._battery_age = chance.integers(0, BATTERY_DAYS, size=n)

    def plan(self, day: int) -> Plan:
        """Return the frames of a day."""
        if day <= FIRST_DAY:
            return NOBODY
        chance = stream(self._seed, "water.radio", day)
        n = len(self._members)
        lost = np.where(self._is_weak, WEAK_LOST, LOST)
        heard = (chance.random(n) >= lost) & ~self._is_silent(day)
        # The radio's noise is told once per frame: a second delivery has the same bytes.
        rssi = np.rint(self._rssi + chance.normal(0, 3, size=n)).astype(int)
        again = np.flatnonzero(heard & (chance.random(n) < TWICE))
        first = np.flatnonzero(heard)
        member = np.concatenate([first, again])
        at_s = start_s(day) + self._phase[member]
        at_s[len(first) :] += chance.integers(2, 9, size=len(again))
        encode = self._encoder(day, member, rssi)
        return Plan(at_s, encode)

    def _is_silent(self, day: int) -> NDArray[np.bool_]:
        faint = self._is_weak & self._unheard.on(day)
        silent: NDArray[np.bool_] = (
            self._silent.on(day) | faint | self._sites.is_out(day)[self._site]
        )
        return silent

    def _encoder(
        self, day: int, member: NDArray[np.int64], rssi: NDArray[np.int64]
    ) -> Callable[[int], Body]:
        yesterday = self._households.register_l(day - 1)[self._members]
        today = self._households.register_l(day)[self._members]
        register_l = np.concatenate([yesterday[:, :24], today], axis=1)
        told = self._told(day)
        battery_pct = 100 - (day + self._battery_age) % BATTERY_DAYS * 100 // BATTERY_DAYS

        def encode(row: int) -> Body:
            i = int(member[row])
            hour = int(self._phase[i]) // HOUR_S
            registers = register_l[i, hour + 1 : hour + 1 + REGISTERS][::-1].tolist()
            battery = int(battery_pct[i])
            frame = HourlyFrame(
                at=instant(start_s(day) + hour * HOUR_S),
                registers_l=tuple(registers),
                alarms=_alarms(battery, [alarm for alarm, is_so in told.items() if is_so[i]]),
                battery_pct=battery if (day + i) % BATTERY_EVERY == 0 else None,
            )
            heard = self._sites.euis[self._site[i]], int(rssi[i])
            said = {"data": base64.b64encode(encode_hourly(frame)).decode()}
            number = int(self._members[i]) + 1
            at_s = start_s(day) + int(self._phase[i])
            return "chirpstack", up_event(terminal(number), at_s, day - FIRST_DAY, heard, said)

        return encode

    def _told(self, day: int) -> dict[Alarm, NDArray[np.bool_]]:
        """Return the alarms that meters tell of themselves, each shape (n,)."""
        homes, of = self._households, self._members
        leaking = homes.is_leaking(day) | homes.mishaps.is_frozen(day)  # its sensor hears water
        return {
            Alarm.TAMPER: homes.mishaps.is_tampered(day)[of],
            Alarm.BACKFLOW: homes.is_running_back(day)[of],
            Alarm.BURST: homes.is_bursting(day)[of],
            Alarm.LEAKAGE: leaking[of],
        }


class OmsMeters:
    """Meters whose present register a wireless M-Bus gateway forwards every hour."""

    def __init__(
        self, households: Households, members: NDArray[np.int64], gateways: list[str], seed: int
    ) -> None:
        n = len(members)
        chance = stream(seed, "water.oms")
        self._households, self._members, self._seed = households, members, seed
        self._gateway = [gateways[i] for i in chance.integers(0, len(gateways), size=n)]
        self._delay = chance.integers(5, 300, size=n)  # seconds past the full hour
        self._rssi = np.clip(chance.normal(-82, 8, size=n), -105, -55)
        self._silent = Episodes(chance, n, share=0.05, cycle=(90, 300), length=(1, 6))
        self._address = [
            address(
                OMS_MANUFACTURER,
                oms_number(int(member) + 1),
                version=OMS_VERSION,
                device_type=DeviceType.COLD_WATER,
            )
            for member in members
        ]

    def plan(self, day: int) -> Plan:
        """Return the telegrams of a day."""
        if day < FIRST_DAY:
            return NOBODY
        chance = stream(self._seed, "water.oms.radio", day)
        n = len(self._members)
        register_l = self._households.register_l(day)[self._members]
        rssi = np.rint(self._rssi[:, None] + chance.normal(0, 2, size=(n, 24))).astype(int)
        heard = (chance.random((n, 24)) >= OMS_LOST) & ~self._silent.on(day)[:, None]
        meter, hour = np.nonzero(heard)
        at_s = start_s(day) + hour * HOUR_S + self._delay[meter]

        def encode(row: int) -> Body:
            i, k = int(meter[row]), int(hour[row])
            count = (day - FIRST_DAY) * 24 + k
            telegram = encode_oms(self._address[i], int(register_l[i, k]), access_number=count)
            body = {
                "telegram": telegram.hex().upper(),
                "received_at": stamp(int(at_s[row])),
                "gateway": self._gateway[i],
                "rssi_dbm": int(rssi[i, k]),
            }
            return "oms", msgspec.json.encode(body)

        return Plan(at_s, encode)


def _alarms(battery_pct: int, told: list[Alarm]) -> tuple[Alarm, ...]:
    return (*([Alarm.LOW_BATTERY] if battery_pct < LOW_BATTERY_PCT else []), *told)
