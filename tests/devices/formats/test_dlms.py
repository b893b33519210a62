import json
from datetime import UTC, datetime

import pytest

from dalgu.devices.errors import FieldInvalid
from dalgu.devices.formats import FORMATS

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
NAMED = "0f00000001000201020209060000600100ff0a083132333435363738"
NAMELESS = "0f0000000100020102020906080001000 0ff0600003039".replace(" ", "")


def parse(body):
    return FORMATS["dlms"](body, NOW)


def test_hex_alone_names_its_meter():
    [reading] = parse(NAMED.encode())
    assert reading.device == "dlms:12345678"
    assert reading.payload == bytes.fromhex(NAMED)


def test_a_concentrator_names_the_meter_of_a_push_that_does_not():
    body = {"apdu": NAMELESS, "meter": "W-1", "gateway": "dc-7", "received_at": NOW.isoformat()}
    [reading] = parse(json.dumps(body).encode())
    assert (reading.device, reading.gateway) == ("dlms:W-1", "dc-7")


def test_a_push_of_nobody_is_refused():
    with pytest.raises(FieldInvalid, match="meter"):
        parse(NAMELESS.encode())


def test_what_is_no_hex_is_refused():
    with pytest.raises(FieldInvalid, match="apdu"):
        parse(b"not hex")
