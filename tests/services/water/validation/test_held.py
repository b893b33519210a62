from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from dalgu.kernel.ids import entity_id
from dalgu.services.water.validation.held import (
    DayNotValidated,
    read_day,
    read_days,
    read_meter,
    write_day,
)
from dalgu.services.water.validation.sheet import Sheet, is_same

DAY = date(2026, 3, 2)


def a_sheet(town, day=DAY, litres=5):
    n = len(town.meters)
    return Sheet(
        town.area,
        day,
        tuple(town.meters),
        np.full(n, 1000),
        np.full(n, 1000 + 24 * litres),
        np.full((n, 24), litres, np.int32),
        np.ones((n, 24), np.uint8),
        np.zeros(n, np.uint32),
        np.ones(n, np.int64),
        np.ones(n, np.int64),
    )


def write(town, sheet, reason="nightly"):
    return town.run(write_day(town.hub, sheet, reason, "rules", town.clock.now()))


def test_a_day_is_written_once_and_read_back(town):
    assert write(town, a_sheet(town)).version == 1
    assert write(town, a_sheet(town)) is None
    held = town.run(read_day(town.hub, town.area, DAY))
    assert is_same(held.sheet, a_sheet(town))
    assert (held.version, held.day.total, held.day.hours_actual) == (1, 0.36, 72)


def test_older_versions_stay_even_of_one_instant(town):
    for litres in (5, 6, 5, 7):
        write(town, a_sheet(town, litres=litres), f"as {litres}")
    for version, litres in enumerate((5, 6, 5, 7), start=1):
        held = town.run(read_day(town.hub, town.area, DAY, version=version))
        assert held.sheet.use_l[0, 0] == litres
        assert held.version == version
    with pytest.raises(DayNotValidated):
        town.run(read_day(town.hub, town.area, DAY, version=5))


def test_missing_days_are_absent(town):
    write(town, a_sheet(town, DAY + timedelta(days=2)))
    found = town.run(read_days(town.hub, town.area, DAY, DAY + timedelta(days=4)))
    assert [one.sheet.day.day for one in found] == [4]
    with pytest.raises(DayNotValidated):
        town.run(read_day(town.hub, town.area, DAY))


def test_a_meter_is_read_with_its_evidence(town):
    for n in range(3):
        write(town, a_sheet(town, DAY + timedelta(days=n), litres=n))
    last = DAY + timedelta(days=9)
    hours = town.run(read_meter(town.hub, town.meters[1], town.area, DAY, last))
    assert hours.use_l[:, 0].tolist() == [0, 1, 2]
    assert (hours.versions, len(set(hours.digests))) == ([1, 1, 1], 3)
    nobody = entity_id("WaterMeter", "nobody")
    assert town.run(read_meter(town.hub, nobody, town.area, DAY, last)).use_l.shape == (0, 24)


def test_a_final_day_stays_marked(town):
    written = write(town, a_sheet(town))
    town.run(town.hub.upsert([replace(written, is_final=True)]))
    write(town, a_sheet(town, litres=9), "correction: asked for")
    held = town.run(read_day(town.hub, town.area, DAY))
    assert held.day.is_final
    assert held.version == 2
