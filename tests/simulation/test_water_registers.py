from collections import Counter

import pytest

from dalgu.cities import load
from dalgu.services.water.metered import is_inlet
from dalgu.simulation import registers
from dalgu.simulation.city import GACHANG, plan_city


@pytest.fixture(scope="module")
def books():
    return list(registers.registers(plan_city(load("daegu"), 1)))


def of(books, kind):
    return [entity for entity in books if entity.type == kind]


def test_each_area_knows_its_pipes_and_has_one_inlet(books):
    areas = of(books, "DistrictMeteredArea")
    inlets = [meter for meter in of(books, "WaterMeter") if is_inlet(meter)]
    assert [inlet.inlet_of for inlet in inlets] == [area.id for area in areas]
    for area in areas:
        assert 10_000 < area.mains_length < 60_000
        assert 765 <= area.connections <= 766
        assert 20 < area.mean_pressure < 60
    assert all(100 <= inlet.diameter <= 150 for inlet in inlets)
    assert not any(inlet.is_active or inlet.district for inlet in inlets)


def test_each_tap_has_one_account_of_its_bore(books):
    meters = {m.id: m for m in of(books, "WaterMeter") if not is_inlet(m)}
    accounts = of(books, "WaterAccount")
    assert {account.meter for account in accounts} == set(meters)
    for account in accounts:
        meter = meters[account.meter]
        assert account.diameter == meter.diameter
        assert (account.usage_class == "general") == (meter.usage == "business")
        assert 1 <= account.households <= 4
        assert "2017-07-01" <= account.opened_on < "2026-01-01"
    usages = Counter(meter.usage for meter in meters.values())
    assert 0.04 < usages["business"] / len(meters) < 0.06


def test_a_few_homes_asked_to_be_looked_after(books):
    meters = of(books, "WaterMeter")
    consents = [meter for meter in meters if meter.care_consent]
    assert 20 < len(consents) < 120
    assert all(meter.usage == "household" for meter in consents)


def test_each_dong_may_get_remote_reading(books):
    taps = {one.dong: one.active_meters for one in of(books, "WaterSupplyRegister")}
    areas = of(books, "WaterRolloutArea")
    assert {area.district: area.connections for area in areas} == taps
    assert {area.ground for area in areas} == {"urban", "suburban", "open"}
    for area in areas:
        assert 0 <= area.unread_share <= 0.35
        assert 0 <= area.losses_daily < 0.1 * area.connections
        assert len(area.location["coordinates"]) >= 6
    unread = {area.district: area.unread_share for area in areas}
    assert unread[GACHANG] == 0


def test_each_logger_stands_at_a_junction_of_its_area(books):
    places = Counter(logger.dma for logger in of(books, "PressureLogger"))
    assert set(places.values()) == {4}
    nodes = [(logger.dma, logger.node) for logger in of(books, "PressureLogger")]
    assert len(set(nodes)) == len(nodes)
