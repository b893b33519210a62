"""What the moderation and those who follow know of rounds and their projects."""

from dalgu.kernel.text import Text
from dalgu.services.citizens.budgets.budgets import Budgets
from dalgu.services.citizens.moderation.things import Thing


def find(room: Budgets, subject: str) -> Thing | None:
    """Return a round or a project by its subject, `None` where it is neither."""
    kind, _, rest = subject.partition(":")
    number, _, project = rest.partition(":project:")
    if kind != "budget" or not number.isdecimal() or int(number) not in room.all:
        return None
    found = room.all[int(number)]
    path = f"/budgets/{found.number}"
    if not project:
        return Thing(subject, found.title, path)
    if not project.isdecimal() or int(project) not in found.ideas:
        return None
    idea = found.ideas[int(project)]
    title = Text(idea.title, idea.title)
    return Thing(subject, title, f"{path}/projects/{idea.number}", idea.text, idea.author)
