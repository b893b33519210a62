"""Which fixed plan each controller is to run: by the hour, or one that somebody took."""

from collections import defaultdict
from datetime import datetime
from typing import Final

from dalgu.devices.signals.driver import Driver
from dalgu.devices.signals.field import Order, Ordered
from dalgu.kernel.clock import local
from dalgu.services.traffic.control.state import ControlState
from dalgu.services.traffic.network.compiled import Compiled

SATURDAY: Final = 5
# Names of plans by local hour, first to last: the usual day of a Korean city. A controller without
# such a plan runs its first.
BY_HOUR: Final = (("night", 22, 6), ("morning", 6, 10), ("evening", 16, 20))


class PlanOrders:
    """Tells the field which plans to run; remembers what it was told since it was connected."""

    def __init__(self, compiled: Compiled) -> None:
        self._timings = compiled.timings
        self._signals = compiled.layout.signals
        self._taken: dict[int, int] = {}  # controller to the proposal that it runs
        self._chosen: dict[int, int] = {}  # controller to the position of its plan

    async def bring(self, driver: Driver, state: ControlState, now: datetime) -> None:
        """Tell what has changed."""
        ordered: defaultdict[int, list[int]] = defaultdict(list)
        name = plan_name(now)
        for position, signal in enumerate(self._signals):
            proposal = state.plan_in_force(signal, now)
            if proposal is not None:
                if self._taken.get(position) != proposal.number:
                    await driver.load(position, proposal.plan)
                    self._taken[position] = proposal.number
                    self._chosen.pop(position, None)
                continue
            self._taken.pop(position, None)
            names = [plan.name for plan in self._timings[position].plans]
            plan = names.index(name) if name in names else 0
            if self._chosen.get(position) != plan:
                ordered[plan].append(position)
                self._chosen[position] = plan
        for plan, controllers in ordered.items():
            await driver.order(Order(Ordered.REMOTE, tuple(controllers), plan))


def plan_name(now: datetime) -> str:
    """Return the name of the plan of an hour.

    >>> from datetime import UTC
    >>> plan_name(datetime(2026, 3, 3, 23, tzinfo=UTC))  # eight in the morning of a Wednesday
    'morning'
    """
    at = local(now)
    for name, since, until in BY_HOUR:
        over_midnight = since > until
        inside = at.hour >= since or at.hour < until if over_midnight else since <= at.hour < until
        if inside and (name == "night" or at.weekday() < SATURDAY):
            return name
    return "day"
