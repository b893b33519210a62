"""Compact frames: read after their full frame, refused before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.building import Place, record
from dalgu.devices.wmbus.compact import PUBLISHED, Formats, compact, expand
from dalgu.devices.wmbus.crc import crc16
from dalgu.devices.wmbus.errors import CrcWrong, FormatUnknown, RecordBroken, TelegramTooShort
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.records import read_records
from dalgu.devices.wmbus.telegram import decode

# One Kamstrup Multical 21 by its full and its compact frame, opened, from public test suites
FULL = bytes.fromhex(
    "2A442D2C998734761B168D2091D37CAC21576C7802FF207100041308190000441308190000615B7F616713"
)
COMPACT = bytes.fromhex("23442D2C998734761B168D2087D19EAD217F1779EDA86AB6710008190000081900007F13")


def volumes(telegram):
    return [r.value for r in telegram.records if r.quantity is Quantity.VOLUME]


def test_a_compact_frame_is_refused_before_its_full_frame():
    with pytest.raises(FormatUnknown, match=r"KAM\.76348799 is a compact frame of format 0xA8ED"):
        decode(COMPACT, formats=Formats())


def test_a_compact_frame_is_refused_without_a_memory():
    with pytest.raises(FormatUnknown):
        decode(COMPACT)


def test_a_compact_frame_says_the_same_after_its_full_frame():
    formats = Formats()
    full = decode(FULL, formats=formats)
    short = decode(COMPACT, formats=formats)
    assert volumes(full) == volumes(short) == [6.408, 6.408]
    assert short.records == full.records


def test_the_published_format_has_the_signature_that_meters_send():
    engelmann, kamstrup = (crc16(b"".join(headers)) for headers in PUBLISHED)
    assert (engelmann, kamstrup) == (0x052D, 0x36D4)


def test_the_published_format_of_kamstrup_is_proved_by_the_second_checksum():
    # Values of one flowIQ, opened, from a public test suite, with the checksum of its full frame
    compact_frame = bytes.fromhex("d4364649000062ed000034c9000041373303110f1716077000077000")
    full = expand(compact_frame, None, "KAW.54084283")
    assert crc16(full) == 0x4946
    assert volumes(read_records(full)) == [60.77, 51.508]


def test_the_longest_unused_format_is_forgotten():
    formats = Formats(limit=2)
    headers = [(b"\x04\x13",), (b"\x02\x13",), (b"\x01\x13",)]
    for one in headers:
        formats.add(one)
    assert len(formats) == 2
    assert formats.find(crc16(b"\x04\x13")) is None
    assert formats.find(crc16(b"\x01\x13")) == headers[2]


@given(st.lists(st.floats(-1_000, 1_000), min_size=1, max_size=8))
def test_what_is_made_compact_comes_out_again(volumes_m3):
    records = tuple(
        record(Quantity.VOLUME, volume, Place(storage=nth)) for nth, volume in enumerate(volumes_m3)
    )
    formats = Formats()
    formats.add(tuple(one.header for one in records))
    assert read_records(expand(compact(records), formats, None)).records == records


def test_values_that_do_not_fit_the_format_are_refused():
    formats = Formats()
    formats.add((b"\x04\x13",))
    [one] = read_records(bytes.fromhex("041301000000")).records
    frame = compact((one,))
    with pytest.raises(RecordBroken):
        expand(frame[:-1], formats, None)
    with pytest.raises(CrcWrong):
        expand(frame[:3] + b"\x00" + frame[4:] + b"\x01", formats, None)
    with pytest.raises(TelegramTooShort):
        expand(frame[:3], formats, None)


def test_values_newer_than_the_checksum_are_taken():
    formats = Formats()
    formats.add((b"\x04\x13",))
    [one] = read_records(bytes.fromhex("041301000000")).records
    newer = compact((one,))[:-4] + b"\x02\x00\x00\x00"
    [again] = read_records(expand(newer, formats, None)).records
    assert again.value == 0.002
