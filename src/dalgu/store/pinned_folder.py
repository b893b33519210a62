"""The folder of pinned files: parts of the history out of reach of retention and corrections.

Each file is named by the digest of its bytes; the store remembers which there must be, so that
backups take them along.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dalgu.store.digest import digest_of_file
from dalgu.store.records import Records

COLLECTION = "pinned"  # of records: which files there must be, by their digests


def folder_of_pinned(database: str | Path) -> Path:
    """Return the folder of pinned files beside a store's file.

    >>> folder_of_pinned("/srv/city.db").as_posix()
    '/srv/city.pinned'
    """
    return Path(database).with_suffix(".pinned")


def file_of(digest: str) -> str:
    """Return the name of a pinned file within its folder."""
    return f"{digest}.parquet"


def remember(records: Records, digests: Iterable[str]) -> None:
    """Note which pinned files belong to the store."""
    for digest in sorted(set(digests)):
        records.put(COLLECTION, digest, b"")


def remembered(records: Records) -> list[str]:
    """Return the digests of the pinned files that belong to a store."""
    return [digest for digest, _ in records.all(COLLECTION)]


def faults(records: Records, folder: Path) -> Iterator[str]:
    """Yield a sentence for each pinned file that is not what was pinned."""
    for digest in remembered(records):
        path = folder / file_of(digest)
        if not path.is_file():
            yield f"Pinned file '{path.name}' is not there."
        elif digest_of_file(path) != digest:
            yield f"Pinned file '{path.name}' holds other bytes than were pinned."
