"""DENM against a second encoder: asn1tools, on the same types written out as ASN.1 text.

With `DALGU_TEST_DATA/vanetza-asn1` (folder `asn1` of riebl/vanetza) the second encoder compiles
ETSI's own text instead, so that the types are judged too; the text is ETSI's and stays outside.
"""

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.traffic.v2x.asn1_text import module

from dalgu.services.traffic.v2x.denm import (
    ITS_EPOCH,
    Cause,
    Notification,
    decode_denm,
    denm_fields,
    encode_denm,
)
from dalgu.services.traffic.v2x.refusals import V2xFrameInvalid, V2xValueOutOfRange

pycrate = pytest.importorskip("pycrate_asn1dir.ITS_DENM_3", reason="pip install 'dalgu[v2x]'")
asn1tools = pytest.importorskip("asn1tools", reason="pip install asn1tools")
ETSI = Path(os.environ.get("DALGU_TEST_DATA", "nowhere")) / "vanetza-asn1"
TEXTS = ("EN302637-3v131-DENM.asn", "TS102894-2v131-CDD.asn")

instants = st.integers(100_000_000, 3_000_000_000_000).map(
    lambda milliseconds: ITS_EPOCH + timedelta(milliseconds=milliseconds)
)
notifications = st.builds(
    Notification,
    station=st.integers(0, 2**32 - 1),
    sequence=st.integers(0, 65_535),
    detected_at=instants,
    referenced_at=instants,
    lon=st.integers(-1_800_000_000, 1_800_000_000).map(lambda lon: lon / 10_000_000),
    lat=st.integers(-900_000_000, 900_000_000).map(lambda lat: lat / 10_000_000),
    cause=st.integers(0, 255),
    subcause=st.integers(0, 255),
    quality=st.integers(0, 7),
    valid_s=st.integers(0, 86_400),
    position_m=st.none() | st.integers(0, 4094).map(lambda cm: cm / 100),
    heading_deg=st.none() | st.integers(0, 3599).map(lambda tenths: tenths / 10),
    cancels=st.booleans(),
)


@cache
def second_encoder():
    if all((ETSI / name).exists() for name in TEXTS):
        return asn1tools.compile_files([str(ETSI / name) for name in TEXTS], "uper")
    return asn1tools.compile_string(module("DENM", pycrate.DENM_PDU_Descriptions.DENM), "uper")


@settings(deadline=None)
@given(notifications)
def test_another_encoder_writes_the_same_octets(notification):
    # asn1tools wants a value for each default and gives it back.
    theirs = second_encoder().encode("DENM", denm_fields(notification))
    assert encode_denm(notification) == theirs


@settings(deadline=None)
@given(notifications)
def test_another_decoder_reads_what_was_announced(notification):
    read = second_encoder().decode("DENM", encode_denm(notification))
    assert read == denm_fields(notification)


@settings(deadline=None)
@given(notifications)
def test_a_notification_survives_the_air(notification):
    assert decode_denm(encode_denm(notification)) == notification


def test_the_clock_counts_leap_seconds():
    # ETSI TS 102 894-2, TimestampIts: 2007-01-01T00:00:00.000Z is 94,694,401,000.
    told = Notification(
        1,
        1,
        datetime(2007, 1, 1, tzinfo=UTC),
        datetime(2007, 1, 1, tzinfo=UTC),
        128.6,
        35.87,
        Cause.COLLISION_RISK,
    )
    # One leap second lay between 2004 and 2007, five lie behind today's clocks.
    stamp = denm_fields(told)["denm"]["management"]["detectionTime"]
    assert stamp - 94_694_401_000 == timedelta(seconds=4) // timedelta(milliseconds=1)


def test_what_does_not_fit_is_refused():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(V2xValueOutOfRange):
        encode_denm(Notification(2**32, 1, at, at, 128.6, 35.87, Cause.COLLISION_RISK))


def test_octets_that_break_off_are_refused():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    whole = encode_denm(Notification(7, 1, at, at, 128.6, 35.87, Cause.COLLISION_RISK))
    with pytest.raises(V2xFrameInvalid):
        decode_denm(whole[:20])
