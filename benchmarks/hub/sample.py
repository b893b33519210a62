"""What is written and asked: a parking spot of 520 bytes, messages of meters, subscriptions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from dalgu.hub.hub import Delivery, Message
from dalgu.hub.model import (
    JSON,
    Entity,
    Link,
    Place,
    Plain,
    Quantity,
    place,
    prop,
    quantity,
    relationship,
)
from dalgu.hub.types import Device
from dalgu.kernel.ids import EntityId, entity_id

START = datetime(2026, 5, 1, tzinfo=UTC)
BATCH = 1_000
PAGE = 20


class ParkingSpot(Entity):
    """The entity of the published figures: 3 properties, 1 relationship, 1 point, 520 bytes."""

    status: Plain = prop()
    occupancy: Quantity = quantity("C62")
    length: Quantity = quantity("MTR")
    ref_parking_site: Link = relationship()
    location: Place = place()


class WaterMeter(Entity):
    """A meter of which a message brings hourly values."""

    volume: Quantity = quantity("MTQ")


def spot(n: int, minute: int = 0) -> ParkingSpot:
    """Return the n-th parking spot as it was at a minute; every third is occupied."""
    return ParkingSpot(
        id=spot_id(n),
        observed_at=START + timedelta(minutes=minute),
        status="free" if (n + minute) % 3 else "occupied",
        occupancy=((n + minute) % 100) / 100,
        length=5.0,
        ref_parking_site=EntityId(f"urn:ngsi-ld:OffStreetParking:daegu:{n % 50}"),
        location={"type": "Point", "coordinates": [128.5 + n % 977 / 5000, 35.8 + n % 911 / 5000]},
    )


def spot_id(n: int) -> EntityId:
    """Return the id of the n-th parking spot."""
    return entity_id("ParkingSpot", f"daegu:{n:07d}")


def body(entity: Entity) -> bytes:
    """Return the entity as a client sends it."""
    return msgspec.json.encode(entity.to_document())


def bodies(start: int, end: int, minute: int = 0) -> list[bytes]:
    """Return parking spots as a client sends them."""
    return [body(spot(n, minute)) for n in range(start, end)]


def batches(texts: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield bodies of batches, each with the number of its entities."""
    for start in range(0, len(texts), BATCH):
        some = texts[start : start + BATCH]
        yield len(some), b"[" + b",".join(some) + b"]"


def subscription(n: int, uri: str, **members: JSON) -> bytes:
    """Return a subscription; without further members none of the entities here concerns it.

    Every third watches the parking spots for an attribute that they do not have, the others
    are about types of which there are none.
    """
    own: dict[str, JSON] = {
        "id": f"urn:ngsi-ld:Subscription:load:{n}",
        "type": "Subscription",
        "entities": [{"type": "ParkingSpot" if n % 3 == 0 else f"Kind{n % 500}"}],
        "watchedAttributes": [f"attribute{n % 700}"],
        "notification": {"endpoint": {"uri": uri, "accept": "application/json"}},
    }
    return msgspec.json.encode(own | members)


def readings(meters: int, rounds: int, hours: int) -> list[list[Delivery]]:
    """Return messages as meters send them: so many hourly values each, and the sign of life."""
    payload = b'{"deviceInfo":{"devEui":"0101010101010101"},"fCnt":1,"data":"' + b"q" * 400 + b'"}'
    found = []
    for n in range(rounds):
        end = START + timedelta(hours=(n + 1) * hours)
        batch = []
        for meter in range(meters):
            device = f"wmbus:KAM.{meter:08d}"
            values: list[Entity] = [
                WaterMeter(
                    id=entity_id("WaterMeter", f"{meter}"),
                    observed_at=end - timedelta(hours=hour),
                    volume=round(meter + n + hour / 100, 3),
                    origin="synthetic",
                )
                for hour in range(hours)
            ]
            life = Device(id=entity_id("Device", device), observed_at=end, device_state="online")
            message = Message(end, "http", "oms", device, payload)
            batch.append(Delivery(message, [*values, life]))
        found.append(batch)
    return found
