"""News: what of the book others are told, in words of the catalogue, of public things alone.

A deed is news where the catalogue has words for it (`news.<room>.<tag of the deed>`); what has
no words is told to nobody. Whether its thing is public and stands is asked when it is told, so
what was hidden or withdrawn meanwhile is not told either.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dalgu.access.logbook import Entry, Logbook
from dalgu.kernel.text import Text
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.moderation.things import Thing
from dalgu.web.language import catalogue

KEPT_OF_THING, KEPT_OF_ROOM = 50, 200
TERMS = "term."  # deeds of terms are the same in every room
# What the law sets a term for is told at once: that it began, rests, was extended, is overdue.
URGENT = ("term.started", "term.paused", "term.extended", "clocks.escalated")


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, not yet asked whether it may be told."""

    seq: int
    at: datetime
    room: str
    subject: str
    key: str  # of its words

    @property
    def is_urgent(self) -> bool:
        """Whether it is told at once."""
        return self.key in URGENT


@dataclass(frozen=True, slots=True)
class Told:
    """News as readers see it."""

    news: News
    thing: Thing
    words: Text


class Newsroom:
    """Reads the book and remembers the latest news of each thing and each room."""

    def __init__(self, book: Logbook, moderation: Moderation) -> None:
        self._book, self._moderation = book, moderation
        self._things: dict[str, deque[News]] = defaultdict(lambda: deque(maxlen=KEPT_OF_THING))
        self._rooms: dict[str, deque[News]] = defaultdict(lambda: deque(maxlen=KEPT_OF_ROOM))
        self.head = 0

    def catch_up(self) -> None:
        """Read what is new in the book."""
        while found := self._book.after(self.head):
            for one in filter(None, map(news_of, found)):
                self._things[one.subject].append(one)
                self._rooms[one.room].append(one)
            self.head = found[-1].seq

    def since(self, after: int) -> list[News]:
        """Return the remembered news past an entry, oldest first."""
        found = (one for kept in self._rooms.values() for one in kept if one.seq > after)
        return sorted(found, key=lambda one: one.seq)

    def of_things(self, subjects: Iterable[str], after: int = 0) -> list[Told]:
        """Return what may be told of things past an entry, oldest first."""
        self.catch_up()
        found = (one for subject in subjects for one in self._things.get(subject, ()))
        return self._told(one for one in found if one.seq > after)

    def of_room(self, room: str) -> list[Told]:
        """Return what may be told of a room, oldest first."""
        self.catch_up()
        return self._told(self._rooms.get(room, ()))

    def told(self, news: News) -> Told | None:
        """Return news as readers see it, `None` where it may not be told."""
        thing = self._moderation.things.find(news.subject, news.room)
        if thing is None or not thing.is_public or self._moderation.is_hidden(thing.subject):
            return None
        return Told(news, thing, words_of(news.key))

    def _told(self, news: Iterable[News]) -> list[Told]:
        shown: Iterator[Told | None] = map(self.told, news)
        return sorted((one for one in shown if one is not None), key=lambda one: one.news.seq)


def news_of(entry: Entry) -> News | None:
    """Return an entry as news, `None` where the catalogue has no words for it."""
    tag = str(entry.deed.__struct_config__.tag)
    key = tag if tag.startswith(TERMS) else f"{entry.room}.{tag}"
    if f"news.{key}" not in catalogue("ko"):
        return None
    return News(entry.seq, entry.at, entry.room, entry.subject, key)


def named(rooms: Iterable[str]) -> list[str]:
    """Return the rooms that have a name for readers, and so a feed."""
    return [room for room in rooms if f"follows.room.{room}" in catalogue("ko")]


def words_of(key: str) -> Text:
    """Return the words of news."""
    return Text(catalogue("ko")[f"news.{key}"], catalogue("en")[f"news.{key}"])
