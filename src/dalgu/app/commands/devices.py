"""Registers devices, loads files of readings, and reads messages again."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dalgu.app.commands.opening import any_city, city
from dalgu.devices.errors import KeyInvalid
from dalgu.devices.formats.fields import from_hex
from dalgu.devices.importer import ImportReport, import_file
from dalgu.devices.mapping import load_mapping
from dalgu.devices.progress import Progress
from dalgu.devices.registry import device_entity
from dalgu.hub.hub import Message
from dalgu.hub.model import JSON
from dalgu.hub.types import Device
from dalgu.hub.values import check_uri
from dalgu.kernel.settings import Settings

if TYPE_CHECKING:
    from dalgu.devices.wmbus.records import Record


async def load_file(
    settings: Settings,
    file: Path,
    mapping: Path,
    *,
    report: Path | None,
    progress: Callable[[Progress], None],
) -> ImportReport:
    """Load a file into the hub by a mapping."""
    declared = load_mapping(mapping)
    async with any_city(settings) as platform:
        return await import_file(
            platform.hub,
            file,
            declared,
            progress=progress,
            clock=platform.clock,
            report=report,
        )


async def add_device(settings: Settings, device: Device, key: str | None) -> None:
    """Register a device, or change a registered one."""
    if device.controlled_asset is not None:
        check_uri("controlledAsset", device.controlled_asset)
    name = device.id.removeprefix(device_entity(""))
    try:
        keys = {} if key is None else {name: bytes.fromhex(key)}
    except ValueError:
        raise KeyInvalid(name) from None
    async with any_city(settings) as platform:
        platform.intake.check_profile(name, device.profile)
        await platform.registry.register([device], keys)


async def list_devices(settings: Settings) -> list[Device]:
    """Return all registered devices."""
    async with city(settings) as platform:
        return [Device.from_document(one) async for one in platform.hub.every("Device")]


async def refused(settings: Settings, limit: int) -> list[tuple[int, Message]]:
    """Return the newest messages that could not be used."""
    async with city(settings) as platform:
        return await platform.hub.messages(refused=True, limit=limit)


async def replay(settings: Settings, device: str) -> int:
    """Decode the refused messages of a device again; return how many values were new."""
    async with city(settings) as platform:
        await platform.registry.load()
        receipts = await platform.intake.replay_refused(device)
        return sum(receipt.stored for receipt in receipts)


def read_telegram(text: str, key: str | None, driver: str | None) -> dict[str, JSON]:
    """Return what a wireless M-Bus telegram says: its meter, then the values by name.

    Where no driver speaks for the meter, its records stand under `records` instead, in SI.

    Raises
    ------
    FieldInvalid, KeyInvalid
        When telegram or key is no hexadecimal text.
    TelegramInvalid
        When the telegram is damaged, of an unknown kind, or its key is missing or wrong.
    DriverUnknown
        When there is no driver of the name asked for.

    """
    from dalgu.devices.wmbus.drivers.errors import DriverUnknown
    from dalgu.devices.wmbus.drivers.reading import choose, describe
    from dalgu.devices.wmbus.telegram import decode

    sent = from_hex(text, format="oms", field="telegram")
    try:
        opening = None if key is None else bytes.fromhex(key)
    except ValueError:
        raise KeyInvalid("of the telegram") from None
    telegram = decode(sent, opening)
    head = {"device": telegram.device, "security": telegram.security.value}
    try:
        named = describe(telegram, choose(telegram, driver), key=opening)
    except DriverUnknown:
        if driver is not None:
            raise
        return head | {"records": [_record(record) for record in telegram.records]}
    return head | {name: value for name, value in named.items() if name != "name"}


def _record(record: "Record") -> str:
    place = [
        f"{word} {number}"
        for word, number in (
            ("storage", record.storage),
            ("tariff", record.tariff),
            ("subunit", record.subunit),
        )
        if number
    ]
    value = record.data.hex() if isinstance(record.value, bytes) else record.value
    words = [record.quantity.value, str(value), record.unit, *record.modifiers, *place]
    return " ".join(word for word in words if word)
