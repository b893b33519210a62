"""Work on a schedule about devices as such: who has fallen silent."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.devices.registry import device_of
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

CATEGORY, SUB_CATEGORY = "devices", "silent"
# One lost frame is radio, two a coincidence; the third is worth a person's look.
SILENT_INTERVALS = 3
_OURS = f'category=="{CATEGORY}";subCategory=="{SUB_CATEGORY}"'


@dataclass(frozen=True, slots=True)
class Silence:
    """What the rule saw of one device."""

    device: EntityId
    heard_at: datetime | None
    interval_s: float
    since: datetime  # when it was heard, or registered where it never was
    origin: str | None = None

    def is_silent(self, now: datetime) -> bool:
        """Return whether more than three declared intervals have passed."""
        return now - self.since > timedelta(seconds=SILENT_INTERVALS * self.interval_s)


async def silent_devices(hub: Hub, clock: Clock) -> None:
    """Raise an alert for each device not heard for three of its intervals; close it when heard."""
    now = clock.now()
    open_alerts = {EntityId(alert["id"]) async for alert in _open_alerts(hub)}
    silences = [silence async for silence in _silences(hub)]
    await hub.upsert(changed_alerts(silences, open_alerts, now))


def changed_alerts(
    silences: list[Silence], open_alerts: set[EntityId], now: datetime
) -> list[Alert]:
    """Return the alerts to raise and those to close; none of what stays as it is.

    Parameters
    ----------
    silences
        Every device with a declared interval.
    open_alerts
        The alerts of silence that are not closed.
    now
        The instant of the judgement.
    """
    return list(_changes(silences, set(open_alerts), now))


def _changes(silences: list[Silence], still_open: set[EntityId], now: datetime) -> Iterator[Alert]:
    for silence in silences:
        alert = alert_of(silence.device)
        if not silence.is_silent(now):
            continue
        if alert in still_open:
            still_open.remove(alert)
            continue
        yield _raised(alert, silence, now)
    for alert in sorted(still_open):
        yield Alert(id=alert, observed_at=now, status="closed", valid_to=iso(now))


def alert_of(device: EntityId) -> EntityId:
    """Return the id of the one alert of silence that a device can have.

    >>> alert_of(EntityId("urn:ngsi-ld:Device:camera:beomeo-n"))
    'urn:ngsi-ld:Alert:devices:silent:camera:beomeo-n'
    """
    return entity_id("Alert", CATEGORY, SUB_CATEGORY, device_of(device))


def _raised(alert: EntityId, silence: Silence, now: datetime) -> Alert:
    device = device_of(silence.device)
    return Alert(
        id=alert,
        observed_at=now,
        origin=silence.origin,
        name=Text(f"장치 {device} 응답 없음", f"Device {device} is silent"),
        category=CATEGORY,
        sub_category=SUB_CATEGORY,
        severity="medium",
        alert_source=silence.device,
        date_issued=iso(now),
        status="open",
        data={
            "heardAt": None if silence.heard_at is None else iso(silence.heard_at),
            "declaredIntervalS": silence.interval_s,
            "silentS": (now - silence.since).total_seconds(),
        },
    )


def _open_alerts(hub: Hub) -> AsyncIterator[Document]:
    return hub.every("Alert", q=f'{_OURS};status!="closed"')


async def _silences(hub: Hub) -> AsyncIterator[Silence]:
    async for document in hub.every("Device", q="declaredInterval"):
        silence = silence_of(document)
        if silence is not None:
            yield silence


def silence_of(device: Document) -> Silence | None:
    """Return when a Device document was last heard; `None` if unknown or out of service."""
    if device.get("inService", {}).get("value") is False:
        return None
    heard = device.get("deviceState", {}).get("observedAt")
    since = heard or device.get("createdAt")
    if since is None:
        return None
    return Silence(
        device=EntityId(device["id"]),
        heard_at=None if heard is None else datetime.fromisoformat(heard),
        interval_s=float(device["declaredInterval"]["value"]),
        since=datetime.fromisoformat(since),
        origin=device.get("origin", {}).get("value"),
    )
