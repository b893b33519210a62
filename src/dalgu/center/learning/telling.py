"""An entry of the book in words, Korean or English: for timelines, reports and pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from dalgu.access.logbook import Entry
from dalgu.center.rooms import Rooms
from dalgu.hub.model import JSON
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.web.language import catalogue

DEED, WORD = "learning.deed", "learning.word"
MOST_LISTED = 4
# fields whose values are words of a closed set, under the name of the set in the catalogue
WORDS = {"outcome": "outcome", "part": "part", "category": "category", "accepted": "answer",
         "how": "ending", "verdict": "verdict"}  # fmt: skip


class _Lenient(dict[str, str]):
    """Fields of a deed; one that it lacks is said as a dash, so a timeline never breaks."""

    def __missing__(self, key: str) -> str:
        return "–"


def tag_of(entry: Entry) -> str:
    """Return what kind of deed an entry holds."""
    if isinstance(entry.deed, msgspec.Struct):
        return str(type(entry.deed).__struct_config__.tag)
    return str(entry.deed.get("type", "")) if isinstance(entry.deed, dict) else ""


def fields_of(entry: Entry) -> dict[str, JSON]:
    """Return the fields of an entry's deed as plain JSON."""
    told = msgspec.to_builtins(entry.deed)
    return {k: v for k, v in told.items() if k != "type"} if isinstance(told, dict) else {}


def said(entry: Entry, rooms: Rooms, language: Language) -> str:
    """Return an entry in a sentence; a deed that has no words of its own is told by its fields."""
    fields, tag = fields_of(entry), tag_of(entry)
    words = {name: _word(name, value, language) for name, value in fields.items()}
    words |= _named(entry, tag, rooms, language)
    known = catalogue(language)  # rooms that say their own deeds to the incident room say them here
    own = f"{entry.room}.timeline.{tag}"
    template = known.get(f"{DEED}.{entry.room}.{tag}") or known.get(own)
    if template is None:
        shown = ", ".join(f"{name} {word}" for name, word in words.items() if word)
        return f"{entry.room} · {tag}: {shown}" if shown else f"{entry.room} · {tag}"
    words.setdefault("who", entry.actor)
    told = template.format_map(_Lenient(words)).strip()
    return told.removesuffix(":").removesuffix("·").strip()


def room_of(entry: Entry, language: Language) -> str:
    """Return what people call the room of an entry."""
    return catalogue(language).get(f"learning.room.{entry.room}", entry.room)


def _word(name: str, value: JSON, language: Language) -> str:
    if value is None or value == "":
        return ""
    if name in WORDS:
        return catalogue(language).get(f"{WORD}.{WORDS[name]}.{value}", str(value)).strip()
    if isinstance(value, list):
        listed = ", ".join(str(one) for one in value[:MOST_LISTED])
        return f"{listed} … ({len(value)})" if len(value) > MOST_LISTED else listed
    return _instant(value) or str(value) if isinstance(value, str) else str(value)


def _instant(text: str) -> str | None:
    if len(text) < len("2026-11-29T00:00:00Z") or "T" not in text:
        return None
    try:
        return f"{local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return None


def _named(entry: Entry, tag: str, rooms: Rooms, language: Language) -> Mapping[str, str]:
    """Return what has a name elsewhere: steps, resources, procedures, counts."""
    deed: Any = entry.deed
    found: dict[str, str] = {}
    if tag in ("step_done", "step_skipped", "escalated"):
        key = deed.of if tag == "escalated" else deed.step
        found["step"] = step_title(entry.subject, key, rooms, language)
    elif tag == "resource":
        found["resource"] = _resource(deed.resource, rooms, language)
        found["to"] = catalogue(language).get(f"{WORD}.readiness.{deed.to}", str(deed.to))
    elif tag == "procedure":
        procedure = rooms.incidents.procedures.all.get(deed.procedure)
        found["procedure"] = (
            deed.procedure if procedure is None else procedure.title.text.say(language)
        )
    elif tag in ("joined", "raised", "changed"):
        found["n"] = str(len(getattr(deed, "alerts", ())))
        found["title"] = str(getattr(deed, f"title_{language}", "") or "")
    elif entry.room == "cameras":
        found["n"] = str(len(getattr(deed, "cameras", ())))
    elif entry.room == "warnings" and hasattr(deed, "covered"):
        found["residents"] = f"{deed.covered.residents:,}"
        found["dongs"] = str(len(deed.covered.dongs))
    return found


def step_title(subject: str, key: str, rooms: Rooms, language: Language) -> str:
    """Return what a step of an incident's checklist says; its key where the version lost it."""
    known = catalogue(language).get(f"{WORD}.step.{key}")
    if known is not None:
        return known
    incident = rooms.incidents.all.get(int(subject.rpartition(":")[2]))
    version = None if incident is None else rooms.incidents.procedures.of(incident)
    step = None if version is None else version.step(key)
    return key if step is None else step.text.say(language)


def _resource(name: str, rooms: Rooms, language: Language) -> str:
    try:
        return rooms.incidents.board.get(name).name.say(language)
    except DalguError:
        return name
