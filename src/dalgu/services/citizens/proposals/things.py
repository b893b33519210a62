"""What the moderation and those who follow know of proposals and of comments on them."""

from dalgu.kernel.text import Text
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.proposals.proposals import Proposals, path_of
from dalgu.services.citizens.proposals.state import Proposal


def find(room: Proposals, subject: str) -> Thing | None:
    """Return a proposal or a comment by its subject, `None` where it is neither."""
    kind, _, rest = subject.partition(":")
    number, _, comment = rest.partition(":comment:")
    if kind != "proposal" or not number.isdecimal() or int(number) not in room.all:
        return None
    found = room.all[int(number)]
    title, path = Text(found.title, found.title), path_of(found)
    if not comment:
        return Thing(subject, title, path, _text(found), found.authors[0])
    if not comment.isdecimal() or int(comment) not in found.comments:
        return None
    one = found.comments[int(comment)]
    return Thing(subject, title, f"{path}#c{one.number}", one.text, one.author)


def _text(found: Proposal) -> str:
    return f"{found.title}\n{found.text}"
