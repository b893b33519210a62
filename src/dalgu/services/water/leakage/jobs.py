"""The nightly watch for leaks: reads histories, thinks, writes cases. Harmless when run twice."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from dalgu.hub.hub import Columns, Hub
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.leakage.cases import cases
from dalgu.services.water.leakage.entities import LeakCase, PressureLogger, WaterNetwork
from dalgu.services.water.leakage.model import read_network
from dalgu.services.water.leakage.network import Floats
from dalgu.services.water.leakage.repair import prices
from dalgu.services.water.leakage.watching import LEAST_DAYS, Measured, watch_network

log = logging.getLogger(__name__)

HOUR_S = 3_600
LONGEST_WATCH = timedelta(days=800)  # hours of two years and some: what a night can compute


@dataclass(frozen=True, slots=True)
class Watched:
    """The series of one network, hours from a local midnight on."""

    network: WaterNetwork
    inp: bytes
    since: datetime
    loggers: Sequence[PressureLogger]
    head_m: Floats
    inflow_m3h: Floats


async def locate_leaks(hub: Hub, clock: Clock) -> None:
    """Look for leaks in each loaded network, and bring its cases up to date."""
    known = [LeakCase.from_document(document) async for document in hub.every("LeakCase")]
    held = {case.id: case for case in known}
    async for document in hub.every("WaterNetwork"):
        watched = await read_watched(hub, WaterNetwork.from_document(document), clock.now())
        if watched is not None:
            written = await asyncio.to_thread(_thought, watched, held, clock.now())
            await hub.upsert(written)


async def read_watched(hub: Hub, network: WaterNetwork, now: datetime) -> Watched | None:
    """Read what a network's watch needs; none where it has no series of two weeks yet."""
    if network.digest is None or network.dma is None or network.watched_since is None:
        return None
    since = max(datetime.fromisoformat(network.watched_since), _midnight(now - LONGEST_WATCH))
    until = _midnight(now)
    days = (until - since) // timedelta(days=1)
    if days < LEAST_DAYS:
        return None
    documents = [PressureLogger.from_document(d) async for d in hub.every("PressureLogger")]
    loggers = [one for one in documents if one.node is not None and one.dma == network.dma]
    margin = timedelta(seconds=1)  # an hour's value is told at its end
    head = await hub.columns("PressureLogger", "head", since + margin, until + margin)
    inflow = await hub.columns("DistrictMeteredArea", "inflow", since + margin, until + margin)
    hours = days * 24
    heads = hourly_means(head, [logger.id for logger in loggers], since, hours)
    inflows = hourly_means(inflow, [network.dma], since, hours)[:, 0]
    known = np.isfinite(inflows) & np.isfinite(heads).any(axis=1)
    if not known.any():
        return None
    first = int(np.argmax(known)) // 24
    if days - first < LEAST_DAYS:
        return None
    return Watched(
        network=network,
        inp=await hub.kept(network.digest),
        since=since + timedelta(days=first),
        loggers=loggers,
        head_m=heads[24 * first :],
        inflow_m3h=inflows[24 * first :],
    )


def hourly_means(columns: Columns, ids: Sequence[EntityId], since: datetime, hours: int) -> Floats:
    """Return shape (hours, ids): means of the values told in each hour, NaN where none was."""
    position = {name: index for index, name in enumerate(ids)}
    column = np.array([position.get(name, -1) for name in columns.ids], dtype=np.int64)
    which = column[columns.entity] if len(columns.ids) else columns.entity
    hour = np.ceil((columns.at_s - since.timestamp()) / HOUR_S).astype(np.int64) - 1
    kept = (which >= 0) & (hour >= 0) & (hour < hours) & np.isfinite(columns.value)
    total, count = np.zeros((hours, len(ids))), np.zeros((hours, len(ids)))
    np.add.at(total, (hour[kept], which[kept]), columns.value[kept])
    np.add.at(count, (hour[kept], which[kept]), 1.0)
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def _thought(
    watched: Watched, held: dict[EntityId, LeakCase], now: datetime
) -> list[LeakCase | WaterNetwork]:
    told = Measured(
        [str(logger.node) for logger in watched.loggers],
        watched.head_m,
        watched.inflow_m3h,
        local(watched.since).weekday(),
    )
    try:
        found = watch_network(watched.inp, told)
    except DalguError as refused:  # as a logger at a node that the file does not have
        log.warning("water.leaks.refused network=%s why=%s", watched.network.id, refused.detail)
        return []
    network = read_network(watched.inp)
    fitted = WaterNetwork(
        id=watched.network.id,
        calibrated_at=iso(now),
        fit_before=round(found.fit.before_m, 3),
        fit_after=round(found.fit.after_m, 3),
    )
    written = cases(found, watched.network, network, watched.since, (held, prices()))
    return [fitted, *written]


def _midnight(at: datetime) -> datetime:
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


JOBS = (Job("water.leaks", Text("누수 위치 추정", "Leaks located"), daily("05:10"), locate_leaks),)
