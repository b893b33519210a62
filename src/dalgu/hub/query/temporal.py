"""The parameters of temporal queries (CIM 009 4.11, 4.5.19, 5.7.3, 5.7.4)."""

import dataclasses
from datetime import datetime

from dalgu.hub.aggregate import Aggregation, parse_methods, parse_period
from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import BadRequestData, InvalidRequest, ParameterInvalid
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.query.parse import Parameters, flag, parse_query, whole, words
from dalgu.hub.query.scope import compile_scope
from dalgu.hub.values import check_uri, instant

MAX_LAST = 100_000

TIMES = frozenset(("timerel", "timeAt", "endTimeAt", "timeproperty", "lastN"))
AGGREGATION = frozenset(("aggrMethods", "aggrPeriodDuration"))
TEMPORAL = TIMES | AGGREGATION

_TIMEPROPERTIES = ("observedAt", "createdAt", "modifiedAt", "deletedAt")
_MEMBERS = frozenset(("id", "type", "scope", "createdAt", "modifiedAt", "deletedAt"))
_FORMATS = frozenset(("normalized", "temporalValues", "aggregatedValues"))
_OPTIONS = _FORMATS | {"sysAttrs", "count"}


def temporal_form(parameters: Parameters) -> str:
    """Return `normalized`, `temporalValues` or `aggregatedValues`; `format` goes before `options`.

    Raises
    ------
    InvalidRequest
        When a format or an option does not exist for temporal queries (6.3.2).
    """
    options = words(parameters, "options") if parameters.get("options") else []
    for word in options:
        if word not in _OPTIONS:
            raise InvalidRequest(f"Option '{word}' does not exist for temporal queries.")
    text = parameters.get("format")
    if text is not None and text not in _FORMATS:
        raise InvalidRequest(f"Format '{text}' does not exist for temporal queries.")
    if text is not None:
        return text
    return next((word for word in ("aggregatedValues", "temporalValues") if word in options), "")


def parse_temporal_query(
    parameters: Parameters,
    context: Context = CORE,
    *,
    entity: str | None = None,
    most: int | None = None,
) -> TemporalQuery:
    """Return the query of `GET /temporal/entities`, or of one entity when it is named.

    Raises
    ------
    BadRequestData
        When it asks for everything, or a value is invalid.
    """
    form = temporal_form(parameters)
    entities = _entities(parameters, context) if entity is None else _one(entity)
    timerel = parameters.get("timerel")
    timeproperty = parameters.get("timeproperty", "observedAt")
    if timeproperty not in _TIMEPROPERTIES:
        raise ParameterInvalid("timeproperty", timeproperty, "is no temporal property")
    time_at, end_time_at = (_instant(parameters, name) for name in ("timeAt", "endTimeAt"))
    _check_timerel(timerel, time_at, end_time_at)
    picked = words(parameters, "pick")
    if "attrs" in parameters and ("pick" in parameters or "omit" in parameters):
        raise BadRequestData("Parameter 'attrs' excludes 'pick' and 'omit' (4.21).")
    names = [*words(parameters, "attrs"), *picked]
    return TemporalQuery(
        entities=entities,
        timerel=timerel,
        time_at=time_at,
        end_time_at=end_time_at,
        timeproperty=timeproperty,
        attrs=tuple(context.expand(name) for name in names if name not in _MEMBERS),
        last=_last(parameters),
        most=most,
        scope_q=_scope(parameters),
        datasets=frozenset(words(parameters, "datasetId")),
        by_id=_order(parameters),
        aggregation=_aggregation(parameters, form),
    )


def _one(entity: str) -> Query:
    return Query(ids=(check_uri("id", entity),), limit=1)


def _entities(parameters: Parameters, context: Context) -> Query:
    named = [name for name in words(parameters, "attrs") if name not in _MEMBERS]
    is_narrow = named or any(name in parameters for name in ("type", "q", "georel"))
    if not is_narrow and not flag(parameters, "local"):
        raise BadRequestData(
            "A temporal query must name at least one of type, attrs, q, georel, local."
        )
    if any("{" in parameters.get(name, "") for name in ("q", "pick", "omit")):
        raise BadRequestData("A temporal query does not reach linked entities (5.7.4.4).")
    query = parse_query(parameters, context)
    # The order and the scopes are those of histories, kept in the temporal query itself.
    return dataclasses.replace(query, scope_q=None, order_by=None)


def _scope(parameters: Parameters) -> str | None:
    text = parameters.get("scopeQ")
    if text is not None:
        compile_scope(text)
    return text


def _order(parameters: Parameters) -> str:
    text = parameters.get("orderBy")
    if text is None:
        return ""
    name, _, direction = text.partition(";")
    if name != "id" or direction not in ("", "asc", "desc"):
        raise BadRequestData("A temporal query is ordered by 'id' only (5.7.4.4).")
    return direction or "asc"


def _last(parameters: Parameters) -> int | None:
    if "lastN" not in parameters:
        return None
    last = whole(parameters, "lastN", 0, MAX_LAST)
    if not last:
        raise ParameterInvalid("lastN", "0", "must be a positive whole number")
    return last


def _aggregation(parameters: Parameters, form: str) -> Aggregation | None:
    duration = parameters.get("aggrPeriodDuration", "PT0S")
    period = parse_period(duration)
    is_asked = form == "aggregatedValues" or (not form and "aggrMethods" in parameters)
    if not is_asked:
        return None
    if "scopeQ" in parameters:
        raise BadRequestData("Aggregated values cannot be limited by 'scopeQ' here.")
    return Aggregation(parse_methods(words(parameters, "aggrMethods")), period, duration)


def _check_timerel(
    timerel: str | None, time_at: datetime | None, end_time_at: datetime | None
) -> None:
    if timerel is None:
        if time_at is not None or end_time_at is not None:
            raise BadRequestData("Parameter 'timerel' is required together with 'timeAt'.")
        return
    if timerel not in ("before", "after", "between"):
        raise ParameterInvalid("timerel", timerel, "must be before, after or between")
    if time_at is None:
        raise BadRequestData("Parameter 'timeAt' is required together with 'timerel'.")
    if (timerel == "between") is not (end_time_at is not None):
        raise BadRequestData("Parameter 'endTimeAt' belongs to 'timerel=between', which needs it.")


def _instant(parameters: Parameters, name: str) -> datetime | None:
    text = parameters.get(name)
    if text is None:
        return None
    at = instant(text)
    if at is None:
        raise ParameterInvalid(name, text, "must be a DateTime, as 2026-01-02T03:04:05Z")
    return at
