"""The nightly work over a real hub, store and log: weeks in the table, the last day in the log."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
from tests.services.traffic.measures.weeks import FIRST, LANES, changed, days

from dalgu.hub.local import LocalHub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.control.event_log import EventLog
from dalgu.services.traffic.measures.detector_days import COLLECTION, days_kept, packed
from dalgu.services.traffic.measures.detector_watch import DetectorWatch, alert_id, open_faults
from dalgu.services.traffic.network.model import Network, Node, Signal
from dalgu.store.sqlite import Store

DAYS = 30
MIDNIGHT = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(hours=9)
LYING = {"a": "silent", "b": "stuckOn", "c": "unvarying", "d": "drifts"}
# Ten more beside the six, for with every second one lying nobody could say who lies.
MANY = LANES + tuple(f"w{n}" for n in range(10))
NETWORK = Network(
    "one", (Node("n", 128.6, 35.87),), (), (), (), (Signal("s", ("n",), (), (), (), ()),)
)
COMPILED = SimpleNamespace(network=NETWORK, timings=(SimpleNamespace(id="s", detectors=MANY),))


def a_week_with_liars():
    """Days of all sixteen; `d` has counted 2.5 % less each day for two and a half weeks."""
    each = [days(DAYS + 2, seed=seed) for seed in range(3)]
    made = []
    for n, parts in enumerate(zip(*each, strict=True)):
        counts = np.concatenate([one.counts for one in parts])[: len(MANY)]
        none = np.zeros(2 * len(MANY), bool)
        names = MANY + tuple(f"{one}+advance" for one in MANY)
        day = replace(
            parts[0],
            detectors=names,
            signal=np.zeros(len(names), np.int64),
            counts=np.concatenate([counts, np.zeros_like(counts)]),
            is_on=none,
            lies=none,
        )
        drift = 0.975 ** max(n - 11, 0)
        made.append(changed(day, "d", lambda told, by=drift: np.rint(told * by).astype(int)))
    return made


def events_of(day):
    """The log of a day: each count an on and an off within its hour."""
    start_s = MIDNIGHT.timestamp() + (day.day - FIRST).days * 86_400
    counts = day.counts[: len(MANY)].reshape(-1)  # by channel and hour
    place = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    at_s = start_s + (place % 24 + (within + 0.5) / counts[place]) * 3_600
    ons = np.stack([at_s, 0 * at_s, 0 * at_s + 82, place // 24 + 1], axis=1)
    spoken = np.array([(start_s + n * 900, 0, 1, 1) for n in range(96)])
    return np.concatenate([ons, ons + np.array([0.4, 0, -1, 0]), spoken])


def lay(tables, past):
    """Put days into the table, all at once."""
    for day in past:
        tables.records.put(COLLECTION, day.day.isoformat(), packed(day))


@asynccontextmanager
async def a_city(folder):
    store = Store.open(folder / "city.db")
    clock = ManualClock(MIDNIGHT + timedelta(days=DAYS + 1, hours=4))
    log = EventLog(folder / "events")
    control = SimpleNamespace(ground=SimpleNamespace(store=store), live=SimpleNamespace(events=log))
    control.compiled = lambda: COMPILED
    yield SimpleNamespace(
        hub=LocalHub(store, clock), clock=clock, store=store, log=log, watch=DetectorWatch(control)
    )
    await store.close()


def lying(day):
    day = changed(day, "a", np.zeros_like)
    day = changed(day, "b", np.zeros_like)
    return changed(day, "c", lambda told: np.full_like(told, 60))


def test_each_detector_that_lies_has_its_alert_until_it_is_well_again(tmp_path):
    *past, night, after = a_week_with_liars()

    async def story():
        async with a_city(tmp_path) as city:
            await city.store.write(lambda tables: lay(tables, past))
            city.log.append(events_of(lying(night)))
            stuck = MIDNIGHT + timedelta(days=DAYS, seconds=5)
            city.log.append(np.array([(stuck.timestamp(), 0, 82, 2)]))  # on, and never off
            await city.watch.run(city.hub, city.clock)
            first = await open_faults(city.hub)
            await city.watch.run(city.hub, city.clock)  # harmless when it runs twice
            assert await open_faults(city.hub) == first
            await city.hub.merge(Alert(id=alert_id("c"), status="acknowledged"))
            city.log.append(events_of(changed(after, "a", np.zeros_like)))
            await city.clock.advance(timedelta(days=1))
            await city.watch.run(city.hub, city.clock)
            kept = await days_kept(city.store)
            return first, await open_faults(city.hub), await city.hub.retrieve(alert_id("b")), kept

    first, second, ended, kept = asyncio.run(story())
    assert {one.id: one.data["ailment"] for one in first} == {
        alert_id(lane): ailment for lane, ailment in LYING.items()
    }
    [dead] = [one for one in first if one.id == alert_id("a")]
    assert dead.alert_source == entity_id("SignalController", "s")
    assert dead.location == {"type": "Point", "coordinates": [128.6, 35.87]}
    assert dead.severity == "medium"
    assert "it counted 0 where" in dead.description.en
    assert {one.id for one in second} == {alert_id("a"), alert_id("d")}
    [still] = [one for one in second if one.id == alert_id("a")]
    assert still.date_issued == dead.date_issued
    assert ended["status"]["value"] == "closed"
    assert kept[-2].lies.sum() == 3  # what lied teaches no habit
    assert kept[-1].lies.sum() == 1


def test_a_city_without_streets_or_with_a_short_past_says_nothing(tmp_path):
    *_, night, _ = a_week_with_liars()

    async def story():
        async with a_city(tmp_path) as city:
            city.watch._control.compiled = lambda: None
            await city.watch.run(city.hub, city.clock)
            nothing = await days_kept(city.store)
            city.watch._control.compiled = lambda: COMPILED
            city.log.append(events_of(lying(night)))
            await city.watch.run(city.hub, city.clock)
            return nothing, await days_kept(city.store), await open_faults(city.hub)

    nothing, kept, told = asyncio.run(story())
    assert nothing == []
    assert [one.day for one in kept] == [night.day]  # of the day before nothing was heard
    assert told == []


def test_the_alert_of_a_detector_that_left_the_network_ends(tmp_path):
    *_, night, _ = a_week_with_liars()

    async def story():
        async with a_city(tmp_path) as city:
            gone = Alert(
                id=alert_id("gone"), category="traffic", sub_category="sensorFault", status="open"
            )
            await city.hub.upsert([gone])
            city.log.append(events_of(night))
            await city.watch.run(city.hub, city.clock)
            return await open_faults(city.hub)

    assert asyncio.run(story()) == []
