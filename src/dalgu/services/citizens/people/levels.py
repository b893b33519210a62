"""The ladder of identity: for each deed the least step that it needs."""

from enum import IntEnum

from dalgu.kernel.errors import Forbidden
from dalgu.kernel.text import Text


class Level(IntEnum):
    """How well the platform knows somebody; higher ones can do what lower ones can."""

    GUEST = 0  # reads, chats, files a request
    EMAIL = 1  # an address that answers: comments, supports
    RESIDENT = 2  # vouched for: signs, votes

    @property
    def title(self) -> Text:
        """How people call it."""
        return TITLES[self]


TITLES = {
    Level.GUEST: Text("손님", "Guest"),
    Level.EMAIL: Text("전자우편 확인", "E-mail confirmed"),
    Level.RESIDENT: Text("거주 확인", "Resident"),
}


class LevelTooLow(Forbidden):
    """A deed takes a higher step of the ladder."""

    slug = "level-too-low"
    title = "A higher level of identity is needed"

    def __init__(self, needed: Level) -> None:
        super().__init__(
            f"This takes level '{needed.name.lower()}'; the page of identity says how to reach it.",
            needed=needed.name.lower(),
        )


class TooYoung(Forbidden):
    """A deed takes a greater age."""

    slug = "too-young"
    title = "A greater age is needed"

    def __init__(self, least_age: int) -> None:
        super().__init__(f"This takes an age of at least {least_age} years.", least_age=least_age)
