"""What the waterworks' books hold: areas, meters, loggers, their radios, and who pays for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dalgu.hub.model import Entity, Place
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.water.billing.entities import WaterAccount
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.leakage.entities import PressureLogger
from dalgu.services.water.wire import HOURLY_PROFILE, OMS_PROFILE, PRESSURE_PROFILE
from dalgu.simulation.chance import stream
from dalgu.simulation.city import GACHANG, METERED_HOUSEHOLDS, OMS_METERS, CityPlan
from dalgu.simulation.placing import point
from dalgu.simulation.water import OMS_MANUFACTURER, oms_number, terminal
from dalgu.simulation.water_gauges import inlet_terminal, logger_terminal, loggers
from dalgu.simulation.water_network import DistrictNetwork, junction_name

SYNTHETIC = "synthetic"
# Bores by use (assumption): a home's tap is 15 mm, an inn's wider.
HOME_BORES = ((15, 0.86), (20, 0.12), (25, 0.02))
BUSINESS_BORES = ((15, 0.20), (20, 0.35), (25, 0.25), (40, 0.14), (50, 0.06))
CONSENT_SHARE = 0.02  # of the homes: people who asked to be looked after (assumption)
BUILT_IN = date(2017, 7, 1)  # the pilot was complete (dailydgnews 2019-10-30)
MOVED_SHARE = 0.25  # of the accounts, opened since (assumption)
MOVED_DAYS = 3_000
HOUSEHOLDS = ((1, 0.88), (2, 0.08), (3, 0.03), (4, 0.01))  # behind a tap; 3,651 to 3,062 in all


@dataclass(frozen=True, slots=True)
class Radio:
    """One row of the device register, before its feed and its marks."""

    id: str
    feed: str
    name: Text
    profile: str
    asset: EntityId
    location: Place


def areas(plan: CityPlan) -> Iterator[Entity]:
    """Yield the districts, with what their books say of their pipes."""
    for network in plan.networks:
        number = network.number + 1
        yield DistrictMeteredArea(
            id=dma_id(network.number),
            name=Text(f"가창 소블록 {number}", f"Gachang DMA {number}"),
            district=GACHANG,
            mains_length=round(network.mains_m, 1),
            connections=len(network.meters),
            mean_pressure=network.mean_pressure_m,
            origin=SYNTHETIC,
        )


def meters(plan: CityPlan) -> Iterator[Entity]:
    """Yield the taps' meters, then one at the inlet of each district."""
    bore_mm, consents = _bores(plan), _consents(plan)
    for i, key in enumerate(plan.meters.key):
        yield WaterMeter(
            id=_meter_id(key),
            name=Text(f"가창 계량기 {key}", f"Gachang meter {key}"),
            usage="business" if plan.meters.business[i] else "household",
            diameter=float(bore_mm[i]),
            district=GACHANG,
            dma=dma_id(int(plan.meters.dma[i])),
            care_consent=True if consents[i] else None,
            is_active=True,
            location=point(plan.meters.place[i]),
            origin=SYNTHETIC,
        )
    yield from (_inlet(network) for network in plan.networks)


def gauges(plan: CityPlan) -> Iterator[Entity]:
    """Yield the pressure loggers."""
    for one in loggers(plan.networks):
        network = plan.networks[one.district]
        yield PressureLogger(
            id=_logger_id(one.number),
            name=Text(f"가창 수압계 {one.number}", f"Gachang pressure logger {one.number}"),
            node=junction_name(one.junction),
            dma=dma_id(one.district),
            location=point(network.place[one.junction]),
            origin=SYNTHETIC,
        )


