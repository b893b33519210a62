"""The gauges of the mains: a meter at each district's inlet, and loggers of pressure in the net."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.services.water.wire import PRESSURE_PROFILE, encode_hourly, encode_pressure
from dalgu.simulation.chance import stream
from dalgu.simulation.consumption import FIRST_DAY
from dalgu.simulation.day import HOUR_S, Body, Plan, instant, start_s
from dalgu.simulation.lorawan import LoraSites, Terminal, up_event
from dalgu.simulation.network_file import network_file
from dalgu.simulation.water import NOBODY
from dalgu.simulation.water_network import DistrictNetwork
from dalgu.simulation.water_supply import Supply

INLET_KIND, LOGGER_KIND = 2, 3  # of their device addresses
HOURS = 24
# They tell the day that has just ended before the night's jobs ask for it (assumption).
FIRST_SECOND, LAST_SECOND = 300, 3_000
RSSI_DBM = (-92, -78)  # pits with an antenna above ground (assumption)
HEAD_NOISE_M = 0.04  # a logger of 100 m and 0.04 % of it, drift left out (assumption)


@dataclass(frozen=True, slots=True)
class Logger:
    """One pressure logger: its number in the city, its district and its junction there."""

    number: int
    district: int
    junction: int


def inlet_terminal(district: int) -> Terminal:
    """Return the radio of a district's inlet meter."""
    return Terminal(INLET_KIND, district + 1, f"gachang-inlet-{district + 1}", "water-hourly")


def logger_terminal(number: int) -> Terminal:
    """Return the radio of a pressure logger, numbered from 1."""
    return Terminal(LOGGER_KIND, number, f"gachang-pressure-{number:02d}", PRESSURE_PROFILE)


def loggers(networks: tuple[DistrictNetwork, ...]) -> list[Logger]:
    """Return the loggers of all districts."""
    places = [(n.number, int(junction)) for n in networks for junction in n.loggers]
    return [Logger(number, *place) for number, place in enumerate(places, start=1)]


class InletMeters:
    """One meter where water enters each district; sends the day's registers after midnight."""

    def __init__(self, supply: Supply, sites: LoraSites, seed: int) -> None:
        chance = stream(seed, "water.inlets")
        self._supply = supply
        self._second = chance.integers(FIRST_SECOND, LAST_SECOND, size=len(supply.networks))
        self._site = sites.of(np.array([n.place[n.inlet] for n in supply.networks]))
        self._rssi = chance.integers(*RSSI_DBM, size=len(supply.networks))

    def plan(self, day: int) -> Plan:
        """Return the frames of a day: the registers of the hours of the day before."""
        if day <= FIRST_DAY:
            return NOBODY
        register_l = self._supply.inflow_l(day - 1)
        at_s = start_s(day) + self._second

        def encode(row: int) -> Body:
            newest_first = tuple(register_l[row, :0:-1].tolist())
            frame = HourlyFrame(at=instant(start_s(day)), registers_l=newest_first, battery_pct=100)
            said = {"data": base64.b64encode(encode_hourly(frame)).decode()}
            heard = self._site[row], int(self._rssi[row])
            whole = up_event(inlet_terminal(row), int(at_s[row]), day - FIRST_DAY, heard, said)
            return "chirpstack", whole

        return Plan(at_s, encode)


class PressureLoggers:
    """Gauges at junctions; each sends the heads of the day's hours after midnight.

    The heads are those of the EPANET engine for what is drawn and leaks on that day; they are
    solved when the first message of a district's loggers is put into bytes.
    """

    def __init__(self, supply: Supply, sites: LoraSites, seed: int) -> None:
        chance = stream(seed, "water.loggers")
        self._supply, self._seed = supply, seed
        self._loggers = loggers(supply.networks)
        n = len(self._loggers)
        self._files = [network_file(network) for network in supply.networks]
        places = [supply.networks[one.district].place[one.junction] for one in self._loggers]
        self._second = chance.integers(FIRST_SECOND, LAST_SECOND, size=n)
        self._site = sites.of(np.array(places))
        self._rssi = chance.integers(*RSSI_DBM, size=n)

    def plan(self, day: int) -> Plan:
        """Return the messages of a day: the heads of the hours of the day before."""
        if day <= FIRST_DAY:
            return NOBODY
        districts = range(len(self._files))
        demand_m3h = [self._supply.demand_m3h(district, day - 1) for district in districts]
        noise_m = stream(self._seed, "water.heads", day).normal(
            0, HEAD_NOISE_M, size=(len(self._loggers), HOURS)
        )
        at_s = start_s(day) + self._second
        heads = cache(lambda district: solved_m(self._files[district], demand_m3h[district]))
        return Plan(at_s, self._encoder(day, heads, noise_m))

    def _encoder(
        self,
        day: int,
        heads: Callable[[int], NDArray[np.float64]],
        noise_m: NDArray[np.float64],
    ) -> Callable[[int], Body]:
        ends = [instant(start_s(day - 1) + hour * HOUR_S) for hour in range(1, HOURS + 1)]

        def encode(row: int) -> Body:
            one = self._loggers[row]
            told_m = np.round(heads(one.district)[:, one.junction] + noise_m[row], 2)
            said = {"object": encode_pressure(zip(ends, told_m.tolist(), strict=True))}
            heard = self._site[row], int(self._rssi[row])
            at_s = start_s(day) + int(self._second[row])
            terminal = logger_terminal(one.number)
            return "chirpstack", up_event(terminal, at_s, day - FIRST_DAY, heard, said)

        return encode


def solved_m(inp: bytes, demand_m3h: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the heads of hours of demand at the junctions of a network file, (hours, nodes)."""
    from dalgu.services.water.leakage.model import open_model

    with open_model(inp) as model:
        rest = np.zeros(len(model.network.nodes) - demand_m3h.shape[1])  # the reservoir
        return np.array([model.solve(np.concatenate([hour, rest])).head_m for hour in demand_m3h])
