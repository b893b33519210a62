"""The live side: hears the field each second, lets controllers decide, tells the field.

What it holds in memory can be lost at any moment: the field goes back to its own plans by itself,
and everything that must outlive the process is in the book, the logs and the hub.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from dalgu.devices.signals.driver import Driver, connect
from dalgu.devices.signals.errors import FieldUnreachable
from dalgu.devices.signals.report import Command, Light, Mode, Report
from dalgu.hub.model import Document, Entity
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.services.traffic.control.activity import Activity
from dalgu.services.traffic.control.deciding import Deciding
from dalgu.services.traffic.control.decision_log import DecisionLog
from dalgu.services.traffic.control.event_log import EventLog
from dalgu.services.traffic.control.flows import Flows, Interval
from dalgu.services.traffic.control.plan_orders import PlanOrders
from dalgu.services.traffic.control.seeing import Fixed, see
from dalgu.services.traffic.control.telling import (
    changed_only,
    controllers,
    link_flows,
    worked_days,
)
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.entities import SignalController
from dalgu.services.traffic.signals.layout import Floats, Seen

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

log = logging.getLogger("dalgu.traffic")

RETRY: Final = timedelta(seconds=2)
KEEP_EVERY_S: Final = 300  # the day so far is written down
TELL_EVERY_S: Final = 60  # the hub hears how controllers stand
PLANS_EVERY_S: Final = 60  # the hour may have another plan
FORGET_EVERY_S: Final = 3_600
LONGEST_GAP_S: Final = 60.0  # a longer silence of the field counts as nothing


class Live:
    """One field, followed as long as the process lives."""

    def __init__(self, control: "Control") -> None:
        folder = control.ground.folder / "traffic"
        self._control = control
        self._plans_moved = True
        self.decisions = DecisionLog(folder / "decisions")
        self.events = EventLog(folder / "events")
        self.activity = Activity(folder / "activity.json")
        self.forecast: Callable[[], Floats | None] = lambda: None  # inflow of lanes, veh/h
        self.extension: Callable[[Report], Floats | None] = lambda _: None  # of pedestrians, s
        self.hears: list[Callable[[Report], None]] = []  # who else follows the reports
        self.report: Report | None = None
        self.seen: Seen | None = None
        self.flows: Flows | None = None
        self.deciding: Deciding | None = None
        self.is_connected = False
        self._introduced: Compiled | None = None  # whose links the hub has heard of
        self._told: dict[str, SignalController] = {}  # how the hub knows each controller

    def changed(self) -> None:
        """Take over what was decided about signals."""
        self._plans_moved = True
        deciding = self.deciding
        if deciding is not None:
            deciding.choose(self._control.state)

    async def run(self) -> None:
        """Follow the field until cancelled; whatever breaks, connect again."""
        was_reached = True  # the first failure of an outage is told, the others are not
        try:
            while True:
                lost = await self._try()
                if lost and was_reached:
                    log.info("the field of signals is not reached: %s", lost)
                was_reached = self.is_connected or (was_reached and not lost)
                self.is_connected = False
                await asyncio.sleep(RETRY.total_seconds())
        finally:
            self.decisions.close()
            self.activity.keep()

    async def _try(self) -> str:
        """Follow the field until it is lost; return why, nothing where there was none to follow."""
        compiled = await asyncio.to_thread(self._control.compiled)  # half a second, at first
        where = self._control.field()
        if compiled is None or where is None:
            return ""
        try:
            async with connect(where) as driver:
                await self.follow(driver, compiled)
        except (OSError, DalguError) as lost:
            return str(lost)
        return ""

    async def follow(self, driver: Driver, compiled: Compiled) -> None:
        """Follow a field until its reports end; raise `FieldUnreachable` for another network."""
        digest = self._control.state.network.digest if self._control.state.network else ""
        if tuple(one.id for one in driver.timings) != compiled.layout.signals:
            raise FieldUnreachable("it runs another network than the one in force")
        self.flows = Flows(compiled.layout.lane_storage_veh)
        deciding = Deciding(compiled.layout, digest, self.decisions)
        deciding.choose(self._control.state)
        self.deciding = deciding
        fixed, plans = Fixed.of(compiled.timings), PlanOrders(compiled)
        before = None
        async for report in driver.reports():
            self.is_connected = True
            await self._hear(driver, compiled, fixed, report)
            if self._plans_moved or _passes(before, report, PLANS_EVERY_S):
                self._plans_moved = False
                at = datetime.fromtimestamp(report.at_s, UTC)
                await plans.bring(driver, self._control.state, at)
            before = report
            if self._control.compiled() is not compiled:
                return  # another network is in force

    async def _hear(self, driver: Driver, compiled: Compiled, fixed: Fixed, report: Report) -> None:
        before, self.report = self.report, report
        forecast = self.forecast()
        unknown = np.full(len(compiled.layout.lanes), np.nan)
        seen = see(compiled.layout, fixed, report, unknown if forecast is None else forecast)
        self.seen = seen
        deciding, flows = self.deciding, self.flows
        if deciding is None or flows is None:
            return
        await deciding.decide(seen)
        await self._command(driver, compiled, deciding, report)
        self.events.append(report.events)
        for hear in self.hears:
            hear(report)
        ended = flows.take(report, green_lanes(compiled, report))
        await self._tell(compiled, before, report, ended)

    async def _command(
        self, driver: Driver, compiled: Compiled, deciding: Deciding, report: Report
    ) -> None:
        wanted = deciding.wanted()
        extend = self.extension(report)
        groups = len(compiled.layout.group_signal)
        await driver.send(
            Command(
                sent_s=report.at_s,
                seen_s=deciding.seen_s or report.at_s,
                stage=wanted,
                extend_s=np.zeros(groups) if extend is None else extend,
            )
        )

    async def _tell(
        self, compiled: Compiled, before: Report | None, report: Report, ended: Interval | None
    ) -> None:
        passed_s = 0.0 if before is None else report.at_s - before.at_s
        written: list[Entity | Document] = []
        if 0 < passed_s <= LONGEST_GAP_S:
            at = datetime.fromtimestamp(report.at_s, UTC)
            remote = report.mode == Mode.REMOTE
            day = local(at).date()
            worked = self.activity.add(compiled.layout.signals, remote, passed_s, day)
            written += worked_days(worked, at)
        if ended is not None:
            written += link_flows(compiled, ended, is_first=self._introduced is not compiled)
            self._introduced = compiled
        if _passes(before, report, TELL_EVERY_S):
            newest = self.flows.kept[-1] if self.flows and self.flows.kept else None
            standing = controllers(self._control, compiled, report, newest)
            written += changed_only(self._told, standing)
        if written:
            await self._control.ground.hub.upsert(written)
        if _passes(before, report, KEEP_EVERY_S):
            await asyncio.to_thread(self.activity.keep)
        if _passes(before, report, FORGET_EVERY_S):
            await asyncio.to_thread(self.decisions.forget, report.at_s)
            await asyncio.to_thread(self.events.forget, report.at_s)


def green_lanes(compiled: Compiled, report: Report) -> np.ndarray:
    """Return which lanes may discharge: some movement of theirs is green, shape (L,)."""
    layout = compiled.layout
    signalled = layout.movement_group >= 0
    lit = report.light[layout.movement_group[signalled]] == Light.GREEN
    green = np.zeros(len(layout.lanes), np.bool_)
    green[layout.movement_lane[signalled][lit]] = True
    return green


def _passes(before: Report | None, report: Report, every_s: int) -> bool:
    return before is None or before.at_s // every_s != report.at_s // every_s