def accounts(plan: CityPlan) -> Iterator[Entity]:
    """Yield the terms by which each tap is paid for: a pseudonym, no name, no address."""
    chance = stream(plan.seed, "water.accounts")
    n, bore_mm = METERED_HOUSEHOLDS, _bores(plan)
    homes = _drawn(chance, HOUSEHOLDS, n)
    moved = np.where(chance.random(n) < MOVED_SHARE, chance.integers(1, MOVED_DAYS, size=n), 0)
    for i, key in enumerate(plan.meters.key):
        is_business = bool(plan.meters.business[i])
        yield WaterAccount(
            id=entity_id("WaterAccount", "gachang", key),
            meter=_meter_id(key),
            district=GACHANG,
            usage_class="general" if is_business else "household",
            diameter=float(bore_mm[i]),
            households=1 if is_business else int(homes[i]),
            opened_on=(BUILT_IN + timedelta(days=int(moved[i]))).isoformat(),
            origin=SYNTHETIC,
        )


def radios(plan: CityPlan) -> Iterator[Radio]:
    """Yield the radio of each meter and logger."""
    for i, key in enumerate(plan.meters.key):
        number = i + 1
        is_oms = number > METERED_HOUSEHOLDS - OMS_METERS
        yield Radio(
            water_device(number),
            "water-oms" if is_oms else "water-lorawan",
            Text(f"가창 검침기 {number:04d}", f"Gachang terminal {number:04d}"),
            OMS_PROFILE if is_oms else HOURLY_PROFILE,
            _meter_id(key),
            point(plan.meters.place[i]),
        )
    for network in plan.networks:
        yield Radio(
            f"lorawan:{inlet_terminal(network.number).dev_eui}",
            "water-inlets",
            Text(f"가창 유입 검침기 {network.number + 1}", f"Gachang inlet {network.number + 1}"),
            HOURLY_PROFILE,
            _inlet_id(network.number),
            point(network.place[network.inlet]),
        )
    for one in loggers(plan.networks):
        yield Radio(
            f"lorawan:{logger_terminal(one.number).dev_eui}",
            "water-pressure",
            Text(f"가창 수압 단말 {one.number}", f"Gachang pressure terminal {one.number}"),
            PRESSURE_PROFILE,
            _logger_id(one.number),
            point(plan.networks[one.district].place[one.junction]),
        )


def water_device(number: int) -> str:
    """Return the registry id of a meter's radio by the meter's number."""
    if number > METERED_HOUSEHOLDS - OMS_METERS:
        return f"wmbus:{OMS_MANUFACTURER}.{oms_number(number)}"
    return f"lorawan:{terminal(number).dev_eui}"


def dma_id(number: int) -> EntityId:
    """Return the id of a district by its number from the south."""
    return entity_id("DistrictMeteredArea", "gachang", str(number + 1))


def _inlet(network: DistrictNetwork) -> Entity:
    number = network.number + 1
    # No `is_active`: it stands in no register of supply, and counts as no customer's.
    return WaterMeter(
        id=_inlet_id(network.number),
        name=Text(f"가창 소블록 {number} 유입 유량계", f"Inlet meter of Gachang DMA {number}"),
        usage="districtInlet",
        diameter=max(float(network.diameter_mm[0]), 100.0),
        inlet_of=dma_id(network.number),
        location=point(network.place[network.inlet]),
        origin=SYNTHETIC,
    )


def _bores(plan: CityPlan) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    chance = stream(plan.seed, "water.bores")
    home = _drawn(chance, HOME_BORES, METERED_HOUSEHOLDS)
    business = _drawn(chance, BUSINESS_BORES, METERED_HOUSEHOLDS)
    return np.where(plan.meters.business, business, home)


def _consents(plan: CityPlan) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    drawn = stream(plan.seed, "water.consent").random(METERED_HOUSEHOLDS) < CONSENT_SHARE
    return drawn & ~plan.meters.business


def _drawn(
    chance: np.random.Generator, shares: tuple[tuple[int, float], ...], n: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    values, share = zip(*shares, strict=True)
    return chance.choice(np.array(values, np.int64), size=n, p=share)


def _meter_id(key: str) -> EntityId:
    return entity_id("WaterMeter", "gachang", key)


def _inlet_id(number: int) -> EntityId:
    return entity_id("WaterMeter", "gachang", f"inlet-{number + 1}")


def _logger_id(number: int) -> EntityId:
    return entity_id("PressureLogger", "gachang", str(number))
