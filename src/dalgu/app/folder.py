"""The folder of one city's data: which files there are, and that one platform runs on it."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from dalgu.kernel.errors import AlreadyExisting

MAX_ADDRESS_BYTES = 4_096


class FolderInUse(AlreadyExisting):
    """Another process runs the city of this folder."""

    slug = "folder-in-use"
    title = "The data folder is in use"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' is in use by another process. Stop that one, or name another "
            "folder with --data.",
            folder=str(folder),
        )


@dataclass(slots=True)
class Folder:
    """Files of one city; used as a context it is locked against a second process."""

    path: Path
    _lock: int = -1

    @property
    def database(self) -> Path:
        """Return the file of the store."""
        return self.path / "city.db"

    @property
    def _lock_file(self) -> Path:
        return self.path / "lock"

    @property
    def key_file(self) -> Path:
        """Return the key that opens the vault."""
        return self.path / "city.key"

    @property
    def field_file(self) -> Path:
        """Return the file that tells where a field of signals beside the city listens."""
        return self.path / "traffic" / "field.json"

    def __enter__(self) -> Self:
        """Lock the folder; raise `FolderInUse` when another process has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise FolderInUse(self.path) from None
        os.ftruncate(self._lock, 0)
        return self

    def announce(self, url: str) -> None:
        """Tell the commands of this machine where the city of the locked folder answers."""
        os.pwrite(self._lock, url.encode(), 0)

    @property
    def address(self) -> str | None:
        """Return where the city of this folder answers, `None` when none runs."""
        try:
            lock = os.open(self._lock_file, os.O_RDONLY)
        except OSError:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:  # held: what is written is of the city that runs
            return os.read(lock, MAX_ADDRESS_BYTES).decode() or None
        finally:
            os.close(lock)
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Unlock the folder."""
        os.close(self._lock)
