"""What a device said, in one shape whatever the transport, before any service looks at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dalgu.hub.model import JSON, Entity
from dalgu.kernel.ids import EntityId


@dataclass(frozen=True, slots=True)
class Uplink:
    """One message of one registered device.

    `payload` holds the bytes of a radio frame, `values` the fields of a JSON message; a
    decoder knows which of the two its device sends. `observed_at` is the instant the
    network or the device claims, and what the decoder refines from the payload.
    """

    device: str
    entity: EntityId
    received_at: datetime
    observed_at: datetime
    payload: bytes = b""
    values: Mapping[str, JSON] = field(default_factory=dict)
    f_port: int | None = None
    f_cnt: int | None = None
    rssi_dbm: float | None = None
    snr_db: float | None = None
    gateway: str | None = None  # device id of the gateway that heard it best
    key: bytes | None = None  # decrypts the payload, where the profile needs it


Decoder = Callable[[Uplink], list[Entity]]
