"""Reading entities that several sources hold parts of (CIM 009 5.7.1, 5.7.2)."""

import asyncio
import dataclasses
from typing import Final
from urllib.parse import quote

import msgspec

from dalgu.hub.document import types_of
from dalgu.hub.errors import BadRequestData, EntityNotExisting
from dalgu.hub.federation.courier import Forward, steering
from dalgu.hub.federation.matching import Match
from dalgu.hub.federation.merging import imported, merged, unexpired
from dalgu.hub.federation.registration import Mode
from dalgu.hub.federation.shared_question import FILTERS, SharedQuestion
from dalgu.hub.federation.wanted import EntityWanted
from dalgu.hub.hub import Page, Query
from dalgu.hub.maps import HERE
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.geo import can_be_within, compile_geo
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.q import Predicate, compile_q
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.search import selected_by
from dalgu.kernel.ids import EntityId

MOST: Final = 1_000  # entities that one source is asked for
_ORDER: Final = ("type", "id", "idPattern", *FILTERS)
_MEMBERS: Final = frozenset(("id", "type", "scope"))


class Reading(SharedQuestion):
    """One request for entities."""

    _preferred = ("queryEntity", "queryBatch")

    async def retrieve(self, entity: EntityId, known: JSON = None) -> Document:
        """Return one entity, put together; raise `EntityNotExisting`.

        `known` are its types, where they are known though it is not held here.
        """
        local = await self._local(entity)
        types = types_of(local or {"type": known or self._types()})
        operations = "retrieveEntity", "queryEntity", "queryBatch"
        found = self._matching.of_entity(entity, types)
        matches = self._reached(found, (entity,), *operations)
        answers = await self._gathered([(match, self._one(match, entity)) for match in matches])
        parts = [] if local is None else [stripped(local, matches)]
        whole = _together(parts, answers, entity)
        if whole is None or (local is None and not answers):
            raise EntityNotExisting(entity)
        return whole

    async def _local(self, entity: EntityId) -> Document | None:
        try:
            return await self._hub.retrieve(entity)
        except EntityNotExisting:
            return None

    def _reached(self, matches: list[Match], ids: tuple[str, ...], *operations: str) -> list[Match]:
        """Return the sources that can be asked, and warn of the loops (6.3.17)."""
        matches = self._told_by_map(matches, ids)
        asked = set(self._asked.get("datasetId", "").split(",")) - {""}
        fitting = [one for one in matches if _shares_dataset(one, asked)]
        return self._inquiry.reached(fitting, *operations)

    def _one(self, match: Match, entity: str) -> Forward:
        path = "entities/" + quote(entity, safe=":")
        if match.offers("retrieveEntity"):
            return Forward("GET", path, tuple(self._projection(match)))
        return self._selection(match, {"id": entity, "type": self._held_types(match)})

    async def query(self, query: Query, *, is_batch: bool) -> Page:
        """Return a page of entities, those of the sources among them."""
        matches = self.matches(query)
        if not matches:
            return await self._of_here(query)
        if "orderBy" in self._asked:
            raise BadRequestData("A query that is shared with other sources cannot be ordered.")
        if is_batch:
            self._preferred = ("queryBatch", "queryEntity")
        needed = min(query.offset + query.limit, MOST)
        forwards = [(one, self.question(one, needed, query.ids)) for one in matches]
        local, answers = await asyncio.gather(
            self._of_here(_widened(query, needed, is_split=self.is_split)), self._gathered(forwards)
        )
        return _page(query, local, answers, matches, is_split=self.is_split)

    def matches(self, query: Query) -> list[Match]:
        """Return the sources that a query is shared with."""
        attributes = frozenset(query.attrs) | self._picked()
        pattern = None if query.id_pattern is None else compile_pattern(query.id_pattern)
        wanted = EntityWanted(query.types, query.ids, pattern)
        selected = self._matching.of_selection(wanted, attributes)
        near = [one for one in selected if _may_be_there(one, query)]
        return self._reached(near, query.ids, "queryEntity", "queryBatch")

    async def _of_here(self, query: Query) -> Page:
        """Return what this hub holds; of a map that is followed, what it says is here."""
        if self._followed is None:
            return await self._hub.query(query)
        ids = self._followed.held_by(HERE, query.ids)
        if not ids:
            return Page([], 0 if query.count else None)
        return await self._hub.query(dataclasses.replace(query, ids=ids))

    def _picked(self) -> frozenset[str]:
        names = self._asked.get("pick", "").split(",")
        expand = self._client_context.expand
        return frozenset(expand(n) for n in map(str.strip, names) if n and n not in _MEMBERS)

    def question(self, match: Match, needed: int, ids: tuple[str, ...] = ()) -> Forward:
        """Return the question for the entities of one source."""
        chosen = {k: self._asked[k] for k in ("id", "type", "idPattern") if self._asked.get(k)}
        if match.ids:
            chosen["id"] = ",".join(match.ids)
        if self._followed is not None:
            chosen["id"] = ",".join(self._followed.held_by(match.registration.id, ids))
        if "type" in chosen and steering(match.registration, "jsonldContext"):
            chosen["type"] = self._held_types(match)
        if "type" not in chosen and "id" not in chosen:
            kinds = self._held_types(match)
            chosen |= {"type": kinds} if kinds else {}
        return self._selection(match, chosen | self._filters(), needed)

    def _selection(self, match: Match, chosen: dict[str, str], needed: int = 0) -> Forward:
        ordered = [name for name in _ORDER if chosen.get(name)]
        projection = self._projection(match)
        limit = (("limit", str(needed)),) if needed > 20 else ()
        if match.offers(*self._preferred) != "queryBatch":
            chosen_pairs = tuple((name, chosen[name]) for name in ordered)
            return Forward("GET", "entities", (*chosen_pairs, *projection, *limit))
        return Forward("POST", "entityOperations/query", limit, _body(chosen, dict(projection)))

    def _projection(self, match: Match) -> list[tuple[str, str]]:
        """Return the parameters that narrow what a source sends to what it holds and is asked."""
        expand, compact = self._client_context.expand, self._inquiry.context_for(match).compact
        asked = [one.strip() for one in self._asked.get("attrs", "").split(",") if one.strip()]
        names = frozenset(map(expand, asked)) or self._picked()
        if match.attributes:
            names = names & match.attributes if names else match.attributes
        found = [("attrs", ",".join(sorted(map(compact, names))))] if names else []
        options = self._asked.get("options", "").split(",")
        return [*found, ("options", "sysAttrs")] if "sysAttrs" in options else found

    async def _gathered(
        self, forwards: list[tuple[Match, Forward]]
    ) -> list[tuple[Match, list[Document]]]:
        """Ask all sources at once; return what each of them has."""
        known = self._followed
        if known is not None:
            maps = [known.linked.get(one.registration.id, "") for one, _ in forwards]
            forwards = [
                (one, dataclasses.replace(asked, entity_map=linked))
                for (one, asked), linked in zip(forwards, maps, strict=True)
            ]
        answers = await self._inquiry.gather(forwards, self._understood)
        if known is not None:
            known.linked.update(self._inquiry.linked)
        return [(match, found) for match, found in answers if found]

    def _understood(self, match: Match, raw: JSON) -> list[Document]:
        found = []
        for one in raw[:MOST] if isinstance(raw, list) else [raw]:
            read = imported(one, self._inquiry.context_of(match, one))
            document = unexpired(read, self._inquiry.now())
            if document is None:
                continue
            # Two patterns of ids are taken to meet (5.12), whatever the ids that come of them.
            key = None if "idPattern" in self._asked else document["id"]
            scope = match.registration.scope_of(key, types_of(document))
            if scope is not None:  # a source is believed in its registration only
                found.append(held_part(document, dataclasses.replace(match, attributes=scope)))
        return found


