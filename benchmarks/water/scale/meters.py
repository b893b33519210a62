"""Meters of a large city and what they send, without the radio: messages as a broker has them."""

import base64
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from dalgu.devices.registry import device_entity
from dalgu.hub.types import Device
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.services.water.wire import DECODED_PROFILE, HOURLY_PROFILE, encode_hourly

START = datetime(2026, 3, 4, tzinfo=UTC)
BATCH = 5_000
METERS_PER_AREA = 3_000
FRAME_HOURS = 24
GATEWAY = {"gatewayId": "0016c001f0000001", "rssi": -96, "snr": 6}


def eui(number: int) -> str:
    return f"70b3d5{number:010x}"


def meter_id(number: int) -> str:
    return entity_id("WaterMeter", f"{number:08d}")


def registered(first: int, last: int) -> Iterator[list[WaterMeter | Device]]:
    """Yield batches of meters and their devices; every second speaks once a day."""
    for begin in range(first, last, BATCH):
        numbers = range(begin, min(begin + BATCH, last))
        yield [
            *(
                WaterMeter(
                    id=meter_id(n),
                    is_active=True,
                    dma=entity_id("DistrictMeteredArea", str(n // METERS_PER_AREA)),
                )
                for n in numbers
            ),
            *(
                Device(
                    id=device_entity(f"lorawan:{eui(n)}"),
                    profile=HOURLY_PROFILE if n % 2 else DECODED_PROFILE,
                    controlled_asset=meter_id(n),
                )
                for n in numbers
            ),
        ]


def hourly(numbers: np.ndarray, hour: int) -> list[tuple[str, bytes, datetime]]:
    """Return one message with one register of each meter, as a codec of the network decodes it."""
    at = START + timedelta(hours=hour)
    return [
        ("chirpstack", _event(n, at, hour, object={"volume_m3": 100 + n % 900 + hour / 100}), at)
        for n in (2 * (numbers // 2)).tolist()
    ]


def daily(numbers: np.ndarray, day: int) -> list[tuple[str, bytes, datetime]]:
    """Return one frame with 24 registers of each meter."""
    at = START + timedelta(days=day + 1)
    messages = []
    for n in (2 * (numbers // 2) + 1).tolist():
        newest = 100_000 + n % 900_000 + 240 * (day + 1)
        registers = tuple(newest - 10 * back for back in range(FRAME_HOURS))
        data = base64.b64encode(encode_hourly(HourlyFrame(at, registers))).decode()
        messages.append(("chirpstack", _event(n, at, day, data=data), at))
    return messages


def _event(number: int, at: datetime, f_cnt: int, **content: object) -> bytes:
    return msgspec.json.encode(
        {
            "deviceInfo": {"devEui": eui(number)},
            "time": iso(at),
            "fCnt": f_cnt,
            "fPort": 1,
            "rxInfo": [GATEWAY],
            **content,
        }
    )


def memory_mb() -> float:
    """Return the largest memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
