"""The job of the flags: reads the meters' hours, finds suspicions, writes alerts."""

from collections.abc import AsyncIterator
from datetime import timedelta

from dalgu.hub.hub import Hub
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.flags.continuous import continuous_flow
from dalgu.services.water.flags.silence import no_use
from dalgu.services.water.flags.suspicions import CATEGORY, alerts, suspect
from dalgu.services.water.metered import read_meters

SUSPICION_WINDOW = timedelta(days=18)  # two weeks before a rest of three days, and a day


async def assess_meters(hub: Hub, clock: Clock) -> None:
    """Raise and close the suspicions of continuous flow and of no use."""
    now = clock.now()
    meters = await read_meters(hub, now, SUSPICION_WINDOW)
    held = {alert.id: alert async for alert in _water_alerts(hub)}
    used_m3 = meters.hourly.consumption_m3
    findings = suspect(meters.meters, meters.hourly, continuous_flow(used_m3), no_use(used_m3))
    written = alerts(findings, held, now)
    if written:
        await hub.upsert(written)


async def _water_alerts(hub: Hub) -> AsyncIterator[Alert]:
    async for document in hub.every("Alert", q=f'category=="{CATEGORY}"'):
        yield Alert.from_document(document)


JOBS = (
    Job(
        "water.suspicions",
        Text("누수·미사용 의심", "Suspicions of leaks and of no use"),
        daily("04:30"),
        assess_meters,
    ),
)
