"""What the city's registers hold before any device speaks: departments, feeds, meters, lots."""

from collections.abc import Iterator

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
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.wire import HOURLY_PROFILE, OMS_PROFILE
from dalgu.simulation.city import (
    DEPARTMENTS,
    GACHANG,
    GACHANG_DMAS,
    METERED_HOUSEHOLDS,
    OMS_METERS,
    CityPlan,
    Placed,
    site_of,
)
from dalgu.simulation.placing import point
from dalgu.simulation.water import OMS_MANUFACTURER, dev_eui, oms_number

SYNTHETIC, REGISTER = "synthetic", "register"
HEARTBEAT_PROFILE = "heartbeat"


def registers(plan: CityPlan) -> Iterator[Entity]:
    """Yield every entity that stands before any message comes; none holds a measurement."""
    yield from _departments()
    yield from _feeds(plan)
    yield from _supply(plan)
    yield from _areas()
    yield from (_meter(plan, i) for i in range(METERED_HOUSEHOLDS))
    yield from _flows(plan)
    yield from (_car_park(park) for park in plan.city.car_parks)
    yield from devices(plan)


def devices(plan: CityPlan) -> Iterator[Device]:
    """Yield every device of the city."""
    yield from (_water_device(plan, i) for i in range(METERED_HOUSEHOLDS))
    yield from (_counter(plan, lot) for lot in plan.lots)
    yield from _placed_devices(plan, plan.intersections, "traffic-cameras", COUNT_PROFILE)
    yield from _placed_devices(plan, plan.homes, "care-gateways", HEARTBEAT_PROFILE)
    yield from _placed_devices(plan, plan.sites, "lora-sites", HEARTBEAT_PROFILE)


def water_device(number: int) -> str:
    """Return the registry id of a meter's radio by the meter's number."""
    if number > METERED_HOUSEHOLDS - OMS_METERS:
        return f"wmbus:{OMS_MANUFACTURER}.{oms_number(number)}"
    return f"lorawan:{dev_eui(number)}"


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


def _supply(plan: CityPlan) -> Iterator[Entity]:
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


def _areas() -> Iterator[Entity]:
    for number in range(GACHANG_DMAS):
        yield DistrictMeteredArea(
            id=_dma_id(number),
            name=Text(f"가창 소블록 {number + 1}", f"Gachang DMA {number + 1}"),
            district=GACHANG,
            origin=SYNTHETIC,
        )


def _meter(plan: CityPlan, i: int) -> WaterMeter:
    key = plan.meters.key[i]
    return WaterMeter(
        id=_meter_id(key),
        name=Text(f"가창 계량기 {key}", f"Gachang meter {key}"),
        usage="household",
        district=GACHANG,
        dma=_dma_id(int(plan.meters.dma[i])),
        is_active=True,
        location=point(plan.meters.place[i]),
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


def _water_device(plan: CityPlan, i: int) -> Device:
    number = i + 1
    oms = number > METERED_HOUSEHOLDS - OMS_METERS
    return _device(
        plan,
        water_device(number),
        feed="water-oms" if oms else "water-lorawan",
        name=Text(f"가창 검침기 {number:04d}", f"Gachang terminal {number:04d}"),
        profile=OMS_PROFILE if oms else HOURLY_PROFILE,
        asset=_meter_id(plan.meters.key[i]),
        location=point(plan.meters.place[i]),
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


def _placed_devices(plan: CityPlan, placed: Placed, feed: str, profile: str) -> Iterator[Device]:
    cameras, homes = profile == COUNT_PROFILE, placed is plan.homes
    for key, name, place in zip(placed.key, placed.name, placed.place, strict=True):
        yield _device(
            plan,
            f"{'camera' if cameras else 'gateway'}:{key}",
            feed=feed,
            name=name,
            profile=profile,
            asset=_flow_id(key) if cameras else _household_id(key) if homes else None,
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


def _meter_id(key: str) -> EntityId:
    return entity_id("WaterMeter", "gachang", key)


def _dma_id(number: int) -> EntityId:
    return entity_id("DistrictMeteredArea", "gachang", str(number + 1))


def _flow_id(key: str) -> EntityId:
    return entity_id("TrafficFlowObserved", key)


def _household_id(key: str) -> EntityId:
    return entity_id("CareHousehold", key)  # of the register of households in care


def _lot_id(park: CarPark) -> EntityId:
    kind = "OffStreetParking" if park.kind == "off-street" else "OnStreetParking"
    return entity_id(kind, park.id)
