from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from tests.services.water.validation.conftest import DAILY_L, DONG, NOW

from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.held import read_day, read_days
from dalgu.services.water.validation.rules import Check
from dalgu.services.water.validation.sheet import Standing

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def held(town, area=None):
    return town.run(read_days(town.hub, area or town.area, FIRST, LAST))


def gap(first_day, last_day):
    """Hours since the start from the noon of a day of March to that of another."""
    return range((first_day + 1) * 24 + 12, (last_day + 1) * 24 + 12)


def test_a_month_read_by_the_hour_is_validated_as_read(town):
    town.read_all()
    town.validate()
    sheets = held(town)
    assert [one.sheet.day for one in sheets] == [FIRST + timedelta(days=n) for n in range(31)]
    assert all(one.sheet.total_l == 3 * sum(DAILY_L) for one in sheets)
    assert not any(one.sheet.raised.any() for one in sheets)
    assert {one.day.reason for one in sheets} == {"nightly"}


def test_a_second_run_and_the_next_night_write_nothing_more_than_a_day(town):
    town.read_all(but=gap(5, 7))
    town.validate()
    head = town.run(town.hub.head())
    town.validate()
    assert town.run(town.hub.head()) == head
    town.run(town.clock.advance(timedelta(days=1)))
    town.validate()
    assert {one.version for one in held(town)} == {1}


def test_the_window_slides_over_a_gap_without_new_versions(town):
    town.read_all(but=gap(1, 4))
    town.validate()
    for _ in range(3):
        town.run(town.clock.advance(timedelta(days=4)))
        town.validate()
    assert {one.version for one in held(town)} == {1}


def test_late_reads_make_a_new_version_of_their_days_only(town):
    hidden = gap(10, 12)
    town.read_all(but=hidden)
    town.validate()
    before = {one.sheet.day.day: one.sheet for one in held(town)}
    assert before[11].count(Standing.PROFILE) == 72
    town.read(0, hidden)
    town.validate()
    after = {one.sheet.day.day: one for one in held(town)}
    assert {day for day, one in after.items() if one.version == 2} == {10, 11, 12}
    assert after[11].day.reason == "late reads"
    assert after[11].sheet.count(Standing.PROFILE) == 48
    old = town.run(read_day(town.hub, town.area, date(2026, 3, 11), version=1))
    assert (old.sheet.use_l == before[11].use_l).all()


def test_the_order_of_arrival_does_not_matter(town):
    town.read_all(but=gap(10, 12))
    town.validate()
    town.read_all()
    town.validate()
    late = [one.sheet for one in held(town)]
    assert all((one.use_l == DAILY_L).all() for one in late)
    assert all((one.standing == Standing.ACTUAL).all() for one in late)


def test_a_gap_is_conserved_over_its_days(town):
    town.read_all(but=gap(10, 15))
    town.validate()
    sheets = {one.sheet.day.day: one.sheet for one in held(town)}
    used = sum(int(sheets[day].use_l[0].sum()) for day in range(10, 16))
    assert used == 6 * sum(DAILY_L)
    assert sheets[12].raised[0] == Check.GAP_WEEK.bit


def test_a_gap_longer_than_the_reads_before_keeps_what_was_known(town):
    town.read_all(but=gap(2, 18))
    town.validate()
    first = held(town)
    for _ in range(3):
        town.run(town.clock.advance(timedelta(days=7)))
        town.validate()
    assert [one.digest for one in held(town)] == [one.digest for one in first]


def test_a_billed_day_is_left_as_it_is(town):
    hidden = gap(10, 12)
    town.read_all(but=hidden)
    town.validate()
    billed = town.run(read_day(town.hub, town.area, date(2026, 3, 11)))
    town.run(town.hub.upsert([replace(billed.day, is_final=True)]))
    town.read_all()
    town.validate()
    versions = {one.sheet.day.day: one.version for one in held(town)}
    assert (versions[10], versions[11], versions[12]) == (2, 1, 2)


def test_a_meter_stands_on_sheets_from_its_first_read_on(town):
    town.read_all(meters=(0, 1))
    town.read(2, np.arange(21 * 24 + 5, len(town.register_l)))
    town.validate()
    sizes = {one.sheet.day.day: len(one.sheet.meters) for one in held(town)}
    assert (sizes[19], sizes[20], sizes[31]) == (2, 3, 3)
    assert held(town)[19].sheet.use_l[2, 0] == -1


def test_a_meter_that_moves_is_counted_once(town):
    town.read_all()
    town.validate()
    east = entity_id("DistrictMeteredArea", "east")
    moved = WaterMeter(id=town.meters[0], dma=east)
    town.run(town.hub.upsert([moved]))
    town.validate()
    assert held(town, east) == []
    town.run(town.clock.advance(timedelta(days=1)))
    town.validate()
    assert {one.version for one in held(town)} == {1}
    tomorrow = town.run(read_day(town.hub, east, date(2026, 4, 1)))
    assert tomorrow.sheet.meters == (town.meters[0],)


def test_a_meter_without_an_area_stands_on_its_dong(town):
    meter = entity_id("WaterMeter", "alone")
    town.run(
        town.hub.upsert(
            WaterMeter(
                id=meter, district=DONG, is_active=True, observed_at=town.at(hour), volume=1.0
            )
            for hour in range(400, 450)
        )
    )
    town.validate()
    sheets = held(town, entity_id("DistrictMeteredArea", DONG))
    assert sheets[0].sheet.meters == (meter,)


def test_reported_flow_beside_a_still_register_is_stuck(town):
    town.register_l[:] = 5000
    town.read_all()
    flowing = WaterMeter(id=town.meters[1], observed_at=NOW - timedelta(hours=20), flow=0.5)
    town.run(town.hub.upsert([flowing]))
    town.validate()
    raised = held(town)[-1].sheet.raised
    assert [bool(bits & Check.STUCK.bit) for bits in raised.tolist()] == [False, True, False]


def test_an_empty_city_is_validated_in_silence(town):
    town.validate()
    assert held(town) == []
