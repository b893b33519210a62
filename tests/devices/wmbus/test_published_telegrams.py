"""369 published telegrams of real meters: all are read, and every value is the expected one."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from benchmarks.water_telegrams import published
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.wmbus.drivers.errors import DriverUnknown
from dalgu.devices.wmbus.drivers.reading import choose, describe
from dalgu.devices.wmbus.drivers.table import driver_named
from dalgu.devices.wmbus.errors import KeyDoesNotFit, KeyRequired, TelegramInvalid
from dalgu.devices.wmbus.telegram import Security, decode, identify
from dalgu.devices.wmbus.water import read_water

ROOT = os.environ.get("DALGU_TEST_DATA")
pytestmark = pytest.mark.skipif(
    not ROOT,
    reason="DALGU_TEST_DATA is not set; its folder water-wmbus holds tests/generated_tests.xmq "
    "and simulations/ of github.com/wmbusmeters/wmbusmeters 3.0.0",
)
# Two telegrams are of a meter that has an older name beside its present one.
FOUND_BY_KIND = 367
OWN_CIPHER = "apatorna1"  # the key opens a part of the telegram that its decoder reads


@pytest.fixture(scope="module")
def examples():
    return published.examples(Path(ROOT))


@pytest.fixture(scope="module")
def results(examples):
    return published.results(examples)


def test_every_published_telegram_says_exactly_what_is_expected(results):
    assert len(results) == 369
    assert sum(len(result.values) for result in results) == 3777
    odd = [
        (result.example.name, result.missing, result.refusals)
        for result in results
        if not result.is_whole
    ]
    assert odd == []


def test_every_water_meter_gives_its_register(results):
    totals = [result for result in results if "total_m3" in result.example.expected]
    water = [result for result in totals if result.example.is_water]
    assert (len(totals), len(water)) == (169, 150)
    assert [result.example.name for result in totals if not result.has_total] == []


def test_a_driver_is_found_by_the_kind_of_meter(results):
    found = [
        result for result in results if result.detected == driver_named(result.example.driver).name
    ]
    assert len(found) == FOUND_BY_KIND


def test_encrypted_telegrams_ask_for_their_key(examples):
    sealed = [e for e in examples if e.key and len(e.telegrams) == 1 and e.driver != OWN_CIPHER]
    assert len(sealed) == 24
    for example in sealed:
        with pytest.raises(KeyRequired):
            decode(example.telegrams[0])
        with pytest.raises(KeyDoesNotFit, match=identify(example.telegrams[0]).device):
            decode(example.telegrams[0], bytes(b ^ 0x55 for b in example.key))


def test_the_simulated_traffic_is_read_or_refused_by_name():
    traffic = published.simulations(Path(ROOT))
    read = 0
    for _, telegram in traffic:
        with suppress(TelegramInvalid):
            read += decode(telegram).security in Security
    assert len(traffic) == 153
    assert read >= 130


def test_telegrams_with_their_link_checksums_left_in_are_read():
    left_in = [sent for file, sent in published.simulations(Path(ROOT)) if file == "dll_crcs"]
    assert [decode(sent).device for sent in left_in] == ["apt.000bc37c", "SON.27293981"]


def test_a_telegram_that_lost_a_byte_is_refused():
    [cut] = [
        sent
        for file, sent in published.simulations(Path(ROOT))
        if file == "broken" and sent[0] == 0x34
    ]
    with pytest.raises(TelegramInvalid, match="length field"):
        decode(cut)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_real_telegram_is_read_or_refused(examples, data):
    example = data.draw(st.sampled_from(examples))
    damaged = bytearray(example.telegrams[0])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    keep = data.draw(st.integers(0, len(damaged)))
    for sent in (bytes(damaged), bytes(damaged[:keep])):
        with suppress(TelegramInvalid, DriverUnknown):
            telegram = decode(sent, example.key)
            named = describe(telegram, choose(telegram, example.driver), key=example.key)
            assert named["id"] == telegram.address.id
            read_water(telegram, key=example.key)
            describe(telegram, choose(telegram), key=example.key)
