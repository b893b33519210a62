"""What the city's registers hold before any device speaks: departments, feeds, meters, lots."""

from collections.abc import Iterator
from dataclasses import replace

from dalgu.cities import CarPark
from dalgu.governance.entities import Department, WaterSupplyRegister
from dalgu.hub.model import Entity, Place
from dalgu.hub.types import Device, Feed
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking
from dalgu.services.parking.wire import GUIDANCE_PROFILE
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.wire import COUNT_PROFILE
from dalgu.simulation import water_registers
from dalgu.simulation.city import (
    DEPARTMENTS,
    GACHANG,
    METERED_HOUSEHOLDS,
    CityPlan,
    Placed,
    site_of,
)
from dalgu.simulation.placing import point
from dalgu.simulation.safety_cameras import CROSSING_REACH_M, View, views
from dalgu.simulation.water_rollout import rollout_areas

SYNTHETIC, REGISTER = "synthetic", "register"
HEARTBEAT_PROFILE = "heartbeat"


def registers(plan: CityPlan) -> Iterator[Entity]:
    """Yield every entity that stands before any message comes; none holds a measurement."""
    yield from _departments()
    yield from _feeds(plan)
    supply = list(_supply(plan))
    yield from supply
    yield from water_registers.areas(plan)
    yield from water_registers.meters(plan)
    yield from water_registers.gauges(plan)
    yield from water_registers.accounts(plan)
    yield from rollout_areas(plan, {one.dong or "": one.active_meters or 0 for one in supply})
    yield from _flows(plan)
    yield from (_car_park(park) for park in plan.city.car_parks)
    yield from devices(plan)


def devices(plan: CityPlan) -> Iterator[Device]:
    """Yield every device of the city."""
    yield from (_water_device(plan, radio) for radio in water_registers.radios(plan))
    yield from (_counter(plan, lot) for lot in plan.lots)
    yield from _crossing_cameras(plan)
    yield from _safety_cameras(plan)
    yield from _placed_devices(plan, plan.homes, "care-gateways", HEARTBEAT_PROFILE)
    yield from _placed_devices(plan, plan.sites, "lora-sites", HEARTBEAT_PROFILE)


def _departments() -> Iterator[Entity]:
    for department in DEPARTMENTS:
        yield Department(
            id=entity_id("Department", department.key),
            name=department.name,
            in_scope=department.in_scope,
            origin=SYNTHETIC,
        )


def _feeds(plan: CityPlan) -> Iterator[Entity]:
    for feed in plan.feeds:
        yield Feed(
            id=_feed_id(feed.key),
            name=feed.name,
            department=entity_id("Department", feed.department),
            device_category=feed.category,
            declared_interval=float(feed.interval_s),
            is_active=True,
            origin=SYNTHETIC,
        )


def _supply(plan: CityPlan) -> Iterator[WaterSupplyRegister]:
    # Both figures are known in Gachang only; its meters per household stand for all dongs.
    per_household = METERED_HOUSEHOLDS / plan.city.dong(GACHANG).households
    for dong in plan.city.dongs:
        yield WaterSupplyRegister(
            id=entity_id("WaterSupplyRegister", dong.code),
            name=Text(f"{dong.name.ko} 급수 대장", f"Water supply register of {dong.name.en}"),
            dong=dong.code,
            active_meters=round(dong.households * per_household),
            origin=SYNTHETIC,
        )


def _car_park(park: CarPark) -> Entity:
    kind = OffStreetParking if park.kind == "off-street" else OnStreetParking
    location = None
    if park.position is not None:
        location = {"type": "Point", "coordinates": list(park.position)}
    return kind(
        id=_lot_id(park),
        name=park.name,
        total_spot_number=park.spaces,
        is_public=park.public,
        status="open",
        category=_category(park),
        price=park.price,
        operator=park.managed_by,
        district=park.dong,
        location=location,
        origin=REGISTER,
    )


