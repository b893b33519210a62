"""The simulated side of a model city: its registers once, its history behind, its present live."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from dalgu.access.actor import SYSTEM
from dalgu.app.citizen_life import set_the_scene, speak
from dalgu.app.platform import Platform
from dalgu.app.registers import filing
from dalgu.app.signal_field import SignalField
from dalgu.center.context import Progress
from dalgu.center.documents import value
from dalgu.governance.importing import Options
from dalgu.governance.register import register
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import AlreadyExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.traffic.control.control import Control, Wish
from dalgu.services.traffic.control.state import Running
from dalgu.services.water.leakage.loading import load_network
from dalgu.simulation.fleet import Fleet
from dalgu.simulation.simulation import Simulation
from dalgu.simulation.street_history import observations
from dalgu.simulation.street_network import street_network
from dalgu.simulation.walkers import Walkers
from dalgu.store.sqlite import Store

log = logging.getLogger("dalgu.simulation")

COLLECTION = "model-city"
STATE = "state"
DAY = timedelta(days=1)
NOTE_EVERY = timedelta(minutes=10)  # of the city's clock
FIRST_LOOK = timedelta(hours=2)  # enough for every live layer to have something to show
STREETS_AFTER_S = 8.0  # pages and devices come first; laying the streets takes some seconds
STREET_DAYS = 4  # enough to learn from; the links' own past grows from then on
CONTROLLER = "horizon"  # of the model city's signals
GIVEN_OVER = "모형 도시의 시작 / the model city begins"
REGISTERS = Text("대장을 올리는 중", "Loading the registers")
HISTORY = Text("지난 기록을 만드는 중", "Building the history")


class CityOtherwise(AlreadyExisting):
    """The folder holds a city made with another seed."""

    slug = "city-otherwise"
    title = "The folder holds another city"

    def __init__(self, held: str, asked: str) -> None:
        super().__init__(
            f"The data folder holds {held}, not {asked}. "
            "Name another folder with --data, or start with what it holds.",
            held=held,
            asked=asked,
        )


class State(msgspec.Struct, frozen=True):
    """What the folder knows of its model city: kept so that a second start goes on."""

    city: str
    seed: int
    has_registers: bool = False
    has_papers: bool = False  # of the administration
    has_networks: bool = False  # hydraulic models of the pipes
    has_wishes: bool = False  # of citizens
    has_streets: bool = False  # a street network, its signals under control
    has_street_history: bool = False  # of its busiest links
    history_until: datetime | None = None
    history_reached: datetime | None = None
    heard_until: datetime | None = None


def held(store: Store) -> State | None:
    """Return what the folder holds, `None` when no model city was ever made in it."""
    body = store.read().records.get(COLLECTION, STATE)
    return None if body is None else msgspec.json.decode(body, type=State)


def agreed(store: Store, city: str, seed: int) -> State:
    """Return the state of this city; raise `CityOtherwise` when the folder holds another."""
    state = held(store)
    if state is None:
        return State(city, seed)
    if (state.city, state.seed) != (city, seed):
        raise CityOtherwise(f"{state.city} of seed {state.seed}", f"{city} of seed {seed}")
    return state


@dataclass(slots=True)
class ModelCity:
    """Feeds the device entrance of one platform, and tells how far the history has come."""

    platform: Platform
    simulation: Simulation
    clock: Clock
    state: State
    say: Callable[[str], None]
    progress: Progress | None = field(default=None, init=False)
    _is_gap_filled: bool = field(default=False, init=False)

    async def stand(self) -> None:
        """Load the registers, once for a folder."""
        if not self.state.has_registers:
            await self._stand_in_the_streets()
        if not self.state.has_papers:
            await self._file_the_papers()
        if not self.state.has_networks:
            await self._load_the_networks()

    async def _stand_in_the_streets(self) -> None:
        self.progress = Progress(REGISTERS, 0.0)
        entities = self.simulation.registers()
        for begin in range(0, len(entities), 1000):
            await self.platform.hub.upsert(entities[begin : begin + 1000])
            self.progress = Progress(REGISTERS, begin / len(entities))
        await self.platform.registry.load()
        await self._remember(has_registers=True)
        self.progress = None
        self.say(f"{len(entities):,} register entries and devices are in the hub.")

    async def _file_the_papers(self) -> None:
        """Fill the registers of the administration by the importer that every city uses."""
        desk, stored = filing(self.platform), 0
        options = Options(origin="synthetic")
        self.progress = Progress(REGISTERS, 0.0)
        for name, body in self.simulation.register_files():
            report = await desk.fill(SYSTEM, register(name), f"{name}.csv", body, options)
            stored += report.stored
        await self._remember(has_papers=True)
        self.progress = None
        self.say(f"{stored:,} entries of the administration's registers are in the hub.")

    async def _load_the_networks(self) -> None:
        """Load the model of each pipe network as a waterworks loads its own."""
        for name, area, inp in self.simulation.networks():
            await load_network(self.platform.hub, self.clock, inp, name, area)
        await self._remember(has_networks=True)

    async def _open_the_streets(self) -> None:
        """Take the street network as a signal engineer takes it, and give its signals over."""
        control: Control = self.platform.opened["traffic"].rooms.control
        network = await asyncio.to_thread(street_network, self.simulation.plan)
        taken = await control.take_network(network, SYSTEM)
        signals = tuple(one.id for one in network.signals)
        await control.choose(Wish(signals, CONTROLLER, Running.LIVE, GIVEN_OVER), SYSTEM)
        await self.platform.opened["traffic"].rooms.dispersion.place_proposed()
        await self._remember(has_streets=True)
        self.say(f"{taken.signals} signals on {taken.links:,} links are controlled.")

    async def live(self) -> None:
        """Hand in what the devices say as the clock passes, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.simulation.drive(self.platform.intake, self.clock))
                group.create_task(self._keep_noting())
                group.create_task(self._let_citizens_speak())
                group.create_task(Fleet(self.simulation.plan).drive(self.platform.hub, self.clock))
                group.create_task(self._run_the_signals())
                group.create_task(self._watch_the_crossings())
        finally:
            await self._note_heard()

    async def _let_citizens_speak(self) -> None:
        """Let invented citizens propose and report, once for a folder."""
        if self.state.has_wishes:
            return
        await set_the_scene(self.platform)
        taken = await speak(self.platform, self.state.seed)
        await self._remember(has_wishes=True)
        self.say(f"{taken} proposals and requests of invented citizens are in the city's book.")

    async def _run_the_signals(self) -> None:
        """Open the streets once for a folder; keep their field running, a process of its own."""
        await asyncio.sleep(STREETS_AFTER_S)
        if not self.state.has_streets:
            await self._open_the_streets()
        control: Control = self.platform.opened["traffic"].rooms.control
        speed = getattr(self.clock, "speed", 1.0)
        await SignalField(control, self.clock, seed=self.state.seed, speed=speed).run()

    async def _watch_the_crossings(self) -> None:
        """Let roadside detectors say who waits and who walks, as the field shows its lights."""
        control: Control = self.platform.opened["traffic"].rooms.control
        walkers = Walkers(self.state.seed, control.compiled, lambda: control.live.report)
        await walkers.drive(self.platform.hub, self.platform.registry, self.clock)

    async def _keep_noting(self) -> None:
        """Note how far the devices were heard: a killed process has no last moment to do so."""
        while True:
            await self.clock.sleep_until(self.clock.now() + NOTE_EVERY)
            await self._note_heard()

    async def _note_heard(self) -> None:
        if self._is_gap_filled:  # else the gap would be forgotten, and stay
            await self._remember(heard_until=self.clock.now())

    async def remember_history(self, days: int) -> None:
        """Build the history behind the page, newest day first; it may be interrupted."""
        now = self.clock.now()
        if self.state.heard_until is not None:
            await self._fill(self.state.heard_until, now)  # what was said while we were away
        self._is_gap_filled = True
        until = self.state.history_until or now
        reached = self.state.history_reached or until
        since = until - timedelta(days=days)
        if reached == until and days > 0:
            await self._fill(until - FIRST_LOOK, until)
            await self.platform.certification.assess()
        streets_since = until - timedelta(days=min(days, STREET_DAYS))
        await self._remember_the_streets(streets_since, until)
        while reached > since:
            self.progress = Progress(HISTORY, (until - reached) / (until - since))
            begin = max(since, reached - DAY)
            await self._fill(begin, reached)
            reached = begin
            await self._remember(history_until=until, history_reached=reached)
        await self._remember_the_streets(streets_since, until)  # they may have been opened since
        self.progress = None
        await self.settle()
        await self._let_measured_links_stand()
        self.say(f"History since {iso(reached)} is in the hub; indicators are measured.")

    async def _remember_the_streets(self, since: datetime, until: datetime) -> None:
        """Write what the busiest links did, as detectors had told it, once there are streets."""
        control: Control = self.platform.opened["traffic"].rooms.control
        compiled = control.compiled()
        if compiled is None or since >= until or self.state.has_street_history:
            return
        for told in observations(compiled, since, until, self.state.seed):
            await self.platform.hub.upsert(told)
            self.progress = Progress(HISTORY, 1.0)
        await self._remember(has_street_history=True)

    async def _let_measured_links_stand(self) -> None:
        """Take the invented links of the register out once travel times of real ones are known."""
        links = [one async for one in self.platform.hub.every("RoadLink")]
        measured = [one for one in links if value(one, "quality") == "measured"]
        for one in links if measured else ():
            if value(one, "origin") == "synthetic":
                await self.platform.hub.delete(EntityId(one["id"]))

    async def _fill(self, since: datetime, until: datetime) -> None:
        """Hand in all messages of an interval; those already held change nothing."""
        await self.simulation.backfill(
            self.platform.intake, days=(until - since) / DAY, until=until
        )

    async def settle(self) -> None:
        """Run every job once, so that pages show what the history says."""
        for job in self.platform.runner.jobs.values():
            await self.platform.runner.run_once(job)

    async def _remember(self, **changed: object) -> None:
        self.state = msgspec.structs.replace(self.state, **changed)
        body = msgspec.json.encode(self.state)
        await self.platform.store.write(lambda tables: tables.records.put(COLLECTION, STATE, body))
