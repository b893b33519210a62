"""The published telegrams, opened for the readers of manufacturers' layouts."""

import os
from pathlib import Path

import pytest
from benchmarks.water_telegrams.published import examples

from dalgu.devices.wmbus.decoders import DECODERS, OPENERS, UNFOLDED
from dalgu.devices.wmbus.frame import read_frame
from dalgu.devices.wmbus.headers import read_transport
from dalgu.devices.wmbus.telegram import Status, Telegram, decode

ROOT = os.environ.get("DALGU_TEST_DATA")
MISSING = (
    "DALGU_TEST_DATA is not set; its folder water-wmbus holds tests/generated_tests.xmq "
    "of github.com/wmbusmeters/wmbusmeters 3.0.0"
)


def unfold(raw, key):
    """Return a telegram whose content is no row of records."""
    frame = read_frame(raw)
    header, content = read_transport(frame.payload, None)
    return Telegram(address=frame.address, status=Status(header.status), proprietary=content)


def as_they_are(telegram, key):
    return telegram


def opened(example):
    """Return the last telegram of an example, ready for its reader."""
    front_door = {True: unfold, False: decode}[example.driver in UNFOLDED]
    telegram = front_door(example.telegrams[-1], example.key)
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
