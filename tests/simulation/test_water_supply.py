"""What flows into a district and what its gauges tell of it."""

from datetime import datetime

import msgspec
import numpy as np
import pytest

from dalgu.cities import load
from dalgu.devices.formats import FORMATS
from dalgu.devices.uplink import Uplink
from dalgu.kernel.ids import entity_id
from dalgu.services.water.wire import decode_hourly, decode_pressure
from dalgu.simulation.city import GACHANG, METERED_HOUSEHOLDS, plan_city
from dalgu.simulation.consumption import FIRST_DAY, Households
from dalgu.simulation.day import instant, start_s
from dalgu.simulation.lorawan import LoraSites
from dalgu.simulation.water_gauges import InletMeters, PressureLoggers
from dalgu.simulation.water_supply import Supply

DAY = FIRST_DAY + 3_400


@pytest.fixture(scope="module")
def plan():
    return plan_city(load("daegu"), 1)


@pytest.fixture(scope="module")
def supply(plan):
    return Supply(Households(METERED_HOUSEHOLDS, 1), plan.networks, 1)


@pytest.fixture(scope="module")
def sites(plan):
    near = [dong.code == GACHANG for dong in plan.sites.dong]
    keys = tuple(np.array(plan.sites.key)[near])
    return LoraSites(keys, plan.sites.place[near], plan.meters.place, 1)


def test_inflow_is_use_and_leakage_to_the_litre_and_days_meet(supply):
    households = supply._households
    for day in range(DAY, DAY + 5):
        counted = households.register_l(day)
        uncounted = households.drawn_l(day) - counted
        used = [(counted + uncounted)[n.meters].sum(axis=0) for n in supply.networks]
        lost = supply.background_l(day) + supply.burst_l(day)
        assert (supply.inflow_l(day) == np.array(used) + lost).all()
        assert (supply.inflow_l(day)[:, 24] == supply.inflow_l(day + 1)[:, 0]).all()
        assert (np.diff(supply.inflow_l(day), axis=1) > 0).all()


def test_the_pipes_carry_what_flows_in(supply):
    for network in supply.networks:
        inflow_m3h = np.diff(supply.inflow_l(DAY)[network.number]) / 1_000
        demand_m3h = supply.demand_m3h(network.number, DAY)
        assert demand_m3h.sum(axis=1) == pytest.approx(inflow_m3h)


def test_background_leakage_is_a_tenth_to_a_fifth_and_more_at_night(supply):
    days = range(DAY, DAY + 14)
    hourly = [np.diff(supply.background_l(day), axis=1) for day in days]
    inflow = sum(np.diff(supply.use_l(day), axis=1) for day in days) + np.sum(hourly, axis=0)
    share = np.sum(hourly, axis=(0, 2)) / inflow.sum(axis=1)
    assert (share > 0.08).all()
    assert (share < 0.20).all()
    assert (hourly[0][:, 3] > hourly[0][:, 7]).all()


def test_a_planted_leak_raises_the_night_flow(supply):
    district = 2
    leak = supply.leaks.leak(district, supply.leaks.turn(district, DAY))
    begins = leak.begin_h // 24

    def night_m3h(days):
        flows = [np.diff(supply.inflow_l(day)[district])[2:5].min() for day in days]
        return np.median(flows) / 1_000

    before = night_m3h(range(begins - 8, begins))
    running = night_m3h(range(begins + 1, begins + 9))
    assert running - before == pytest.approx(leak.flow_lph / 1_000, abs=0.4)


def heard(supply_speaker, row, day, decode):
    plan = supply_speaker.plan(day)
    format, body = plan.encode(row)
    received = instant(int(plan.at_s[row]))
    [reading] = FORMATS[format](body, received)
    uplink = Uplink(reading.device, entity_id("X", "1"), received, reading.observed_at,
                    reading.payload, reading.values)  # fmt: skip
    return decode(uplink)


def test_an_inlet_meter_tells_the_hours_of_the_day_before(supply, sites):
    told = heard(InletMeters(supply, sites, 1), 1, DAY, decode_hourly)
    expected = supply.inflow_l(DAY - 1)[1, :0:-1] / 1_000
    assert [meter.volume for meter in told] == pytest.approx(expected, abs=0.0051)
    assert told[0].volume == expected[0]
    assert told[0].observed_at == instant(start_s(DAY))


def test_a_logger_tells_heads_that_sink_while_water_is_drawn(supply, sites, plan):
    told = heard(PressureLoggers(supply, sites, 1), 0, DAY, decode_pressure)
    head_m = {logger.observed_at: logger.head for logger in told}
    assert len(head_m) == 24
    network = plan.networks[0]
    ground_m = network.elevation_m[network.loggers[0]]
    night, morning = (instant(start_s(DAY - 1) + hour * 3_600) for hour in (4, 9))
    assert network.supply_head_m > head_m[night] > head_m[morning] > ground_m + 15


def test_gauges_say_the_same_whatever_was_asked_before(supply, sites, plan):
    fresh = Supply(Households(METERED_HOUSEHOLDS, 1), plan.networks, 1)
    for kind in (InletMeters, PressureLoggers):
        one, other = kind(supply, sites, 1), kind(fresh, sites, 1)
        other.plan(DAY + 70).encode(2)
        assert one.plan(DAY).encode(2) == other.plan(DAY).encode(2)


def test_a_site_falls_silent_with_all_its_meters(sites):
    days = [day for day in range(DAY, DAY + 60) if sites.is_out(day).any()]
    assert 3 <= len(days) <= 9
    [site] = {int(np.argmax(sites.is_out(day))) for day in days}
    assert 20 <= (sites.nearest == site).sum() < 0.1 * METERED_HOUSEHOLDS


def test_some_meters_are_hardly_heard(sites):
    assert 0.005 < (sites.rssi_dbm <= -117).mean() < 0.1


def test_bodies_are_json_with_an_instant(supply, sites):
    _, body = InletMeters(supply, sites, 1).plan(DAY).encode(0)
    said = msgspec.json.decode(body)
    assert datetime.fromisoformat(said["time"]) > instant(start_s(DAY))