def _flows(plan: CityPlan) -> Iterator[Entity]:
    crossings = plan.intersections
    for i, key in enumerate(crossings.key):
        yield TrafficFlowObserved(
            id=_flow_id(key),
            name=crossings.name[i],
            district=crossings.dong[i].code,
            location=point(crossings.place[i]),
            origin=SYNTHETIC,
        )


def _category(park: CarPark) -> list[str]:
    return [
        "public" if park.public else "private",
        "free" if park.price.en == "Free" else "feeCharged",
    ]


def _water_device(plan: CityPlan, radio: water_registers.Radio) -> Device:
    return _device(
        plan,
        radio.id,
        feed=radio.feed,
        name=radio.name,
        profile=radio.profile,
        asset=radio.asset,
        location=radio.location,
    )


def _counter(plan: CityPlan, lot: CarPark) -> Device:
    site = site_of(plan.city, lot)
    name = Text(f"{lot.name.ko} 주차 감지기", f"Counter of {lot.name.en}")
    location = {"type": "Point", "coordinates": list(lot.position or plan.city.centre)}
    return _device(
        plan,
        f"parking:{site}/{lot.id}",
        feed=f"parking-{site}",
        name=name,
        profile=GUIDANCE_PROFILE,
        asset=_lot_id(lot),
        location=location,
    )


def _crossing_cameras(plan: CityPlan) -> Iterator[Device]:
    crossings = plan.intersections
    looks = views(len(crossings.key), "crossings", plan.seed, CROSSING_REACH_M)
    rows = zip(crossings.key, crossings.name, crossings.place, looks, strict=True)
    for key, name, place, view in rows:
        camera = _device(
            plan,
            f"camera:{key}",
            feed="traffic-cameras",
            name=name,
            profile=COUNT_PROFILE,
            asset=_flow_id(key),
            location=point(place),
        )
        yield _looking(camera, view)


def _safety_cameras(plan: CityPlan) -> Iterator[Device]:
    cameras = plan.cameras
    rows = zip(cameras.key, cameras.name, cameras.place, cameras.view, strict=True)
    for key, name, place, view in rows:
        camera = _device(
            plan,
            f"camera:{key}",
            feed="safety-cameras",
            name=name,
            profile=HEARTBEAT_PROFILE,
            asset=None,
            location=point(place),
        )
        yield _looking(camera, view)


def _looking(camera: Device, view: View) -> Device:
    return replace(
        camera,
        bearing=view.bearing_deg,
        field_of_view=view.field_of_view_deg,
        reach=view.reach_m,
    )


def _placed_devices(plan: CityPlan, placed: Placed, feed: str, profile: str) -> Iterator[Device]:
    homes = placed is plan.homes
    for key, name, place in zip(placed.key, placed.name, placed.place, strict=True):
        yield _device(
            plan,
            f"gateway:{key}",
            feed=feed,
            name=name,
            profile=profile,
            asset=_household_id(key) if homes else None,
            location=point(place),
        )


def _device(  # noqa: PLR0913 - one value for each column of the register
    plan: CityPlan,
    device: str,
    *,
    feed: str,
    name: Text,
    profile: str,
    asset: EntityId | None,
    location: Place,
) -> Device:
    stream = next(known for known in plan.feeds if known.key == feed)
    return Device(
        id=entity_id("Device", device),
        name=name,
        category=stream.category,
        profile=profile,
        controlled_asset=asset,
        feed=_feed_id(feed),
        declared_interval=float(stream.interval_s),
        in_service=True,
        location=location,
        origin=SYNTHETIC,
    )


def _feed_id(key: str) -> EntityId:
    return entity_id("Feed", key)


def _flow_id(key: str) -> EntityId:
    return entity_id("TrafficFlowObserved", key)


def _household_id(key: str) -> EntityId:
    return entity_id("CareHousehold", key)  # of the register of households in care


def _lot_id(park: CarPark) -> EntityId:
    kind = "OffStreetParking" if park.kind == "off-street" else "OnStreetParking"
    return entity_id(kind, park.id)
