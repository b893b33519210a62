"""Histories of one entity from several sources become one history (CIM 009 5.7.3.4, 4.5.5).

Pure functions over entities in temporal representation: each attribute is the list of its
instances, newest first.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from dalgu.hub.context import Context
from dalgu.hub.document import ENTITY_MEMBERS, parse_fragment, types_of
from dalgu.hub.evolution import window
from dalgu.hub.hub import TemporalQuery
from dalgu.hub.merge import instances
from dalgu.hub.model import JSON, Document
from dalgu.hub.summing import summed
from dalgu.hub.values import instant
from dalgu.store.instants import micros

_STAMPS: Final = ("createdAt", "modifiedAt", "deletedAt")
_TOLD: Final = (*_STAMPS, "instanceId")
_SCOPE: Final = "scope"

Slot = tuple[str | None, float | str]  # a dataset, and the instant or the id of an instance


def imported_history(raw: JSON, context: Context) -> Document:
    """Return the evolution of an entity, as a source answered it, as one of ours.

    Raises
    ------
    DocumentInvalid, BadRequestData, KeyError, TypeError
        When it is none.
    """
    head = parse_fragment({"id": raw["id"], "type": raw["type"]}, context)
    document: Document = head | {
        name: raw[name] for name in _STAMPS if instant(raw.get(name)) is not None
    }
    for key, value in raw.items():
        if key == _SCOPE:
            document[key] = _scopes(value)
        elif key not in ENTITY_MEMBERS:
            name = context.expand(key)
            several = value if isinstance(value, list) else [value]
            document[name] = [_instance(key, one, context) for one in several]
    return document


def _instance(key: str, raw: JSON, context: Context) -> Document:
    [made] = instances(next(iter(parse_fragment({key: raw}, context).values())))
    if not isinstance(made, dict):
        raise TypeError(key)  # the null of a patch, which tells of no instance
    told = {name: raw[name] for name in _TOLD if isinstance(raw.get(name), str)}
    return {**made, **told}


def _scopes(value: JSON) -> list[Document]:
    several = value if isinstance(value, list) else [value]
    if all(isinstance(one, dict) for one in several):
        return [{"type": "Property", **one} for one in several]
    return [{"type": "Property", "value": value}]


def merged_histories(
    parts: Iterable[Document], auxiliary: Iterable[Document], timeproperty: str = "observedAt"
) -> Document | None:
    """Return the parts of one entity's history as one, newest first.

    Where two sources tell of the same dataset and instant, the instance that was modified last
    stays, else the one that came first; auxiliary sources fill only what nobody else tells.
    """
    whole: Document | None = None
    for part in parts:
        whole = _copy(part) if whole is None else _laid(whole, part, timeproperty)
    for part in auxiliary:
        whole = _copy(part) if whole is None else _laid(whole, part, timeproperty, fill=True)
    if whole is None:
        return None
    for name, several in _strands(whole):
        whole[name] = sorted(several, key=lambda one: _at(one, timeproperty), reverse=True)
    return whole


def _copy(part: Document) -> Document:
    return {name: list(one) if isinstance(one, list) else one for name, one in part.items()}


def _laid(whole: Document, part: Document, timeproperty: str, *, fill: bool = False) -> Document:
    kinds = list(dict.fromkeys([*types_of(whole), *types_of(part)]))
    whole["type"] = kinds if len(kinds) > 1 else kinds[0]
    for name, several in _strands(part):
        whole[name] = _joined(whole.get(name, []), several, timeproperty, fill=fill)
    return whole


def _joined(
    held: list[Document], given: list[Document], timeproperty: str, *, fill: bool
) -> list[Document]:
    """Return the instances of both; what one source tells twice stays twice."""
    before = {_slot(one, timeproperty): at for at, one in enumerate(held)}
    made = list(held)
    for one in given:
        at = before.get(_slot(one, timeproperty))
        if at is None:
            made.append(one)
        elif not fill and _stamp(one, "modifiedAt") > _stamp(made[at], "modifiedAt"):
            made[at] = one
    return made


def _slot(one: Document, timeproperty: str) -> Slot:
    at = instant(one.get(timeproperty))
    told = at.timestamp() if at is not None else one.get("instanceId") or repr(sorted(one.items()))
    return one.get("datasetId"), told


def _strands(document: Document) -> Iterator[tuple[str, list[Document]]]:
    for name, several in list(document.items()):
        if name == _SCOPE or name not in ENTITY_MEMBERS:
            yield name, several


def _stamp(one: Document, name: str) -> float:
    at = instant(one.get(name))
    return 0.0 if at is None else at.timestamp()


def _at(one: Document, timeproperty: str) -> float:
    names = (timeproperty, "observedAt", "modifiedAt", "createdAt", "deletedAt")
    return next((at for name in names if (at := _stamp(one, name))), 0.0)


def within(document: Document, query: TemporalQuery) -> Document:
    """Return what of a history was asked for: attributes, datasets, window, the newest.

    A source is asked the same; this holds it to it.
    """
    start, end = _window(query)
    kept: Document = {}
    for name, value in document.items():
        if name in ENTITY_MEMBERS and name != _SCOPE:
            kept[name] = value
        elif name == _SCOPE or not query.attrs or name in query.attrs:
            chosen = [one for one in value if _is_within(one, query, start, end)]
            chosen = value if name == _SCOPE else _newest(chosen, query.last)
            if chosen:
                kept[name] = chosen
    return kept


def _window(query: TemporalQuery) -> tuple[float, float]:
    first = float("-inf") if query.time_at is None else query.time_at.timestamp()
    last = float("inf") if query.end_time_at is None else query.end_time_at.timestamp()
    return (float("-inf"), first) if query.timerel == "before" else (first, last)


def _is_within(one: Document, query: TemporalQuery, start: float, end: float) -> bool:
    if query.datasets and one.get("datasetId", "@none") not in query.datasets:
        return False
    if query.timerel is None:
        return True
    at = instant(one.get(query.timeproperty))
    # Sources need not tell the stamps that the window was laid against (4.3.6.1).
    return query.timeproperty != "observedAt" if at is None else start <= at.timestamp() < end


def _newest(several: list[Document], last: int | None) -> list[Document]:
    """Return the newest instances of each dataset."""
    if last is None:
        return several
    counted: dict[str | None, int] = {}
    kept: list[Document] = []
    for one in several:
        dataset = one.get("datasetId")
        counted[dataset] = counted.get(dataset, 0) + 1
        if counted[dataset] <= last:
            kept.append(one)
    return kept


def cut_short(
    documents: list[Document], query: TemporalQuery, reached: Iterable[float]
) -> tuple[datetime, datetime] | None:
    """Cut all histories at one instant where one is too long, or known in part only (6.3.10).

    `reached` are the instants at which sources cut theirs. Return how far the rest reaches.
    """
    edges, most = list(reached), query.most
    is_oldest_first = query.last is None
    for one in documents:
        for _, several in _strands(one):
            if most is not None and len(several) > most:
                edge_of = several[-most] if is_oldest_first else several[most - 1]
                edges.append(_at(edge_of, query.timeproperty))
    if not edges:
        return None
    edge = min(edges) if is_oldest_first else max(edges)
    for one in documents:
        for name, several in _strands(one):
            one[name] = [
                it
                for it in several
                if (at := _at(it, query.timeproperty)) == edge or (at < edge) is is_oldest_first
            ] or [{k: several[0][k] for k in ("type", "datasetId") if k in several[0]}]
    ends = list(span(documents, query))
    return (_from_s(min(ends)), _from_s(max(ends))) if ends else None


def span(documents: list[Document], query: TemporalQuery) -> Iterator[float]:
    """Yield the instants of all instances."""
    for one in documents:
        for name, several in _strands(one):
            if name != _SCOPE:
                found = (_at(it, query.timeproperty) for it in several)
                yield from (at for at in found if at)


def _from_s(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def summed_up(document: Document, query: TemporalQuery) -> Document:
    """Return a history with the aggregated values of its attributes (4.5.19)."""
    shown: Document = {name: one for name, one in document.items() if name in ENTITY_MEMBERS}
    for name, several in _strands(document):
        strands: dict[str | None, list[tuple[int, Document]]] = {}
        for one in several:
            at = instant(one.get(query.timeproperty)) or instant(one.get("modifiedAt"))
            if at is not None and "deletedAt" not in one:
                strands.setdefault(one.get("datasetId"), []).append((micros(at), one))
        sums = [summed(told, query, window(query)) for told in strands.values()]
        shown[name] = [one for one in sums if one is not None]
    shown.pop(_SCOPE, None)
    return shown
