"""The store in one SQLite file: write-ahead log, full sync, one writer, readers beside it."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from dalgu.store.backup import BackupFailed, sign
from dalgu.store.connection import (
    CHECKPOINT_PAGES,
    Durability,
    connect,
    connect_reader,
    prepare_writer,
)
from dalgu.store.digest import digest
from dalgu.store.durable import sync
from dalgu.store.errors import BLAMELESS, StoreClosed, StoreFailed, failure_of
from dalgu.store.migrate import check, migrate, scripts
from dalgu.store.pinned_folder import file_of, folder_of_pinned, remembered
from dalgu.store.records import Records
from dalgu.store.sealed import SealedFiles
from dalgu.store.sealed_folder import copy, folder_of, held
from dalgu.store.tables import Tables
from dalgu.store.writer import WAITING_LIMIT, Writer

__all__ = ["Durability", "Store"]

T = TypeVar("T")

# The writer gives the interpreter's lock away at each row. With Python's 5 ms it would wait so
# long for a busy event loop to give it back: 18 durable creates a second, against 220 with this.
SWITCH_INTERVAL_S = 0.0005
SCAN_THREADS = 2  # scans mostly wait for SQLite, which runs outside the interpreter's lock


class Store:
    """Tables on disk. Other processes may open the same file; each has one writer of its own."""

    def __init__(
        self, path: Path, writer: Writer, connection: apsw.Connection, vfs: str | None
    ) -> None:
        self.path = path
        self._vfs = vfs
        self._writer = writer
        self._connection = connection
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        self._lock = threading.Lock()  # of _readers and _closed
        self._closed = False
        self._pool = ThreadPoolExecutor(SCAN_THREADS, thread_name_prefix="store scan")

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        durability: Durability = Durability.FULL,
        vfs: str | None = None,
        waiting_limit: int = WAITING_LIMIT,
        checkpoint_pages: int = CHECKPOINT_PAGES,
    ) -> "Store":
        """Open the store, creating it or bringing its schema up to date.

        Parameters
        ----------
        path
            The file; its folder is created.
        durability
            Anything but FULL loses acknowledged work at a power cut: for tests only.
        vfs
            Name of the SQLite file layer to use; the power-cut test slides one of its own in.
        waiting_limit
            How many works may wait before `write` raises `Overloaded`.
        checkpoint_pages
            How long the log grows, in pages of 4 KiB, before it is folded into the file.

        Raises
        ------
        SchemaTooNew
            When a newer release wrote the file.
        StoreForeign
            When the file is a database of something else.
        StoreFailed
            When the file cannot be read or written; a subclass says why.

        """
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_INTERVAL_S))
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = connect(str(path), vfs)
            try:
                found = check(connection, str(path))
                prepare_writer(connection, durability)
                migrate(connection, found)
            except BaseException:
                connection.close()
                raise
        except BLAMELESS as cause:
            raise failure_of(cause) from cause
        writer = Writer(connection, waiting_limit=waiting_limit, checkpoint_pages=checkpoint_pages)
        return cls(path, writer, connection, vfs)

    @property
    def refused(self) -> int:
        """How many works were turned away because too many waited."""
        return self._writer.refused

    @property
    def writer(self) -> Writer:
        """The one writer, with what it has counted."""
        return self._writer

    async def schema_version(self) -> tuple[int, int]:
        """Return the schema of the file, and the newest that this release knows."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._schema_version)

    def file_bytes(self) -> dict[str, int]:
        """Return the size of the file, of the log beside it, and of the sealed history."""
        log = self.path.with_name(self.path.name + "-wal")
        sealed = folder_of(self.path).rglob("*.parquet")
        parts = {"database": [self.path], "log": [log], "sealed": sealed}
        return {
            name: sum(file.stat().st_size for file in files if file.exists())
            for name, files in parts.items()
        }

    async def write(self, work: Callable[[Tables], T]) -> T:
        """Run work in the writer and return its result once it is on disk.

        Works run one after the other in the order they came. An exception undoes what this work
        wrote, leaves the others alone, and is raised here. A work may run twice (the first run
        undone), so it takes all it changes from the tables it is given.

        Raises
        ------
        Overloaded
            When too much work waits already.
        StoreFailed
            When the disk does not take the data; nothing of the work is kept or acknowledged.

        """
        result: T = await self._writer.submit(work)
        return result

    def read(self) -> Tables:
        """Return tables for point reads in the calling thread; they see what is committed."""
        tables: Tables | None = getattr(self._local, "tables", None)
        return self._connect_thread()[0] if tables is None else tables

    async def scan(self, work: Callable[[Tables], T]) -> T:
        """Run a longer read in a thread of the pool, on one snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._scan, work)

    async def digest(self) -> str:
        """Return one hash over all tables; two stores that hold the same have the same."""
        return await asyncio.to_thread(self._digest)

    def next_commit(self) -> "asyncio.Future[None]":
        """Return a future that is done at the next commit; take it before looking, then await."""
        return self._writer.next_commit()

    async def online_backup(self, path: Path | str) -> None:
        """Copy the store as of now into a file while work goes on; an existing file is replaced.

        The copy is complete and synced before it takes its name, and says what it holds. Sealed
        history is copied into the folder of that name, `.history` for its suffix; files that lie
        there already are kept.

        Raises
        ------
        BackupFailed
            When it could not be written; the file is as it was before.

        """
        await asyncio.to_thread(self._back_up, Path(path))

    async def close(self) -> None:
        """Finish what waits, fold the log into the file, and close."""
        await asyncio.to_thread(self._close)

    def _connect_thread(self) -> tuple[Tables, apsw.Connection]:
        with self._lock:
            if self._closed:
                raise StoreClosed
            connection = connect_reader(str(self.path), self._vfs)
            self._readers.append(connection)
        self._local.connection = connection
        self._local.tables = tables = Tables(connection)
        return tables, connection

    def _schema_version(self) -> tuple[int, int]:
        self.read()
        connection: apsw.Connection = self._local.connection
        return int(connection.pragma("user_version")), len(scripts())

    def _scan(self, work: Callable[[Tables], T]) -> T:
        tables = self.read()
        connection: apsw.Connection = self._local.connection
        try:
            connection.execute("BEGIN")
            return work(tables)
        except BLAMELESS as cause:
            raise failure_of(cause) from cause
        finally:
            if connection.in_transaction:  # a failing disk may have ended it
                connection.execute("ROLLBACK")

    def _digest(self) -> str:
        with contextlib.closing(connect_reader(str(self.path), self._vfs)) as connection:
            connection.execute("BEGIN")
            return digest(connection)

    def _back_up(self, path: Path) -> None:
        partial = path.with_name(path.name + ".partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            with held(folder_of(self.path)):
                self._copy_tables(partial, path)
            sync(partial)
            partial.replace(path)
            sync(path.parent)
        except (apsw.Error, StoreFailed, OSError) as cause:
            raise BackupFailed(path, str(cause) or type(cause).__name__) from cause
        finally:
            for left in (partial, partial.with_name(partial.name + "-journal")):
                left.unlink(missing_ok=True)

    def _copy_tables(self, partial: Path, path: Path) -> None:
        """Copy the file as of now with the sealed files it speaks of, and sign it."""
        source = connect_reader(str(self.path), self._vfs)
        try:
            with contextlib.closing(apsw.Connection(str(partial))) as target:
                with target.backup("main", source, "main") as backup:
                    backup.step(-1)  # one step is one snapshot; the writer goes on beside it
                target.pragma("journal_mode", "delete")  # one file, with nothing beside it
                sealed = [file.path for file in SealedFiles(target).all() if file.is_durable]
                if sealed:
                    copy(folder_of(self.path), folder_of(path), sealed)
                pinned = [file_of(digest) for digest in remembered(Records(target))]
                if pinned:
                    copy(folder_of_pinned(self.path), folder_of_pinned(path), pinned)
                sign(target, folder_of(path), sealed)
        finally:
            source.close()

    def _close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._writer.stop()
        self._pool.shutdown()
        for connection in (*self._readers, self._connection):
            # A dead disk cannot fold the log into the file; the log has all, and the next
            # start will do it.
            with contextlib.suppress(*BLAMELESS):
                connection.close()
