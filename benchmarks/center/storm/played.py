"""One storm through the real parts: hub write, the room of alarms that follows it, the book."""

import asyncio
import bisect
import time
from dataclasses import dataclass

from benchmarks.center.storm.generator import SPAN_S, document
from benchmarks.center.storm.town import documents
from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.logbook import Logbook
from dalgu.center.alarms.alarms import Alarms
from dalgu.center.ground import BOOK, Ground
from dalgu.center.incidents.deeds import Joined
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.testbeds.testbeds import Testbeds
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import SystemClock
from dalgu.store.sqlite import Store

STEP_S = 0.02
SETTLE_S = 30.0


@dataclass
class Outcome:
    """What one storm came to."""

    found: dict[str, int | None]
    shown: int  # open at the end
    raised: int  # ever begun, those merged since among them
    lost: int
    twice: int
    first_s: float  # from the first alert of any true incident to the first of them in the book
    firsts_s: list[float]  # the same for each true incident
    lag_s: list[float]  # from the write of each alert to the book
    cpu_s: float  # of the whole process: writing, following, grouping, booking
    wall_s: float


class Watch:
    """Notes when each alert stood in the book."""

    def __init__(self, logbook):
        self.logbook = logbook
        self.incident_at = {}
        self.known_at = {}

    async def run(self):
        seq = self.logbook.head
        while True:
            await self.logbook.wait(seq)
            at = time.perf_counter()
            for entry in self.logbook.after(seq):
                seq = entry.seq
                if isinstance(entry.deed, Joined):
                    for alert in entry.deed.alerts:
                        self.incident_at.setdefault(alert, at)
                        self.known_at.setdefault(alert, at)
                for one in getattr(entry.deed, "passed", ()):
                    self.known_at.setdefault(one.alert, at)


async def play(storm, folder):
    """Play a storm in real time; return what it came to."""
    store, clock = Store.open(folder / "city.db"), SystemClock()
    access = Access(store, clock, key_file=folder / "key")
    hub = LocalHub(store, clock)
    logbook = Logbook(store, clock, access.book(BOOK))
    ground = Ground(hub, store, clock, access, cities.load("daegu"), (), logbook)
    incidents = Incidents(ground)
    alarms = Alarms(ground, incidents, Testbeds(ground))
    logbook.load()
    await hub.upsert(list(documents(storm.town)))
    watch = Watch(logbook)
    works = [asyncio.create_task(one.run()) for one in (alarms, incidents, watch)]
    await asyncio.sleep(2.0)  # the network is read
    cpu, wall = time.process_time(), time.perf_counter()
    written = await write(storm, hub, clock)
    await settle(storm, watch)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    for work in works:
        work.cancel()
    await asyncio.gather(*works, return_exceptions=True)
    outcome = judged(storm, incidents, alarms, watch, written)
    outcome.cpu_s, outcome.wall_s = cpu, wall
    await store.close()
    return outcome


async def write(storm, hub, clock):
    """Write each alert when it is due; return when each was on disk."""
    base, began, written = clock.now(), time.perf_counter(), {}
    times, done = [one.at_s for one in storm.alerts], 0
    while done < len(storm.alerts):
        due = bisect.bisect_right(times, time.perf_counter() - began)
        if due > done:
            some = storm.alerts[done:due]
            await hub.upsert([document(one, base) for one in some])
            written |= dict.fromkeys((one.id for one in some), time.perf_counter())
            done = due
        await asyncio.sleep(STEP_S)
    return written


async def settle(storm, watch):
    until = time.perf_counter() + SETTLE_S
    while len(watch.known_at) < len(storm.alerts) and time.perf_counter() < until:  # noqa: ASYNC110
        await asyncio.sleep(STEP_S)


def judged(storm, incidents, alarms, watch, written):
    found, lost, twice = {}, 0, 0
    for one in storm.alerts:
        number = incidents.by_alert.get(one.id)
        found[one.id] = None if number is None else incidents.living(number).number
        is_event = one.id in alarms.tally.events and alarms.is_event(one.id)
        holders = sum(one.id in each.alerts for each in incidents.all.values() if each.is_open)
        lost += number is None and not is_event
        twice += holders > 1
    firsts = []
    for number in range(len(storm.incidents)):
        members = [one.id for one in storm.alerts if one.incident == number]
        shown = [watch.incident_at[one] for one in members if one in watch.incident_at]
        firsts.append(min(shown, default=float("inf")) - written[members[0]])
    true = [one.id for one in storm.alerts if one.incident is not None]
    first = min(watch.incident_at[one] for one in true if one in watch.incident_at)
    return Outcome(
        found=found,
        shown=len(incidents.open_ones()),
        raised=len(incidents.all),
        lost=lost,
        twice=twice,
        first_s=first - written[true[0]],
        firsts_s=firsts,
        lag_s=[watch.known_at[one] - at for one, at in written.items() if one in watch.known_at],
        cpu_s=0.0,
        wall_s=SPAN_S,
    )
