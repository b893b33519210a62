"""A ballot box as an entity: that a vote took place, how many took part, and where its count is."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dalgu.access.logbook import Entry
from dalgu.hub.model import Count, Entity, Label, Plain, instant, label, prop
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from dalgu.services.citizens.ballots.ballots import Ballots, State


class BallotBox(
    Entity,
    unmodelled=Text(
        "비밀투표와 그 개표를 나타내는 모델이 없다.",
        "No model describes a secret vote and its count.",
    ),
):
    """A secret vote: open, or counted and published."""

    name: Label = label("제목", "What is voted on")
    kind: Plain = prop("방식", "choice, approval or scores")
    option_count: Count = prop("고를 것의 수", "How many options there are")
    status: Plain = prop("상태", "open or counted")
    opened_at: Plain = instant("연 때", "When it was opened; ISO 8601")
    closed_at: Plain = instant("닫은 때", "When it was closed; ISO 8601")
    token_count: Count = prop("발급한 투표권", "Tokens handed out, once it is counted")
    ballot_count: Count = prop("투표지", "Ballots cast, once it is counted")
    head_digest: Plain = prop("사슬의 머리", "SHA-256 of the head of the published chain")


ENTITIES = (BallotBox,)


def draw(room: "Ballots", entries: Sequence[Entry]) -> Iterable[Entity]:
    """Yield the boxes that entries changed."""
    for box in dict.fromkeys(entry.subject for entry in entries):
        yield _box(room.boxes[box])


def _box(state: "State") -> BallotBox:
    closed = state.closed
    return BallotBox(
        id=entity_id("BallotBox", state.box.id),
        name=state.box.title,
        kind=state.box.kind,
        option_count=len(state.box.options),
        status="open" if closed is None else "counted",
        opened_at=iso(state.opened_at),
        closed_at=None if state.closed_at is None else iso(state.closed_at),
        token_count=None if closed is None else closed.tokens,
        ballot_count=None if closed is None else closed.ballots,
        head_digest=None if closed is None else closed.digest,
    )
