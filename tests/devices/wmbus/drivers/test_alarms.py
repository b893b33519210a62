"""Alarms from status words, whatever the maker."""

import pytest

from dalgu.devices.wmbus.drivers.alarms import WaterAlarm, alarms_of
from dalgu.devices.wmbus.telegram import Status, decode
from dalgu.devices.wmbus.water import read_water


@pytest.mark.parametrize(
    ("words", "alarms"),
    [
        (("LEAK",), (WaterAlarm.LEAKAGE,)),
        (("LEAK_FLOW_HIGH", "LEAK_FLOW_LOW"), (WaterAlarm.LEAKAGE,)),
        (("BACK_FLOW",), (WaterAlarm.BACKFLOW,)),
        (("REVERSED", "BURST"), (WaterAlarm.BACKFLOW, WaterAlarm.BURST)),
        (("MECHANICAL_FRAUD",), (WaterAlarm.TAMPER,)),
        (("PREV_LEAKAGE", "REVERSE_THIS_MONTH", "ERROR_FLAGS_800"), ()),
    ],
)
def test_words_of_any_maker_mean_one_alarm(words, alarms):
    assert alarms_of(words) == alarms


def test_the_status_byte_counts_where_no_driver_has_words():
    assert alarms_of((), Status(0x0C)) == (WaterAlarm.LOW_BATTERY, WaterAlarm.PERMANENT_ERROR)


def test_a_dry_meter_says_so():
    kamstrup = bytes.fromhex(
        "2A442D2C998734761B168D2091D37CAC21576C7802FF207100041308190000441308190000615B7F616713"
    )
    assert read_water(decode(kamstrup)).alarms == (WaterAlarm.PIPE_EMPTY,)
