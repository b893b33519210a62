"""What the water pages look up: a meter, a district, the meters that stand in it."""

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter

METER_PAGE = "/center/water/meters/{meter}"
DISTRICT_PAGE = "/center/water/districts/{district}"
ACTIVE = "isActive==true"
PREFIX_PARTS = 3  # of an id: urn, ngsi-ld, the type


class WaterMeterNotExisting(NotExisting):
    """No water meter has this id."""

    slug = "water-meter-not-existing"
    title = "The water meter does not exist"

    def __init__(self, meter: str) -> None:
        super().__init__(
            f"Water meter '{meter[:120]}' does not exist. The district's page lists its meters.",
            meter=meter[:120],
        )


class WaterDistrictNotExisting(NotExisting):
    """No district metered area has this id."""

    slug = "water-district-not-existing"
    title = "The district does not exist"

    def __init__(self, district: str) -> None:
        super().__init__(
            f"District '{district[:120]}' does not exist. The water page lists the districts.",
            district=district[:120],
        )


async def meter_document(hub: Hub, meter: str) -> Document:
    """Return a meter; raise `WaterMeterNotExisting`."""
    found = await _of_type(hub, meter, WaterMeter.type)
    if found is None:
        raise WaterMeterNotExisting(meter)
    return found


async def district_document(hub: Hub, district: str) -> Document:
    """Return a district; raise `WaterDistrictNotExisting`."""
    found = await _of_type(hub, district, DistrictMeteredArea.type)
    if found is None:
        raise WaterDistrictNotExisting(district)
    return found


async def members_q(hub: Hub, district: EntityId) -> str:
    """Return the query of a district's meters: by their area, or by its dong where none names it.

    What stands at its inlets is no customer's meter, but names no area of its own either.
    """
    by_area = f'dma=="{district}"'
    if await hub.count(WaterMeter.type, q=by_area):
        return by_area
    return f'district=="{local_of(district)}"'


def local_of(entity: str) -> str:
    """Return the end of an id, behind its type.

    >>> local_of("urn:ngsi-ld:WaterMeter:gachang:0001")
    'gachang:0001'
    """
    return entity.split(":", PREFIX_PARTS)[-1]


def name_of(document: Document) -> Text:
    """Return an entity's name, or the end of its id where it has none."""
    words = document.get("name", {}).get("languageMap", {})
    local = local_of(document["id"])
    return Text(words.get("ko", local), words.get("en", local))


def meter_href(meter: str) -> str:
    """Return the path of a meter's page.

    >>> meter_href("urn:ngsi-ld:WaterMeter:1")
    '/center/water/meters/urn:ngsi-ld:WaterMeter:1'
    """
    return METER_PAGE.format(meter=meter)


def district_href(district: str) -> str:
    """Return the path of a district's page."""
    return DISTRICT_PAGE.format(district=district)


async def _of_type(hub: Hub, entity: str, kind: str) -> Document | None:
    if not entity.startswith(f"urn:ngsi-ld:{kind}:"):
        return None
    try:
        document = await hub.retrieve(EntityId(entity))
    except EntityNotExisting:
        return None
    return document if document["type"] == kind else None
