"""Each rule on a planted case, and no other rule on it."""

from datetime import UTC, datetime

import numpy as np
import pytest

from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.flag import Kind
from dalgu.services.water.flags.judging import Judged, judge
from dalgu.services.water.flags.words import NAMES, describe
from dalgu.services.water.hourly import Hourly, Reads

START = datetime(2026, 2, 28, 15, tzinfo=UTC)  # midnight in Daegu
DAYS = 47
DAY = np.r_[np.zeros(8), np.full(14, 0.02), np.zeros(2)]
LIVED = np.tile(DAY, DAYS)


def ending(tail):
    return np.r_[LIVED[: len(LIVED) - len(tail)], tail]


NIGHTS = np.tile(np.r_[0, 0.004, 0.004, 0.004, np.zeros(4), DAY[8:]], 7)
CASES = {
    Kind.CONTINUOUS_FLOW: (ending(np.full(80, 0.03)), {}),
    Kind.INTERMITTENT_FLOW: (ending(NIGHTS), {}),
    Kind.BURST: (ending(np.r_[1.5, 1.5, np.zeros(8)]), {}),
    Kind.NO_USE: (ending(np.zeros(96)), {}),
    Kind.FROZEN: (ending(np.zeros(30)), {"alarms": ["leakage"]}),
    Kind.TAMPER: (LIVED, {"alarms": ["tamper"]}),
    Kind.LOW_BATTERY: (LIVED, {"alarms": [], "battery_level": 9.0}),
    Kind.METER_ERROR: (LIVED, {"alarms": ["permanentError"]}),
}


def judged(used_m3, **told):
    meter = WaterMeter(id=entity_id("WaterMeter", "1"), **told)
    register_m3 = 100.0 + np.r_[0.0, np.cumsum(np.nan_to_num(used_m3))]
    at_s = START.timestamp() + 3600.0 * np.arange(len(register_m3))
    reads = Reads(np.zeros(len(at_s), np.int64), at_s, register_m3)
    hourly = Hourly(START.timestamp(), used_m3[None], np.zeros((1, len(used_m3)), np.uint8))
    return judge(Judged([meter], hourly, reads))


@pytest.mark.parametrize("kind", CASES)
def test_a_planted_case_is_found_and_nothing_else(kind):
    used_m3, told = CASES[kind]
    assert [flag.kind for flag in judged(used_m3, **told).flags] == [kind]


@pytest.mark.parametrize("kind", CASES)
def test_a_planted_case_is_told_in_both_languages(kind):
    used_m3, told = CASES[kind]
    [flag] = judged(used_m3, **told).flags
    words = describe(kind, flag.figures)
    assert words.ko
    assert words.en
    assert NAMES[kind].ko != NAMES[kind].en


def test_a_household_that_lives_gives_no_flag_and_clears_all():
    found = judged(LIVED, alarms=[])
    assert not found.flags
    assert {kind for kind, ids in found.cleared.items() if ids} >= set(CASES)


def test_rest_is_told_to_the_care_team_with_consent_alone():
    rest = ending(np.zeros(96))
    with_consent = [flag.kind for flag in judged(rest, care_consent=True).flags]
    assert with_consent == [Kind.NO_USE, Kind.CARE_NO_USE]
    assert Kind.CARE_NO_USE not in [flag.kind for flag in judged(rest).flags]


def test_consent_withdrawn_clears_the_care_teams_alert():
    assert judged(ending(np.zeros(96))).cleared[Kind.CARE_NO_USE]


def test_a_falling_register_is_back_flow():
    meter = WaterMeter(id=entity_id("WaterMeter", "1"))
    at_s = START.timestamp() + 3600.0 * np.arange(3)
    reads = Reads(np.zeros(3, np.int64), at_s, np.array([10.0, 9.8, 10.1]))
    hourly = Hourly(START.timestamp(), np.array([[np.nan, 0.3]]), np.zeros((1, 2), np.uint8))
    [flag] = judge(Judged([meter], hourly, reads)).flags
    assert (flag.kind, flag.severity) == (Kind.BACK_FLOW, "medium")


def test_hours_that_are_not_known_flag_and_clear_nothing():
    found = judged(np.full(len(LIVED), np.nan))
    assert not found.flags
    assert not any(found.cleared[k] for k in (Kind.CONTINUOUS_FLOW, Kind.NO_USE, Kind.TAMPER))
