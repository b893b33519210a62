"""Reading: what the hub remembers of links, laid on the grid of five-minute steps."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from dalgu.hub.hub import Columns, Hub
from dalgu.kernel.clock import local
from dalgu.kernel.deadlines import is_working_day
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.prediction.history import STEP_S, STEPS_PER_DAY, Array, History
from dalgu.services.traffic.prediction.joined import joined

TYPE = "TrafficFlowObserved"
OF_LINK = entity_id(TYPE, "link-")
EPOCH = date(1970, 1, 1)


def last_ended(now: datetime) -> int:
    """Return the number of the last five-minute step that has ended, in local time since 1970.

    >>> last_ended(datetime(1969, 12, 31, 15, 10, tzinfo=UTC))  # 00:10 in Seoul
    1
    """
    return _local_s(now) // STEP_S - 1


def end_of(step: int) -> datetime:
    """Return the instant at which a step ends.

    >>> end_of(1)
    datetime.datetime(1969, 12, 31, 15, 10, tzinfo=datetime.timezone.utc)
    """
    naive = datetime.fromtimestamp((step + 1) * STEP_S, UTC)
    offset = local(naive).utcoffset() or timedelta()
    return naive - offset


async def read_history(hub: Hub, network: Network | None, until: int, steps: int) -> History | None:
    """Return what links did in the steps up to `until`, it included; `None` where nothing.

    Links are those observed in that time and, where there is a network, part of it.
    """
    since = end_of(until - steps)
    after, before = since + timedelta(seconds=1), end_of(until) + timedelta(seconds=1)
    flow = await hub.columns(TYPE, "intensity", after, before)
    speed = await hub.columns(TYPE, "averageSpeed", after, before)
    return await asyncio.to_thread(_history, (flow, speed), network, until - steps + 1, steps)


def _history(
    columns: tuple[Columns, Columns], network: Network | None, first: int, steps: int
) -> History | None:
    known = None if network is None else {link.id for link in network.links}
    names = sorted(_links(columns, known))
    if not names:
        return None
    flow, speed = (_laid(one, names, first, steps) for one in columns)
    edges = np.empty((0, 2), dtype=np.int64) if network is None else joined(network, names)
    return History(first, flow, speed, edges, None, _days_off(first, steps), tuple(names))


def _link_of(entity: str) -> str | None:
    """Return the link that an observation is of, `None` for one of an intersection."""
    return entity.removeprefix(OF_LINK) if entity.startswith(OF_LINK) else None


def _links(columns: Iterable[Columns], known: set[str] | None) -> set[str]:
    found = {_link_of(entity) for one in columns for entity in one.ids} - {None}
    links = {link for link in found if link is not None}
    return links if known is None else links & known


def _laid(columns: Columns, names: Sequence[str], first: int, steps: int) -> Array:
    """Lay observations, dated at the end of their interval, on the grid; the newest stays."""
    position = {link: row for row, link in enumerate(names)}
    places = [position.get(_link_of(entity) or "", -1) for entity in columns.ids]
    link = np.array(places, dtype=np.int64)[columns.entity]
    offset_s = _local_s(end_of(first)) - int(end_of(first).timestamp())
    step = np.rint((columns.at_s + offset_s) / STEP_S).astype(np.int64) - 1 - first
    inside = (link >= 0) & (step >= 0) & (step < steps)
    grid = np.full((len(names), steps), np.nan, dtype=np.float32)
    grid[link[inside], step[inside]] = columns.value[inside]
    return grid


def _days_off(first: int, steps: int) -> frozenset[int]:
    days = range(first // STEPS_PER_DAY, (first + steps) // STEPS_PER_DAY + 2)
    return frozenset(day for day in days if not is_working_day(EPOCH + timedelta(days=day)))


def _local_s(at: datetime) -> int:
    offset = local(at).utcoffset() or timedelta()
    return int(at.timestamp() + offset.total_seconds())
