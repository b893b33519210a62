"""The one writer: it takes all work that waits, commits it at once, and only then answers.

One sync of the disk is shared by everything that came while the last one ran, so a busy store
pays a few microseconds for durability where a lone write pays the whole sync.

Work runs in the group's transaction without a savepoint of its own: a savepoint costs as much
as the two rows that a small work writes (4 to 8 µs, measured). Work that fails before it has
written harms nobody; only where work fails after it has written is the group rolled back and
run again, now with a savepoint around each. So **a work may run twice** and must take all it
changes from the tables it is given.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import apsw

from dalgu.kernel.errors import Overloaded
from dalgu.kernel.histogram import Histogram
from dalgu.store.connection import CHECKPOINT_PAGES
from dalgu.store.errors import OF_THE_DISK, StoreClosed, failure_of
from dalgu.store.tables import Tables

WAITING_LIMIT = 10_000  # works; beyond it the store refuses rather than grow without bound
GROUP_LIMIT = 512  # works in one commit; keeps the wait of the first one short
GROUP_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, GROUP_LIMIT)  # how groups are counted

log = logging.getLogger(__name__)

Work = Callable[[Tables], Any]


class _SpoiledGroup(Exception):
    """Work failed after it had written; the group must run again with savepoints."""


@dataclass(slots=True)
class _Waiting:
    work: Work
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class Writer:
    """Owns the writing connection and the thread that uses it."""

    def __init__(
        self,
        connection: apsw.Connection,
        *,
        waiting_limit: int = WAITING_LIMIT,
        checkpoint_pages: int = CHECKPOINT_PAGES,
    ) -> None:
        self.refused = 0  # works turned away since the start
        self._checkpoint_pages = checkpoint_pages
        self._log_pages = 0
        connection.set_wal_hook(self._note_log)
        self.group_works = Histogram(GROUP_SIZES)
        self.commit_s = Histogram()
        self._connection = connection
        self._tables = Tables(connection)
        self.waiting_limit = waiting_limit
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._watchers: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._lock = threading.Lock()  # of _closed with the queue, and of _watchers
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many works wait."""
        return self._waiting.qsize()

    def submit(self, work: Work) -> asyncio.Future[Any]:
        """Queue work; the future is done once it is durable, or has failed.

        Raises
        ------
        Overloaded
            When too much work waits already.
        StoreClosed
            When the store is closed.

        """
        if self._waiting.qsize() >= self.waiting_limit:
            self.refused += 1
            raise Overloaded(f"The store has {self.waiting_limit} works waiting and takes no more.")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        with self._lock:
            if self._closed:
                raise StoreClosed
            self._waiting.put(_Waiting(work, loop, answer))
        return answer

    def next_commit(self) -> asyncio.Future[None]:
        """Return a future that is done at the next commit."""
        loop = asyncio.get_running_loop()
        commit: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._watchers = [pair for pair in self._watchers if not pair[1].done()]
            self._watchers.append((loop, commit))
        return commit

    def stop(self) -> None:
        """Finish what waits, then end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            group, is_open = self._take()
            if group:
                began_s = perf_counter()
                self._commit(group)
                self.commit_s.add(perf_counter() - began_s)
                self.group_works.add(len(group))
                if self._log_pages >= self._checkpoint_pages:
                    self._fold_log()

    def _note_log(self, connection: apsw.Connection, name: str, pages: int) -> int:
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _fold_log(self) -> None:
        """Fold the log into the file, once everybody has been answered.

        SQLite would do it within the commit: the first one in the group would wait for it, too,
        and a disk that fails only here would have its work refused although it is durable.
        """
        self._log_pages = 0
        try:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error as failure:  # the log has all; the next commits try again
            log.warning("store.log_unfolded", extra={"reason": str(failure)})

    def _take(self) -> tuple[list[_Waiting], bool]:
        """Return all work that waits, at least one, and whether more may come."""
        waiting = self._waiting.get()
        group: list[_Waiting] = []
        while waiting is not None:
            group.append(waiting)
            if len(group) == GROUP_LIMIT:
                return group, True
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            try:
                self._attempt(group, self._perform)
            except _SpoiledGroup:
                self._attempt(group, self._perform_guarded)
        except Exception as cause:  # the thread must outlive what it runs
            failure = _failure(cause)
            for waiting in group:
                waiting.error = failure
            self._resolve(group, [])
            return
        with self._lock:
            watchers, self._watchers = self._watchers, []
        self._resolve(group, watchers)

    def _attempt(self, group: list[_Waiting], perform: Callable[[_Waiting], None]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for waiting in group:
                waiting.result = waiting.error = None
                perform(waiting)
            self._connection.execute("COMMIT")
        except Exception:
            self._roll_back()
            raise

    def _perform(self, waiting: _Waiting) -> None:
        before = self._connection.total_changes()
        try:
            waiting.result = waiting.work(self._tables)
        except OF_THE_DISK:  # it fails the group, not the one work
            raise
        except Exception as error:
            if self._connection.total_changes() != before:
                raise _SpoiledGroup from error
            waiting.error = error

    def _perform_guarded(self, waiting: _Waiting) -> None:
        self._connection.execute("SAVEPOINT work")
        try:
            waiting.result = waiting.work(self._tables)
        except OF_THE_DISK:  # it fails the group, not the one work
            raise
        except Exception as error:  # re-raised to the caller of this work
            waiting.error = error
            self._connection.execute("ROLLBACK TO work")
            self._tables.names.forget()
        self._connection.execute("RELEASE work")

    def _roll_back(self) -> None:
        self._tables.names.forget()
        # A full disk or an I/O error may have ended the transaction already.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _resolve(
        self,
        group: list[_Waiting],
        watchers: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]],
    ) -> None:
        """Answer everybody, with one wake-up for each event loop."""
        answers: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        for waiting in group:
            answers.setdefault(waiting.loop, []).append(waiting)
        woken: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        for loop, commit in watchers:
            woken.setdefault(loop, []).append(commit)
        for loop in answers.keys() | woken.keys():
            try:
                loop.call_soon_threadsafe(_answer, answers.get(loop, ()), woken.get(loop, ()))
            except RuntimeError:  # the loop has ended: nobody is there to be answered
                continue


def _answer(group: Iterable[_Waiting], commits: Iterable[asyncio.Future[None]]) -> None:
    for waiting in group:
        if waiting.answer.done():  # its caller has been cancelled
            continue
        if waiting.error is None:
            waiting.answer.set_result(waiting.result)
        else:
            waiting.answer.set_exception(waiting.error)
    for commit in commits:
        if not commit.done():
            commit.set_result(None)


def _failure(cause: Exception) -> Exception:
    return failure_of(cause) if isinstance(cause, apsw.Error) else cause
