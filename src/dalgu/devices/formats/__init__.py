"""Message formats: one file each, from body bytes to readings of devices.

What the values mean is no matter here; a profile's decoder of a city service knows that.
"""

from collections.abc import Callable
from datetime import datetime

from dalgu.devices.formats import camera, chirpstack, dlms, heartbeat, lwm2m, oms, parking, ttn
from dalgu.devices.formats.reading import Reading, Says

Parse = Callable[[bytes, datetime], list[Reading]]

FORMATS: dict[str, Parse] = {
    "chirpstack": chirpstack.parse,
    "chirpstack-join": chirpstack.event_parser(Says.ALIVE),
    "chirpstack-ack": chirpstack.event_parser(Says.ALIVE),
    "chirpstack-status": chirpstack.event_parser(Says.ALIVE),
    "chirpstack-location": chirpstack.event_parser(Says.ALIVE),
    "chirpstack-txack": chirpstack.event_parser(Says.NOTHING),
    "chirpstack-log": chirpstack.event_parser(Says.NOTHING),
    "chirpstack-integration": chirpstack.event_parser(Says.NOTHING),
    "ttn": ttn.parse,
    "oms": oms.parse,
    "lwm2m": lwm2m.parse,
    "dlms": dlms.parse,
    "camera": camera.parse,
    "heartbeat": heartbeat.parse,
    "parking": parking.parse,
}


def chirpstack_format(event: str) -> str:
    """Return the format of a ChirpStack event, as its URL or topic names it.

    >>> chirpstack_format("up"), chirpstack_format("join")
    ('chirpstack', 'chirpstack-join')
    """
    return "chirpstack" if event == "up" else f"chirpstack-{event}"


__all__ = ["FORMATS", "Parse", "Reading", "Says", "chirpstack_format"]
