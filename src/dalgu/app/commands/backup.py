"""Keeps a city and brings it back."""

import shutil
from pathlib import Path

from dalgu.app.commands.hub import count_types
from dalgu.app.commands.opening import city
from dalgu.app.folder import Folder
from dalgu.kernel.errors import AlreadyExisting, DalguError
from dalgu.kernel.settings import Settings
from dalgu.store.sealed_folder import folder_of


class FolderTaken(AlreadyExisting):
    """A backup is to be restored where there is a city already."""

    slug = "folder-taken"
    title = "The folder holds a city already"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' holds a city already. Name an empty folder with --data.",
            folder=str(folder),
        )


async def back_up(settings: Settings, target: Path) -> None:
    """Copy the database while the city runs; the key file is to be kept apart."""
    async with city(settings) as platform:
        await platform.store.online_backup(target)


async def restore_backup(settings: Settings, backup: Path, key_file: Path) -> dict[str, int]:
    """Put a backup and its key in an empty folder, open it, and return what it holds."""
    folder = Folder(settings.data_path)
    if folder.database.exists():
        raise FolderTaken(folder.path)
    folder.path.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(backup, folder.database)
    if folder_of(backup).is_dir():
        shutil.copytree(folder_of(backup), folder_of(folder.database))
    shutil.copyfile(key_file, folder.key_file)
    folder.key_file.chmod(0o600)
    try:
        return await count_types(settings)
    except DalguError:  # no backup of ours, or another city's key: the folder stays empty
        shutil.rmtree(folder_of(folder.database), ignore_errors=True)
        for copied in folder.path.glob("city.*"):
            copied.unlink()
        raise
