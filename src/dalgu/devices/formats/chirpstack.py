"""ChirpStack v4 integration events, as its HTTP and MQTT integrations send them in JSON.

An event's fields are those of `integration.proto`; proto3 JSON leaves out zero values, so
only `deviceInfo.devEui` and `time` are required.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from dalgu.devices.errors import FieldInvalid
from dalgu.devices.formats.fields import Instant, from_base64, from_json, plausible
from dalgu.devices.formats.reading import Reading, Says
from dalgu.hub.model import JSON
from dalgu.kernel.ids import DevEuiInvalid, dev_eui

FORMAT = "chirpstack"


class _Device(msgspec.Struct, rename="camel"):
    dev_eui: str


class _Reception(msgspec.Struct, rename="camel"):
    gateway_id: str | None = None
    rssi: float = 0.0
    snr: float = 0.0


class _Event(msgspec.Struct, rename="camel"):
    device_info: _Device
    time: Instant


class _Up(_Event, rename="camel"):
    f_cnt: int = 0
    f_port: int = 0
    data: str = ""
    object: dict[str, JSON] | None = None
    rx_info: list[_Reception] = []


_UP = msgspec.json.Decoder(_Up)
_EVENT = msgspec.json.Decoder(_Event)


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return the reading of an `up` event: payload bytes and, where a codec ran, its fields."""
    up = from_json(_UP, body, FORMAT)
    best = max(up.rx_info, key=lambda reception: reception.rssi, default=None)
    return [
        Reading(
            device=_device(up),
            observed_at=plausible(up.time, received_at, format=FORMAT, field="time"),
            payload=from_base64(up.data, format=FORMAT, field="data"),
            values=up.object or {},
            f_port=up.f_port,
            f_cnt=up.f_cnt,
            rssi_dbm=None if best is None else best.rssi,
            snr_db=None if best is None else best.snr,
            gateway=None if best is None else best.gateway_id,
        )
    ]


def event_parser(says: Says) -> Callable[[bytes, datetime], list[Reading]]:
    """Return the parser of the events without values: join, ack, status, log and so on."""

    def parse_event(body: bytes, received_at: datetime) -> list[Reading]:
        event = from_json(_EVENT, body, FORMAT)
        at = plausible(event.time, received_at, format=FORMAT, field="time")
        return [Reading(device=_device(event), observed_at=at, says=says)]

    return parse_event


def _device(event: _Event) -> str:
    try:
        return f"lorawan:{dev_eui(event.device_info.dev_eui)}"
    except DevEuiInvalid as error:
        raise FieldInvalid(FORMAT, "deviceInfo.devEui", error.detail) from None
