"""What the parts of a platform have to say when its metrics are asked for."""

import os
import resource
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic, process_time
from typing import TYPE_CHECKING, Final

from dalgu.app import metrics as m
from dalgu.app.metrics import Sample
from dalgu.app.observing import Traffic
from dalgu.app.runner import JobRunner
from dalgu.hub.api.tenants import Figures
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hosted import Contexts
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock
from dalgu.store.outbox import lags
from dalgu.store.sqlite import Store

if TYPE_CHECKING:  # a hub alone is measured without a city
    from dalgu.app.platform import Platform

KIB: Final = 1024
KINDS_OF_CONTEXT: Final = ("Hosted", "Cached", "ImplicitlyCreated")
PROC: Final = Path("/proc/self")

_began_s: Final = monotonic()


async def measured(platform: "Platform", traffic: Traffic) -> list[Sample]:
    """Return every figure of a platform as it is now."""
    types = await platform.hub.types()
    return [
        *of_process(),
        *of_requests(traffic),
        *await of_store(platform.store),
        m.ENTITIES(sum(types.values())),
        m.TYPES(len(types)),
        *of_hub(platform.subscriptions, platform.federation, platform.contexts, platform.clock),
        *_of_models(platform),
        *of_tenants(await platform.tenants.figures()),
        *_of_devices(platform),
        *of_jobs(platform.runner),
    ]


def of_requests(traffic: Traffic) -> Iterator[Sample]:
    """Yield what was asked over HTTP."""
    yield m.IN_PROGRESS(traffic.in_progress)
    for (method, route, status), held in sorted(traffic.durations.items()):
        yield m.REQUESTS(held, method, route, f"{status}xx")
    for route, size in sorted(traffic.answered_bytes.items()):
        yield m.ANSWERED(size, route)


async def of_store(store: Store) -> list[Sample]:
    """Return what the store did, and how far its readers are."""
    writer = store.writer
    head, behind = await store.scan(lambda tables: lags(tables.outbox))
    return [
        m.QUEUED(writer.waiting),
        m.QUEUE_LIMIT(writer.waiting_limit),
        m.REFUSED(writer.refused),
        m.GROUPS(writer.group_works),
        m.COMMITS(writer.commit_s),
        *(m.FILES(size, name) for name, size in store.file_bytes().items()),
        m.FREE(shutil.disk_usage(store.path.parent).free),
        m.HEAD(head),
        *(m.LAG(events, reader) for reader, events in sorted(behind.items())),
    ]


def of_hub(
    subscriptions: Subscriptions, federation: Federation, contexts: Contexts, clock: Clock
) -> Iterator[Sample]:
    """Yield what the hub tells others, and what it holds of them."""
    now, states = clock.now(), dict.fromkeys(("active", "paused", "expired"), 0)
    for one in subscriptions:
        states[one.status(now)] += 1
    for state, number in states.items():
        yield m.SUBSCRIPTIONS(number, state)
    counters = list(subscriptions.counters.values())
    yield m.NOTIFICATIONS(sum(one.times_sent for one in counters), "sent")
    yield m.NOTIFICATIONS(sum(one.times_failed for one in counters), "failed")
    yield m.NOTIFICATIONS(sum(one.retried for one in counters), "retried")
    yield m.NOTIFICATIONS(sum(one.dead_lettered for one in counters), "dead_lettered")
    yield m.FAILING(sum(one.is_failing for one in counters))
    yield m.WAITING(sum(one.waiting for one in counters))
    asked = federation.registry.counters.values()
    failed = sum(one.times_failed for one in asked)
    yield m.SOURCES(len(federation.registry))
    yield m.ASKED(sum(one.times_sent for one in asked) - failed, "answered")
    yield m.ASKED(failed, "failed")
    for kind in KINDS_OF_CONTEXT:
        yield m.CONTEXTS(len(contexts.names(kind)), kind)


def of_tenants(figures: list[Figures]) -> Iterator[Sample]:
    """Yield what each tenant asks, and how far behind it is."""
    yield m.TENANTS(len(figures))
    for one in figures:
        yield m.TENANT_REQUESTS(one.requests, one.tenant)
        yield m.TENANT_LAG(one.lag_events, one.tenant)


def _of_models(platform: "Platform") -> Iterator[Sample]:
    held_to = platform.hub.validation
    if held_to is not None:
        yield m.UNFIT(held_to.reported, "reported")
        yield m.UNFIT(held_to.refused, "refused")


def _of_devices(platform: "Platform") -> Iterator[Sample]:
    taken = platform.intake.counters
    yield m.MESSAGES(taken.accepted, "accepted")
    yield m.MESSAGES(taken.refused, "refused")
    yield m.MESSAGES(taken.overloaded, "overloaded")
    yield m.ROWS(taken.stored, "stored")
    yield m.ROWS(taken.duplicates, "duplicate")
    yield m.DEVICES(len(platform.registry))
    if platform.listener is not None:
        yield m.MQTT_UP(int(platform.listener.is_connected.is_set()))
        yield m.MQTT_LOST(platform.listener.counters.failures)


def of_jobs(runner: JobRunner) -> Iterator[Sample]:
    """Yield what became of the jobs."""
    for job, tally in sorted(runner.tallies.items()):
        for outcome, number in tally.runs.items():
            yield m.JOBS(number, job, outcome)
        yield m.JOB_TIME(tally.last_s, job)
    for job, run in sorted(runner.last_runs().items()):
        if job in runner.jobs:
            yield m.JOB_RUN(datetime.fromisoformat(run.started_at).timestamp(), job)


def of_process() -> Iterator[Sample]:
    """Yield what the process takes; what this system does not tell is left out."""
    yield m.BUILD(1, version("dalgu"))
    yield m.UPTIME(round(monotonic() - _began_s, 3))
    yield m.CPU(process_time())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield m.PEAK(peak if sys.platform == "darwin" else peak * KIB)
    yield m.MAX_FDS(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    if PROC.is_dir():  # Linux
        pages = int((PROC / "statm").read_text("ascii").split()[1])
        yield m.MEMORY(pages * resource.getpagesize())
        yield m.FDS(sum(1 for _ in (PROC / "fd").iterdir()))
        yield m.STARTED(_started_s())


def _started_s() -> float:
    """Return when the process began: boot time, and ticks of the clock since then (proc(5))."""
    ticks = int((PROC / "stat").read_text("ascii").rpartition(")")[2].split()[19])
    boot = next(
        line for line in Path("/proc/stat").read_text("ascii").splitlines() if "btime" in line
    )
    return int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
