"""Purging entities that several sources hold (CIM 009 5.6.21)."""

import asyncio
from collections.abc import Mapping

from dalgu.hub.federation.courier import Courier, Forward, Origin, without_link
from dalgu.hub.federation.errors import LoopDetected, OperationNotOffered, PartlyDone
from dalgu.hub.federation.matching import Match, Matching
from dalgu.hub.federation.registration import Mode
from dalgu.hub.federation.wanted import EntityWanted
from dalgu.hub.hub import Query
from dalgu.hub.query.pattern import compile_pattern
from dalgu.kernel.errors import DalguError


class Purging:
    """One purge: whom else to ask, and who refused."""

    def __init__(
        self, matching: Matching, courier: Courier, origin: Origin, asked: Mapping[str, str]
    ) -> None:
        self._matching = matching
        self._courier = courier
        self._origin = without_link(origin)
        self._asked = {name: value for name, value in asked.items() if name != "local"}
        self._errors: list[tuple[str, DalguError]] = []

    async def forward(self, query: Query) -> None:
        """Ask every source that may hold such entities to purge them.

        Raises
        ------
        LoopDetected
            When a source that alone holds some of them leads back to this hub.
        """
        pattern = None if query.id_pattern is None else compile_pattern(query.id_pattern)
        wanted = EntityWanted(query.types, query.ids, pattern)
        matches = self._matching.of_selection(wanted, frozenset(query.attrs))
        for match in matches:
            if match.is_loop and match.mode.is_proxied:
                raise LoopDetected(match.registration.id)
        reached = (one for one in matches if not one.is_loop and one.mode is not Mode.AUXILIARY)
        await asyncio.gather(*map(self._one, reached))

    async def _one(self, match: Match) -> None:
        to = match.registration
        if match.offers("purgeEntity") is None:
            if match.mode.is_proxied:
                self._errors.append((to.id, OperationNotOffered(to.id, "purgeEntity")))
            return
        forward = Forward("DELETE", "entities", tuple(self._asked.items()))
        try:
            await self._courier.send(to, forward, self._origin)
        except DalguError as refusal:
            self._errors.append((to.id, refusal))

    def raise_refused(self) -> None:
        """Raise `PartlyDone` when a source did not do its part."""
        if self._errors:
            raise PartlyDone([], self._errors)
