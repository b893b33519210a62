"""The doors of the citizens' rooms in the order of the chain, and what waits behind each now."""

from collections.abc import Callable
from dataclasses import dataclass

from dalgu.services.citizens.proposals.proposals import Proposals
from dalgu.services.citizens.proposals.state import Proposal
from dalgu.services.citizens.proposals.words import Kind, Stage
from dalgu.services.citizens.rooms import Rooms

NEAREST = 3  # proposals shown that are closest to their threshold


@dataclass(frozen=True, slots=True)
class Door:
    """A link of the front page: `key` names its words, `waiting` counts what goes on there."""

    path: str
    key: str
    waiting: Callable[[Rooms], int] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain with its doors."""

    key: str
    doors: tuple[Door, ...]


def _maturing(kind: Kind) -> Callable[[Rooms], int]:
    return lambda rooms: sum(
        one.stage in (Stage.MATURING, Stage.ASKING) for one in rooms.proposals.of_kind(kind)
    )


CHAIN = (
    Link(
        "say",
        (
            Door("/ask", "ask"),
            Door(
                "/requests",
                "requests",
                lambda rooms: sum(not one.has_ended for one in rooms.requests.all.values()),
            ),
            Door("/proposals", "proposals", _maturing(Kind.TALK)),
            Door("/petitions", "petitions", _maturing(Kind.PETITION)),
        ),
    ),
    Link(
        "weigh",
        (
            Door("/ask-citizens", "asked", _maturing(Kind.ASK)),
            Door(
                "/opinions",
                "opinions",
                lambda rooms: sum(
                    not one.is_over(rooms.opinions.today) for one in rooms.opinions.all.values()
                ),
            ),
            Door("/roundtables", "roundtables", lambda rooms: len(rooms.roundtables.every())),
        ),
    ),
    Link("decide", (Door("/budgets", "budgets"), Door("/citizens/ballots", "ballots"))),
    Link("try", (Door("/problems", "problems"), Door("/testbed-calls", "testbeds"))),
    Link(
        "watch",
        (
            Door(
                "/citizens/terms",
                "terms",
                lambda rooms: sum(one.term.is_open for one in rooms.clocks.owed()),
            ),
            Door("/bodies", "bodies"),
            Door("/moderation/log", "moderation"),
            Door("/citizens/data", "data"),
        ),
    ),
)


def nearest(room: Proposals) -> list[tuple[Proposal, int]]:
    """Return the maturing proposals closest to their threshold, with how many they still need."""
    found = [
        (one, max(0, room.space_of(one).threshold - len(one.supports)))
        for one in room.of_kind(Kind.TALK)
        if one.stage is Stage.MATURING and not room.moderation.is_hidden(one.subject)
    ]
    return sorted(found, key=lambda pair: pair[1])[:NEAREST]
