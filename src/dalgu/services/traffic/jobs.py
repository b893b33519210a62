"""The job of traffic: what vehicles did is forgotten every night."""

from contextlib import suppress
from typing import Final

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job

TYPE: Final = "Vehicle"


async def forget_ways(hub: Hub, clock: Clock) -> None:
    """Delete the history of every vehicle; where each is now stays."""
    vehicles = [EntityId(one["id"]) async for one in hub.every(TYPE)]
    for vehicle in vehicles:
        with suppress(NotExisting):  # it was not heard since the last night
            await hub.forget(vehicle)


JOBS = (
    Job(
        "traffic.forget_ways",
        Text("차량이 지나온 길 지우기", "Forget where vehicles were"),
        daily("04:10"),
        forget_ways,
    ),
)
