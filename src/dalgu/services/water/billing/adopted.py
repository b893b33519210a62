"""Which tariff holds: the one the city adopted, else the one of that id that comes along."""

from pathlib import Path

from dalgu.access.actor import Actor
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.billing.entities import WaterTariff
from dalgu.services.water.billing.errors import TariffNotExisting
from dalgu.services.water.billing.tariff import Tariff, is_tariff_id, read_tariff

FOLDER = Path(__file__).parent / "tariffs"
CITY_TARIFF = "daegu"  # of accounts that name none


async def tariff_of(hub: Hub, name: str | None) -> Tariff:
    """Return a tariff by its id, kept in the hub so that bills can be replayed by it.

    Raises
    ------
    TariffNotExisting
        When the city has adopted none of this id and none comes along.
    """
    name = name or CITY_TARIFF
    if not is_tariff_id(name):
        raise TariffNotExisting(name)
    try:
        adopted = WaterTariff.from_document(await hub.retrieve(_id(name)))
    except EntityNotExisting:
        tariff = read_tariff(_shipped(name))
    else:
        tariff = read_tariff(await hub.kept(adopted.file or ""))
    await hub.keep(tariff.body)
    return tariff


async def kept_tariff(hub: Hub, digest: str) -> Tariff:
    """Return the very version of a tariff a bill was made by; raise `KeptNotExisting`."""
    return read_tariff(await hub.kept(digest))


async def adopt_tariff(hub: Hub, clock: Clock, actor: Actor, body: bytes) -> Tariff:
    """Make a tariff the city's own; raise `TariffInvalid` and its kinds."""
    tariff = read_tariff(body)
    digest = await hub.keep(body)
    await hub.upsert(
        [
            WaterTariff(
                id=_id(tariff.id), file=digest, adopted_at=iso(clock.now()), adopted_by=actor.id
            )
        ]
    )
    return tariff


def shipped() -> list[str]:
    """Return the ids of the tariffs that come along.

    >>> shipped()
    ['daegu', 'pohang']
    """
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def _id(name: str) -> EntityId:
    return entity_id("WaterTariff", name)


def _shipped(name: str) -> bytes:
    if name not in shipped():
        raise TariffNotExisting(name)
    return (FOLDER / f"{name}.toml").read_bytes()
