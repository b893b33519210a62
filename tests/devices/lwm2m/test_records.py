"""Payloads of LwM2M clients: the examples of the specifications, and damage."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.lwm2m.errors import ContentFormatUnknown, Lwm2mPayloadInvalid
from dalgu.devices.lwm2m.records import (
    SENML_CBOR,
    SENML_JSON,
    TEXT,
    TLV,
    Record,
    read_records,
)

# OMA LwM2M 1.1 Core, 7.4.3: the Device object instance 0 in TLV, the values as told there.
DEVICE_TLV = bytes.fromhex(
    "C800144F70656E204D6F62696C6520416C6C69616E6365"
    "C801164C69676874776569676874204D324D20436C69656E74"
    "C80209333435303030313233"
    "C303312E30"
    "8606410001410105"
    "88070842000ED842011388"
    "870841007D42010384"
    "C10964C10A0F830B410000"
    "C40D5182428FC60E2B30323A3030C11055"
)
# RFC 8428, 5.1.2: two values with base name and times before now.
RFC_5_1_2 = b"""[{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1}]"""
METER_JSON = b"""[{"bn":"/3424/0/","bt":1772000000,"n":"1","v":12.75},
 {"n":"1","t":-3600,"v":12.5},{"n":"10","vb":false},{"n":"3","vs":"cold"}]"""


def test_the_specifications_device_object_is_read_from_tlv():
    values = {record.path: record.value for record in read_records(TLV, DEVICE_TLV, "/3/0")}
    assert values[3, 0, 0] == b"Open Mobile Alliance"
    assert values[3, 0, 2] == b"345000123"
    assert values[3, 0, 6, 1] == b"\x05"  # available power sources
    assert values[3, 0, 7, 0] == bytes.fromhex("0ED8")  # 3,800 mV
    assert values[3, 0, 9] == b"\x64"  # battery level 100 %
    assert values[3, 0, 13] == bytes.fromhex("5182428F")  # 2013-05-02
    assert len(values) == 16


def test_a_name_that_is_no_path_is_refused():
    with pytest.raises(Lwm2mPayloadInvalid, match="path"):
        read_records(SENML_JSON, RFC_5_1_2)


def test_base_name_and_time_hold_for_what_follows():
    assert read_records(SENML_JSON, METER_JSON) == [
        Record((3424, 0, 1), 12.75, 1_772_000_000.0),
        Record((3424, 0, 1), 12.5, 1_771_996_400.0),
        Record((3424, 0, 10), False, 1_772_000_000.0),
        Record((3424, 0, 3), "cold", 1_772_000_000.0),
    ]


def test_cbor_by_labels_says_what_json_says_by_names():
    pack = [{-2: "/3424/0/", -3: 1_772_000_000, 0: "1", 2: 12.75}, {0: "10", 4: True}]
    [volume, leak] = read_records(SENML_CBOR, cbor2.dumps(pack))
    assert (volume.value, volume.at_s) == (12.75, 1_772_000_000.0)
    assert leak.value is True


def test_plain_text_is_one_resource():
    assert read_records(TEXT, b"12.5", "/3424/0/1") == [Record((3424, 0, 1), 12.5)]


def test_an_unknown_content_format_names_those_that_are_read():
    with pytest.raises(ContentFormatUnknown, match="11542"):
        read_records(50, b"{}")


BROKEN = {
    "no array": (SENML_JSON, b'{"n":"1"}'),
    "no JSON": (SENML_JSON, b"[{"),
    "not finite": (SENML_JSON, b'[{"n":"/1/0/1","v":1e999}]'),
    "a flag as number": (SENML_JSON, b'[{"n":"/1/0/1","v":true}]'),
    "text as flag": (SENML_JSON, b'[{"n":"/1/0/1","vb":"yes"}]'),
    "no CBOR": (SENML_CBOR, b"\xff\xff"),
    "a number as name": (SENML_CBOR, cbor2.dumps([{0: 5, 2: 1}])),
    "a length past the end": (TLV, bytes.fromhex("C80014AA")),
    "a header cut short": (TLV, b"\xc8"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_refused_by_name(case):
    with pytest.raises(Lwm2mPayloadInvalid):
        read_records(*BROKEN[case])


@given(st.sampled_from((TEXT, SENML_JSON, SENML_CBOR, TLV)), st.binary(max_size=60))
def test_any_bytes_give_records_or_a_typed_refusal(content_format, body):
    try:
        records = read_records(content_format, body, "/3424/0")
    except Lwm2mPayloadInvalid:
        return
    assert all(isinstance(record, Record) for record in records)
