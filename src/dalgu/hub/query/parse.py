"""HTTP query parameters become queries; what is not known is refused (CIM 009 6.3.2)."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec

from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import (
    BadRequestData,
    InvalidRequest,
    ParameterInvalid,
    ParameterUnknown,
    shown,
)
from dalgu.hub.hub import Query
from dalgu.hub.linked import MAX_JOIN_LEVEL, Join
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.geo import compile_geo
from dalgu.hub.query.order import Ordering, parse_ordering
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.projection import Projection, depth, parse_projection
from dalgu.hub.query.q import attributes_of, compile_q, expand_q, link_depth
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.query.types import parse_types
from dalgu.hub.represent import Form, Representation
from dalgu.hub.values import check_geometry, check_uri

Parameters = Mapping[str, str]

DEFAULT_LIMIT = 20
MAX_LIMIT = 1_000
MAX_OFFSET = 10_000_000
MAX_PARAMETERS = 60
MAX_REMEMBERED = 1_024  # bytes of a query string that is kept with what it means

_FORMS = {"normalized": Form.NORMALIZED, "concise": Form.CONCISE}
_FORMS |= {"simplified": Form.SIMPLIFIED, "keyValues": Form.SIMPLIFIED}

REPRESENTATION = frozenset(
    ("options", "format", "attrs", "pick", "omit", "lang", "datasetId", "geometryProperty", "local")
)
JOIN = frozenset(("join", "joinLevel", "containedBy"))
MAPPED = frozenset(("entityMap", "entityMapLifetime"))
GEO = frozenset(("georel", "geometry", "coordinates", "geoproperty"))
QUERY = (
    REPRESENTATION
    | GEO
    | frozenset(("id", "type", "idPattern", "q", "scopeQ", "limit", "offset", "count"))
    | frozenset(("orderBy", "collation", "orderFrom", "orderGeometry"))
    | frozenset(("expandValues", "jsonKeys", "csf", "splitEntities"))
)


def parse_parameters(raw: bytes, known: frozenset[str]) -> dict[str, str]:
    """Return the parameters of a query string.

    Raises
    ------
    ParameterUnknown
        When the resource has no such parameter.
    """
    if not raw:
        return {}
    if len(raw) <= MAX_REMEMBERED:
        return dict(_remembered(raw, known))
    return _parameters(raw, known)


def _parameters(raw: bytes, known: frozenset[str]) -> dict[str, str]:
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(
            text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict"
        )
    except ValueError:
        raise InvalidRequest(
            "The query string must be percent-encoded UTF-8 "
            f"of at most {MAX_PARAMETERS} parameters."
        ) from None
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise ParameterUnknown(name)
        if name in parameters:
            raise InvalidRequest(f"Query parameter '{name}' is given twice.")
        parameters[name] = value
    return parameters


_remembered = lru_cache(maxsize=512)(_parameters)  # clients ask the same again and again


def words(parameters: Parameters, name: str) -> list[str]:
    """Return the comma-separated words of a parameter, none when it is absent."""
    text = parameters.get(name)
    if text is None:
        return []
    found = [word.strip() for word in text.split(",")]
    if not all(found):
        raise ParameterInvalid(name, text, "must be words with commas between them")
    return found


def flag(parameters: Parameters, name: str) -> bool:
    """Return a boolean parameter, False when it is absent."""
    text = parameters.get(name, "false")
    if text.lower() not in ("true", "false"):
        raise ParameterInvalid(name, text, "must be true or false")
    return text.lower() == "true"


def whole(parameters: Parameters, name: str, default: int, highest: int) -> int:
    """Return a whole number from 0 to the highest."""
    text = parameters.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= highest):
        raise ParameterInvalid(name, text, f"must be a whole number from 0 to {highest}")
    return int(text)


def parse_options(parameters: Parameters, known: frozenset[str]) -> frozenset[str]:
    """Return the words of `options`; raise when one is not known to the resource."""
    chosen = frozenset(words(parameters, "options"))
    for word in chosen - known:
        raise InvalidRequest(f"Option '{shown(word)}' does not exist for this resource.")
    return chosen


_READ_OPTIONS = frozenset(
    (*_FORMS, "sysAttrs", "count", "temporalValues", "aggregatedValues", "geojson")
)


_WHOLE = Representation()


def parse_representation(parameters: Parameters, context: Context = CORE) -> Representation:
    """Return how the client wants to see entities."""
    if not parameters:
        return _WHOLE if context is CORE else Representation(context=context)
    options = parse_options(parameters, _READ_OPTIONS)
    pick, omit = (_projection(parameters, name, context) for name in ("pick", "omit"))
    if "attrs" in parameters and (pick or omit):
        raise BadRequestData("Parameter 'attrs' does not go together with 'pick' or 'omit'.")
    if any(name in pick and not below for name, below in omit.items()):
        raise BadRequestData("Parameters 'pick' and 'omit' name the same member.")
    return Representation(
        context=context,
        form=_form(parameters, options),
        sys_attrs="sysAttrs" in options,
        attrs=_names(words(parameters, "attrs"), context),
        pick=frozenset(pick),
        omit=frozenset(name for name, below in omit.items() if not below),
        pick_linked=pick,
        omit_linked=omit,
        datasets=frozenset(words(parameters, "datasetId")),
        lang=parameters.get("lang"),
        geometry_property=context.expand(parameters.get("geometryProperty", "location")),
    )


def _projection(parameters: Parameters, name: str, context: Context) -> Projection:
    return parse_projection(parameters[name], context) if name in parameters else {}


def parse_join(
    parameters: Parameters, how: Representation, asked: Query | None = None
) -> Join | None:
    """Return how linked entities are retrieved, None when they are not (4.5.23).

    Raises
    ------
    BadRequestData
        When a projection or a query reaches further than the links that are followed.
    """
    kind = parameters.get("join", "@none")
    if kind not in ("inline", "flat", "@none"):
        raise ParameterInvalid("join", kind, "must be inline, flat or @none")
    levels = whole(parameters, "joinLevel", 1, MAX_JOIN_LEVEL)
    if not levels:
        raise ParameterInvalid("joinLevel", "0", "must be a positive whole number")
    reach = 0 if kind == "@none" else levels
    wanted = max(depth(how.pick_linked), depth(how.omit_linked))
    if asked is not None and asked.q is not None:
        wanted = max(wanted, link_depth(asked.q))
    if wanted > reach:
        raise BadRequestData(
            f"The request reaches over {wanted} links; 'join' and 'joinLevel' allow {reach}."
        )
    away = frozenset(check_uri("containedBy", one) for one in words(parameters, "containedBy"))
    return None if kind == "@none" else Join(kind == "flat", levels, away)


def _form(parameters: Parameters, options: frozenset[str]) -> Form:
    text = parameters.get("format")
    if text is None:
        return next((form for word, form in _FORMS.items() if word in options), Form.NORMALIZED)
    if text in ("temporalValues", "aggregatedValues"):
        return Form.NORMALIZED
    if text not in _FORMS:
        raise InvalidRequest(f"Format '{shown(text)}' does not exist.")
    return _FORMS[text]


def _names(terms: list[str], context: Context) -> frozenset[str]:
    return frozenset(context.expand(term) for term in terms)


def parse_query(parameters: Parameters, context: Context = CORE) -> Query:
    """Return the query of `GET /entities`; its expressions are checked and hold stored names.

    Raises
    ------
    BadRequestData
        When it asks for everything, or a value is invalid.
    """
    geometry = _geometry(parameters)
    q = parameters.get("q")
    expanded = frozenset(words(parameters, "expandValues"))
    words(parameters, "jsonKeys")  # what is JSON is never expanded here
    every_type = parameters.get("type") == "*"
    query = Query(
        types=_types(parameters, context),
        ids=tuple(check_uri("id", one) for one in words(parameters, "id")),
        # An id goes before a pattern of ids (5.2.33).
        id_pattern=None if "id" in parameters else parameters.get("idPattern"),
        q=None if q is None else expand_q(q, context, expanded),
        attrs=tuple(context.expand(term) for term in words(parameters, "attrs")),
        georel=parameters.get("georel"),
        geometry=geometry,
        geoproperty=context.expand(parameters.get("geoproperty", "location")),
        limit=whole(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT),
        offset=whole(parameters, "offset", 0, MAX_OFFSET),
        count=flag(parameters, "count") or "count" in parameters.get("options", "").split(","),
        scope_q=parameters.get("scopeQ"),
        order_by=_ordering(parameters, context),
    )
    check_query(query)
    is_local = flag(parameters, "local")
    if every_type and "local" in parameters and not is_local:
        raise BadRequestData("A query for every type is local.")
    if not (_narrows(query) or is_local or every_type):
        raise BadRequestData("A query must name at least one of type, attrs, q, georel, local.")
    flag(parameters, "splitEntities")
    if "csf" in parameters:
        compile_q(parameters["csf"])  # chooses among sources
    if query.limit == 0 and not query.count:
        raise ParameterInvalid("limit", "0", "is possible together with count=true only")
    return query


def _types(parameters: Parameters, context: Context) -> tuple[str, ...]:
    text = parameters.get("type", "*")
    return () if text == "*" else parse_types(text, context)


def _ordering(parameters: Parameters, context: Context) -> Ordering | None:
    origin = None
    if "orderFrom" in parameters:
        kind = parameters.get("orderGeometry", "Point")
        origin = check_geometry("orderFrom", geometry_of(kind, parameters["orderFrom"]))
    collation, text = parameters.get("collation"), parameters.get("orderBy")
    if text is None and collation is None:
        return None
    return parse_ordering("id" if text is None else text, collation, origin, context)


# Members that every entity may have: to ask for them alone asks for everything (5.7.2.4).
_OF_ALL = frozenset(("id", "type", "scope", "createdAt", "modifiedAt", "deletedAt", "expiresAt"))


def _narrows(query: Query) -> bool:
    names = set(query.attrs) | (set() if query.q is None else attributes_of(query.q))
    return bool(query.types or query.georel or names - _OF_ALL)


def check_query(query: Query) -> None:
    """Compile every expression of a query once, so that what is invalid is refused at the edge."""
    if query.q is not None:
        compile_q(query.q)
    if query.scope_q is not None:
        compile_scope(query.scope_q)
    if query.id_pattern is not None:
        compile_pattern(query.id_pattern)
    if query.georel is not None and query.geometry is not None:
        compile_geo(query.georel, query.geometry)


def _geometry(parameters: Parameters) -> Document | None:
    given = [name for name in ("georel", "geometry", "coordinates") if name in parameters]
    if not given:
        return None
    if len(given) < 3:
        raise BadRequestData("A geo-query must have georel, geometry and coordinates together.")
    return geometry_of(parameters["geometry"], parameters["coordinates"])


def geometry_of(kind: JSON, coordinates: JSON) -> Document:
    """Return the GeoJSON geometry of a geo-query; coordinates may be given as text."""
    if isinstance(coordinates, str):
        try:
            coordinates = msgspec.json.decode(coordinates)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            raise ParameterInvalid("coordinates", coordinates, "is no JSON array") from None
    return {"type": kind, "coordinates": coordinates}
