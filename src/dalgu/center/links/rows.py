"""Links and messages as screens list them."""

from dataclasses import dataclass

from dalgu.center.incidents.incidents import number_of
from dalgu.center.incidents.state import Incident
from dalgu.center.links.kinds import Link, link_of, links
from dalgu.center.links.links import Links
from dalgu.center.links.state import LinkState, Message, Way
from dalgu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Offered:
    """One link for an incident: whether it may carry it, and what it has carried of it."""

    link: Link
    state: LinkState
    is_for_it: bool
    messages: list[Message]

    @property
    def standing(self) -> str:
        """How the link stands: recorded (no endpoint), failing, or open."""
        return standing(self.state, self.messages)


def offered(room: Links, incident: Incident) -> list[Offered]:
    """Return every link for an incident, in the order of the table."""
    about = [one for one in room.ledger.messages.values() if one.subject == incident.id]
    return [
        Offered(
            link=link,
            state=room.ledger.link(link.code),
            is_for_it=not link.categories or incident.category in link.categories,
            messages=[one for one in about if one.link == link.code],
        )
        for link in links()
    ]


def standing(state: LinkState, messages: list[Message]) -> str:
    """Return how a link stands: recorded (no endpoint), failing (its newest failed), or open."""
    if not state.host:
        return "recorded"
    return "failing" if messages and messages[-1].way is Way.FAILED else "open"


def title_of_link(code: str) -> Text:
    """Return what people call a link."""
    return link_of(code).title


def incident_of(message: Message) -> int | None:
    """Return the number of the incident that a message is about, `None` for a test."""
    return number_of(message.subject) if ":Incident:" in message.subject else None
