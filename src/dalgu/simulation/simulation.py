"""The synthetic city as one thing: its registers, its devices, and what they say when."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from dalgu.cities import City
from dalgu.devices.intake import Intake
from dalgu.hub.model import Entity
from dalgu.hub.types import Device
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import Overloaded
from dalgu.kernel.ids import EntityId
from dalgu.simulation import administration, registers
from dalgu.simulation.city import (
    CAMERA_S,
    GACHANG,
    HEARTBEAT_S,
    METERED_HOUSEHOLDS,
    OMS_METERS,
    PARKING_S,
    SAFETY_CAMERA_S,
    CityPlan,
    plan_city,
    site_of,
)
from dalgu.simulation.consumption import Households
from dalgu.simulation.day import Day, Speaker, Timed, day_of
from dalgu.simulation.heartbeats import Heartbeats
from dalgu.simulation.lorawan import LoraSites
from dalgu.simulation.network_file import network_file
from dalgu.simulation.parking import GuidanceServers
from dalgu.simulation.traffic import Cameras
from dalgu.simulation.water import HourlyMeters, OmsMeters
from dalgu.simulation.water_gauges import InletMeters, PressureLoggers
from dalgu.simulation.water_registers import dma_id
from dalgu.simulation.water_supply import Supply

TRANSPORT = "simulation"
BATCH_MESSAGES = 256  # one commit of the entrance; so many at once, then others may run
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a back-fill has come: all of [reached, until) is in, newest day first."""

    since: datetime
    reached: datetime
    until: datetime
    messages: int  # handed in by this run

    @property
    def share(self) -> float:
        """Return the share of the history that is in, 0-1."""
        whole = (self.until - self.since).total_seconds()
        return 1.0 if whole <= 0 else (self.until - self.reached).total_seconds() / whole


