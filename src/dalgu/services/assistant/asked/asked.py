"""The room of questions: counts by day, and the unanswered in groups that say the same."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.clock import local
from dalgu.korean.likeness import Likeness
from dalgu.service import Ground
from dalgu.services.assistant.answers.finding import language_of_text
from dalgu.services.assistant.answers.reply import Kind, Reply
from dalgu.services.assistant.asked.deeds import AskedDeed, Questioned, Settled

ROOM = "asked"
WEEK = timedelta(days=7)
MOST_KEPT = 5_000  # unanswered questions in memory; beyond it the oldest goes
DAYS_KEPT = 400
UNANSWERED = (Kind.CLARIFY, Kind.HAND_OVER)
ALIKE = 0.3  # from which unanswered questions are one matter: short texts, few words in common


@dataclass(frozen=True, slots=True)
class Open:
    """A question that no section answered, masked."""

    number: int
    at: datetime
    text: str


class Asked:
    """All questions, by what became of them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._open: OrderedDict[int, Open] = OrderedDict()
        self.days: OrderedDict[date, Counter[str]] = OrderedDict()
        self._likeness = Likeness()
        ground.book.open_room(ROOM, AskedDeed, self._take)

    async def note(self, question: str, reply: Reply) -> None:
        """Note a question that was masked before."""
        kept = question if reply.kind in UNANSWERED else ""
        section = reply.citations[0].section if reply.citations else ""
        deed = Questioned(reply.kind, language_of_text(question), section, kept)
        day = self._ground.today
        subject = f"urn:ngsi-ld:AssistantDay:{day}"
        await self._ground.book.write(SYSTEM, ROOM, lambda at: [Noted(subject, deed)])

    def open(self, *, since: timedelta = WEEK) -> list[Open]:
        """Return the unanswered questions of the last days, the newest first."""
        first = self._ground.clock.now() - since
        return [one for one in reversed(self._open.values()) if one.at >= first]

    async def clusters(self, *, since: timedelta = WEEK) -> list[list[Open]]:
        """Return the unanswered questions in groups that say the same, the largest first."""
        found = self.open(since=since)
        texts = [one.text for one in found]
        groups = await asyncio.to_thread(self._likeness.clusters, texts, least=ALIKE)
        return [[found[at] for at in group] for group in groups]

    async def settle(self, actor: Actor, numbers: Sequence[int], section: str = "") -> None:
        """Take questions off the list: they are answered from now on, or not the city's."""

        def decide(_: datetime) -> Sequence[Noted]:
            known = tuple(one for one in numbers if one in self._open)
            day = self._ground.today
            subject = f"urn:ngsi-ld:AssistantDay:{day}"
            return [Noted(subject, Settled(known, section))] if known else []

        await self._ground.book.write(actor, ROOM, decide)

    def _take(self, entry: Entry) -> None:
        deed: AskedDeed = entry.deed
        if isinstance(deed, Settled):
            for number in deed.questions:
                self._open.pop(number, None)
            return
        day = local(entry.at).date()
        self.days.setdefault(day, Counter())[deed.kind] += 1
        if deed.text:
            self._open[entry.seq] = Open(entry.seq, entry.at, deed.text)
        while len(self._open) > MOST_KEPT:
            self._open.popitem(last=False)
        while len(self.days) > DAYS_KEPT:
            self.days.popitem(last=False)
