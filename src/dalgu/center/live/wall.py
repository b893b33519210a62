"""The event wall as the server draws it first: filters, and the rows that come first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority, Status
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.web.language import catalogue

FIRST_ROWS = 30  # drawn by the server; the rest comes with the script
OPEN, SHELVED, CLOSED = "open", "shelved", "closed"
STATES = (OPEN, Status.RAISED.value, SHELVED, CLOSED)  # what the first filter offers


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader wants to see of the wall; an empty text is no wish."""

    state: str = OPEN
    priority: str = ""
    category: str = ""
    district: str = ""


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

    asked: Asked
    counts: dict[str, int]  # by state, before the other filters
    categories: list[str]
    total: int  # rows that fit the filters, of which `rows` are the first


def asked_of(query: Mapping[str, str]) -> Asked:
    """Return the filters that an address names; what is none of ours is no wish."""
    state, priority = query.get("status", OPEN), query.get("priority", "")
    return Asked(
        state if state in STATES else OPEN,
        priority if priority in set(Priority) else "",
        query.get("category", "")[:40],
        query.get("district", "")[:10],
    )


def read(center: Center, actor: Actor, language: Language, query: Mapping[str, str]) -> Wall:
    """Return the wall of a reader: only incidents that they may see, the gravest first.

    `query` is that of the page's address: status, priority, category and district filter.
    """
    asked, now = asked_of(query), center.clock.now()
    seen = [one for one in center.rooms.incidents.all.values() if may_see(actor, one)]
    fitting = [one for one in seen if _fits(one, asked, now)]
    ordered = sorted(fitting, key=_order, reverse=asked.state == CLOSED)
    return Wall(
        language=language,
        asked=asked,
        rows=[row(one, language) for one in ordered[:FIRST_ROWS]],
        counts={state: sum(state_is(one, state, now) for one in seen) for state in STATES},
        categories=sorted({one.category for one in seen if one.is_open}),
        total=len(ordered),
    )


def about(incidents: Incidents, actor: Actor, thing: str, language: Language) -> Rows:
    """Return the rows of a thing's incidents, the newest first."""
    its = (one for one in incidents.all.values() if thing in one.things or one.cause == thing)
    seen = [one for one in its if may_see(actor, one)]
    return Rows(language, [row(one, language) for one in reversed(seen)][:FIRST_ROWS])


def may_see(actor: Actor, incident: Incident) -> bool:
    """Tell whether a reader's role and districts reach an incident."""
    return may(actor, Operation.INCIDENT_READ, incident.district)


def state_is(incident: Incident, state: str, now: datetime) -> bool:
    """Tell whether an incident stands under a filter's state: the shelved are out of sight."""
    if not incident.is_open:
        return state == CLOSED
    if incident.shelved_until is not None and incident.shelved_until > now:
        return state == SHELVED
    return state == OPEN or state == incident.status


def _fits(incident: Incident, asked: Asked, now: datetime) -> bool:
    return (
        state_is(incident, asked.state, now)
        and asked.priority in ("", incident.priority)
        and asked.category in ("", incident.category)
        and asked.district in ("", incident.district)
    )


def _order(incident: Incident) -> tuple[str, datetime, int]:
    if incident.closed_at is not None:
        return "", incident.closed_at, incident.number
    return incident.priority, incident.raised_at, incident.number
