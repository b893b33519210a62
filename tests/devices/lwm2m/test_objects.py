from datetime import UTC, datetime

import pytest

from dalgu.devices.lwm2m.errors import Lwm2mPayloadInvalid
from dalgu.devices.lwm2m.objects import fields_of, objects
from dalgu.devices.lwm2m.records import TLV, Record, read_records

NOW = datetime(2026, 3, 4, 5, tzinfo=UTC)


def test_registers_of_several_instants_become_a_list_newest_first():
    at_s = NOW.timestamp()
    fields = fields_of(
        [Record((3424, 0, 1), 12.5, at_s - 3600), Record((3424, 0, 1), 12.75, at_s)], NOW
    )
    assert [row["Value"] for row in fields["values"]] == [12.75, 12.5]
    assert fields["values"][0]["Timestamp"] == "2026-03-04T05:00:00Z"


def test_a_time_before_now_is_relative_to_the_receipt():
    [row] = fields_of([Record((3424, 0, 1), 1.0, -600.0)], NOW)["values"]
    assert row["Timestamp"] == "2026-03-04T04:50:00Z"


def test_tlv_bytes_are_read_as_the_resource_is_defined():
    # volume 12.5 as a 64-bit float, leak true, a battery of 100 %
    meter = bytes.fromhex("C801084029000000000000 C10A01".replace(" ", ""))
    records = [*read_records(TLV, meter, "/3424/0"), Record((3, 0, 9), b"\x64")]
    assert fields_of(records, NOW) == {"volume_m3": 12.5, "leak": True, "battery_pct": 100}


def test_resources_that_are_not_listed_are_passed_over():
    assert fields_of([Record((3424, 0, 4), 99.0), Record((9, 0, 1), 1.0)], NOW) == {}


@pytest.mark.parametrize("value", ["12", b"\x01\x02\x03", True])
def test_a_volume_of_another_kind_is_refused(value):
    with pytest.raises(Lwm2mPayloadInvalid, match="volume"):
        fields_of([Record((3424, 0, 1), value)], NOW)


def test_every_field_carries_its_unit_or_is_a_flag():
    for table in objects().values():
        for resource in table.resources.values():
            is_measured = resource.kind in ("float", "int")
            assert is_measured == resource.field.endswith(("_m3", "_m3s", "_pct", "_dbm", "_unix"))
