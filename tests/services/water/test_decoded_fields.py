import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.decoded_fields import DecodedFieldsUnusable, read_fields
from dalgu.services.water.hourly_frame import Alarm

WHERE = "set DALGU_TEST_DATA; the examples are those of The Things Network lorawan-devices"


@pytest.fixture(scope="module")
def examples():
    if "DALGU_TEST_DATA" not in os.environ:
        pytest.skip(WHERE)
    path = Path(os.environ["DALGU_TEST_DATA"]) / "water-lorawan-codecs/ttn-examples.json"
    return json.loads(path.read_text("utf-8"))


def fields(examples, device, index=0):
    return examples[device][index]["output"]["data"]


def test_kamstrup_gives_a_register_for_each_hour_and_its_alarms(examples):
    reads = read_fields(fields(examples, "kamstrup/flowiq2200-02k73a", 4))
    assert len(reads.registers) == 12
    assert reads.registers[0] == (datetime(2023, 8, 29, 12, tzinfo=UTC), 7842.497)
    assert read_fields(fields(examples, "kamstrup/flowiq2200-02k73a", 2)).alarms == [Alarm.TAMPER]


def test_sensus_gives_the_instants_of_its_compact_profile(examples):
    reads = read_fields(fields(examples, "sensus/iperl"))
    assert reads.registers[-1] == (datetime(2024, 6, 19, 13, 42, tzinfo=UTC), 25041.978)
    assert len(reads.registers) == 12
    assert reads.alarms == [Alarm.LOW_BATTERY]


def test_quandify_and_acrios_litres_become_cubic_metres(examples):
    plastic = fields(examples, "quandify/cubicmeter-1-1-plastic")
    assert read_fields(plastic).registers == [(None, 5.342)]
    assert read_fields(fields(examples, "acrios/acr-cv-101l-m-d")).registers == [(None, 0.001)]


def test_axioma_hands_over_its_present_register():
    reads = read_fields(
        {"timestamp_unix": 1788390574, "current_volume_m3": 6.054, "burst": False, "leakage": True}
    )
    assert reads.registers == [(datetime(2026, 9, 2, 23, 9, 34, tzinfo=UTC), 6.054)]
    assert reads.alarms == [Alarm.LEAKAGE]


def test_messages_about_other_things_give_nothing(examples):
    for index in (1, 3):
        kamstrup = fields(examples, "kamstrup/flowiq2200-02k73a", index)
        assert read_fields(kamstrup).registers == []
    assert read_fields(fields(examples, "quandify/cubicmeter-1-1-plastic", 1)).registers == []


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        ("elvaco/cmi4110", "heat meter"),
        ("talkpool/oy1320", "without a unit"),
        ("aquascope/aqm", "no register"),
    ],
)
def test_heat_meters_valves_and_bare_numbers_are_refused(examples, device, reason):
    with pytest.raises(DecodedFieldsUnusable, match=reason):
        read_fields(fields(examples, device))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"volume": 5},
        {"volume": 5, "unit": "gal"},
        {"volume_m3": -1},
        {"volume_m3": "5"},
        {"volume_m3": True},
        {"volume_m3": 1e300},
        {"values": [{"Type": "Volume", "Value": 1, "Unit": "m3", "Timestamp": "yesterday"}]},
        {"volume_m3": 1, "timestamp_unix": 1e300},
    ],
)
def test_what_cannot_be_a_register_is_refused(values):
    with pytest.raises(DecodedFieldsUnusable):
        read_fields(values)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
names = st.sampled_from(
    ["values", "records", "data", "decoded", "volume", "unit", "volume_m3", "alarms", "Type",
     "Value", "Unit", "Timestamp", "vifType", "symbol", "scaledValue", "temperature"]
)  # fmt: skip


@given(
    st.dictionaries(names, json_values | st.lists(st.dictionaries(names, json_values), max_size=3))
)
def test_any_fields_give_registers_or_a_typed_refusal(values):
    try:
        reads = read_fields(values)
    except DecodedFieldsUnusable:
        return
    assert all(0 <= volume_m3 <= 1e9 for _, volume_m3 in reads.registers)


def test_a_heat_meters_canonical_fields_are_refused():
    with pytest.raises(DecodedFieldsUnusable, match="medium"):
        read_fields({"medium": "heat", "values": []})


def test_battery_and_temperature_stand_beside_a_list_of_registers():
    reads = read_fields(
        {
            "medium": "water",
            "values": [{"Type": "Volume", "Value": 1.5, "Unit": "m3"}],
            "battery_pct": 81,
            "water_temperature": 11.5,
        }
    )
    assert (reads.battery_pct, reads.temperature_degc) == (81.0, 11.5)


@pytest.mark.parametrize("level", [True, -1, 101, "80"])
def test_a_battery_level_that_is_none_is_left_out(level):
    assert read_fields({"volume_m3": 1.0, "battery_pct": level}).battery_pct is None