def held_part(document: Document, match: Match) -> Document:
    """Return what of an entity a source may speak of: it is believed in its registration only."""
    if not match.attributes:
        return document
    fixed = ("id", "type", "scope", "createdAt", "modifiedAt", "deletedAt")
    return {k: v for k, v in document.items() if k in fixed or k in match.attributes}


def stripped(document: Document, matches: list[Match]) -> Document:
    """Return a local entity without what a source alone holds of it (4.3.6.3)."""
    for match in matches:
        if not match.mode.is_proxied:
            continue
        scope = match.registration.scope_of(document["id"], types_of(document))
        if scope:
            document = {name: value for name, value in document.items() if name not in scope}
    return document


def _together(
    parts: list[Document], answers: list[tuple[Match, list[Document]]], entity: str
) -> Document | None:
    auxiliary: list[Document] = []
    for match, found in answers:
        side = auxiliary if match.mode is Mode.AUXILIARY else parts
        side += [one for one in found if one["id"] == entity]
    return merged(parts, auxiliary)


def _widened(query: Query, needed: int, *, is_split: bool) -> Query:
    """Return what to ask of ourselves: from the first entity on, before anything is merged."""
    wider = dataclasses.replace(query, offset=0, limit=needed)
    if not is_split:
        return wider
    return dataclasses.replace(wider, q=None, georel=None, geometry=None, scope_q=None, limit=MOST)


