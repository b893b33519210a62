"""Rows that a rule makes fewer: SQL from a relation of sealed rows to what is left of them.

A period of a series becomes its last row, with the value the rule asks for and a sub-attribute
`downsampled` that holds the sums of the period. Periods that were thinned before are summed up from
those sums, so that hours become days and a late value joins its hour.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from dalgu.store.parquet import COLUMNS

DROPPED = "nothing"
MARK = ',"downsampled":'  # the sub-attribute is the last member of its instance
_NUMBERS = {
    "first": "first",
    "last": "last",
    "avg": "total / count",
    "min": "least",
    "max": "most",
    "sum": "total",
}
_INTEGERS = {
    "first": "first(integer ORDER BY observed_at, n)",
    "last": "last(integer ORDER BY observed_at, n)",
    "min": "min(integer)",
    "max": "max(integer)",
}
_HELD = {"sum": "s", "min": "mn", "max": "mx", "first": "f", "last": "l"}
_CARRIED = tuple(
    name
    for name in COLUMNS
    if name not in ("number", "integer", "text", "json", "instance", "entity_key", "series_key")
)


class Due(NamedTuple):
    """What is left of the rows of a rule: all where nothing is due yet."""

    type: str | None
    attribute: str | None
    keep: str = ""  # hour, day, nothing
    value: str = ""  # first, last, avg, min, max, sum


def thinned(source: str, due: Sequence[Due]) -> str:
    """Return SQL of what is left of a relation with the columns of a sealed file.

    The first of `due` that fits a row decides; a row that none fits stays. What is no number stays
    until it is dropped.
    """
    if not any(one.keep for one in due):
        return source
    cases = " ".join(f"WHEN {_fits(one)} THEN {n}" for n, one in enumerate(due))
    dropped = [n for n, one in enumerate(due) if one.keep == DROPPED]
    thin = [(n, one) for n, one in enumerate(due) if one.keep and one.keep != DROPPED]
    summed = (_summed(n, one) for n, one in thin)
    return (
        f"WITH told AS (SELECT *, CASE {cases} ELSE -1 END AS rule, "  # noqa: S608  # own text
        "TRY_CAST(instance ->> '$.downsampled.value.count' AS BIGINT) AS held "
        f"FROM ({source})), numbers AS (SELECT *, rule IN ({_listed(n for n, _ in thin)}) "
        "AND number IS NOT NULL "
        "AND (held IS NOT NULL OR NOT contains(instance, '\"downsampled\"')) AS is_thin FROM told "
        f"WHERE rule NOT IN ({_listed(dropped)})) "
        f"SELECT {', '.join(COLUMNS)} FROM numbers WHERE NOT is_thin "
        + "".join(f"UNION ALL {one} " for one in summed)
    )


def digest(due: Sequence[Due]) -> str:
    """Return what a file notes of the rules it has been through, "" where none was due.

    >>> digest([Due("Well", None)])
    ''
    """
    if not any(one.keep for one in due):
        return ""
    return msgspec.json.encode(due).decode()


def _listed(rules: Iterable[int]) -> str:
    return ", ".join(("-2", *(str(n) for n in rules)))


def _fits(one: Due) -> str:
    told = []
    if one.type is not None:
        told.append(f"list_contains(types, '{_escaped(one.type)}')")
    if one.attribute is not None:
        told.append(f"attribute = '{_escaped(one.attribute)}'")
    return " AND ".join(told) or "true"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _summed(rule: int, due: Due) -> str:
    """Return SQL of the periods of one rule, each as its last row."""
    mark_at = f"strpos(instance, '{MARK}')"
    sums = ", ".join(
        f"coalesce(TRY_CAST(instance ->> '$.downsampled.value.{name}' AS DOUBLE), number) AS {held}"
        for name, held in _HELD.items()
    )
    parts = (
        f"SELECT *, date_trunc('{due.keep}', observed_at) AS period, "  # noqa: S608  # own text
        "coalesce(held, 1) AS c, if(held IS NULL, instance, "
        f"left(instance, {mark_at} - 1) || '}}') AS bare, {sums} "
        f"FROM numbers WHERE is_thin AND rule = {rule}"
    )
    carried = ", ".join(f"last({name} ORDER BY observed_at, n) AS {name}" for name in _CARRIED)
    integer = _INTEGERS.get(due.value, "NULL")
    periods = (
        f"SELECT entity_key, series_key, period, bare, {carried}, "  # noqa: S608
        f"CASE WHEN count(integer) = count(*) THEN {integer} END AS integer, "
        "sum(c)::BIGINT AS count, sum(s) AS total, min(mn) AS least, max(mx) AS most, "
        "first(f ORDER BY observed_at, n) AS first, last(l ORDER BY observed_at, n) AS last "
        f"FROM ({parts}) GROUP BY entity_key, series_key, period, bare"
    )
    shown = {
        "number": f"({_NUMBERS[due.value]})::DOUBLE",
        "integer": "integer::BIGINT",
        "text": "NULL::VARCHAR",
        "json": "NULL::VARCHAR",
        "instance": f"left(bare, length(bare) - 1) || '{MARK}' || {_sub_attribute(due)} || '}}'",
    }
    columns = ", ".join(f"{shown.get(name, name)} AS {name}" for name in COLUMNS)
    return f"SELECT {columns} FROM ({periods})"  # noqa: S608


def _sub_attribute(due: Due) -> str:
    """Return SQL of what tells that an instance stands for a period."""
    period = {"hour": "PT1H", "day": "P1D"}[due.keep]
    return (
        "json_object('type', 'Property', 'value', json_object("
        f"'period', '{period}', 'start', strftime(period, '%Y-%m-%dT%H:%M:%SZ'), "
        f"'value', '{due.value}', 'count', count, 'avg', total / count, 'sum', total, "
        "'min', least, 'max', most, 'first', first, 'last', last))::VARCHAR"
    )
