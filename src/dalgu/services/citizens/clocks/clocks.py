"""The clocks room: gathers the terms of all rooms, reminds, and goes up the chain."""

from collections.abc import Callable, Iterable

from dalgu.kernel.clock import local
from dalgu.kernel.terms import Owed, overdue
from dalgu.service import Ground

ROOM = "clocks"


class Clocks:
    """All terms, of whatever room."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._sources: list[Callable[[], Iterable[Owed]]] = []

    def watch(self, owed: Callable[[], Iterable[Owed]]) -> None:
        """Let a room tell what it owes."""
        self._sources.append(owed)

    def owed(self) -> list[Owed]:
        """Return all terms of all rooms."""
        return [one for source in self._sources for one in source()]

    def overdue(self) -> list[Owed]:
        """Return what is overdue today, the longest first."""
        return overdue(self.owed(), local(self._ground.clock.now()).date())
