"""What is kept of a question's groups, so that a restart goes on exactly where it was.

The book says which votes each step saw; this is what the steps came to. It may be lost: the same
steps are taken again and give the same.
"""

from collections.abc import Sequence, Set

import msgspec

from dalgu.services.citizens.groups.letters import carried
from dalgu.services.citizens.groups.standing import State, advanced
from dalgu.services.citizens.groups.votes import Vote
from dalgu.services.citizens.opinions.deeds import Grouped
from dalgu.services.citizens.opinions.question import Question


class Kept(msgspec.Struct, frozen=True):
    """The state after so many steps, and the letters that groups have."""

    state: State = State()
    votes: int = 0
    steps: int = 0
    letters: dict[int, str] = {}  # by the group's id
    members: dict[str, frozenset[str]] = {}  # by letter


def stepped(kept: Kept, batch: Sequence[Vote], out: Set[str]) -> Kept:
    """Return what is kept after one step more."""
    state = advanced(kept.state, batch, out)
    now = {id_: frozenset(some) for id_, some in state.members().items()}
    letters = carried(kept.members, now)
    return Kept(
        state=state,
        votes=kept.votes + len(batch),
        steps=kept.steps + 1,
        letters=letters,
        members={letters[id_]: some for id_, some in now.items()},
    )


def caught_up(kept: Kept, question: Question) -> Kept:
    """Return what is kept after all steps that the book tells of."""
    for cut in question.cuts[kept.steps :]:
        kept = stepped(kept, question.log[kept.votes : cut.votes], frozenset(map(str, cut.out)))
    return kept


def cut_of(question: Question, kept: Kept) -> Grouped:
    """Return what the book says of a step that was just taken."""
    sizes = sorted((len(some) for some in kept.members.values()), reverse=True)
    out = tuple(sorted(int(one) for one in kept.state.moderated))
    return Grouped(question.number, kept.votes, out, tuple(sizes))


def packed(kept: Kept) -> bytes:
    """Return what is kept as bytes."""
    return msgspec.msgpack.encode(kept)


def unpacked(body: bytes) -> Kept:
    """Return what was kept; nothing where it is of an older form."""
    try:
        return msgspec.msgpack.decode(body, type=Kept)
    except msgspec.MsgspecError:
        return Kept()
