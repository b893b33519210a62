"""The folder of sealed files on disk: who may write, remove or copy in it, and how it is synced."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dalgu.kernel.errors import AlreadyExisting
from dalgu.store.durable import partial_of, publish
from dalgu.store.errors import SealedFileLost


class SealingRuns(AlreadyExisting):
    """Another run seals the same history."""

    slug = "sealing-runs"
    title = "History is being sealed"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The history in '{folder}' is being sealed by another run. Wait for it to end.",
            folder=str(folder),
        )


def folder_of(database: str | Path) -> Path:
    """Return the folder of sealed files beside a store's file.

    >>> folder_of("/srv/city.db").as_posix()
    '/srv/city.history'
    """
    return Path(database).with_suffix(".history")


@contextmanager
def sealing(folder: Path) -> Iterator[None]:
    """Keep other processes from sealing the same store; raise `SealingRuns`."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / ".sealing", fcntl.LOCK_EX) as is_ours:
        if not is_ours:
            raise SealingRuns(folder)
        yield


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep files that are replaced meanwhile on disk: for long reads and for copies."""
    if not folder.is_dir():
        yield
        return
    with _locked(folder / ".held", fcntl.LOCK_SH):
        yield


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[bool]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            # Only for the instant in which another removes files would a shared lock have to wait.
            fcntl.flock(lock, kind if kind == fcntl.LOCK_SH else kind | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(lock)


def remove(folder: Path, paths: Iterable[str]) -> list[str]:
    """Remove files that nothing points to, unless somebody may read them; return which went."""
    with _locked(folder / ".held", fcntl.LOCK_EX) as is_free:
        if not is_free:
            return []
        removed = list(paths)
        for path in removed:
            (folder / path).unlink(missing_ok=True)
            partial_of(folder / path).unlink(missing_ok=True)
    return removed


def copy(source: Path, target: Path, paths: Iterable[str]) -> None:
    """Make a folder hold copies of just these files; those it holds already stay as they are.

    Raises
    ------
    SealedFileLost
        When the source does not have one.

    """
    wanted = set(paths)
    for path in sorted(wanted):
        new, old = target / path, source / path
        if not old.is_file():
            raise SealedFileLost(str(old), "it is not there")
        if (
            new.is_file() and new.stat().st_size == old.stat().st_size
        ):  # a sealed file never changes
            continue
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(old, partial_of(new))
        publish(new, target)
    for held_file in target.rglob("*.parquet"):
        if held_file.relative_to(target).as_posix() not in wanted:
            held_file.unlink()
