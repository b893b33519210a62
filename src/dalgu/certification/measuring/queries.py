"""The questions behind a variable, as anybody can put them to the NGSI-LD API."""

from datetime import datetime
from urllib.parse import urlencode

from dalgu.certification.framework.query import Variable
from dalgu.kernel.clock import iso


def queries_of(variable: Variable, since: datetime, until: datetime) -> list[str]:
    """Return the queries of entities, of those they lead to, and of their history."""
    queries = [_entities(variable.type, variable.where)]
    queries += [_entities([linked.type], linked.where) for linked in variable.linked]
    observed = variable.observed
    if observed is not None:
        parameters = {
            "type": ",".join(observed.type),
            "attrs": observed.attribute,
            "timerel": "between",
            "timeAt": iso(since),
            "endTimeAt": iso(until),
        }
        queries.append("/ngsi-ld/v1/temporal/entities?" + urlencode(parameters, safe=",:="))
    return queries


def parameters_of(variable: Variable, reference: datetime) -> dict[str, str]:
    """Return what the platform asks beyond the queries, by the names of the framework's files."""
    told = {"reference": iso(reference), "aggregate": variable.aggregate}
    plain = ("condition", "of", "by")
    told |= {name: getattr(variable, name) for name in plain if getattr(variable, name)}
    if variable.valid is not None:
        until = f" <= reference <= {variable.valid.until}" if variable.valid.until else ""
        told["valid"] = f"{variable.valid.since}{until or ' <= reference'}"
    if variable.during is not None:
        told["during"] = f"{variable.during.attribute}: {variable.during.window}"
    if variable.linked:
        told["linked"] = ", ".join(f"{one.via} -> {one.type}" for one in variable.linked)
    if variable.group is not None:
        what = variable.group.total or "count"
        told["group"] = f"{variable.group.by}: {what} >= {variable.group.at_least:g}"
    if variable.observed is not None:
        told |= _of_measure(variable)
    return told


def _of_measure(variable: Variable) -> dict[str, str]:
    told: dict[str, str] = {"measure": variable.measure}
    if variable.observed is not None and variable.observed.via:
        told["via"] = " -> ".join(variable.observed.via)
    if variable.observed is not None and variable.observed.condition:
        told["observed"] = variable.observed.condition
    if variable.max_age_s:
        told["max_age_s"] = f"{variable.max_age_s:g}"
    if variable.max_age_intervals:
        told["max_age_intervals"] = f"{variable.max_age_intervals:g}"
    if variable.min_share is not None:
        told["min_share"] = f"{variable.min_share:g}"
    return told


def _entities(types: list[str], where: str) -> str:
    parameters = {"type": ",".join(types)}
    if where:
        parameters["q"] = where
    return "/ngsi-ld/v1/entities?" + urlencode(parameters, safe=",:=")