def _shares_dataset(match: Match, asked: set[str]) -> bool:
    """Whether a source has some dataset that is asked for, or either leaves it open (5.12)."""
    held = match.registration.body.get("datasetId", [])
    several = set(held) if isinstance(held, list) else {held}
    return not asked or not several or not several.isdisjoint(asked)


def _may_be_there(match: Match, query: Query) -> bool:
    """Whether a source may hold something at the place that is asked for (5.2.9)."""
    region = match.registration.body.get(query.geoproperty)
    if query.georel is None or query.geometry is None or not isinstance(region, dict):
        return True
    return can_be_within(query.georel, query.geometry, region)


def _page(
    query: Query,
    local: Page,
    answers: list[tuple[Match, list[Document]]],
    matches: list[Match],
    *,
    is_split: bool,
) -> Page:
    ids = dict.fromkeys(one["id"] for one in local.entities)
    for _, found in answers:
        ids.update(dict.fromkeys(one["id"] for one in found))
    held = {one["id"]: stripped(one, matches) for one in local.entities}
    wholes = [
        whole
        for key in ids
        if (whole := _together([held[key]] if key in held else [], answers, key)) is not None
    ]
    tests = _tests(query, is_split=is_split)
    wholes = [one for one in wholes if all(test(one) for test in tests)]
    total = None if local.total is None else local.total + len(ids) - len(held)
    return Page(wholes[query.offset : query.offset + query.limit], total)


def _tests(query: Query, *, is_split: bool) -> list[Predicate]:
    """Return what an entity must be when all its parts are together."""
    tests: list[Predicate] = []
    if query.any_of:
        tests.append(selected_by(query.any_of))
    if query.attrs:
        tests.append(lambda one: not one.keys().isdisjoint(query.attrs))
    if not is_split:
        return tests
    if query.q is not None:
        tests.append(compile_q(query.q))
    if query.georel is not None and query.geometry is not None:
        tests.append(compile_geo(query.georel, query.geometry, query.geoproperty).accepts)
    if query.scope_q is not None:
        tests.append(compile_scope(query.scope_q))
    return tests


def _body(chosen: dict[str, str], projection: dict[str, str]) -> Document:
    ids = chosen.get("id", "").split(",")
    fixed = {name: chosen[name] for name in ("type", "idPattern") if chosen.get(name)}
    body: Document = {
        "type": "Query",
        "entities": [fixed | ({"id": one} if one else {}) for one in ids],
    }
    if "attrs" in projection:
        body["attrs"] = projection["attrs"].split(",")
    body |= {name: chosen[name] for name in ("q", "scopeQ") if name in chosen}
    geo = {k: chosen[k] for k in ("georel", "geometry", "geoproperty") if k in chosen}
    if geo:
        body["geoQ"] = geo | {"coordinates": msgspec.json.decode(chosen["coordinates"])}
    return body
