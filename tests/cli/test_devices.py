"""`dalgu devices read-telegram`: what a telegram says, at the machine."""

import json

import pytest
from typer.testing import CliRunner

from dalgu.cli import app
from dalgu.devices.errors import FieldInvalid, KeyInvalid
from dalgu.devices.wmbus.drivers.errors import DriverUnknown
from dalgu.devices.wmbus.errors import KeyRequired

# A Sensus iPERL from a public test suite, and the same with letters that no driver knows
KNOWN = "1844ae4c4455223368077a55000000041389e20100023b0000"
STRANGE = "1844" + "5a6b" + "4455223368077a55000000041389e20100023b0000"
# OMS Specification Vol. 2, annex N.1.1: a gas meter under profile A, and its key
CLOSED = (
    "2E4493157856341233037A2A0020255923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3"
)
KEY = "0102030405060708090A0B0C0D0E0F11"


def read(*words):
    return CliRunner().invoke(app, ["devices", "read-telegram", *words])


def test_a_known_meter_says_its_values_by_name():
    lines = [line.split() for line in read(KNOWN).stdout.splitlines()]
    assert lines == [
        ["device", "SEN.33225544"],
        ["security", "none"],
        ["media", "water"],
        ["meter", "iperl"],
        ["id", "33225544"],
        ["total_m3", "123.529"],
        ["max_flow_m3h", "0"],
    ]


def test_the_values_come_as_one_document():
    assert json.loads(read(KNOWN, "--json").stdout)["total_m3"] == 123.529


def test_a_strange_meter_says_its_records():
    assert read(STRANGE).stdout.splitlines()[-2:] == [
        "  volume 123.529 MTQ",
        "  volume flow 0.0 MQH",
    ]


def test_a_strange_meter_is_read_by_the_driver_asked_for():
    assert "total_m3      123.529" in read(STRANGE, "--driver", "iperl").stdout


def test_a_closed_telegram_opens_with_its_key():
    assert "volume 28504.27 MTQ" in read(CLOSED, "--key", KEY).stdout


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("xyz",), FieldInvalid),
        ((CLOSED,), KeyRequired),
        ((CLOSED, "--key", "xyz"), KeyInvalid),
        ((KNOWN, "--driver", "nobody"), DriverUnknown),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(words, refusal):
    assert isinstance(read(*words).exception, refusal)
