"""Reading histories that several sources hold parts of (CIM 009 5.7.3, 5.7.4)."""

import asyncio
import dataclasses
from datetime import datetime
from typing import Final
from urllib.parse import quote

from dalgu.hub.document import ENTITY_MEMBERS, types_of
from dalgu.hub.errors import BadRequestData, TooManyResults
from dalgu.hub.federation.courier import Forward, steering
from dalgu.hub.federation.histories import (
    cut_short,
    imported_history,
    merged_histories,
    span,
    summed_up,
    within,
)
from dalgu.hub.federation.matching import Match
from dalgu.hub.federation.reading import MOST, held_part, stripped
from dalgu.hub.federation.registration import Mode
from dalgu.hub.federation.shared_question import SharedQuestion
from dalgu.hub.federation.wanted import EntityWanted, Interval
from dalgu.hub.hub import Page, Query, TemporalQuery
from dalgu.hub.maps import HERE
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.geo import compile_geo
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.q import compile_q
from dalgu.hub.query.scope import compile_scope
from dalgu.kernel.clock import iso

MOST_SUMMED: Final = 100_000  # instances of one attribute that are summed up here

Found = list[tuple[Match, list[Document]]]


class PastReading(SharedQuestion):
    """One request for histories."""

    async def retrieve(self, query: TemporalQuery) -> Page:
        """Return the history of the one entity that a query names (5.7.3)."""
        [entity] = query.entities.ids
        local = await self._hub.evolution(_whole(query, query.entities))
        types = types_of(local.entities[0]) if local.entities else self._types()
        found = self._matching.of_entity(entity, types)
        matches = self._reached(found, query, "retrieveTemporal", "queryTemporal")
        if not matches:
            return await self._hub.evolution(query)
        answers = await self._gathered(
            [(match, self._forward(match, query, (entity,), 0)) for match in matches]
        )
        return self._page(query, local, answers, matches)

    async def query(self, query: TemporalQuery) -> Page:
        """Return a page of histories, those of the sources among them (5.7.4)."""
        entities = query.entities
        matches = self.matches(query)
        if not matches:
            return await self._of_here(query)
        if query.by_id:
            raise BadRequestData("A query that is shared with other sources cannot be ordered.")
        needed = min(entities.offset + entities.limit, MOST)
        forwards = [(one, self.question(one, query, needed)) for one in matches]
        wider = dataclasses.replace(entities, offset=0, limit=needed)
        if self.is_split:
            wider = dataclasses.replace(wider, q=None, georel=None, geometry=None, limit=MOST)
        local, answers = await asyncio.gather(
            self._of_here(_whole(query, wider, is_split=self.is_split)),
            self._gathered(forwards),
        )
        return self._page(query, local, answers, matches)

    def matches(self, query: TemporalQuery) -> list[Match]:
        """Return the sources that a query is shared with."""
        asked = query.entities
        pattern = None if asked.id_pattern is None else compile_pattern(asked.id_pattern)
        wanted = EntityWanted(asked.types, asked.ids, pattern)
        found = self._matching.of_selection(wanted, frozenset(query.attrs))
        return self._reached(found, query, "queryTemporal")

    def question(self, match: Match, query: TemporalQuery, needed: int) -> Forward:
        """Return the question for the histories of one source."""
        return self._forward(match, query, query.entities.ids, needed)

    async def _of_here(self, query: TemporalQuery) -> Page:
        """Return what this hub holds; of a map that is followed, what it says is here."""
        if self._followed is None:
            return await self._hub.evolution(query)
        ids = self._followed.held_by(HERE, query.entities.ids)
        if not ids:
            return Page([], 0 if query.entities.count else None)
        entities = dataclasses.replace(query.entities, ids=ids)
        return await self._hub.evolution(dataclasses.replace(query, entities=entities))

    def _reached(self, found: list[Match], query: TemporalQuery, *operations: str) -> list[Match]:
        """Return the sources whose intervals the query meets (5.2.9)."""
        asked = _interval(query)
        meeting = [
            one
            for one in self._told_by_map(found, query.entities.ids)
            if asked is None
            or asked.member not in one.registration.body
            or asked.meets(one.registration.body)
        ]
        return self._inquiry.reached(meeting, *operations)

    async def _gathered(self, forwards: list[tuple[Match, Forward]]) -> Found:
        return await self._inquiry.gather(forwards, self._understood)

    def _understood(self, match: Match, raw: JSON) -> list[Document]:
        found = []
        for one in raw[:MOST] if isinstance(raw, list) else [raw]:
            document = imported_history(one, self._inquiry.context_of(match, one))
            scope = match.registration.scope_of(document["id"], types_of(document))
            if scope is not None:  # a source is believed in its registration only
                found.append(held_part(document, dataclasses.replace(match, attributes=scope)))
        return found

    def _forward(
        self, match: Match, query: TemporalQuery, ids: tuple[str, ...], needed: int
    ) -> Forward:
        """Return the question for one source: the whole of its instances, as they are."""
        compact = self._inquiry.context_for(match).compact
        parameters = self._selection(match, ids)
        names = [name for name in query.attrs if not match.attributes or name in match.attributes]
        if self.is_split or not query.attrs:
            names = sorted(match.attributes)
        if names:
            parameters["attrs"] = ",".join(map(compact, names))
        parameters |= _times(query)
        if query.datasets:
            parameters["datasetId"] = ",".join(sorted(query.datasets))
        parameters["options"] = "sysAttrs"
        path = "temporal/entities"
        if not needed and match.offers("retrieveTemporal"):
            for name in ("id", "type"):
                parameters.pop(name, None)
            return Forward("GET", f"{path}/{quote(ids[0], safe=':')}", tuple(parameters.items()))
        if needed > 20:
            parameters["limit"] = str(needed)
        return Forward("GET", path, tuple(parameters.items()))

    def _selection(self, match: Match, ids: tuple[str, ...]) -> dict[str, str]:
        """Return the parameters that choose entities, narrowed to what a source may hold."""
        chosen = {
            name: self._asked[name] for name in ("type", "idPattern") if self._asked.get(name)
        }
        kinds = self._held_types(match)
        if kinds and ("type" not in chosen or steering(match.registration, "jsonldContext")):
            chosen["type"] = kinds
        if self._followed is not None:
            ids = self._followed.held_by(match.registration.id, ids)
        own = tuple(one for one in ids if match.registration.scope_of(one, []) is not None)
        if own or match.ids:
            chosen["id"] = ",".join(own or match.ids)
        return chosen | self._filters()

    def _page(
        self, query: TemporalQuery, local: Page, answers: Found, matches: list[Match]
    ) -> Page:
        wholes = _put_together(local, answers, matches, query.timeproperty)
        if self.is_split:
            wholes = [one for one in wholes if _fits(one, query)]
        asked = query if query.aggregation is None else dataclasses.replace(query, last=None)
        wholes = [within(one, asked) for one in wholes]
        if not query.entities.ids:
            wholes = [one for one in wholes if one.keys() - ENTITY_MEMBERS]
        entities = query.entities
        total = None
        if entities.count:
            total = (local.total or len(local.entities)) + len(wholes) - len(local.entities)
        page = wholes[entities.offset : entities.offset + entities.limit]
        cut = self._cut(page, asked, local, answers)
        if query.aggregation is not None:
            if cut is not None:
                raise TooManyResults(
                    "A history that is shared with other sources has too many instances to be "
                    "summed up; a shorter interval has fewer."
                )
            return Page([summed_up(one, query) for one in page], total)
        return Page(page, total, cut)

    def _cut(
        self, page: list[Document], query: TemporalQuery, local: Page, answers: Found
    ) -> tuple[datetime, datetime] | None:
        edges = [] if local.cut is None else [local.cut[query.last is None].timestamp()]
        end = max if query.last is None else min
        for match, documents in answers:
            at = list(span(documents, query))
            if match.registration.id in self._inquiry.cut and at:
                edges.append(end(at))
        return cut_short(page, query, edges)


