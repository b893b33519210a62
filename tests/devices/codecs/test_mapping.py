"""Whatever a codec names its fields, the canonical read is the same."""

import json
import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.codecs.errors import MappingUnfit, MappingUnknown
from dalgu.devices.codecs.mapping import canonical, mapping_names, mapping_of
from dalgu.devices.codecs.native import NATIVE
from dalgu.services.water.decoded_fields import read_fields
from dalgu.services.water.hourly_frame import Alarm

WHERE = "set DALGU_TEST_DATA; the examples are those of The Things Network lorawan-devices"
HOUR = timedelta(hours=1)
NAMES = ("values", "Type", "Value", "Unit", "Timestamp", "records", "data", "decoded", "volume")


@pytest.fixture(scope="module")
def examples():
    if "DALGU_TEST_DATA" not in os.environ:
        pytest.skip(WHERE)
    path = Path(os.environ["DALGU_TEST_DATA"]) / "water-lorawan-codecs/ttn-examples.json"
    return json.loads(path.read_text("utf-8"))


def read(examples, mapping, device, index=0):
    return canonical(mapping, examples[device][index]["output"]["data"])


def test_kamstrup_gives_a_register_an_hour_and_its_flags(examples):
    hourly = read(examples, "kamstrup-flowiq2200", "kamstrup/flowiq2200-02k73a", 4)
    assert hourly.registers[0] == (datetime(2023, 8, 29, 12, tzinfo=UTC), 7_842_497)
    assert len(hourly.registers) == 12
    daily = read(examples, "kamstrup-flowiq2200", "kamstrup/flowiq2200-02k73a", 2)
    assert (daily.registers[0][1], daily.flags) == (236, ("tamper",))


def test_sensus_comes_newest_first(examples):
    iperl = read(examples, "sensus-iperl", "sensus/iperl")
    assert iperl.registers[0] == (datetime(2024, 6, 19, 13, 42, tzinfo=UTC), 25_041_978)
    assert iperl.registers == tuple(sorted(iperl.registers, reverse=True))
    assert iperl.flags == ("lowBattery",)


def test_quandify_gives_battery_and_temperatures(examples):
    cubic = read(examples, "quandify-cubicmeter", "quandify/cubicmeter-1-1-plastic")
    assert cubic.registers == ((None, 5342),)
    assert (cubic.battery_v, cubic.temperature_degc, cubic.ambient_degc) == (3.64, 21.75, 22.5)


def test_a_heat_meter_says_that_it_is_one(examples):
    heat = read(examples, "elvaco-cmi4100", "elvaco/cmi4110")
    assert (heat.medium, heat.registers) == ("heat", ((None, 9_989_970),))


def test_the_use_of_an_interval_is_no_register():
    assert canonical("dragino-sw3l", {"Water_flow_value": 5.0, "Last_pulse": 300}).registers == ()


@settings(max_examples=30)
@given(used_l=st.lists(st.integers(0, 16_383), min_size=23, max_size=23), oldest_l=st.integers(0))
def test_deltas_sum_to_the_newest_register_at_the_full_hour(used_l, oldest_l):
    oldest_l %= 4_000_000_000
    at = datetime(2026, 9, 2, 23, 9, 34, tzinfo=UTC)
    fields = {f"delta_{n}_m3": litres / 1000 for n, litres in enumerate(used_l, start=1)}
    fields |= {"log_volume_m3": oldest_l / 1000, "timestamp_unix": at.timestamp()}
    fields["history_multiplier"] = 0
    registers = canonical("axioma-qalcosonic-w1", fields).registers
    assert registers[0] == (datetime(2026, 9, 2, 23, tzinfo=UTC), oldest_l + sum(used_l))
    assert registers[-1] == (registers[0][0] - 23 * HOUR, oldest_l)
    assert [a - b for (_, a), (_, b) in pairwise(registers)] == used_l[::-1]


@pytest.mark.parametrize(
    ("mapping", "fields"),
    [
        ("talkpool-oy1320", {"MeterReading": "12"}),
        ("talkpool-oy1320", {"MeterReading": -1}),
        ("talkpool-oy1320", {"MeterReading": float("nan")}),
        ("talkpool-oy1320", {"MeterReading": True}),
        ("dragino-sw3l", {"Total_pulse": 1, "Water_flow_value": 1, "Data_time": "yesterday"}),
        ("axioma-qalcosonic-w1", {"log_volume_m3": 1.0, "history_multiplier": 0}),
        ("axioma-qalcosonic-w1", {"log_volume_m3": 1.0, "history_multiplier": 3}),
    ],
)
def test_what_cannot_be_a_register_is_refused(mapping, fields):
    with pytest.raises(MappingUnfit):
        canonical(mapping, fields)


def test_fields_of_another_message_give_no_register():
    for name in mapping_names():
        assert canonical(name, {}).registers == ()


def test_every_flag_is_an_alarm_of_the_water_service():
    alarms = {alarm.value for alarm in Alarm}
    flags = {sign.flag for name in mapping_names() for sign in mapping_of(name).flags}
    assert flags <= alarms


def test_every_native_decoder_has_a_mapping():
    assert {native.mapping for native in NATIVE.values()} <= set(mapping_names())
    with pytest.raises(MappingUnknown):
        mapping_of("nowhere")


def test_the_water_service_reads_canonical_fields(examples):
    told = read(examples, "kamstrup-flowiq2200", "kamstrup/flowiq2200-02k73a", 2).fields()
    reads = read_fields(told)
    assert reads.registers == [(datetime(2023, 10, 19, tzinfo=UTC), 0.236)]
    assert reads.alarms == [Alarm.TAMPER]


@settings(max_examples=40, deadline=None)
@given(
    fields=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_any_fields_give_a_read_or_are_refused(fields):
    for name in mapping_names():
        assert all(register_l >= 0 for register_l in registers_in(name, fields))


def registers_in(name, fields):
    """Return the registers; none where they are refused by name."""
    try:
        read = canonical(name, dict.fromkeys(NAMES, fields))
    except MappingUnfit:
        return []
    return [register_l for _, register_l in read.registers]