class Simulation:
    """A city on a laptop.

    Parameters
    ----------
    city
        The real facts it is built on.
    clock
        Says when its devices speak, and where history ends.
    seed
        The same seed makes the same city and the same messages, byte for byte.
    """

    def __init__(self, city: City, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._started_at = clock.now()
        self.plan: CityPlan = plan_city(city, seed)
        self._speakers = _speakers(self.plan)
        # Two days for what is live, around midnight; two for a back-fill that cuts at noon.
        self._day = lru_cache(maxsize=4)(self._plan_day)
        self._planning = Lock()

    def registers(self) -> list[Entity]:
        """Return all entities that stand before any message: registers, assets and devices."""
        return list(registers.registers(self.plan))

    def register_files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each register of the administration with the file that fills it."""
        return administration.register_files(self.plan, self._started_at)

    def networks(self) -> Iterator[tuple[str, EntityId, bytes]]:
        """Yield the name of each pipe network, the area that it feeds, and its EPANET file."""
        for network in self.plan.networks:
            yield network.name, dma_id(network.number), network_file(network)

    def devices(self) -> list[Device]:
        """Return the devices alone."""
        return list(registers.devices(self.plan))

    def messages(self, since: datetime, until: datetime) -> Iterator[Timed]:
        """Yield (format, body, instant) of all messages of [since, until), in time order.

        The bytes do not depend on how an interval is cut: those of [a, c) are those of [a, b)
        and then those of [b, c).
        """
        since_s, until_s = since.timestamp(), until.timestamp()
        if until_s <= since_s:
            return
        for day in range(day_of(since_s), day_of(until_s) + 1):
            yield from self._day(day).between(since_s, until_s)

    async def drive(self, intake: Intake, clock: Clock) -> None:
        """Hand in what devices say as the clock passes, from the start on, until cancelled.

        When the clock runs ahead of the entrance, batches stay as large as they may be and
        nothing is left out: the entrance then hears the past as fast as it can.
        """
        heard_until = self._started_at
        while True:
            now = clock.now()
            if now > heard_until:
                await self._hand_in(intake, heard_until, now)
                heard_until = now
            await clock.sleep_until(await asyncio.to_thread(self._next_message, heard_until))

    async def backfill(
        self,
        intake: Intake,
        *,
        days: float = 30,
        until: datetime | None = None,
        reached: datetime | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Progress:
        """Hand in the history before the city came up, newest day first.

        It may be cancelled at any point and taken up again: keep the `until` and `reached` of
        the last progress and pass them in. What was handed in twice changes nothing.

        Parameters
        ----------
        intake
            The device entrance.
        days
            How many days of history.
        until
            Where history ends; by default where this simulation started.
        reached
            Where an interrupted run had come to.
        progress
            Called after each day.
        """
        end = until or self._started_at
        at = Progress(since=end - days * DAY, reached=reached or end, until=end, messages=0)
        while at.reached > at.since:
            begin = max(at.since, at.reached - DAY)
            handed_in = await self._hand_in(intake, begin, at.reached)
            at = Progress(at.since, begin, at.until, at.messages + handed_in)
            if progress is not None:
                progress(at)
        return at

    async def _hand_in(self, intake: Intake, since: datetime, until: datetime) -> int:
        # Planning a day is tens of milliseconds of arrays: not on the loop that serves pages.
        await asyncio.to_thread(self._plan_days, since, until)
        messages, handed_in = self.messages(since, until), 0
        while batch := list(islice(messages, BATCH_MESSAGES)):
            await self._accept(intake, batch)
            handed_in += len(batch)
            await asyncio.sleep(0)  # pages and real devices come in between
        return handed_in

    async def _accept(self, intake: Intake, batch: Iterable[Timed]) -> None:
        while True:
            try:
                await intake.accept_many(batch, transport=TRANSPORT)
            except Overloaded as busy:
                wait = timedelta(seconds=busy.retry_after_s)
                await self._clock.sleep_until(self._clock.now() + wait)
                continue
            return

    def _next_message(self, after: datetime) -> datetime:
        at_s = after.timestamp()
        day = day_of(at_s)
        while (found := self._day(day).next_after(at_s)) is None:
            day += 1
        # One past it: a message belongs to the interval that its instant begins.
        return datetime.fromtimestamp(found, after.tzinfo) + timedelta(milliseconds=1)

    def _plan_days(self, since: datetime, until: datetime) -> None:
        for day in range(day_of(since.timestamp()), day_of(until.timestamp()) + 1):
            self._day(day)

    def _plan_day(self, day: int) -> Day:
        with self._planning:  # the households' registers grow as they are asked for
            return Day(day, self._speakers)


def _speakers(plan: CityPlan) -> list[Speaker]:
    seed = plan.seed
    households = Households(METERED_HOUSEHOLDS, seed)
    number = np.arange(METERED_HOUSEHOLDS)
    split = METERED_HOUSEHOLDS - OMS_METERS
    around = np.array([dong.code == GACHANG for dong in plan.sites.dong])
    keys = tuple(key for key, is_near in zip(plan.sites.key, around, strict=True) if is_near)
    sites = LoraSites(keys, plan.sites.place[around], plan.meters.place, seed)
    supply = Supply(households, plan.networks, seed)
    guidance = [site_of(plan.city, lot) for lot in plan.lots]
    watching = [f"camera:{key}" for key in plan.cameras.key]
    homes = [f"gateway:{key}" for key in plan.homes.key]
    stations = [f"gateway:{key}" for key in plan.sites.key]

    def is_out(day: int) -> NDArray[np.bool_]:
        out = np.zeros(len(stations), dtype=np.bool_)
        out[around] = sites.is_out(day)
        return out

    return [
        HourlyMeters(households, number[:split], sites, seed),
        OmsMeters(households, number[split:], [f"gateway:{key}" for key in keys], seed),
        InletMeters(supply, sites, seed),
        PressureLoggers(supply, sites, seed),
        GuidanceServers(plan.lots, guidance, PARKING_S, seed),
        Cameras(plan.intersections.key, CAMERA_S, seed),
        Heartbeats("safety", watching, SAFETY_CAMERA_S, seed, outage=0.05),
        Heartbeats("care", homes, HEARTBEAT_S, seed, outage=0.10),
        Heartbeats("sites", stations, HEARTBEAT_S, seed, outage=0.05, is_out=is_out),
    ]
