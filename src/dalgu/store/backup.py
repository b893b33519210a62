"""A copy of a store that proves itself: it holds a hash of what it must hold.

The copy is made under another name, hashed, synced, and only then takes its own; whatever
interrupts that, no half file is left under either.
"""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import apsw
import msgspec

from dalgu.kernel.errors import DalguError
from dalgu.store.connection import rows
from dalgu.store.digest import MANIFEST, digest, digest_of_files
from dalgu.store.errors import OF_THE_DISK
from dalgu.store.migrate import check
from dalgu.store.pinned_folder import faults as pinned_faults
from dalgu.store.pinned_folder import folder_of_pinned
from dalgu.store.records import Records
from dalgu.store.sealed_folder import folder_of

KEY = "manifest"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    digest: str  # of the tables
    files: dict[str, str] = {}  # digests of the sealed files beside it, by path


class BackupFailed(DalguError):
    """A backup could not be written; nothing is left of it."""

    status = 507
    slug = "backup-failed"
    title = "The backup could not be written"

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"Backup '{path}' could not be written: {cause}. Nothing is left of it. "
            "Make room there, or name another place.",
            path=str(path),
            cause=cause,
        )


class BackupBroken(DalguError):
    """A file is no whole backup."""

    status = 400
    slug = "backup-broken"
    title = "The backup is broken"

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            f"File '{path}' is no whole backup: {cause}. Nothing was restored; name another one.",
            path=str(path),
            cause=cause,
        )


def sign(connection: apsw.Connection, history: Path, sealed: Iterable[str]) -> None:
    """Write into a fresh copy what it holds, with the sealed files it speaks of."""
    manifest = Manifest(digest(connection), digest_of_files(history, sealed))
    Records(connection).put(MANIFEST, KEY, msgspec.json.encode(manifest))


def verify(copy: Path, named: Path) -> Manifest:
    """Hold a copy against what it says of itself, and take that away; an error names `named`.

    Raises
    ------
    BackupBroken
        When it is cut off, damaged, unsigned, or not what it was.
    SchemaTooNew, StoreForeign
        When a newer release made it, or something else.
    """
    try:
        with closing(apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
            is_empty = check(connection, str(named)) == 0
            cause = (
                "it is empty"
                if is_empty
                else _fault(connection, folder_of(copy), folder_of_pinned(copy))
            )
            if cause is None:
                return _unsigned(connection)
    except OF_THE_DISK as failure:
        cause = str(failure)
    raise BackupBroken(named, cause) from None


def _fault(connection: apsw.Connection, history: Path, pinned: Path) -> str | None:
    """Return what is wrong with a copy."""
    [(verdict,)] = rows(connection, "PRAGMA integrity_check(1)")
    if verdict != "ok":
        return f"it is damaged ({verdict})"
    signed = Records(connection).get(MANIFEST, KEY)
    if signed is None:
        return "it does not say what it holds; it was not made by `dalgu backup`"
    manifest = msgspec.json.decode(signed, type=Manifest)
    if digest(connection) != manifest.digest:
        return "its rows are not those that were backed up"
    if digest_of_files(history, manifest.files) != manifest.files:
        return f"the sealed files in '{history.name}' are not those that were backed up"
    return next(pinned_faults(Records(connection), pinned), None)


def _unsigned(connection: apsw.Connection) -> Manifest:
    records = Records(connection)
    manifest = msgspec.json.decode(records.get(MANIFEST, KEY) or b"", type=Manifest)
    records.delete(MANIFEST, KEY)
    return manifest
