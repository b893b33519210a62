"""Finds which source holds which of the entities that a query finds (CIM 009 5.14.4, 5.14.5)."""

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dalgu.hub.errors import TooManyResults
from dalgu.hub.federation.courier import AnswerTooLarge, Courier, Forward, Origin, without_link
from dalgu.hub.federation.inquiry import Inquiry
from dalgu.hub.federation.matching import Match
from dalgu.hub.hosted import Contexts
from dalgu.hub.maps import HERE, MAX_MAPPED, Chart
from dalgu.hub.model import JSON
from dalgu.hub.values import check_uri

PAGE: Final = 1_000  # entities that a source without maps is asked for at once


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of map: the operation that makes it, and where."""

    operation: str
    path: str


OF_QUERY: Final = Kind("createEntityMapQueryEntity", "entityMaps")
OF_TEMPORAL_QUERY: Final = Kind("createEntityMapQueryTemporal", "temporal/entityMaps")


class Charting:
    """Asks each source for its own map, or, where it makes none, for all it finds."""

    def __init__(self, courier: Courier, contexts: Contexts, origin: Origin) -> None:
        self._inquiry = Inquiry(courier, contexts, without_link(origin))
        # What makes no map is no trouble (5.5.14): it is asked for its entities then.
        self._trial = Inquiry(courier, contexts, without_link(origin))

    @property
    def warnings(self) -> list[str]:
        """What the client is to be warned of."""
        return self._inquiry.warnings

    async def chart(
        self, local: Iterable[str], questions: list[tuple[Match, Forward]], kind: Kind
    ) -> Chart:
        """Return who holds what; `questions` find the entities of each source.

        Raises
        ------
        TooManyResults
            When there are more entities than a map holds.
        """
        sources: dict[str, list[str]] = {one: [HERE] for one in local}
        linked: dict[str, str] = {}
        found = await asyncio.gather(*(self._of(*one, kind) for one in questions))
        for (match, _), (ids, made) in zip(questions, found, strict=True):
            for one in ids:
                sources.setdefault(one, []).append(match.registration.id)
            if made:
                linked[match.registration.id] = made
        if len(sources) > MAX_MAPPED:
            raise TooManyResults(f"An entity map holds at most {MAX_MAPPED} entities.")
        return Chart({one: tuple(by) for one, by in sources.items()}, linked)

    async def _of(self, match: Match, question: Forward, kind: Kind) -> tuple[list[str], str]:
        """Return the entities of one source, and the id of its own map if it made one."""
        if match.offers(kind.operation) and question.method == "GET":
            parameters = tuple(one for one in question.parameters if one[0] != "limit")
            asked = Forward("GET", kind.path, parameters)
            made = await self._trial.ask(match, asked, _read_map)
            if made is not None:
                return made
        return await self._listed(match, question), ""

    async def _listed(self, match: Match, question: Forward) -> list[str]:
        ids: list[str] = []
        while len(ids) <= MAX_MAPPED:
            parameters = dict(question.parameters) | {"limit": str(PAGE), "offset": str(len(ids))}
            asked = dataclasses.replace(question, parameters=tuple(parameters.items()))
            page = await self._inquiry.ask(match, asked, _read_ids)
            ids += page or []
            if page is None or len(page) < PAGE:
                break
        return ids


def _read_map(match: Match, raw: JSON) -> tuple[list[str], str]:
    ids: Mapping[str, JSON] = raw["entityMap"]
    if len(ids) > MAX_MAPPED:
        raise AnswerTooLarge(f"A map may have {MAX_MAPPED} entities.")
    return _held(match, ids.keys()), check_uri("id", raw["id"])


def _read_ids(match: Match, raw: JSON) -> list[str]:
    if len(raw) > PAGE:
        raise AnswerTooLarge(f"A page of {PAGE} entities was asked for.")
    return _held(match, [one["id"] for one in raw])


def _held(match: Match, ids: Iterable[str]) -> list[str]:
    """Return the ids that a source may hold by its registration."""
    named = [check_uri("id", one) for one in ids]
    return [one for one in named if match.registration.scope_of(one, []) is not None]
