"""What the moderation and those who follow know of questions and statements."""

from dalgu.kernel.text import Text
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.opinions.opinions import Opinions
from dalgu.services.citizens.opinions.question import Standing


def find(room: Opinions, subject: str) -> Thing | None:
    """Return a question or a statement by its subject, `None` where it is neither."""
    kind, _, rest = subject.partition(":")
    number, _, statement = rest.partition(":statement:")
    if kind != "opinion" or not number.isdecimal() or int(number) not in room.all:
        return None
    question = room.all[int(number)]
    title, path = Text(question.title, question.title), f"/opinions/{question.number}"
    if not statement:
        return Thing(subject, title, path)
    if not statement.isdecimal() or int(statement) not in question.statements:
        return None
    one = question.statements[int(statement)]
    public = one.standing is not Standing.WAITING
    return Thing(subject, title, f"{path}/groups#s{one.number}", one.text, one.author, public)
