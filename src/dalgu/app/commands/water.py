"""The work behind `dalgu water`: each opens the city of a folder and asks the water service."""

from datetime import UTC, date, datetime, timedelta

from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.commands.opening import city
from dalgu.hub.model import JSON
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.ids import EntityId
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.water.balance.period import FIGURES, period_balance
from dalgu.services.water.balance.water_balance import Figure
from dalgu.services.water.leakage.closure import Closure
from dalgu.services.water.leakage.entities import WaterNetwork
from dalgu.services.water.leakage.loading import load_network, loaded, what_if_closed
from dalgu.services.water.leakage.pages import leak_desk
from dalgu.services.water.rollout.areas import read_areas
from dalgu.services.water.rollout.planning import Planned, plan
from dalgu.services.water.validation.rerun import (
    Comparison,
    DayDifference,
    Scope,
    compare,
    rerun,
)
from dalgu.services.water.validation.rules import load_rules


async def load_model(settings: Settings, inp: bytes, name: str, dma: str | None) -> WaterNetwork:
    """Load an EPANET file; raise `NetworkFileInvalid`."""
    async with city(settings) as platform:
        area = None if dma is None else EntityId(dma)
        if area is not None:
            await platform.hub.retrieve(area)
        return await load_network(platform.hub, platform.clock, inp, name, area)


async def networks(settings: Settings) -> list[WaterNetwork]:
    """Return the loaded networks."""
    async with city(settings) as platform:
        return await loaded(platform.hub)


async def leak_rows(settings: Settings) -> list[dict[str, JSON]]:
    """Return the open cases in the order of repair."""
    async with city(settings) as platform:
        desk = await leak_desk(platform.hub, platform.clock, Asked())
        rows: list[dict[str, JSON]] = desk["cases"]
        return rows


async def closed(settings: Settings, pipe: str, network: str | None) -> Closure:
    """Return what closing a pipe does; raise `LinkNotExisting`, `WaterNetworkNotExisting`."""
    async with city(settings) as platform:
        where = None if network is None else EntityId(network)
        return await what_if_closed(platform.hub, pipe, where)


async def revalidate(
    settings: Settings, span: tuple[date, date, str | None], own: bytes | None, *, write: bool
) -> Comparison:
    """Validate days again; raise `DaysNotValidatable` or what is wrong with the rules."""
    first, last, area = span
    scope = Scope(first, last, None if area is None else EntityId(area))
    async with city(settings) as platform:
        if write:
            target = f"water:validated/{first}/{last}"
            await platform.access.audit(CONSOLE, Operation.METER_EDIT, target)
        return await rerun(platform.hub, platform.clock, scope, load_rules(own), write=write)


async def compared(
    settings: Settings, area: str, day: date, versions: tuple[int, int]
) -> DayDifference:
    """Return how two versions differ; raise `DayNotValidated` where there is none."""
    async with city(settings) as platform:
        return await compare(platform.hub, EntityId(area), day, *versions)


async def balance_rows(
    settings: Settings, area: str, span: tuple[date, date]
) -> list[tuple[Text, Figure]]:
    """Return the lines of an area's water balance; raise `PeriodUnbalanced`."""
    first, last = span
    since = datetime(first.year, first.month, first.day, tzinfo=LOCAL).astimezone(UTC)
    days = (last - first).days + 1
    async with city(settings) as platform:
        balance = await period_balance(
            platform.hub, EntityId(area), since, since + timedelta(days=days)
        )
        return [(title, getattr(balance, name)) for name, title in FIGURES.items()]


async def planned(settings: Settings, budget_won_y: int) -> list[tuple[Text, Planned]]:
    """Return the areas of the roll-out in their order, each with its name."""
    async with city(settings) as platform:
        books, areas = await read_areas(platform.hub)
        names = {str(book.id): book.name or Text(book.id, book.id) for book in books}
        return [(names[one.area.key], one) for one in plan(areas, budget_won_y)]
