"""What citizens can follow, report and be told of: each room tells how its things are shown."""

from collections.abc import Callable
from dataclasses import dataclass

from dalgu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a room, by the subject that its entries carry.

    `path` is its public page without a language, `text` what was written there and `author` the
    account that wrote it (both empty where the city wrote it). Nobody is told of a thing that is
    not public.
    """

    subject: str
    title: Text
    path: str
    text: str = ""
    author: str = ""
    is_public: bool = True


Find = Callable[[str], Thing | None]


class Things:
    """The things of all rooms."""

    def __init__(self) -> None:
        self._finders: dict[str, Find] = {}

    def offer(self, room: str, find: Find) -> None:
        """Let a room tell of its things; `find` gives `None` for what is not its own."""
        self._finders[room] = find

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms that tell of their things."""
        return tuple(self._finders)

    def find(self, subject: str, room: str = "") -> Thing | None:
        """Return a thing by its subject, of one room or of whichever has it."""
        finders = [self._finders[room]] if room in self._finders else self._finders.values()
        return next((found for find in finders if (found := find(subject)) is not None), None)
