"""Keeps a city and brings it back."""

import asyncio
import shutil
from pathlib import Path
from typing import NamedTuple

from dalgu.app.commands.hub import count_types
from dalgu.app.commands.opening import city
from dalgu.app.folder import Folder
from dalgu.certification.certificate.issuer import ISSUER_FILE
from dalgu.kernel.errors import AlreadyExisting, DalguError
from dalgu.kernel.settings import Settings
from dalgu.store.backup import verify
from dalgu.store.pinned_folder import folder_of_pinned
from dalgu.store.sealed_folder import folder_of

# What verifies certificates: the keys that are trusted here, and how certificates stand.
FOLDERS = ("trust", "status")


class FolderTaken(AlreadyExisting):
    """A backup is to be restored where there is a city already."""

    slug = "folder-taken"
    title = "The folder holds a city already"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' holds a city already. Name an empty folder with --data.",
            folder=str(folder),
        )


class Restored(NamedTuple):
    """What came back: the hash of all tables as they were backed up, and the entities by type."""

    digest: str
    types: dict[str, int]


class RestoreFailed(DalguError):
    """The folder did not take the backup; nothing of it is left there."""

    status = 507
    slug = "restore-failed"
    title = "The backup could not be restored"

    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(
            f"Folder '{folder}' did not take the backup: {cause}. Nothing of it is left there. "
            "Make room, or name another folder with --data.",
            folder=str(folder),
            cause=cause,
        )


async def back_up(settings: Settings, target: Path) -> None:
    """Copy the city while it runs; its key, and the issuer's, are to be kept apart."""
    async with city(settings) as platform:
        await platform.store.online_backup(target)
    await asyncio.to_thread(_copy_folders, settings.data_path, target)


def _copy_folders(data: Path, target: Path) -> None:
    for name in FOLDERS:
        if (data / name).is_dir():
            shutil.copytree(data / name, target.with_suffix(f".{name}"), dirs_exist_ok=True)


async def restore_backup(
    settings: Settings, backup: Path, key_file: Path, *, issuer_file: Path | None = None
) -> Restored:
    """Put a backup and its keys in an empty folder, open it, and return what it holds.

    Without the issuer's key the city verifies certificates and issues none.

    Raises
    ------
    FolderTaken
        When the folder holds a city already.
    BackupBroken, RestoreFailed
        When the file is no whole backup, or the folder does not take it; the folder stays empty.
    """
    folder = Folder(settings.data_path)
    if folder.database.exists():
        raise FolderTaken(folder.path)
    try:
        digest = await asyncio.to_thread(_copy, folder, backup, key_file, issuer_file)
        return Restored(digest, await count_types(settings))
    except (DalguError, OSError) as failure:
        for beside in (folder_of(folder.database), folder_of_pinned(folder.database)):
            shutil.rmtree(beside, ignore_errors=True)
        for name in FOLDERS:
            shutil.rmtree(folder.path / name, ignore_errors=True)
        for copied in (*folder.path.glob("city.*"), folder.path / ISSUER_FILE):
            copied.unlink(missing_ok=True)
        if isinstance(failure, OSError):
            raise RestoreFailed(folder.path, str(failure)) from failure
        raise


def _copy(folder: Folder, backup: Path, key_file: Path, issuer_file: Path | None) -> str:
    folder.path.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(backup, folder.database)
    if folder_of(backup).is_dir():
        shutil.copytree(folder_of(backup), folder_of(folder.database))
    if folder_of_pinned(backup).is_dir():
        shutil.copytree(folder_of_pinned(backup), folder_of_pinned(folder.database))
    manifest = verify(folder.database, backup)
    shutil.copyfile(key_file, folder.key_file)
    folder.key_file.chmod(0o600)
    for name in FOLDERS:
        if backup.with_suffix(f".{name}").is_dir():
            shutil.copytree(backup.with_suffix(f".{name}"), folder.path / name)
    if issuer_file is not None:
        shutil.copyfile(issuer_file, folder.path / ISSUER_FILE)
        (folder.path / ISSUER_FILE).chmod(0o600)
    return manifest.digest
