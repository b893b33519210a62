import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook
from dalgu.access.seals import SealedBook
from dalgu.center.drills import scenarios
from dalgu.center.drills.drills import Drills
from dalgu.center.drills.errors import DrillNotPossible, ScenarioNotExisting
from dalgu.center.drills.state import Started
from dalgu.center.ground import BOOK, Ground
from dalgu.center.incidents.deeds import Assigned, Closed, Joined, Raised, Seen, TakenInHand
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.center.outside import Injected
from dalgu.kernel.clock import ManualClock
from dalgu.simulation.drill_scenarios import SCENARIOS, drill_alerts
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
NIGHT, DAY = Actor("person:night", Role.OPERATOR), Actor("person:day", Role.OPERATOR)
PLACE = (128.58, 35.87)


class Grouping:
    """The alarm room's part in a drill: what comes in under one drill becomes one incident."""

    def __init__(self, incidents):
        self.incidents, self.taken = incidents, []

    async def take(self, documents, *, drill=None):
        self.taken += [(drill, one) for one in documents]
        joined = Joined(tuple(one["id"] for one in documents))
        open_one = next((one for one in self.incidents.open_ones() if one.drill == drill), None)
        if open_one is not None:
            await self.incidents.note(open_one.number, [joined], SYSTEM)
            return
        raised = Raised("화재", "Fire", "fire", "smoke", Priority.P1, "any", *PLACE, drill=drill)
        await self.incidents.raise_incident(raised, joined)


class House:
    def __init__(self, store, book, clock):
        from dalgu import cities

        self.clock = clock
        self.logbook = Logbook(store, clock, book)
        ground = Ground(None, store, clock, None, cities.load("daegu"), (), self.logbook)
        self.incidents = Incidents(ground)
        self.alarms = Grouping(self.incidents)
        self.drills = Drills(ground, self.incidents, self.alarms, inject)
        self.logbook.load()


async def inject(scenario, place, seed):
    return [Injected(after_s, alert) for after_s, alert in drill_alerts(scenario, place, seed)]


@pytest.fixture
def house(tmp_path):
    store = Store.open(tmp_path / "city.db")
    book = SealedBook.named(create_keys(tmp_path / "keys"), BOOK)
    clock = ManualClock(NOW)
    yield lambda: House(store, book, clock)
    asyncio.run(store.close())


def told(scenario="market-fire", *, speed=1.0, objectives=("seen", "in_hand", "told")):
    return Started(scenario, *PLACE, "서문시장", "Seomun market", "22010", speed, 7, objectives)


async def feed_until(house, seconds):
    await house.clock.advance(timedelta(seconds=seconds))
    while (due := await house.drills.feed()) is not None and due <= house.clock.now():
        pass
    return due


def test_every_scenario_of_the_center_is_one_of_the_simulation():
    assert set(scenarios.load()) == set(SCENARIOS)


def test_alerts_come_by_the_clock_marked_and_with_the_drills_id(house):
    async def play():
        one = house()
        drill = await one.drills.start(NIGHT, told())
        due = await feed_until(one, 0)
        first = len(one.alarms.taken)
        assert due == drill.at((await one.drills.plan(drill))[first].after_s)
        await feed_until(one, 600)
        return one, first

    one, first = asyncio.run(play())
    assert first == 1
    assert len(one.alarms.taken) == len(drill_alerts("market-fire", PLACE, 7))
    assert {drill for drill, _ in one.alarms.taken} == {"drill:1"}
    assert all(alert["origin"]["value"] == "synthetic" for _, alert in one.alarms.taken)
    assert len({alert["id"] for _, alert in one.alarms.taken}) == len(one.alarms.taken)


def test_twice_the_speed_is_half_the_time(house):
    async def play():
        one = house()
        await one.drills.start(NIGHT, told(speed=2.0))
        plan = await one.drills.plan(one.drills.get(1))
        await feed_until(one, 60)
        return len(one.alarms.taken), len([p for p in plan if p.after_s <= 120])

    taken, expected = asyncio.run(play())
    assert taken == expected


def test_in_a_pause_nothing_comes_and_the_time_does_not_count(house):
    async def play():
        one = house()
        await one.drills.start(NIGHT, told())
        await feed_until(one, 10)
        await one.drills.pause(NIGHT, 1)
        await feed_until(one, 600)
        standing = len(one.alarms.taken)
        await one.drills.resume(NIGHT, 1)
        await feed_until(one, 5)
        return one, standing

    one, standing = asyncio.run(play())
    assert standing == 1
    assert one.drills.get(1).elapsed_s(one.clock.now()) == 15


def test_a_stopped_drill_says_what_was_met_who_did_it_and_leaves_the_wall_clean(house):
    async def play():
        one = house()
        await one.drills.start(NIGHT, told())
        await feed_until(one, 0)
        await feed_until(one, 20)
        await one.incidents.note(1, [Seen()], DAY)
        await feed_until(one, 200)
        await one.incidents.note(1, [Assigned(DAY.id), TakenInHand()], DAY)
        return one, await one.drills.stop(NIGHT, 1)

    one, shown = asyncio.run(play())
    assert [(r.key, r.is_met, r.took_s) for r in shown.results] == [
        ("seen", True, 20.0),
        ("told", False, None),
        ("in_hand", False, 220.0),
    ]
    assert shown.times[0].seen_s == 20.0
    assert [(p.actor, p.deeds) for p in shown.parts] == [
        ("person:day", {"seen": 1, "assigned": 1, "in_hand": 1})
    ]
    assert one.incidents.open_ones() == []
    assert one.drills.get(1).evaluation == shown


def test_a_drill_ends_by_itself_when_all_is_handled(house):
    async def play():
        one = house()
        await one.drills.start(NIGHT, told())
        await feed_until(one, 600)
        await one.incidents.note(1, [Seen(), TakenInHand(), Closed(Outcome.RESOLVED)], SYSTEM)
        await one.drills.feed()
        return one.drills.get(1)

    assert asyncio.run(play()).status == "done"


def test_what_was_fed_is_known_after_a_restart_and_not_fed_again(house):
    async def play():
        before = house()
        await before.drills.start(NIGHT, told())
        await feed_until(before, 50)
        after = house()
        await feed_until(after, 600)
        return [alert["id"] for one in (before, after) for _, alert in one.alarms.taken]

    ids = asyncio.run(play())
    assert len(ids) == len(set(ids)) == len(drill_alerts("market-fire", PLACE, 7))


def test_one_drill_at_a_time_and_none_goes_back(house):
    async def play():
        one = house()
        with pytest.raises(ScenarioNotExisting):
            await one.drills.start(NIGHT, told("earthquake"))
        await one.drills.start(NIGHT, told())
        with pytest.raises(DrillNotPossible):
            await one.drills.start(DAY, told())
        await one.drills.abort(NIGHT, 1, "a real fire")
        with pytest.raises(DrillNotPossible):
            await one.drills.resume(NIGHT, 1)
        assert (await one.drills.start(DAY, told())).number == 2
        return one.drills.get(1)

    aborted = asyncio.run(play())
    assert (aborted.status, aborted.reason, aborted.evaluation) == ("aborted", "a real fire", None)


def test_the_room_feeds_by_itself(house):
    async def play():
        one = house()
        running = asyncio.create_task(one.drills.run())
        await one.drills.start(NIGHT, told())
        for _ in range(40):
            await one.clock.advance(timedelta(seconds=10))
            await asyncio.sleep(0.005)
        running.cancel()
        return len(one.alarms.taken)

    assert asyncio.run(play()) == len(drill_alerts("market-fire", PLACE, 7))
