"""Districts where rules prove themselves, and what was rolled out from them when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.center.ground import Ground
from dalgu.center.incidents.state import Incident
from dalgu.center.testbeds import area
from dalgu.center.testbeds.area import Testbed, TrialRule
from dalgu.center.testbeds.figures import Figures, figures
from dalgu.center.testbeds.rollouts import (
    Approved,
    Declined,
    OwnProposal,
    Proposed,
    RolledBack,
    Rollout,
    RolloutNotExisting,
    RolloutNotPossible,
    RolloutStatus,
    RuleNotOnTrial,
    TestbedDeed,
    TestbedNotExisting,
)

ROOM = "testbeds"
STANDING = (RolloutStatus.PROPOSED, RolloutStatus.ROLLED_OUT)


class Testbeds:
    """The test beds, and the roll-outs from them."""

    def __init__(self, ground: Ground, known: Mapping[str, Testbed] | None = None) -> None:
        self._ground = ground
        self.known = area.load() if known is None else known
        self.rollouts: dict[int, Rollout] = {}
        ground.logbook.open_room(ROOM, TestbedDeed, self._take)

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled: nothing."""

    def get(self, name: str) -> Testbed:
        """Return one test bed; raise `TestbedNotExisting`."""
        if name not in self.known:
            raise TestbedNotExisting(name)
        return self.known[name]

    def is_on(self, rule: str, testbed: str | None, lon: float | None, lat: float | None) -> bool:
        """Tell whether a rule applies at a place.

        A rule of no test bed applies everywhere; one of a test bed inside its area, and in the
        whole city while it is rolled out. Where nobody knows the place only the city's rules are.
        """
        if testbed is None or self.is_rolled_out(testbed, rule):
            return True
        here = self.known.get(testbed)
        return here is not None and lon is not None and lat is not None and here.holds(lon, lat)

    def is_rolled_out(self, testbed: str, rule: str) -> bool:
        """Tell whether a rule of a test bed is in force city-wide."""
        found = self.standing(testbed, rule)
        return found is not None and found.status is RolloutStatus.ROLLED_OUT

    def standing(self, testbed: str, rule: str) -> Rollout | None:
        """Return the roll-out of a rule that is proposed or in force, `None` where none is."""
        of_rule = (
            one for one in self.rollouts.values() if (one.testbed, one.rule) == (testbed, rule)
        )
        return next((one for one in of_rule if one.status in STANDING), None)

    def of(self, testbed: str) -> list[Rollout]:
        """Return the roll-outs of a test bed, newest first."""
        found = [one for one in self.rollouts.values() if one.testbed == testbed]
        return sorted(found, key=lambda one: -one.number)

    def inside(self, testbed: Testbed, incidents: Iterable[Incident]) -> list[Incident]:
        """Return the incidents that lie in a test bed."""
        return [
            one
            for one in incidents
            if one.lon is not None and one.lat is not None and testbed.holds(one.lon, one.lat)
        ]

    def compare(
        self, testbed: Testbed, incidents: Iterable[Incident], rule: str | None = None
    ) -> tuple[Figures, Figures]:
        """Return the figures inside, of a rule or of all, and those of all rules elsewhere."""
        everywhere = list(incidents)
        here = {one.number for one in self.inside(testbed, everywhere)}
        within = [
            one for one in everywhere if (one.number in here) and (rule is None or one.rule == rule)
        ]
        return figures(within), figures(one for one in everywhere if one.number not in here)

    async def propose(
        self, actor: Actor, testbed: str, rule: str, reason: str, incidents: Iterable[Incident]
    ) -> Rollout:
        """Propose a rule for the whole city, with its figures as they are now."""
        here = self.get(testbed)
        self._trial(here, rule)
        inside, city = self.compare(here, incidents, rule)

        def decide(at: datetime) -> Sequence[Noted]:
            before = self.standing(testbed, rule)
            if before is not None:
                raise RolloutNotPossible(rule, before.status, "propose")
            number = len(self.rollouts) + 1
            deed = Proposed(number, testbed, rule, reason.strip(), inside, city)
            return [Noted(f"rollout:{number}", deed)]

        return await self._write(actor, decide)

    async def approve(self, actor: Actor, number: int) -> Rollout:
        """Put a proposed rule into force city-wide; only another person may."""
        return await self._decide(actor, number, Approved(number), "approve")

    async def decline(self, actor: Actor, number: int, reason: str) -> Rollout:
        """Leave a proposed rule in its test bed; only another person may."""
        return await self._decide(actor, number, Declined(number, reason.strip()), "decline")

    async def roll_back(self, actor: Actor, number: int, reason: str) -> Rollout:
        """Take a rule back into its test bed."""

        def decide(at: datetime) -> Sequence[Noted]:
            self._must_be(number, RolloutStatus.ROLLED_OUT, "roll back")
            return [Noted(f"rollout:{number}", RolledBack(number, reason.strip()))]

        return await self._write(actor, decide)

    async def _decide(
        self, actor: Actor, number: int, deed: Approved | Declined, step: str
    ) -> Rollout:
        def decide(at: datetime) -> Sequence[Noted]:
            found = self._must_be(number, RolloutStatus.PROPOSED, step)
            if found.proposed_by == actor.id:
                raise OwnProposal(number)
            return [Noted(f"rollout:{number}", deed)]

        return await self._write(actor, decide)

    async def _write(self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]) -> Rollout:
        entries = await self._ground.logbook.write(actor, ROOM, decide)
        return self.rollouts[entries[-1].deed.number]

    def _must_be(self, number: int, status: RolloutStatus, step: str) -> Rollout:
        if number not in self.rollouts:
            raise RolloutNotExisting(number)
        found = self.rollouts[number]
        if found.status is not status:
            raise RolloutNotPossible(found.rule, found.status, step)
        return found

    def _trial(self, testbed: Testbed, rule: str) -> TrialRule:
        found = next((one for one in testbed.rules if one.name == rule), None)
        if found is None:
            raise RuleNotOnTrial(testbed.name, rule)
        return found

    def _take(self, entry: Entry) -> None:
        deed: Any = entry.deed
        if isinstance(deed, Proposed):
            self.rollouts[deed.number] = Rollout(
                deed.number, deed.testbed, deed.rule, deed.reason, deed.inside, deed.city,
                entry.at, entry.actor,
            )  # fmt: skip
            return
        found = self.rollouts[deed.number]
        if isinstance(deed, RolledBack):
            found.status, found.against = RolloutStatus.ROLLED_BACK, deed.reason
            found.rolled_back_at, found.rolled_back_by = entry.at, entry.actor
            return
        is_approved = isinstance(deed, Approved)
        found.status = RolloutStatus.ROLLED_OUT if is_approved else RolloutStatus.DECLINED
        found.decided_at, found.decided_by = entry.at, entry.actor
        found.against = "" if is_approved else deed.reason
