"""What runs by itself: windows close, notices end, what rested goes on."""

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import every
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.citizens.proposals.proposals import Proposals
from dalgu.services.citizens.proposals.sweeping import sweep


def job(room: Proposals) -> Job:
    """Return the hourly work of the room."""

    async def run(hub: Hub, clock: Clock) -> None:
        await sweep(room)

    title = Text("제안의 기간 살피기", "Close windows of proposals")
    return Job("citizens.proposals", title, every(hours=1), run)
