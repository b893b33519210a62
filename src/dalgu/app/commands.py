"""What the commands beside `dalgu up` do; each opens the city's folder, works, and closes it.

They may run beside a running platform: the store takes writers of several processes, and the
platform follows what they write.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from dalgu.access.actor import CONSOLE, Role
from dalgu.app.folder import Folder
from dalgu.app.model_city import held
from dalgu.app.platform import Platform, opened
from dalgu.certification.evidence import Snapshot
from dalgu.devices.importer import ImportReport, import_file
from dalgu.devices.mapping import load_mapping
from dalgu.devices.progress import Progress
from dalgu.devices.registry import device_entity
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Message
from dalgu.hub.model import Document
from dalgu.hub.types import Device
from dalgu.hub.values import check_uri
from dalgu.kernel.clock import Clock, SimulatedClock, SystemClock
from dalgu.kernel.errors import AlreadyExisting, DalguError, InvalidInput, NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.settings import Settings
from dalgu.store.sqlite import Store

SCHEME = "urn:ngsi-ld:"


class CityNotInFolder(NotExisting):
    """The folder holds no city."""

    slug = "city-not-in-folder"
    title = "The folder holds no city"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' holds no city. Start one with: dalgu up --data {folder}",
            folder=str(folder),
        )


class FolderTaken(AlreadyExisting):
    """A backup is to be restored where there is a city already."""

    slug = "folder-taken"
    title = "The folder holds a city already"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' holds a city already. Name an empty folder with --data.",
            folder=str(folder),
        )


class KeyInvalid(InvalidInput):
    """A device key is no hexadecimal text."""

    slug = "key-invalid"
    title = "The device key is invalid"

    def __init__(self) -> None:
        super().__init__("The device key is invalid; it must be hexadecimal digits.")


class InvitationInvalid(InvalidInput):
    """A link is asked for an account that no person can have."""

    slug = "invitation-invalid"
    title = "The invitation is invalid"

    def __init__(self, role: Role, districts: tuple[str, ...], known: Mapping[str, str]) -> None:
        shown = ", ".join(f"{code} ({name})" for code, name in known.items())
        super().__init__(
            f"An account of role '{role}' for {', '.join(districts) or 'all districts'} is "
            f"invalid. Programs get a token from `dalgu tokens create`; the districts are {shown}.",
            role=role,
            districts=", ".join(districts),
        )


@asynccontextmanager
async def city(settings: Settings) -> AsyncIterator[Platform]:
    """Open the city of the folder that the settings name; raise `CityNotInFolder`."""
    folder = Folder(settings.data_path)
    if not folder.database.exists():
        raise CityNotInFolder(folder.path)
    async with opened(settings, folder, _city_clock) as platform:
        await platform.keys.load()
        yield platform


@asynccontextmanager
async def any_city(settings: Settings) -> AsyncIterator[Platform]:
    """Open the city of the folder, or begin an empty one."""
    async with opened(settings, Folder(settings.data_path), _city_clock) as platform:
        await platform.keys.load()
        yield platform


def _city_clock(store: Store) -> Clock:
    """Return the wall's clock, unless the simulated city lives in a later time."""
    state, now = held(store), SystemClock().now()
    if state is not None and state.heard_until is not None and state.heard_until > now:
        return SimulatedClock(state.heard_until)
    return SystemClock()


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


async def measure(settings: Settings) -> list[Snapshot]:
    """Measure all indicators now."""
    async with city(settings) as platform:
        return await platform.certification.assess()


async def verify(settings: Settings) -> list[tuple[str, float | None, float]]:
    """Compute the last recorded numbers again from their frozen evidence."""
    again: list[tuple[str, float | None, float]] = []
    async with city(settings) as platform:
        for standing in (await platform.certification.scorecard()).standings:
            if standing.measured is not None and standing.measured.measurement is not None:
                digest = standing.measured.measurement
                value, points = await platform.certification.recompute(digest)
                again.append((standing.indicator.code, value, points))
    return again


async def add_device(settings: Settings, device: Device, key: str | None) -> None:
    """Register a device, or change a registered one."""
    if device.controlled_asset is not None:
        check_uri("controlledAsset", device.controlled_asset)
    name = device.id.removeprefix(device_entity(""))
    try:
        keys = {} if key is None else {name: bytes.fromhex(key)}
    except ValueError:
        raise KeyInvalid from None
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


async def create_token(settings: Settings, name: str, role: Role, days: int) -> str:
    """Make an API token; its secret is seen this once."""
    async with any_city(settings) as platform:
        issued = await platform.access.tokens.create(
            CONSOLE, name, role, lifetime=timedelta(days=days)
        )
        return issued.secret


async def list_tokens(settings: Settings) -> list[tuple[str, str, str]]:
    """Return id, name and role of each token."""
    async with city(settings) as platform:
        tokens = await platform.access.tokens.every(CONSOLE)
        return [(token.id, token.name, token.role) for token in tokens]


async def revoke_token(settings: Settings, token: str) -> None:
    """Make a token worthless."""
    async with city(settings) as platform:
        await platform.access.tokens.revoke(CONSOLE, token)


async def account_link(settings: Settings, role: Role, districts: tuple[str, ...] = ()) -> str:
    """Return the secret of a fresh one-time link that makes an account.

    Raises
    ------
    InvitationInvalid
        When the role is a program's, or the city has no such district.
    """
    async with any_city(settings) as platform:
        if role is Role.ADMINISTRATOR and not districts:
            return await platform.access.create_administrator_link()
        known = {district.code: district.name.say("en") for district in platform.city.districts}
        if role is Role.SERVICE or not known.keys() >= set(districts):
            raise InvitationInvalid(role, districts, known)
        return await platform.access.accounts.invite(CONSOLE, role, districts)


async def types(settings: Settings) -> dict[str, int]:
    """Return how many entities there are of each type."""
    async with city(settings) as platform:
        return await platform.hub.types()


async def entity(settings: Settings, id: str) -> Document:
    """Return one entity; raise `EntityNotExisting`."""
    async with city(settings) as platform:
        if not id.startswith(SCHEME):
            raise EntityNotExisting(id)
        return await platform.hub.retrieve(EntityId(id))


async def audit_fault(settings: Settings) -> int | None:
    """Return the number of the first tampered audit entry, `None` when the chain holds."""
    async with city(settings) as platform:
        return await platform.access.verify_audit()


async def back_up(settings: Settings, target: Path) -> None:
    """Copy the database while the city runs; the key file is to be kept apart."""
    async with city(settings) as platform:
        await platform.store.online_backup(target)


async def restore(settings: Settings, backup: Path, key_file: Path) -> dict[str, int]:
    """Put a backup and its key in an empty folder, open it, and return what it holds."""
    folder = Folder(settings.data_path)
    if folder.database.exists():
        raise FolderTaken(folder.path)
    folder.path.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(backup, folder.database)
    shutil.copyfile(key_file, folder.key_file)
    folder.key_file.chmod(0o600)
    try:
        return await types(settings)
    except DalguError:  # no backup of ours, or another city's key: the folder stays empty
        for copied in folder.path.glob("city.*"):
            copied.unlink()
        raise
