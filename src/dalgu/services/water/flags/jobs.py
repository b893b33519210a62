"""The job of the flags: reads the meters' hours, finds suspicions, writes alerts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from dalgu.hub.hub import Hub
from dalgu.hub.types import Alert, Device
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.flags.alerts import alerts
from dalgu.services.water.flags.flag import Kind, Subject
from dalgu.services.water.flags.judging import Judged, judge
from dalgu.services.water.flags.unread import unread
from dalgu.services.water.metered import read_meters

WINDOW = timedelta(days=47)  # a rest of thirty days, two weeks before it, and some days


async def assess_meters(hub: Hub, clock: Clock) -> None:
    """Raise and close the alerts of all rules on hours, registers, own alarms and silence."""
    now = clock.now()
    meters = await read_meters(hub, now, WINDOW)
    held = {alert.id: alert async for alert in _raised_here(hub)}
    stands = {subject.id: subject async for subject in _gateways(hub)}
    findings = await asyncio.to_thread(
        judge, Judged(meters.meters, meters.hourly, meters.reads)
    ) + unread(meters.meters, meters.reads, now, stands)
    written = alerts(findings, held, now)
    if written:
        await hub.upsert(written)


async def _raised_here(hub: Hub) -> AsyncIterator[Alert]:
    kinds = ",".join(f'"{kind.value}"' for kind in Kind)
    async for document in hub.every("Alert", q=f"subCategory=={kinds}"):
        yield Alert.from_document(document)


async def _gateways(hub: Hub) -> AsyncIterator[Subject]:
    async for document in hub.every("Device", q='category=="gateway"'):
        device = Device.from_document(document)
        yield Subject(device.id, device.location, device.origin)


JOBS = (
    Job(
        "water.suspicions",
        Text("누수·미사용 의심", "Suspicions of leaks and of no use"),
        daily("04:30"),
        assess_meters,
    ),
)
