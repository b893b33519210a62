"""Meters that speak: a month of hourly frames through the device entrance."""

import base64
import json
from datetime import timedelta

import numpy as np
from tests.services.water.billing.district import DAYS, NOW, START, meter_id

from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry, device_entity
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock, iso
from dalgu.services.water import wire
from dalgu.services.water.hourly_frame import HourlyFrame

DECODERS = {"water-hourly": wire.decode_hourly}


async def speak(hub, use_l, start_l, number=0, without=()):
    """Send a meter's month through the device entrance, a frame a day."""
    registry = Registry(hub)
    eui = f"70b3d5{number:010x}"
    await registry.register(
        [
            Device(
                id=device_entity(f"lorawan:{eui}"),
                profile="water-hourly",
                controlled_asset=meter_id(number),
            )
        ]
    )
    intake = Intake(hub, registry, DECODERS, ManualClock(NOW))
    register = int(start_l[number]) + np.concatenate([[0], np.cumsum(use_l[number])])
    first = HourlyFrame(START, (int(register[0]),))
    await intake.accept("chirpstack", up(eui, first), transport="mqtt", received_at=START)
    for day in (day for day in range(1, DAYS + 1) if day not in without):
        at = START + timedelta(days=day)
        hours = tuple(register[day * 24 : day * 24 - 24 : -1].tolist())
        body = up(eui, HourlyFrame(at, hours))
        await intake.accept("chirpstack", body, transport="mqtt", received_at=at)


def up(eui, frame):
    payload = base64.b64encode(wire.encode_hourly(frame)).decode()
    fields = {"deviceInfo": {"devEui": eui}, "time": iso(frame.at), "fCnt": 1, "data": payload}
    return json.dumps(fields).encode()
