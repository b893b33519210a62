"""369 published telegrams of real meters: the figures we have reached are the floor."""

import importlib.util
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.wmbus.errors import KeyDoesNotFit, KeyRequired, TelegramInvalid
from dalgu.devices.wmbus.telegram import Security, decode, identify

LOADER = Path(__file__).parents[3] / "benchmarks" / "water_telegrams" / "published.py"
ROOT = os.environ.get("DALGU_TEST_DATA")
pytestmark = pytest.mark.skipif(
    not ROOT,
    reason="DALGU_TEST_DATA is not set; its folder water-wmbus holds tests/generated_tests.xmq "
    "and simulations/ of github.com/wmbusmeters/wmbusmeters 3.0.0",
)
READ, TOTALS, WATER_TOTALS, OPEN_WATER_TOTALS = 361, 120, 103, 103


@pytest.fixture(scope="module")
def published():
    spec = importlib.util.spec_from_file_location("published_telegrams", LOADER)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def examples(published):
    return published.examples(Path(ROOT))


@pytest.fixture(scope="module")
def results(published, examples):
    return published.results(examples)


def test_every_published_telegram_is_read_or_refused_by_name(results):
    assert len(results) == 369
    assert sum(result.is_read for result in results) >= READ


def test_the_totals_reached_are_held(results):
    totals = [result for result in results if "total_m3" in result.example.expected]
    water = [result for result in totals if result.example.is_water]
    open_water = [result for result in water if result.example.is_open]
    assert (len(totals), len(water)) == (169, 150)
    assert sum(result.has_total for result in totals) >= TOTALS
    assert sum(result.has_total for result in water) >= WATER_TOTALS
    assert sum(result.has_total for result in open_water) >= OPEN_WATER_TOTALS


def test_no_total_is_wrong(results):
    wrong = [
        (result.example.driver, result.reading.volume_m3)
        for result in results
        if "total_m3" in result.example.expected
        and result.reading is not None
        and result.reading.volume_m3 is not None
        and not result.has_total
    ]
    assert wrong == []


def test_the_meter_has_the_expected_number(results):
    odd = [
        result.example.driver
        for result in results
        if result.telegram is not None
        and result.example.is_open
        and result.telegram.address.id != result.example.expected["id"].lower()
    ]
    assert odd == []


def test_encrypted_telegrams_ask_for_their_key(examples):
    sealed = [e for e in examples if e.key and len(e.telegrams) == 1 and e.is_open]
    assert len(sealed) > 15
    for example in sealed:
        with pytest.raises(KeyRequired):
            decode(example.telegrams[0])
        with pytest.raises(KeyDoesNotFit, match=identify(example.telegrams[0]).device):
            decode(example.telegrams[0], bytes(b ^ 0x55 for b in example.key))


def test_the_simulated_traffic_is_read_or_refused_by_name(published):
    traffic = published.simulations(Path(ROOT))
    read = 0
    for telegram in traffic:
        with suppress(TelegramInvalid):
            read += decode(telegram).security in Security
    assert len(traffic) == 153
    assert read >= 100


@settings(max_examples=300)
@given(data=st.data())
def test_a_damaged_real_telegram_is_read_or_refused(examples, data):
    example = data.draw(st.sampled_from(examples))
    damaged = bytearray(example.telegrams[0])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    keep = data.draw(st.integers(0, len(damaged)))
    for telegram in (bytes(damaged), bytes(damaged[:keep])):
        with suppress(TelegramInvalid):
            assert decode(telegram, example.key).address
