"""Our decoders give what the vendors' codecs give, and never half a frame."""

import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.codecs.errors import CodecRefusal, CodecUnknown
from dalgu.devices.codecs.mapping import canonical
from dalgu.devices.codecs.native import NATIVE, native_of

WHERE = "set DALGU_TEST_DATA; the examples are those of The Things Network lorawan-devices"
DEVICES = {
    "kamstrup/flowiq2200-02k73a": "kamstrup-flowiq2200",
    "sensus/iperl": "sensus-iperl",
    "elvaco/cmi4110": "elvaco-cmi4110",
    "elvaco/cmi4111": "elvaco-cmi4111",
    "elvaco/cmi4130": "elvaco-cmi4130",
    "elvaco/cmi4140": "elvaco-cmi4140",
    "elvaco/cmi4160": "elvaco-cmi4160",
    "acrios/acr-cv-101l-m-d": "acrios-mbus",
    "acrios/acr-cv-101l-m-eac": "acrios-mbus",
    "aquascope/aqm": "aquascope-aqm",
    "aquascope/aqs": "aquascope-aqs",
    "quandify/cubicmeter-1-1-plastic": "quandify-cubicmeter",
    "dragino/sw3l": "dragino-sw3l",
    "talkpool/oy1320": "talkpool-oy1320",
}
AXIOMA = bytes.fromhex(
    "01aeac986a003217000000000000000000008003800054000e40051000480002"
    "40020000200000000000000000000000000000"
)


@pytest.fixture(scope="module")
def examples():
    if "DALGU_TEST_DATA" not in os.environ:
        pytest.skip(WHERE)
    path = Path(os.environ["DALGU_TEST_DATA"]) / "water-lorawan-codecs/ttn-examples.json"
    return json.loads(path.read_text("utf-8"))


def told(value):
    """Return a value without its nulls, which JavaScript's undefined becomes or does not."""
    if isinstance(value, dict):
        return {name: told(one) for name, one in value.items() if one is not None}
    return [told(one) for one in value] if isinstance(value, list) else value


def outcome(native, payload, f_port):
    try:
        return told(NATIVE[native].decode(payload, f_port))
    except CodecRefusal:
        return "refused"


@pytest.mark.parametrize("device", DEVICES)
def test_each_published_example_is_decoded_as_the_vendor_does(examples, device):
    assert examples[device]
    for example in examples[device]:
        given_, output = example["input"], example["output"]
        expected = "refused" if output.get("errors") else told(output["data"])
        assert outcome(DEVICES[device], bytes(given_["bytes"]), given_["fPort"]) == expected


def test_axioma_gives_the_published_day():
    fields = NATIVE["axioma-qalcosonic-w1"].decode(AXIOMA, 100)
    assert fields["timestamp_utc"] == "2026-09-02T23:09:34.000Z"
    assert (fields["log_volume_m3"], fields["current_volume_m3"]) == (5.938, 6.054)
    assert [fields[f"delta_{n}_m3"] for n in (6, 7, 8, 16, 23)] == [0.014, 0.008, 0.021, 0.008, 0]
    newest = canonical("axioma-qalcosonic-w1", fields).registers[0]
    assert newest == (datetime(2026, 9, 2, 23, tzinfo=UTC), 6054)


@settings(max_examples=40)
@given(
    used_l=st.lists(st.integers(0, 16_383), min_size=23, max_size=23),
    oldest_l=st.integers(0, 2**32 - 1),
    status=st.integers(0, 255),
)
def test_axioma_deltas_survive_the_radio(used_l, oldest_l, status):
    packed = sum(litres << 14 * n for n, litres in enumerate(used_l))
    frame = AXIOMA[:5] + bytes([status]) + oldest_l.to_bytes(4, "little")
    fields = NATIVE["axioma-qalcosonic-w1"].decode(frame + packed.to_bytes(41, "little"), 100)
    assert [round(fields[f"delta_{n}_m3"] * 1000) for n in range(1, 24)] == used_l
    assert round(fields["current_volume_m3"] * 1000) == oldest_l + sum(used_l)
    assert fields["low_battery"] is bool(status & 4)


def test_a_multiplier_of_the_deltas_is_refused():
    frame = AXIOMA[:-1] + b"\x04"
    assert outcome("axioma-qalcosonic-w1", frame, 100) == "refused"


def test_an_unknown_decoder_is_told():
    with pytest.raises(CodecUnknown):
        native_of("nobody")


@pytest.mark.parametrize("native", NATIVE)
def test_broken_frames_are_read_or_refused_by_name(examples, native):
    whole = [
        (bytes(example["input"]["bytes"]), example["input"]["fPort"])
        for device, name in DEVICES.items()
        if name == native
        for example in examples[device]
    ] or [(AXIOMA, 100)]
    chance = random.Random(20260901)
    results = set()
    for _ in range(400):
        payload, f_port = chance.choice(whole)
        broken = bytearray(payload)
        for _ in range(chance.randrange(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        del broken[chance.randrange(1, 2 * len(broken)) :]
        try:
            fields = NATIVE[native].decode(bytes(broken), f_port)
            results.add(type(fields))
        except CodecRefusal:
            results.add("refused")
    assert results <= {dict, "refused"}


@given(payload=st.binary(max_size=60), f_port=st.sampled_from([0, 1, 2, 3, 4, 5, 6, 20, 100, None]))
def test_any_bytes_are_read_or_refused(payload, f_port):
    for native in NATIVE:
        assert outcome(native, payload, f_port) is not None
