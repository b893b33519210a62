"""The published telegrams, opened for the readers of manufacturers' layouts."""

import os
from pathlib import Path

import pytest
from benchmarks.water_telegrams.published import examples

from dalgu.devices.wmbus.decoders import DECODERS, OPENERS
from dalgu.devices.wmbus.telegram import decode

ROOT = os.environ.get("DALGU_TEST_DATA")
MISSING = (
    "DALGU_TEST_DATA is not set; its folder water-wmbus holds tests/generated_tests.xmq "
    "of github.com/wmbusmeters/wmbusmeters 3.0.0"
)


def as_they_are(telegram, key):
    return telegram


def opened(example):
    """Return the last telegram of an example, ready for its reader."""
    telegram = decode(example.telegrams[-1], example.key)
    return OPENERS.get(example.driver, as_they_are)(telegram, example.key)


@pytest.fixture(scope="session")
def published():
    """Return (driver, telegram, expected fields) of all examples that have a reader."""
    if not ROOT:
        pytest.skip(MISSING)
    return [
        (one.driver, opened(one), one.expected)
        for one in examples(Path(ROOT))
        if one.driver in DECODERS
    ]
