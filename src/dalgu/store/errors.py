"""What the store refuses or fails at."""

from dalgu.kernel.errors import DalguError


class StoreClosed(DalguError):
    """The store has been closed and takes no more work."""

    status = 503
    slug = "store-closed"
    title = "The store is closed"

    def __init__(self) -> None:
        super().__init__("The store is closed and takes no more work.")


class StoreFailed(DalguError):
    """The disk did not take the data; nothing of the work is acknowledged."""

    status = 503
    slug = "store-failed"
    title = "The store could not write"

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"The store could not write: {cause}. Nothing of this work is acknowledged. "
            "Check the disk and its file system.",
            cause=cause,
        )


class DiskFull(StoreFailed):
    """The disk has no room for the work; nothing of it is acknowledged."""

    status = 507
    slug = "disk-full"
    title = "The disk is full"


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
