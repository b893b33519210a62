"""The ordering language (CIM 009 4.23): entities by the value, or the distance, of a member."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import BadRequestData, ParameterInvalid, TooComplexQuery
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.geo import distance_of
from dalgu.hub.query.grammar import Path, parse_path
from dalgu.hub.values import instant

MAX_TERMS = 20
MAX_SORTED = 100_000  # entities that are held to order them

DIRECTIONS = ("asc", "desc", "dist-asc", "dist-desc")

_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ABSENT = object()
_encode = msgspec.json.Encoder(order="deterministic").encode

# Texts -> what sorts as a collation wants it.
Collate = Callable[[Iterable[str], str], dict[str, str]]


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One member to order by, and which way."""

    path: Path
    direction: str = "asc"

    def __str__(self) -> str:
        """Return the term as it is written in a query."""
        return f"{self.path};{self.direction}"


@dataclass(frozen=True, slots=True)
class Ordering:
    """How entities are ordered: by the first term, where alike by the next."""

    terms: tuple[OrderTerm, ...]
    collation: str | None = None  # a BCP 47 tag, as ko or de-u-co-phonebk
    origin: Document | None = None  # the GeoJSON geometry that distances are measured from


def parse_ordering(
    text: str, collation: str | None, origin: Document | None, context: Context = CORE
) -> Ordering:
    """Return the order that `orderBy` asks for.

    Raises
    ------
    BadRequestData
        When it cannot be read, or a distance has no origin.

    Examples
    --------
    >>> [str(term) for term in parse_ordering("name,address[city];desc", None, None).terms]
    ['name;asc', 'address[city];desc']

    """
    terms = tuple(_term(one, context) for one in text.split(","))
    if len(terms) > MAX_TERMS:
        raise TooComplexQuery(f"An order may have at most {MAX_TERMS} terms.")
    if collation is not None and not _TAG.fullmatch(collation):
        raise ParameterInvalid("collation", collation, "is no language tag, as ko or und")
    if origin is None and any(term.direction.startswith("dist") for term in terms):
        raise BadRequestData("An order by distance must have the parameter 'orderFrom'.")
    return Ordering(terms, collation, origin)


def _term(text: str, context: Context) -> OrderTerm:
    path, _, direction = text.strip().partition(";")
    if direction and direction not in DIRECTIONS:
        raise ParameterInvalid("orderBy", text, f"must end in one of {', '.join(DIRECTIONS)}")
    return OrderTerm(parse_path(path, context), direction or "asc")


def ordered(documents: list[Document], how: Ordering, collate: Collate) -> list[Document]:
    """Return entities in order; what lacks a member comes last, whichever way is asked for."""
    for term in reversed(how.terms):
        rows = [(_found(document, term.path), document) for document in documents]
        present = [(value, document) for value, document in rows if value is not _ABSENT]
        keys = _keys([value for value, _ in present], term, how, collate)
        marked = sorted(
            zip(keys, range(len(keys)), strict=True),
            key=lambda pair: pair[0],
            reverse=term.direction.endswith("desc"),
        )
        documents = [present[index][1] for _, index in marked]
        documents += [document for value, document in rows if value is _ABSENT]
    return documents


def _keys(values: list[JSON], term: OrderTerm, how: Ordering, collate: Collate) -> list[JSON]:
    by_text: dict[str, str] = {}
    if how.collation is not None:
        by_text = collate({one for one in values if isinstance(one, str)}, how.collation)
    keys: list[JSON] = []
    is_far_first = term.direction == "dist-desc"
    for value in values:
        if term.direction.startswith("dist") and how.origin is not None:
            if isinstance(value, dict) and "coordinates" in value:
                keys.append((int(is_far_first), distance_of(how.origin, value)))
                continue
            keys.append((int(not is_far_first), _rank(value, by_text)))
        else:
            keys.append(_rank(value, by_text))
    return keys


def _found(document: Document, path: Path) -> JSON:
    holder: JSON = document
    for name in path.names:
        if isinstance(holder, list):
            holder = next((one for one in holder if "datasetId" not in one), holder[0])
        if not isinstance(holder, dict) or name not in holder:
            return _ABSENT
        holder = holder[name]
    if isinstance(holder, list) and holder and isinstance(holder[0], dict):
        holder = next((one for one in holder if "datasetId" not in one), holder[0])
    if isinstance(holder, dict):
        holder = holder.get(VALUE_MEMBER.get(holder.get("type", ""), "value"))
    for name in path.inner:
        if not isinstance(holder, dict) or name not in holder:
            return _ABSENT
        holder = holder[name]
    return _ABSENT if holder is None else holder


def _rank(value: JSON, by_text: dict[str, str]) -> tuple[int, JSON]:
    """Return a key in which sorts of values follow each other as 4.23.2 says."""
    if isinstance(value, bool):
        return 4, value
    if isinstance(value, (int, float)):
        return 0, value
    if isinstance(value, dict):
        return 2, _encode(value)
    if isinstance(value, list):
        return 3, _encode(value)
    at = instant(value)
    if at is not None:
        return 7, at
    if _DATE.fullmatch(value):
        return 6, value
    return (5, value) if _TIME.fullmatch(value) else (1, by_text.get(value, value))
