"""Parts of one entity from several sources become one document (CIM 009 4.5.5)."""

from datetime import datetime

from dalgu.hub.context import Context
from dalgu.hub.document import ENTITY_MEMBERS, instances, parse_entity, types_of
from dalgu.hub.merge import folded
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import instant

_STAMPS = ("createdAt", "modifiedAt")


def imported(raw: JSON, context: Context) -> Document:
    """Return an entity of a source as a document of ours, with the stamps it came with.

    Raises
    ------
    DocumentInvalid, BadRequestData
        When it is no entity.
    """
    document = parse_entity(raw, context)
    _stamp(document, raw)
    for key, value in raw.items():
        if key in ENTITY_MEMBERS:
            continue
        given = value if isinstance(value, list) else [value]
        for made in instances(document.get(context.expand(key), [])):
            for one in given:
                if isinstance(one, dict) and one.get("datasetId") == made.get("datasetId"):
                    _stamp(made, one)
    return document


def _stamp(made: Document, given: Document) -> None:
    for name in _STAMPS:
        if instant(given.get(name)) is not None:
            made[name] = given[name]


def merged(parts: list[Document], auxiliary: list[Document]) -> Document | None:
    """Return the parts of an entity as one; auxiliary parts fill only what is missing."""
    whole: Document | None = None
    expiries = {part.get("expiresAt") for part in parts}
    for part in parts if len(expiries) < 2 else map(_expiring, parts):
        whole = dict(part) if whole is None else _laid(whole, part)
    if whole is not None and len(expiries) > 1:
        whole.pop("expiresAt", None)
        if None not in expiries:  # 4.5.5.3: it lives as long as one of its parts
            whole["expiresAt"] = max(expiries, key=_instant)
    for part in auxiliary:
        whole = dict(part) if whole is None else {**part, **whole}
    return whole


def unexpired(document: Document, now: datetime) -> Document | None:
    """Return what of an entity has not expired (4.5.5.3, 5.7.1.4), None when nothing has not."""
    if _has_expired(document, now):
        return None
    kept: Document = {}
    for name, value in document.items():
        if name in ENTITY_MEMBERS:
            kept[name] = value
        elif several := [one for one in instances(value) if not _has_expired(one, now)]:
            kept[name] = folded(several)
    return kept


def _has_expired(one: Document, now: datetime) -> bool:
    at = instant(one.get("expiresAt"))
    return at is not None and at <= now


def _expiring(part: Document) -> Document:
    """Return a part whose attributes expire with it, as the whole may live longer (4.5.5.2)."""
    expiry = part.get("expiresAt")
    if expiry is None:
        return part

    def sooner(one: Document) -> Document:
        return one | {"expiresAt": min(one.get("expiresAt", expiry), expiry, key=_instant)}

    return {
        name: value if name in ENTITY_MEMBERS else folded(list(map(sooner, instances(value))))
        for name, value in part.items()
    }


def _instant(text: JSON) -> float:
    at = instant(text)
    return 0.0 if at is None else at.timestamp()


def _laid(whole: Document, part: Document) -> Document:
    made = dict(whole)
    kinds = list(dict.fromkeys([*types_of(whole), *types_of(part)]))
    made["type"] = kinds if len(kinds) > 1 else kinds[0]
    for name, value in part.items():
        if name in ENTITY_MEMBERS:
            made.setdefault(name, value)
        else:
            made[name] = _newest(made[name], value) if name in made else value
    return made


def _newest(held: JSON, given: JSON) -> JSON:
    """Return the newer instance of each dataset (4.5.5.3).

    Where neither is newer the clause leaves the choice open: the source registered last is taken.
    """
    chosen: dict[str | None, Document] = {one.get("datasetId"): one for one in instances(held)}
    for one in instances(given):
        before = chosen.get(one.get("datasetId"))
        if before is None or _age(one) >= _age(before):
            chosen[one.get("datasetId")] = one
    several = list(chosen.values())
    return several[0] if len(several) == 1 else several


def _age(one: Document) -> float:
    at = instant(one.get("observedAt")) or instant(one.get("modifiedAt"))
    return 0.0 if at is None else at.timestamp()
