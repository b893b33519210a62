"""What the store refuses or fails at."""

from typing import ClassVar

import apsw

from dalgu.kernel.errors import DalguError

RETRY_AFTER_S = 10  # after which a client may try again: somebody has to see to the disk


class StoreClosed(DalguError):
    """The store has been closed and takes no more work."""

    status = 503
    slug = "store-closed"
    title = "The store is closed"

    def __init__(self) -> None:
        super().__init__("The store is closed and takes no more work.")


class StoreFailed(DalguError):
    """The disk or the file does not serve; nothing of the work is acknowledged."""

    status = 503
    slug = "store-failed"
    title = "The store failed"
    mend: ClassVar[str] = "Check the disk and its file system."

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"The store failed: {cause or 'the disk does not answer'}. "
            f"Nothing of this work is acknowledged. {self.mend}",
            cause=cause,
            retry_after_s=RETRY_AFTER_S,
        )


class DiskFull(StoreFailed):
    """The disk has no room for the work; nothing of it is acknowledged."""

    status = 507
    slug = "disk-full"
    title = "The disk is full"
    mend = "Make room on the disk of the data folder; the store then goes on by itself."


class StoreReadOnly(StoreFailed):
    """The file, its folder or its file system takes no writes."""

    slug = "store-read-only"
    title = "The store is read-only"
    mend = "Let the platform's user write the data folder, and mount its file system for writing."


class StoreDamaged(StoreFailed):
    """The file is not what was written to it."""

    status = 500
    slug = "store-damaged"
    title = "The store is damaged"
    mend = "Stop the platform, check the disk, and restore the newest backup with: dalgu restore."


class SchemaTooNew(DalguError):
    """The file was written by a newer release."""

    slug = "schema-too-new"
    title = "The store is newer than this release"

    def __init__(self, path: str, found: int, known: int) -> None:
        super().__init__(
            f"Store '{path}' has schema {found}; this release knows schemas up to {known}. "
            "Install the release that wrote it, or restore an older backup.",
            path=path,
            found=found,
            known=known,
        )


class StoreForeign(DalguError):
    """The file is an SQLite database of another application, or no database at all."""

    slug = "store-foreign"
    title = "The file is not a store of this platform"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"File '{path}' is not a store of this platform. Name another data folder.", path=path
        )


class SealedFileLost(DalguError):
    """A file of sealed history is not where the register says, or is no Parquet file."""

    status = 500
    slug = "sealed-file-lost"
    title = "Sealed history cannot be read"

    def __init__(self, path: str, cause: str) -> None:
        super().__init__(
            f"Sealed history '{path}' cannot be read: {cause}. Restore the file from a backup of "
            "the same folder.",
            path=path,
            cause=cause,
        )


# What the disk or the file is to blame for, and what is said of it; the first that fits.
_FAILURES: tuple[tuple[type[apsw.Error], type[StoreFailed]], ...] = (
    (apsw.FullError, DiskFull),
    (apsw.ReadOnlyError, StoreReadOnly),
    (apsw.CorruptError, StoreDamaged),
    (apsw.NotADBError, StoreDamaged),
    (apsw.IOError, StoreFailed),
    (apsw.CantOpenError, StoreFailed),
    (apsw.NoMemError, StoreFailed),
    (apsw.BusyError, StoreFailed),
)
BLAMELESS: tuple[type[apsw.Error], ...] = tuple(cause for cause, _ in _FAILURES)
"""Exceptions of SQLite that no work is to blame for."""
OF_THE_DISK: tuple[type[Exception], ...] = (*BLAMELESS, StoreFailed)
"""Those, and what they become."""


def failure_of(cause: apsw.Error) -> StoreFailed:
    """Return what an exception of SQLite says of the disk and its file."""
    fitting = (failure for kind, failure in _FAILURES if isinstance(cause, kind))
    return next(fitting, StoreFailed)(str(cause))
