"""Runs the jobs of all services on the city's clock, one task each, none forgotten."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

import msgspec

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import DalguError
from dalgu.service import Job
from dalgu.store.sqlite import Store

log = logging.getLogger("dalgu.jobs")

COLLECTION = "job"
OUTCOMES = ("done", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of a job, as the records keep it."""

    job: str
    started_at: str
    finished_at: str
    outcome: str  # done, or the sentence of the error


@dataclass(slots=True)
class Tally:
    """What became of the runs of one job since the process began."""

    runs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    last_s: float = 0.0


class JobRunner:
    """Owns one task per job; a job that fails is logged with its name and runs again when due."""

    def __init__(self, store: Store, hub: Hub, clock: Clock, jobs: Iterable[Job]) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self.jobs = {job.name: job for job in jobs}
        self.tallies = {name: Tally() for name in self.jobs}
        self._busy = asyncio.Semaphore(1)  # one job at a time: two cores also serve pages

    async def run(self) -> None:
        """Run all jobs until cancelled."""
        async with asyncio.TaskGroup() as group:
            for job in self.jobs.values():
                group.create_task(self._keep_running(job), name=f"job {job.name}")

    async def run_once(self, job: Job) -> Run:
        """Run one job now and record how it went."""
        async with self._busy:
            started, began_s = self._clock.now(), perf_counter()
            outcome = await self._attempt(job)
            self.tallies.setdefault(job.name, Tally()).last_s = perf_counter() - began_s
            finished = Run(job.name, iso(started), iso(self._clock.now()), outcome)
        body = msgspec.json.encode(finished)
        await self._store.write(lambda tables: tables.records.put(COLLECTION, job.name, body))
        return finished

    def last_runs(self) -> dict[str, Run]:
        """Return the last run of each job that has run."""
        records = self._store.read().records.all(COLLECTION)
        return {name: msgspec.json.decode(body, type=Run) for name, body in records}

    async def _keep_running(self, job: Job) -> None:
        due: datetime = job.schedule.next_run(self._clock.now())
        while True:
            await self._clock.sleep_until(due)
            await self.run_once(job)
            # Runs missed while the machine was busy or off are not made up one by one: each
            # job looks at the hub as it is now.
            due = job.schedule.next_run(max(due, self._clock.now()))

    async def _attempt(self, job: Job) -> str:
        runs = self.tallies.setdefault(job.name, Tally()).runs
        try:
            await job.run(self._hub, self._clock)
        except DalguError as refused:
            log.warning("job.refused", extra={"job": job.name, "reason": refused.detail})
            runs["refused"] += 1
            return refused.detail
        except Exception:
            log.exception("job.failed", extra={"job": job.name})
            runs["failed"] += 1
            return "failed; the log holds the trace"
        runs["done"] += 1
        return "done"