def _whole(query: TemporalQuery, entities: Query, *, is_split: bool = False) -> TemporalQuery:
    """Return what to ask of ourselves: instances, as sums of parts cannot be put together."""
    wider = dataclasses.replace(query, entities=entities)
    if query.aggregation is not None:
        wider = dataclasses.replace(wider, aggregation=None, last=None, most=MOST_SUMMED)
    if is_split:
        bare = dataclasses.replace(entities, attrs=())
        wider = dataclasses.replace(wider, entities=bare, attrs=(), scope_q=None)
    return wider


def _interval(query: TemporalQuery) -> Interval | None:
    member = "observationInterval" if query.timeproperty == "observedAt" else "managementInterval"
    if query.timerel is None:
        return None
    if query.timerel == "before":
        return Interval(None, query.time_at, member)
    return Interval(query.time_at, query.end_time_at, member)


def _times(query: TemporalQuery) -> dict[str, str]:
    """Return the temporal query as parameters."""
    if query.timerel is None or query.time_at is None:
        told = {}
    else:
        told = {"timerel": query.timerel, "timeAt": iso(query.time_at)}
    if query.end_time_at is not None:
        told["endTimeAt"] = iso(query.end_time_at)
    if query.timeproperty != "observedAt":
        told["timeproperty"] = query.timeproperty
    if query.last is not None and query.aggregation is None:
        told["lastN"] = str(query.last)
    return told


def _put_together(
    local: Page, answers: Found, matches: list[Match], timeproperty: str
) -> list[Document]:
    parts: dict[str, list[Document]] = {
        one["id"]: [stripped(one, matches)] for one in local.entities
    }
    auxiliary: dict[str, list[Document]] = {}
    for match, documents in answers:
        side = auxiliary if match.mode is Mode.AUXILIARY else parts
        for one in documents:
            side.setdefault(one["id"], []).append(one)
    ids = dict.fromkeys([*parts, *auxiliary])
    wholes = (
        merged_histories(parts.get(key, []), auxiliary.get(key, []), timeproperty) for key in ids
    )
    return [one for one in wholes if one is not None]


def _fits(document: Document, query: TemporalQuery) -> bool:
    """Whether the instances of a whole entity fit the queries (5.7.4.4)."""
    entities = query.entities
    if entities.q is not None and not compile_q(entities.q)(document):
        return False
    if entities.georel is not None and entities.geometry is not None:
        places = compile_geo(entities.georel, entities.geometry, entities.geoproperty)
        if not places.accepts(document):
            return False
    if query.scope_q is None:
        return True
    accepts = compile_scope(query.scope_q)
    return any(accepts({"scope": one["value"]}) for one in document.get("scope", ()))
