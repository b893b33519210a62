"""One series summed up by periods, by the store where it holds numbers only (4.5.19)."""

from typing import Final

from dalgu.hub.aggregate import Aggregation, laid_out, of_numbers, of_values, sums_of
from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.hub import TemporalQuery
from dalgu.hub.model import JSON, Document
from dalgu.hub.past import instance_of, is_tombstone
from dalgu.store.history import History
from dalgu.store.series import FIRST_US, LAST_US, Buckets, Instance, SeriesTable
from dalgu.store.tables import Tables

Rows = History | SeriesTable

_LABELS: Final = {"Relationship": "Relationship", "ListRelationship": "Relationship"}


def aggregated(
    tables: Tables, key: int, series: int, query: TemporalQuery, window_us: tuple[int, int]
) -> Document | None:
    """Return one series as 4.5.19 shows it, None where nothing lies in the window."""
    asked = query.aggregation
    if asked is None:
        return None
    since_us, until_us = window_us
    is_stored = query.timeproperty in ("createdAt", "modifiedAt")
    rows = tables.series.gathered(key, series, (FIRST_US, LAST_US) if is_stored else window_us)
    first = next(rows.oldest(key, series, since_us, until_us), None)
    if first is None:
        return None
    origin_us = first.at_us if since_us == FIRST_US else since_us
    if query.timeproperty == "observedAt":
        found = _by_store(rows, (key, series), window_us, origin_us, first, asked)
        if found is not None:
            return found
    return _by_rows(rows, key, series, query, window_us)


def _by_store(  # noqa: PLR0913  # what one statement needs
    rows: Rows,
    place: tuple[int, int],
    window_us: tuple[int, int],
    origin_us: int,
    first: Instance,
    asked: Aggregation,
) -> Document | None:
    """Sum up by the store; None when the series holds more than numbers of one template."""
    if isinstance(first.value, bytes) or b'"observedAt"' not in first.rest:
        return None
    buckets, whole = _buckets(rows, place, window_us, origin_us, first, asked)
    if any(type(one.most) is bytes or one.rest != one.other_rest for one in buckets):
        return None
    if any(one.rest != first.rest for one in buckets):
        return None
    spans = asked.period.spans(origin_us, (one.period for one in buckets))
    columns = of_numbers(buckets, float(first.value), asked.methods)
    return _labelled(instance_of(first)) | laid_out([whole] if whole else spans, columns)


def _buckets(  # noqa: PLR0913  # as above
    rows: Rows,
    place: tuple[int, int],
    window_us: tuple[int, int],
    origin_us: int,
    first: Instance,
    asked: Aggregation,
) -> tuple[list[Buckets], tuple[int, int] | None]:
    """Return the sums of each period, and the bounds where there is one period only."""
    sums = sums_of(asked.methods, float(first.value))
    period = asked.period
    if not (period.is_whole or period.months):
        return rows.periods(*place, window_us, sums, (origin_us, period.us)), None
    last_us = next(rows.newest(*place, *window_us)).at_us
    if period.is_whole:
        buckets = rows.periods(*place, window_us, sums)
        return buckets, _whole(window_us, first.at_us, last_us)
    found: list[Buckets] = []
    for index in range(period.index(origin_us, first.at_us), period.index(origin_us, last_us) + 1):
        [(start, end)] = period.spans(origin_us, (index,))
        within = (max(start, window_us[0]), min(end, window_us[1]))
        found += [one._replace(period=index) for one in rows.periods(*place, within, sums)]
    return found, None


def _by_rows(
    rows: Rows, key: int, series: int, query: TemporalQuery, window_us: tuple[int, int]
) -> Document | None:
    """Sum up any kind of value, under any temporal property and calendar."""
    is_stored = query.timeproperty in ("createdAt", "modifiedAt")
    reach = (FIRST_US, LAST_US) if is_stored else window_us
    told: list[tuple[int, Document]] = []
    for row in rows.oldest(key, series, *reach):
        at_us = row.stored_us if is_stored else row.at_us
        has_instant = is_stored or query.timerel is None or b'"observedAt"' in row.rest
        if window_us[0] <= at_us < window_us[1] and has_instant and not is_tombstone(row):
            told.append((at_us, instance_of(row)))
    return summed(told, query, window_us) if told else None


def summed(
    told: list[tuple[int, Document]], query: TemporalQuery, window_us: tuple[int, int]
) -> Document | None:
    """Return instances, each with its instant, summed up by periods."""
    asked = query.aggregation
    if asked is None:
        return None
    told.sort(key=lambda pair: pair[0])
    origin_us = told[0][0] if window_us[0] == FIRST_US else window_us[0]
    kind = told[0][1]["type"]
    periods: dict[int, list[JSON]] = {}
    for at_us, instance in told:
        index = 0 if asked.period.is_whole else asked.period.index(origin_us, at_us)
        periods.setdefault(index, []).append(instance[VALUE_MEMBER[instance["type"]]])
    whole = _whole(window_us, told[0][0], told[-1][0])
    spans = [whole] if asked.period.is_whole else asked.period.spans(origin_us, periods)
    summed = [of_values(kind, values, asked.methods) for values in periods.values()]
    columns = {name: [one[name] for one in summed] for name in asked.methods}
    return _labelled(told[0][1]) | laid_out(spans, columns)


def _whole(window_us: tuple[int, int], first_us: int, last_us: int) -> tuple[int, int]:
    """Return the one period of `PT0S`: the window, closed by the data where it is open."""
    start, end = window_us
    return (first_us if start == FIRST_US else start, last_us if end == LAST_US else end)


def _labelled(instance: Document) -> Document:
    label: Document = {"type": _LABELS.get(instance["type"], "Property")}
    return label | ({"datasetId": instance["datasetId"]} if "datasetId" in instance else {})
