"""Every format on messages shaped as the vendors' documentation shows them, and on rubbish."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.errors import BodyTooLarge, FieldInvalid, JsonInvalid
from dalgu.devices.formats import FORMATS, Reading, Says, chirpstack_format
from dalgu.kernel.errors import DalguError

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

CHIRPSTACK_UP = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
    "time": "2026-11-22T02:34:15.775023242+00:00",
    "deviceInfo": {
        "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
        "tenantName": "Daegu",
        "applicationId": "17c82e96-be03-4f38-aef3-f83d48582d97",
        "applicationName": "water",
        "deviceProfileId": "14855bf7-d10d-4aee-b618-ebfcb64dc7ad",
        "deviceProfileName": "meter",
        "deviceName": "meter-1",
        "devEui": "0101010101010101",
        "tags": {"key": "value"},
    },
    "devAddr": "00189440",
    "adr": True,
    "dr": 1,
    "fCnt": 7,
    "fPort": 1,
    "confirmed": False,
    "data": "qg==",
    "object": {"volume_m3": 12.5},
    "rxInfo": [
        {"gatewayId": "0016c001f153a14c", "uplinkId": 4217106255, "rssi": -120, "snr": 1.5},
        {"gatewayId": "0016c001f153a14d", "uplinkId": 4217106256, "rssi": -36, "snr": 10.5},
    ],
    "txInfo": {
        "frequency": 922100000,
        "modulation": {"lora": {"bandwidth": 125000, "spreadingFactor": 11, "codeRate": "CR_4_5"}},
    },
}

TTN_UP = {
    "end_device_ids": {
        "device_id": "dev1",
        "application_ids": {"application_id": "app1"},
        "dev_eui": "0004A30B001C0530",
        "join_eui": "800000000000000C",
        "dev_addr": "00BCB929",
    },
    "correlation_ids": ["as:up:01E"],
    "received_at": "2026-11-22T02:53:21.702Z",
    "uplink_message": {
        "session_key_id": "AXA50...",
        "f_port": 15,
        "f_cnt": 1,
        "frm_payload": "AQIDBA==",
        "decoded_payload": {"temperature": 1.0, "luminosity": 0.64},
        "rx_metadata": [
            {"gateway_ids": {"gateway_id": "gtw1"}, "rssi": -35, "channel_rssi": -35, "snr": 5.2}
        ],
        "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}},
        "received_at": "2026-11-22T02:53:21.496Z",
        "consumed_airtime": "0.056576s",
    },
}

TELEGRAM = "1E44A5112233445516077A00000000"


def without(message: dict, *path: str) -> bytes:
    copy = json.loads(json.dumps(message))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return json.dumps(copy).encode()


def changed(message: dict, value: object, *path: str) -> bytes:
    copy = json.loads(json.dumps(message))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return json.dumps(copy).encode()


def parse(format: str, message: object) -> list[Reading]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return FORMATS[format](body, NOW)


def test_a_chirpstack_uplink_is_read_with_the_best_reception() -> None:
    assert parse("chirpstack", CHIRPSTACK_UP) == [
        Reading(
            device="lorawan:0101010101010101",
            observed_at=datetime(2026, 11, 22, 2, 34, 15, 775023, tzinfo=UTC),
            payload=b"\xaa",
            values={"volume_m3": 12.5},
            f_port=1,
            f_cnt=7,
            rssi_dbm=-36,
            snr_db=10.5,
            gateway="0016c001f153a14d",
        )
    ]


def test_what_proto3_json_leaves_out_is_zero() -> None:
    body = {key: CHIRPSTACK_UP[key] for key in ("time", "deviceInfo")}
    [reading] = parse("chirpstack", body)
    assert (reading.f_cnt, reading.f_port, reading.payload, reading.rssi_dbm) == (0, 0, b"", None)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("join", Says.ALIVE),
        ("ack", Says.ALIVE),
        ("status", Says.ALIVE),
        ("location", Says.ALIVE),
        ("txack", Says.NOTHING),
        ("log", Says.NOTHING),
        ("integration", Says.NOTHING),
    ],
)
def test_a_chirpstack_event_without_values_is_accepted(event: str, says: Says) -> None:
    body = {
        "time": "2026-11-22T02:34:15Z",
        "deviceInfo": {"devEui": "0101010101010101"},
        "devAddr": "00189440",
    }
    [reading] = parse(chirpstack_format(event), body)
    assert (reading.device, reading.says, reading.values) == ("lorawan:0101010101010101", says, {})


def test_a_ttn_uplink_is_read_at_the_time_its_network_server_received_it() -> None:
    assert parse("ttn", TTN_UP) == [
        Reading(
            device="lorawan:0004a30b001c0530",
            observed_at=datetime(2026, 11, 22, 2, 53, 21, 496000, tzinfo=UTC),
            payload=b"\x01\x02\x03\x04",
            values={"temperature": 1.0, "luminosity": 0.64},
            f_port=15,
            f_cnt=1,
            rssi_dbm=-35,
            snr_db=5.2,
            gateway="gtw1",
        )
    ]


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("join_accept", Says.ALIVE),
        ("downlink_ack", Says.ALIVE),
        ("location_solved", Says.ALIVE),
        ("downlink_queued", Says.NOTHING),
        ("downlink_failed", Says.NOTHING),
    ],
)
def test_a_ttn_message_without_values_is_accepted(member: str, says: Says) -> None:
    body = {
        "end_device_ids": TTN_UP["end_device_ids"],
        "received_at": "2026-11-22T02:53:21Z",
        member: {},
    }
    [reading] = parse("ttn", body)
    assert reading.says == says


@pytest.mark.parametrize("gap", ["", " ", "\n"])
def test_an_oms_telegram_is_read_from_bare_hex(gap: str) -> None:
    body = gap.join(TELEGRAM[i : i + 2] for i in range(0, len(TELEGRAM), 2)).encode()
    [reading] = parse("oms", body)
    assert reading.device == "wmbus:DME.55443322"
    assert reading.payload == bytes.fromhex(TELEGRAM)
    assert reading.observed_at == NOW


def test_an_oms_telegram_is_read_from_a_gateways_json() -> None:
    body = {
        "telegram": TELEGRAM,
        "received_at": "2026-11-22T11:00:00+09:00",
        "gateway": "gw-7",
        "rssi_dbm": -71.5,
    }
    [reading] = parse("oms", body)
    assert reading.observed_at == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert (reading.rssi_dbm, reading.values) == (-71.5, {"gateway": "gw-7"})


def test_camera_counts_are_observed_at_the_end_of_their_interval() -> None:
    count = {
        "camera": "beomeo-n",
        "from": "2026-11-22T02:55:00Z",
        "to": "2026-11-22T03:00:00Z",
        "counts": {"car": 41, "bus": 3},
        "average_speed_kph": 37.5,
    }
    [one, two] = parse("camera", [count, {**count, "camera": "beomeo-s"}])
    assert (one.device, two.device) == ("camera:beomeo-n", "camera:beomeo-s")
    assert one.observed_at == NOW
    assert one.values["counts"] == {"car": 41, "bus": 3}
    assert one.values["average_speed_kph"] == 37.5


def test_each_lot_of_a_parking_report_is_one_device() -> None:
    report = {
        "site": "dongin",
        "at": "2026-11-22T03:00:00Z",
        "lots": [{"lot": "b1", "free": 12, "total": 80}, {"lot": "b2", "free": 0}],
    }
    first, second = parse("parking", report)
    assert (first.device, second.device) == ("parking:dongin/b1", "parking:dongin/b2")
    assert first.values == {"site": "dongin", "lot": "b1", "free": 12, "total": 80}
    assert "total" not in second.values


def test_a_heartbeat_says_that_a_device_is_alive() -> None:
    beat = {"device": "gateway:gw-7", "at": "2026-11-22T02:59:00Z"}
    assert [r.says for r in parse("heartbeat", beat)] == [Says.ALIVE]
    assert [r.device for r in parse("heartbeat", [beat, beat])] == ["gateway:gw-7"] * 2


@pytest.mark.parametrize(
    ("format", "body", "field"),
    [
        ("chirpstack", without(CHIRPSTACK_UP, "time"), "time"),
        ("chirpstack", without(CHIRPSTACK_UP, "deviceInfo", "devEui"), "deviceInfo.devEui"),
        ("chirpstack", changed(CHIRPSTACK_UP, "no!", "data"), "data"),
        ("chirpstack", changed(CHIRPSTACK_UP, "7", "fCnt"), "fCnt"),
        ("chirpstack", changed(CHIRPSTACK_UP, "xyz", "deviceInfo", "devEui"), "deviceInfo.devEui"),
        ("chirpstack", changed(CHIRPSTACK_UP, "1999-12-31T23:59:59Z", "time"), "time"),
        ("chirpstack", changed(CHIRPSTACK_UP, "2026-11-23T03:00:01Z", "time"), "time"),
        ("chirpstack", changed(CHIRPSTACK_UP, "2026-11-22T03:00:00", "time"), "time"),
        ("chirpstack-join", changed(CHIRPSTACK_UP, "0001-01-01T00:00:00+14:00", "time"), "time"),
        ("ttn", without(TTN_UP, "end_device_ids", "dev_eui"), "end_device_ids.dev_eui"),
        ("ttn", changed(TTN_UP, 3, "uplink_message", "frm_payload"), "uplink_message.frm_payload"),
        ("ttn", without(TTN_UP, "uplink_message", "received_at"), "uplink_message.received_at"),
        ("ttn", b'{"end_device_ids":{"dev_eui":"0004A30B001C0530"}}', "received_at"),
        ("oms", b"zz", "telegram"),
        ("oms", b"1E44A511", "telegram"),
        ("oms", b"1E447B6F2233445516077A", "telegram"),
        ("oms", b"{}", "telegram"),
        (
            "parking",
            b'{"site":"a b","at":"2026-11-22T03:00:00Z","lots":[{"lot":"1","free":1}]}',
            "lots.lot",
        ),
        ("heartbeat", b'{"device":"no-kind","at":"2026-11-22T03:00:00Z"}', "device"),
        ("camera", b"7", "body"),
        (
            "camera",
            b'{"camera":"c","from":"2026-11-22T03:00:00Z","to":"2026-11-22T03:00:00Z","counts":{}}',
            "to",
        ),
    ],
)
def test_a_bad_field_is_named(format: str, body: bytes, field: str) -> None:
    with pytest.raises(FieldInvalid) as raised:
        parse(format, body)
    assert raised.value.parts["field"] == field


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"time": NaN}', b'"\xff"', b"[" * 100_000, b'{"deviceInfo": {"devEui": 1e999}}'],
)
def test_what_is_no_json_is_called_so(body: bytes) -> None:
    with pytest.raises((JsonInvalid, FieldInvalid)):
        parse("chirpstack", body)


@pytest.mark.parametrize("format", FORMATS)
def test_an_oversized_body_is_refused_before_it_is_read(format: str) -> None:
    with pytest.raises(BodyTooLarge):
        parse(format, b" " * 1_048_577)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
GOOD = [json.dumps(CHIRPSTACK_UP).encode(), json.dumps(TTN_UP).encode(), TELEGRAM.encode()]


@settings(max_examples=150, deadline=None)
@given(
    format=st.sampled_from(sorted(FORMATS)),
    body=st.binary(max_size=200)
    | JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | st.tuples(st.sampled_from(GOOD), st.integers(0, 900), st.binary(max_size=6)).map(
        lambda cut: cut[0][: cut[1]] + cut[2] + cut[0][cut[1] + len(cut[2]) :]
    ),
)
def test_rubbish_brings_a_typed_error_or_a_reading(format: str, body: bytes) -> None:
    try:
        readings = FORMATS[format](body, NOW)
    except DalguError:
        return
    assert all(reading.observed_at.utcoffset() == timedelta(0) for reading in readings)


@given(
    ago=st.timedeltas(timedelta(0), timedelta(days=9_000)),
    offset_h=st.integers(-12, 14),
)
def test_an_instant_survives_any_offset(ago: timedelta, offset_h: int) -> None:
    instant = NOW - ago
    told = instant.astimezone(timezone(timedelta(hours=offset_h))).isoformat()
    [reading] = parse("heartbeat", {"device": "gateway:g", "at": told})
    assert reading.observed_at == instant
