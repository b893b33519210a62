"""Queries as the parameters of a request: what `query/parse.py` reads, written."""

import msgspec

from dalgu.hub.errors import OperationNotSupported
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.query.order import Ordering
from dalgu.kernel.clock import iso


def parameters(query: Query) -> dict[str, str | int]:
    """Return the query parameters that ask for what a query asks for.

    >>> parameters(Query(types=("Room",), limit=5))["type"]
    'Room'
    """
    if query.any_of:
        raise OperationNotSupported("Several selectors are not asked of a remote hub.")
    found: dict[str, str | int | None] = {
        "type": ",".join(f"({one})" if ";" in one else one for one in query.types) or None,
        "id": ",".join(query.ids) or None,
        "idPattern": query.id_pattern,
        "q": _q(query),
        "georel": query.georel,
        "limit": query.limit,
        "offset": query.offset,
        "options": "sysAttrs",
        "count": "true" if query.count else None,
        "scopeQ": query.scope_q,
        "local": "true",
    }
    if query.geometry is not None:
        found["geometry"] = query.geometry["type"]
        found["coordinates"] = msgspec.json.encode(query.geometry["coordinates"]).decode()
        found["geoproperty"] = query.geoproperty
    if query.order_by:
        found |= _order(query.order_by)
    return {name: value for name, value in found.items() if value is not None}


def _order(how: Ordering) -> dict[str, str | None]:
    found = {"orderBy": ",".join(map(str, how.terms)), "collation": how.collation}
    if how.origin is not None:
        found["orderFrom"] = msgspec.json.encode(how.origin["coordinates"]).decode()
        found["orderGeometry"] = how.origin["type"]
    return found


def _q(query: Query) -> str | None:
    """Return the conditions as one q: over HTTP `attrs` would also reduce what is shown."""
    held = "|".join(f"<{one}>" if ":" in one else one for one in query.attrs)
    parts = [f"({part})" for part in (held, query.q) if part]
    return ";".join(parts) or None


def temporal_parameters(query: TemporalQuery) -> dict[str, str | int]:
    """Return the query parameters that ask for what a temporal query asks for."""
    summed = query.aggregation
    found: dict[str, str | int | None] = {
        "timeproperty": query.timeproperty,
        "timerel": query.timerel,
        "timeAt": iso(query.time_at) if query.time_at else None,
        "endTimeAt": iso(query.end_time_at) if query.end_time_at else None,
        "pick": ",".join(("id", "type", "scope", *query.attrs)) if query.attrs else None,
        "lastN": query.last,
        "scopeQ": query.scope_q,
        "datasetId": ",".join(sorted(query.datasets)) or None,
        "orderBy": f"id;{query.by_id}" if query.by_id else None,
        "format": None if summed is None else "aggregatedValues",
        "aggrMethods": None if summed is None else ",".join(summed.methods),
        "aggrPeriodDuration": None if summed is None else summed.duration,
    }
    told = {name: value for name, value in found.items() if value is not None}
    return parameters(query.entities) | told
