"""Whose work a request is: by its type, by who owns the thing it concerns, by where it lies."""

from dalgu.cities import City
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import Document
from dalgu.kernel.geo import Position, distance_m
from dalgu.kernel.text import Text
from dalgu.services.citizens.requests.catalogue import Catalogue, CityService

CITY = "city"  # the owner of departments that serve all districts
ASSET_WITHIN_M = 30.0  # what stands nearest within the error of a phone's position
MOST_ASSETS = 20
# The entity types (Smart Data Models, and our own meter) of the things that requests concern.
ASSETS = {
    "lamp": ("Streetlight",),
    "signal": ("TrafficSignal", "TrafficLight"),
    "bin": ("WasteContainer",),
    "meter": ("WaterMeter",),
    "car-park": ("OffStreetParking", "OnStreetParking"),
}


def department_of(service: CityService, district: str, asset_owner: str = "") -> str:
    """Return the id of the department that a request goes to.

    An asset that says whose it is (`city`, or a district's code) decides before the service's
    usual owner.
    """
    owner = asset_owner or (CITY if service.owner == CITY else district)
    return f"{owner}/{service.department}"


def department_title(city: City, catalogue: Catalogue, department: str) -> Text:
    """Return how people call a department by its id; a name that was typed is told as it is."""
    owner, found, name = department.partition("/")
    if not found or name not in catalogue.departments:
        return Text(department, department)
    title = catalogue.departments[name]
    at = {one.code: one.name for one in city.districts}.get(owner, city.name)
    return Text(f"{at.ko} {title.ko}", f"{title.en}, {at.en}")


def departments(city: City, catalogue: Catalogue, district: str) -> list[tuple[str, Text]]:
    """Return the departments that a request of a district can go to."""
    ids = [f"{owner}/{name}" for owner in (district, CITY) for name in catalogue.departments]
    return [(one, department_title(city, catalogue, one)) for one in ids]


async def nearest_asset(hub: Hub, kind: str, place: Position) -> Document | None:
    """Return the thing of a kind that stands nearest to a place, `None` where none is close."""
    found: list[tuple[float, Document]] = []
    for entity_type in ASSETS.get(kind, ()):
        query = Query(
            types=(entity_type,),
            georel=f"near;maxDistance=={ASSET_WITHIN_M:g}",
            geometry={"type": "Point", "coordinates": list(place)},
            limit=MOST_ASSETS,
        )
        for document in (await hub.query(query)).entities:
            at = document.get("location", {}).get("value", {})
            if at.get("type") == "Point":
                found.append((distance_m(place, tuple(at["coordinates"][:2])), document))
    return min(found, key=lambda one: one[0])[1] if found else None


def owner_of(city: City, asset: Document | None) -> str:
    """Return whose an asset is where its `owner` says so: `city`, a district's code, or empty."""
    told = (asset or {}).get("owner", {}).get("value", "")
    named = told[0] if isinstance(told, list) and told else told
    if named == CITY or any(one.code == named for one in city.districts):
        return str(named)
    return ""
