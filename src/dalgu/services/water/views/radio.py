"""How a meter is heard: its radio, its terminal, and why it is not read where it is not."""

from datetime import datetime

from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import JSON, Document
from dalgu.hub.types import Alert, Device
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.alerts import alert_id
from dalgu.services.water.flags.flag import Kind
from dalgu.services.water.flags.missing import SILENT_H
from dalgu.services.water.hourly import HOUR_S
from dalgu.services.water.words import METER

ATTRIBUTES = {"signal": "signalStrength", "battery": "batteryLevel", "temperature": "temperature"}
SHOWN_DEVICES = 5


async def radio(hub: Hub, known: WaterMeter, document: Document) -> dict[str, JSON]:
    """Return the last signal, cell and temperature with their age, gateway and devices."""
    found: dict[str, JSON] = {
        name: {
            "value": document[attribute]["value"],
            "at": document[attribute].get("observedAt"),
        }
        for name, attribute in ATTRIBUTES.items()
        if attribute in document
    }
    gateway = None if known.gateway is None else entity_id("Device", known.gateway)
    return found | {
        "gateway": None
        if gateway is None
        else {"name": known.gateway, "href": f"/center/entities/{gateway}"},
        "alarms": known.alarms or [],
        "devices": await _devices(hub, known.id),
    }


async def diagnosis(
    hub: Hub, known: WaterMeter, document: Document, now: datetime
) -> dict[str, JSON] | None:
    """Return in words whether the meter is heard, and why not; None for one never read."""
    at = document.get("volume", {}).get("observedAt")
    if at is None:
        return None
    told = await _open_alert(hub, alert_id(known.id, Kind.MISSING_READS))
    if told is not None:
        return {"is_good": False, "text": told.description}
    if known.gateway is not None:
        device = entity_id("Device", known.gateway)
        if await _open_alert(hub, alert_id(device, Kind.GATEWAY_SILENT)) is not None:
            return {"is_good": False, "text": METER["gateway_down"]}
    silent_h = (now - datetime.fromisoformat(at)).total_seconds() / HOUR_S
    if silent_h > SILENT_H:
        words, hours = METER["is_silent"], str(int(silent_h))
        return {
            "is_good": False,
            "text": Text(words.ko.format(n=hours), words.en.format(n=hours)),
        }
    return {"is_good": True, "text": METER["is_heard"]}


async def _devices(hub: Hub, meter: EntityId) -> list[dict[str, JSON]]:
    query = Query(types=("Device",), q=f'controlledAsset=="{meter}"', limit=SHOWN_DEVICES)
    page = await hub.query(query)
    return [_device(document) for document in page.entities]


def _device(document: Document) -> dict[str, JSON]:
    device = Device.from_document(document)
    return {
        "href": f"/center/entities/{device.id}",
        "name": device.id.split(":", 3)[-1],
        "profile": device.profile,
        "heard_at": document.get("deviceState", {}).get("observedAt"),
        "interval_h": None
        if device.declared_interval is None
        else round(device.declared_interval / HOUR_S, 1),
    }


async def _open_alert(hub: Hub, alert: EntityId) -> Alert | None:
    page = await hub.query(Query(types=("Alert",), ids=(alert,), limit=1))
    found = [Alert.from_document(document) for document in page.entities]
    return found[0] if found and found[0].status != "closed" else None
