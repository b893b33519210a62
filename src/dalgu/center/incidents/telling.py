"""The deeds of an incident as sentences of its timeline, in the reader's language.

Every room may have phrases `<room>.timeline.<tag>` in its catalogue, with the deed's fields and
`who` as slots; a deed without one is told by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.center.incidents.procedures import Procedures
from dalgu.center.incidents.resources import Board
from dalgu.center.incidents.sheet import event, gathered
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.timers import UNSEEN
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.language import catalogue, moment

SHORT_ID = 10  # signs of a pseudonym that people can tell apart


@dataclass(frozen=True, slots=True)
class Teller:
    """What it takes to say a deed: the language, who reads, and the names of things."""

    language: Language
    you: str
    procedures: Procedures
    board: Board

    def timeline(self, incident: Incident, entries: list[Entry]) -> list[Document]:
        """Return an incident's deeds, the newest first; alerts that came at once are one."""
        events = gathered(event(entry) for entry in entries)
        return [self._told(one, incident) for one in reversed(events)]

    def word(self, *keys: str, default: str) -> str:
        """Return the first phrase that the catalogue has, else a default."""
        known = catalogue(self.language)
        return next((known[key] for key in keys if key in known), default)

    def who(self, actor: str) -> str:
        """Return how an actor is called: you, the platform, or the first signs of a pseudonym."""
        if actor in (self.you, "system"):
            key = "you" if actor == self.you else "system"
            return self.word(f"incidents.who.{key}", default=actor)
        return shortened(actor)

    def category(self, name: str) -> str:
        """Return what a category is called."""
        keys = (f"incidents.category.{name}", f"browser_center.live.category.{name}")
        return self.word(*keys, default=name)

    def _told(self, one: Document, incident: Incident) -> Document:
        room, tag = one["room"], one["deed"]
        kind = UNSEEN if one["fields"].get("of") == UNSEEN else tag
        phrase = self.word(f"{room}.timeline.{kind}", f"timeline.{kind}", default="")
        slots = _Slots({k: self._field(k, v, incident) for k, v in one["fields"].items()})
        slots["person"] = slots.get("who", "")  # whom the deed names
        slots["who"] = self.who(one["by"])
        text = phrase.format_map(slots) if phrase else f"{slots['who']}: {tag}"
        words = one["fields"]
        said = next((words[k] for k in ("text", "note", "reason", "why") if words.get(k)), "")
        return {
            **one, "text": text, "who": slots["who"], "said": said if isinstance(said, str) else "",
        }  # fmt: skip

    def _field(self, name: str, value: Any, incident: Incident) -> str:
        teller = FIELDS.get(name)
        if teller is not None and isinstance(value, str):
            return teller(self, value, incident)
        if isinstance(value, list | tuple):
            return str(len(value))
        return "" if value is None else str(value)

    def step(self, key: str, incident: Incident) -> str:
        """Return what a step of the checklist says."""
        version = self.procedures.of(incident)
        step = None if version is None else version.step(key)
        return key if step is None else step.text.say(self.language)

    def resource(self, name: str) -> str:
        """Return what a resource is called."""
        known = self.board.all.get(name)
        return name if known is None else known.name.say(self.language)

    def procedure(self, name: str) -> str:
        """Return the title of a procedure."""
        known = self.procedures.all.get(name)
        return name if known is None else known.title.text.say(self.language)

    def _to(self, value: str) -> str:
        keys = (f"incidents.readiness.{value}", f"incidents.told.{value or 'anybody'}")
        return self.word(*keys, default=self.who(value))

    def _at(self, value: str) -> str:
        return moment(datetime.fromisoformat(value), self.language)


class _Slots(dict[str, str]):
    """Slots of a phrase; one that the deed has no field for is told as nothing."""

    def __missing__(self, key: str) -> str:
        return "–"


def shortened(actor: str) -> str:
    """Return a pseudonym as short as people can still tell it apart.

    >>> shortened("person:night"), shortened("person:0f3a9c1e77aa22bb")
    ('night', '0f3a9c1e77')
    """
    return actor.rpartition(":")[2][:SHORT_ID]


FIELDS: Mapping[str, Callable[[Teller, str, Incident], str]] = {
    "to": lambda teller, value, incident: teller._to(value),
    "who": lambda teller, value, incident: teller.who(value),
    "outcome": lambda teller, value, incident: teller.word(
        f"incidents.outcome.{value}", default=value
    ),
    "part": lambda teller, value, incident: teller.word(f"incidents.part.{value}", default=value),
    "step": lambda teller, value, incident: teller.step(value, incident),
    "of": lambda teller, value, incident: teller.step(value, incident),
    "resource": lambda teller, value, incident: teller.resource(value),
    "procedure": lambda teller, value, incident: teller.procedure(value),
    "category": lambda teller, value, incident: teller.category(value),
    "until": lambda teller, value, incident: teller._at(value),
    "due": lambda teller, value, incident: teller._at(value),
    "at": lambda teller, value, incident: teller._at(value),
}
