"""A thing in a few lines, for the map's panel: each value with its age, source and quality."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.documents import attributes, label_of, observed, shown, title, value
from dalgu.center.layers import Layer, is_heard
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language
from dalgu.web.language import age, moment, phrase

MOST_FACTS = 7
SKIPPED = frozenset({"name", "location", "origin", "forecast", "description", "data"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, in which language, and what time it is in the city."""

    language: Language
    now: datetime
    actor: Actor


async def brief(hub: Hub, document: Document, layer: Layer | None, asked: Asked) -> Document:
    """Return what the panel says: `facts` are rows of name, value, age, source and quality."""
    language, known = asked.language, attributes(document)
    names = sorted(
        (name for name in known if name not in SKIPPED),
        key=lambda name: (
            layer is None or name != layer.attribute,
            "observedAt" not in known[name],
        ),
    )
    is_staff = may(asked.actor, Operation.MESSAGE_READ)
    facts = []
    for name in names[:MOST_FACTS]:
        fact = _fact(document, name, layer, asked)
        if fact["at"] is not None:
            fact |= await _source(hub, document, name, (language, is_staff))
        facts.append(fact)
    found: Document = {
        "id": document["id"],
        "title": title(document, language),
        "kind": label_of(document["type"], language),
        "synthetic": value(document, "origin") == "synthetic",
        "facts": facts,
    }
    if may(asked.actor, Operation.PAGE_READ):
        found["href"] = f"/{language}/center/entities/{document['id']}"
    return found


def _fact(document: Document, name: str, layer: Layer | None, asked: Asked) -> Document:
    language, at = asked.language, observed(document, name)
    is_stale = at is not None and _is_stale(document, layer, asked.now - at, asked.now)
    quality = "stale" if is_stale else "live" if at is not None else "register"
    return {
        "name": label_of(name, language),
        "text": shown(attributes(document)[name], language),
        "at": None if at is None else iso(at),
        "age": "" if at is None else age(asked.now - at, language),
        "moment": "" if at is None else moment(at, language),
        "quality": quality,
        "said": phrase(language, f"map.quality_{quality}"),
        "source": phrase(language, "map.source_register"),
    }


def _is_stale(document: Document, layer: Layer | None, old: timedelta, now: datetime) -> bool:
    if document["type"] == "Device":
        return not is_heard(document, now)
    return layer is not None and old > layer.stale


async def _source(
    hub: Hub, document: Document, name: str, reader: tuple[Language, bool]
) -> Document:
    """Return where the newest value came from: a device's message, or a calculation of ours."""
    language, is_staff = reader
    newest = await hub.history(EntityId(document["id"]), name, last=1)
    message = newest[0][1] if newest else 0
    if not message:
        return {"source": phrase(language, "map.source_computed")}
    source: Document = {"source": phrase(language, "map.source_message", n=message)}
    return source | ({"href": f"/{language}/center/messages/{message}"} if is_staff else {})
