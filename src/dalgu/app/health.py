"""Whether a platform can do its work: one check for each thing that it depends on.

Answers are as draft-inadarei-api-health-check-06 has them (`application/health+json`): `pass`,
`warn` where somebody should look, `fail` where requests should go elsewhere.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock, SystemClock, iso
from dalgu.kernel.errors import DalguError
from dalgu.store.outbox import lags
from dalgu.store.sqlite import Store

if TYPE_CHECKING:  # a hub alone has no devices
    from dalgu.devices.mqtt import Listener

MEDIA_TYPE: Final = "application/health+json"
PROBES: Final = "health"  # records that the store is tried with

WRITE_LIMIT_S: Final = 5.0  # a durable write takes milliseconds; so long, and none will come
FREE_LEAST_BYTES: Final = 64 * 1024 * 1024  # a log that is folded in needs about so much
FREE_LOW_BYTES: Final = 1024 * 1024 * 1024
FREE_LOW_SHARE: Final = 0.05
QUEUE_HIGH: Final = 0.5  # share of the limit
LAG_HIGH_EVENTS: Final = 100_000
CLOCK_SLACK: Final = timedelta(minutes=5)


class State(StrEnum):
    """How a check went; the worst of all is that of the platform."""

    PASS = "pass"  # noqa: S105 - how a check went, not a secret
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str  # component:measurement
    state: State
    output: str = ""  # a sentence, where something is not as it should be
    observed: float | str | None = None
    unit: str = ""

    def shown(self, at: str) -> Document:
        """Return it as an element of `checks`."""
        told: Document = {"status": str(self.state), "time": at}
        if self.observed is not None:
            told["observedValue"] = self.observed
        if self.unit:
            told["observedUnit"] = self.unit
        return told | ({"output": self.output} if self.output else {})


Check = Callable[[], Awaitable[Finding]]


def checks(store: Store, clock: Clock, listener: "Listener | None") -> list[Check]:
    """Return the checks of a platform."""
    found: list[Check] = [
        lambda: writable(store),
        lambda: space_left(store.path.parent),
        lambda: writer_queue(store),
        lambda: schema(store),
        lambda: clock_sane(store, clock),
        lambda: readers_follow(store),
    ]
    return found if listener is None else [*found, lambda: mqtt_connected(listener)]


async def looked_at(found: Iterable[Check]) -> list[Finding]:
    """Return what all checks found, one after the other."""
    return [await check() for check in found]


def worst(findings: Iterable[Finding]) -> State:
    """Return the worst of several states.

    >>> worst([Finding("a", State.WARN), Finding("b", State.PASS)]).value
    'warn'
    """
    states = {finding.state for finding in findings}
    return next((s for s in (State.FAIL, State.WARN) if s in states), State.PASS)


def report(findings: list[Finding]) -> Document:
    """Return findings as a health document; `fail` is answered with 503."""
    at = iso(SystemClock().now())
    return {
        "status": str(worst(findings)),
        "version": version("dalgu"),
        "serviceId": "dalgu",
        "checks": {finding.name: [finding.shown(at)] for finding in findings},
    }


async def writable(store: Store) -> Finding:
    """Whether a write reaches the disk: a small one is really made."""
    name = "store:writable"
    body = iso(SystemClock().now()).encode()
    try:
        async with asyncio.timeout(WRITE_LIMIT_S):
            await store.write(lambda tables: tables.records.put(PROBES, "probe", body))
    except TimeoutError:
        return Finding(name, State.FAIL, f"No write was done within {WRITE_LIMIT_S:g} s.")
    except DalguError as refused:
        return Finding(name, State.FAIL, refused.detail)
    return Finding(name, State.PASS)


async def space_left(folder: Path) -> Finding:
    """How much the disk of the data folder still takes."""
    usage = shutil.disk_usage(folder)
    state, output = State.PASS, ""
    if usage.free < FREE_LEAST_BYTES:
        state, output = State.FAIL, "The disk is full; make room before data is refused."
    elif usage.free < min(FREE_LOW_BYTES, FREE_LOW_SHARE * usage.total):
        state, output = State.WARN, "The disk is nearly full."
    return Finding("disk:free", state, output, usage.free, "bytes")


async def writer_queue(store: Store) -> Finding:
    """How many works wait for the writer."""
    waiting, limit = store.writer.waiting, store.writer.waiting_limit
    state, output = State.PASS, ""
    if waiting >= limit:
        state, output = State.FAIL, f"{waiting} works wait; more are refused."
    elif waiting >= QUEUE_HIGH * limit:
        state, output = State.WARN, f"{waiting} of {limit} works wait."
    return Finding("store:queue", state, output, waiting, "works")


async def schema(store: Store) -> Finding:
    """Whether the file has the schema of this release: another may have opened it since."""
    found, newest = await store.schema_version()
    if found == newest:
        return Finding("store:schema", State.PASS, observed=found)
    sentence = f"The file has schema {found}, this release knows {newest}; start the newer one."
    return Finding("store:schema", State.FAIL, sentence, found)


async def clock_sane(store: Store, clock: Clock) -> Finding:
    """Whether time has gone back behind what is stored: new values would look old."""
    newest = await store.scan(lambda tables: tables.outbox.newest_at())
    now = clock.now()
    if newest is None or newest <= now + CLOCK_SLACK:
        return Finding("clock:sane", State.PASS, observed=iso(now))
    sentence = f"The clock says {iso(now)}; the newest event is of {iso(newest)}. Set the clock."
    return Finding("clock:sane", State.WARN, sentence, iso(now))


async def readers_follow(store: Store) -> Finding:
    """Whether those who follow the outbox keep up."""
    _, behind = await store.scan(lambda tables: lags(tables.outbox))
    most = max(behind.values(), default=0)
    if most < LAG_HIGH_EVENTS:
        return Finding("outbox:lag", State.PASS, observed=most, unit="events")
    late = max(behind, key=lambda reader: behind[reader])
    sentence = f"Reader '{late}' is {most} events behind."
    return Finding("outbox:lag", State.WARN, sentence, most, "events")


async def mqtt_connected(listener: "Listener") -> Finding:
    """Whether the broker of the devices is there; what it holds comes when it is back."""
    if listener.is_connected.is_set():
        return Finding("mqtt:connected", State.PASS)
    sentence = f"Broker {listener.broker} is not connected; messages wait there."
    return Finding("mqtt:connected", State.WARN, sentence)
