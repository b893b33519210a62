"""Proposals that say nearly the same: shown before one is sent, and to those who merge."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dalgu.kernel.errors import Overloaded
from dalgu.korean.likeness import Likeness
from dalgu.services.citizens.proposals.state import Proposal

SHOWN = 5
LEAST = 0.18  # likeness from which one is worth a look: suggested, never merged by itself
MOST_WAITING = 8  # texts; more are refused
COMPARED = 300  # letters of its text; the title says most

Nearest = Callable[[str, Mapping[str, str], int], list[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Alike:
    """A proposal and how alike it is, 0 to 1."""

    proposal: Proposal
    likeness: float


class Similar:
    """Finds proposals that are like a text, away from the loop that answers."""

    def __init__(self, nearest: Nearest | None = None) -> None:
        self._nearest = nearest or Likeness().nearest
        self._lock = asyncio.Lock()  # one text at a time: the analyser is one
        self._waiting = 0

    async def to(self, title: str, text: str, among: Iterable[Proposal]) -> list[Alike]:
        """Return the few most alike, the most alike first."""
        known = {str(one.number): one for one in among}
        if not known or not f"{title}{text}".strip():
            return []
        texts = {number: compared(one.title, one.text) for number, one in known.items()}
        found = await self._compared(compared(title, text), texts)
        return [Alike(known[number], score) for number, score in found if score >= LEAST]

    async def _compared(self, asked: str, texts: Mapping[str, str]) -> list[tuple[str, float]]:
        if self._waiting >= MOST_WAITING:
            raise Overloaded("Too many texts are compared just now; send it again in a moment.")
        self._waiting += 1
        try:
            async with self._lock:
                return await asyncio.to_thread(self._nearest, asked, texts, SHOWN)
        finally:
            self._waiting -= 1


def compared(title: str, text: str) -> str:
    """Return what is compared of a proposal: its title, which says most, and how it begins."""
    return f"{title} {title} {text[:COMPARED]}".strip()
