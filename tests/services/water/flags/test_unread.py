"""Three ways to lose a read: the gateway, the radio path, the meter."""

from datetime import UTC, datetime

import numpy as np
import pytest

from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.flag import Kind, Subject
from dalgu.services.water.flags.unread import unread
from dalgu.services.water.hourly import Reads

NOW = datetime(2026, 3, 4, tzinfo=UTC)
NEAR, FAR = "0016c001f0000001", "0016c001f0000002"


def meter(number, gateway=NEAR, signal=-90.0, **told):
    identity = entity_id("WaterMeter", str(number))
    return WaterMeter(id=identity, gateway=gateway, signal_strength=signal, **told)


def found(meters, silent_h):
    """What is found where each meter was last read so many hours ago; None for never."""
    read = [(row, hours) for row, hours in enumerate(silent_h) if hours is not None]
    reads = Reads(
        np.array([row for row, _ in read], np.int64),
        np.array([NOW.timestamp() - 3600.0 * hours for _, hours in read]),
        np.ones(len(read)),
    )
    stands = {entity_id("Device", NEAR): Subject(entity_id("Device", NEAR), origin="synthetic")}
    return unread(meters, reads, NOW, stands)


CASES = {
    "a strong meter among heard neighbours": (meter(0), "meter"),
    "a weak one": (meter(0, signal=-124.0), "radio"),
    "a weak one whose cell is empty": (meter(0, signal=-124.0, battery_level=5.0), "meter"),
    "one that told of an error": (meter(0, signal=None, alarms=["permanentError"]), "meter"),
    "one of which nothing is known": (meter(0, gateway=None, signal=None), "unknown"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_silent_meter_is_diagnosed(case):
    silent, cause = CASES[case]
    [flag] = found([silent, *(meter(n) for n in range(1, 6))], [50, 1, 1, 2, 3, 4]).flags
    assert (flag.subject.id, flag.figures["cause"]) == (silent.id, cause)


def test_meters_that_fall_silent_together_are_one_alert_of_their_gateway():
    meters = [meter(n) for n in range(5)] + [meter(n, FAR) for n in range(5, 10)]
    result = found(meters, [50, 51, 52, 53, 2, 1, 1, 1, 1, 1])
    [flag] = result.flags
    assert flag.kind is Kind.GATEWAY_SILENT
    assert (flag.figures["silent"], flag.figures["meters"]) == (4, 5)
    assert flag.subject.origin == "synthetic"
    assert result.cleared[Kind.GATEWAY_SILENT] == {entity_id("Device", FAR)}


def test_three_meters_do_not_blame_a_gateway():
    result = found([meter(n) for n in range(3)], [50, 50, 50])
    assert {flag.kind for flag in result.flags} == {Kind.MISSING_READS}


def test_a_meter_never_read_is_no_matter_of_radio():
    result = found([meter(0), meter(1)], [None, 1])
    assert not result.flags
    assert result.cleared[Kind.MISSING_READS] == {meter(1).id}


def test_no_meters_give_nothing():
    assert not found([], []).flags
