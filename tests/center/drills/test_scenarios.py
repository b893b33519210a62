"""Exercises in the real alarm room: few incidents, apart from what is real."""

import asyncio

import pytest
from tests.center.alarms.around import House, alert

from dalgu.access.actor import Actor, Role
from dalgu.center.drills import scenarios
from dalgu.center.drills.drills import Drills
from dalgu.center.drills.state import Started
from dalgu.center.outside import Injected
from dalgu.simulation.drill_scenarios import drill_alerts

PLACE = (128.62, 35.85)


@pytest.fixture
def house(tmp_path):
    opened = House(tmp_path)
    yield opened
    asyncio.run(opened.store.close())


def take(house, scenario, *, drill="drill:1"):
    alerts = [one for _, one in drill_alerts(scenario, PLACE, 1)]
    asyncio.run(house.alarms.take(alerts, drill=drill))
    return [one for one in house.incidents.all.values() if one.drill == drill]


@pytest.mark.parametrize("scenario", scenarios.load())
def test_a_scenario_becomes_the_few_incidents_that_its_objective_asks_for(house, scenario):
    found = take(house, scenario)
    objectives = scenarios.load()[scenario].objectives
    most = next((one.most_incidents for one in objectives if one.most_incidents), 8)
    assert 1 <= len(found) <= most
    assert any(one.priority in ("P1", "P2", "P3") for one in found)


def test_a_real_fire_beside_a_practised_one_stays_apart(house):
    practised = take(house, "market-fire")
    house.take(alert("real", "security/smoke", place=PLACE, severity="critical"))
    real = [one for one in house.incidents.open_ones() if not one.is_drill]
    assert len(real) == 1
    assert not set(real[0].alerts) & {a for one in practised for a in one.alerts}


def test_no_alert_of_a_drill_is_in_the_hub(house):
    take(house, "alarm-storm")

    async def count():
        return await house.ground.hub.count("Alert")

    assert asyncio.run(count()) == 0


def test_the_drill_ends_with_the_real_rooms_too(house):
    async def inject(scenario, place, seed):
        return [Injected(after_s, one) for after_s, one in drill_alerts(scenario, place, seed)]

    house.reopen()
    # the room opens its own part of the book before anything is folded
    drills = Drills(house.ground, house.incidents, house.alarms, inject)
    told = Started("burst-main", *PLACE, "수성", "Suseong", "22060", 10.0, 1, ("seen", "closed"))
    night = Actor("person:night", Role.OPERATOR)

    async def play():
        await drills.start(night, told)
        await drills.feed()
        return await drills.stop(night, 1)

    shown = asyncio.run(play())
    assert (shown.alerts, shown.incidents) == (1, 1)
    assert [(one.key, one.is_met) for one in shown.results] == [("seen", False), ("closed", False)]
    assert house.incidents.open_ones() == []
