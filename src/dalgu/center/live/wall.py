"""The event wall as the server draws it first: filters, and the rows that come first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.listing import Filter, in_order
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority
from dalgu.cities import City
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.language import catalogue, phrase

FIRST_ROWS: Final = 20  # drawn by the server; the rest comes with the script
STATUSES: Final = ("open", "raised", "shelved", "closed")  # what the first filter offers

Choices = list[tuple[str, str]]  # value and words of each option


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of incidents, with the words of what they hold."""

    language: Language
    rows: list[Document]

    def category(self, name: str) -> str:
        """Return what a category is called; a rule may name one that has no word yet."""
        return catalogue(self.language).get(f"browser_center.live.category.{name}", name)


@dataclass(frozen=True, slots=True)
class Wall(Rows):
    """What the template draws."""

    asked: Filter
    categories: list[str]
    total: int  # rows that fit the filter, of which `rows` are the first

    def chosen(self, name: str) -> str:
        """Return what a filter is set to."""
        return str(getattr(self.asked, name))

    def choices(self, city: City) -> Iterator[tuple[str, Choices]]:
        """Yield each filter with its options."""
        say = catalogue(self.language)
        yield "status", [(one, say[f"browser_center.live.state.{one}"]) for one in STATUSES]
        priorities = [
            (p.value, f"{p} {say[f'browser_center.live.priority.{p}']}") for p in Priority
        ]
        yield "priority", self._or_all("priority", priorities)
        categories = [(one, self.category(one)) for one in self.categories]
        yield "category", self._or_all("category", categories)
        districts = [(one.code, one.name.say(self.language)) for one in city.districts]
        yield "district", self._or_all("district", districts)

    def _or_all(self, name: str, choices: Choices) -> Choices:
        what = phrase(self.language, f"live.{name}")
        return [("", phrase(self.language, "live.all", what=what)), *choices]


def read(center: Center, actor: Actor, language: Language, query: Mapping[str, str]) -> Wall:
    """Return the wall of a reader: only incidents that they may see, the gravest first.

    `query` is that of the page's address: status, priority, category and district filter.
    """
    asked = asked_of(query)
    seen = [one for one in center.rooms.incidents.all.values() if may_see(actor, one)]
    ordered = in_order(one for one in seen if asked.fits(one))
    return Wall(
        language=language,
        asked=asked,
        rows=[row(one, language) for one in ordered[:FIRST_ROWS]],
        categories=sorted({one.category for one in seen}),
        total=len(ordered),
    )


def asked_of(query: Mapping[str, str]) -> Filter:
    """Return the filter that an address names; what is none of ours is no wish."""
    status, priority = query.get("status", ""), query.get("priority", "")
    return Filter(
        status=status if status in STATUSES else "open",
        priority=priority if priority in set(Priority) else "",
        category=query.get("category", "")[:40],
        district=query.get("district", "")[:10],
    )


def about(incidents: Incidents, actor: Actor, thing: str, language: Language) -> Rows:
    """Return the rows of a thing's incidents, the newest first."""
    its = (one for one in incidents.all.values() if thing in one.things or one.cause == thing)
    seen = [one for one in its if may_see(actor, one)]
    return Rows(language, [row(one, language) for one in reversed(seen)][:FIRST_ROWS])


def may_see(actor: Actor, incident: Incident) -> bool:
    """Tell whether a reader's role and districts reach an incident."""
    return may(actor, Operation.INCIDENT_READ, incident.district)
