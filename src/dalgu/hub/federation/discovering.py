"""Which types and attributes the other sources hold (CIM 009 5.7.5 to 5.7.11)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from dalgu.hub.context import Context
from dalgu.hub.federation.courier import Courier, Forward, Origin, without_link
from dalgu.hub.federation.inquiry import Inquiry
from dalgu.hub.federation.matching import Match, Matching
from dalgu.hub.federation.wanted import EntityWanted
from dalgu.hub.holding import Holding, Holdings
from dalgu.hub.hosted import Contexts
from dalgu.hub.model import JSON, Document

MOST_NAMED: Final = 20_000  # types or attributes that one source is believed to hold

Read = Callable[[JSON, Context], Holdings]


@dataclass(frozen=True, slots=True)
class Question:
    """One of the six operations: its name, its path, and how its answer is read."""

    operation: str
    path: str
    read: Read
    has_details: bool = False


class Discovering:
    """Asks the sources what the hub itself was asked."""

    def __init__(
        self, matching: Matching, courier: Courier, contexts: Contexts, origin: Origin
    ) -> None:
        self._matching = matching
        self._inquiry = Inquiry(courier, contexts, without_link(origin))
        self._client_context = origin.context

    @property
    def warnings(self) -> list[str]:
        """What the client is to be warned of."""
        return self._inquiry.warnings

    async def holdings(self, question: Question, name: str = "") -> list[Holdings]:
        """Return what each source that offers the operation holds.

        `name` is the stored name of the one type or attribute that is asked for.
        """
        is_type = bool(name) and question.path == "types"
        wanted = EntityWanted((name,) if is_type else ())
        attributes = frozenset((name,)) if name and not is_type else frozenset[str]()
        matches = self._matching.of_selection(wanted, attributes)
        reached = self._inquiry.reached(matches, question.operation)
        forwards = [(one, self._forward(one, question, name)) for one in reached]

        def understood(match: Match, raw: JSON) -> Holdings:
            found = question.read(raw, self._inquiry.context_of(match, raw))
            return _believed(found, match)

        return [found for _, found in await self._inquiry.gather(forwards, understood)]

    def _forward(self, match: Match, question: Question, name: str) -> Forward:
        path = question.path
        if name:
            path += "/" + quote(self._inquiry.context_for(match).compact(name), safe=":")
        return Forward("GET", path, (("details", "true"),) if question.has_details else ())


def _believed(found: Holdings, match: Match) -> Holdings:
    """Return what a source may speak of: the types and attributes of its registration."""
    information = match.registration.information
    types = {name for one in information for info in one.entities for name in info.types}
    is_any_type = any(not one.entities for one in information)
    kept: Holdings = {}
    for kind, holding in found.items():
        if kind and not is_any_type and kind not in types:
            continue
        scope = match.registration.scope_of(None, [kind] if kind else [])
        if scope:
            names = {name: one for name, one in holding.attributes.items() if name in scope}
            holding = Holding(holding.count, names)
        kept[kind] = holding
    return kept


def _type_list(raw: JSON, context: Context) -> Holdings:
    return {context.expand(name): Holding() for name in raw["typeList"][:MOST_NAMED]}


def _types(raw: JSON, context: Context) -> Holdings:
    return {
        context.expand(one["typeName"]): Holding(
            attributes={context.expand(name): set() for name in one["attributeNames"]}
        )
        for one in raw[:MOST_NAMED]
    }


def _type(raw: JSON, context: Context) -> Holdings:
    attributes = {
        context.expand(one["attributeName"]): set(map(str, one.get("attributeTypes", ())))
        for one in raw["attributeDetails"]
    }
    return {context.expand(raw["typeName"]): Holding(_count(raw, "entityCount"), attributes)}


def _attribute_list(raw: JSON, context: Context) -> Holdings:
    names = raw["attributeList"][:MOST_NAMED]
    return {"": Holding(attributes={context.expand(name): set() for name in names})}


def _attributes(raw: JSON, context: Context) -> Holdings:
    found: Holdings = {}
    for one in raw[:MOST_NAMED]:
        _carried(found, one, context)
    return found


def _attribute(raw: JSON, context: Context) -> Holdings:
    found: Holdings = {}
    _carried(found, raw, context)
    return found


def _carried(found: Holdings, one: Document, context: Context) -> None:
    """Add an attribute to each type that carries it; the count of all stands with the first."""
    kinds = set(map(str, one.get("attributeTypes", ())))
    count = _count(one, "attributeCount")
    for kind in one.get("typeNames") or [""]:
        holding = found.setdefault(context.expand(kind) if kind else "", Holding())
        holding.attributes[context.expand(one["attributeName"])] = kinds
        holding.count, count = holding.count + count, 0


def _count(raw: Document, name: str) -> int:
    given = raw.get(name, 0)
    return given if type(given) is int and 0 <= given < 2**53 else 0


TYPE_LIST: Final = Question("retrieveEntityTypes", "types", _type_list)
TYPES: Final = Question("retrieveEntityTypeDetails", "types", _types, has_details=True)
TYPE: Final = Question("retrieveEntityTypeInfo", "types", _type)
ATTRIBUTE_LIST: Final = Question("retrieveAttrTypes", "attributes", _attribute_list)
ATTRIBUTES: Final = Question("retrieveAttrTypeDetails", "attributes", _attributes, has_details=True)
ATTRIBUTE: Final = Question("retrieveAttrTypeInfo", "attributes", _attribute)
