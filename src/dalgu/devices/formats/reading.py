"""What one device says in one message, before the registry tells who it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.hub.model import JSON


class Says(StrEnum):
    """What a message tells of its device."""

    VALUES = "values"  # it carries something to decode
    ALIVE = "alive"  # the device was heard: a join, a status, an acknowledgement
    NOTHING = "nothing"  # the network speaks of the device, which may be silent


@dataclass(frozen=True, slots=True)
class Reading:
    """One device's part of a message: whose it is, when it was, and what it carries.

    `device` is the id of the registry, as `lorawan:70b3d50000000001` or `parking:dongin/b1`.
    """

    device: str
    observed_at: datetime
    payload: bytes = b""
    values: Mapping[str, JSON] = field(default_factory=dict)
    f_port: int | None = None
    f_cnt: int | None = None
    rssi_dbm: float | None = None
    snr_db: float | None = None
    gateway: str | None = None  # device id of the gateway that heard it best
    says: Says = Says.VALUES
