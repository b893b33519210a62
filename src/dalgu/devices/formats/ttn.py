"""The Things Stack v3 application messages, as its webhooks and MQTT server send them.

One JSON shape for all: `end_device_ids` and one member that says what happened.
"""

from datetime import datetime

import msgspec

from dalgu.devices.errors import FieldInvalid
from dalgu.devices.formats.fields import Instant, from_base64, from_json, plausible
from dalgu.devices.formats.reading import Reading, Says
from dalgu.hub.model import JSON
from dalgu.kernel.ids import DevEuiInvalid, dev_eui

FORMAT = "ttn"

# Members that only a message which the device itself sent brings about; all others
# (downlink_queued, downlink_sent, downlink_failed, …) are the network's own.
_HEARD = ("join_accept", "downlink_ack", "downlink_nack", "location_solved", "uplink_normalized")


class _Device(msgspec.Struct):
    dev_eui: str


class _Gateway(msgspec.Struct):
    gateway_id: str | None = None
    eui: str | None = None


class _Reception(msgspec.Struct):
    gateway_ids: _Gateway | None = None
    rssi: float | None = None
    snr: float | None = None


class _Uplink(msgspec.Struct):
    received_at: Instant
    f_port: int = 0
    f_cnt: int = 0
    frm_payload: str = ""
    decoded_payload: dict[str, JSON] | None = None
    rx_metadata: list[_Reception] = []


class _Message(msgspec.Struct):
    end_device_ids: _Device
    received_at: Instant | None = None
    uplink_message: _Uplink | None = None
    join_accept: dict[str, JSON] | None = None
    downlink_ack: dict[str, JSON] | None = None
    downlink_nack: dict[str, JSON] | None = None
    location_solved: dict[str, JSON] | None = None
    uplink_normalized: dict[str, JSON] | None = None


_MESSAGE = msgspec.json.Decoder(_Message)


def parse(body: bytes, received_at: datetime) -> list[Reading]:
    """Return the reading of an uplink, or a sign of life where the message carries none."""
    message = from_json(_MESSAGE, body, FORMAT)
    device = _device(message)
    if message.uplink_message is not None:
        return [_uplink(device, message.uplink_message, received_at)]
    if message.received_at is None:
        raise FieldInvalid(FORMAT, "received_at", "it is required")
    at = plausible(message.received_at, received_at, format=FORMAT, field="received_at")
    heard = any(getattr(message, member) is not None for member in _HEARD)
    return [Reading(device=device, observed_at=at, says=Says.ALIVE if heard else Says.NOTHING)]


def _uplink(device: str, uplink: _Uplink, received_at: datetime) -> Reading:
    heard = [reception for reception in uplink.rx_metadata if reception.rssi is not None]
    best = max(heard, key=lambda reception: reception.rssi or 0.0, default=None)
    field = "uplink_message.received_at"
    return Reading(
        device=device,
        observed_at=plausible(uplink.received_at, received_at, format=FORMAT, field=field),
        payload=from_base64(uplink.frm_payload, format=FORMAT, field="uplink_message.frm_payload"),
        values=uplink.decoded_payload or {},
        f_port=uplink.f_port,
        f_cnt=uplink.f_cnt,
        rssi_dbm=None if best is None else best.rssi,
        snr_db=None if best is None else best.snr,
        gateway=_gateway(best),
    )


def _gateway(best: _Reception | None) -> str | None:
    if best is None or best.gateway_ids is None:
        return None
    eui = best.gateway_ids.eui
    return best.gateway_ids.gateway_id if eui is None else eui.lower()


def _device(message: _Message) -> str:
    try:
        return f"lorawan:{dev_eui(message.end_device_ids.dev_eui)}"
    except DevEuiInvalid as error:
        raise FieldInvalid(FORMAT, "end_device_ids.dev_eui", error.detail) from None
