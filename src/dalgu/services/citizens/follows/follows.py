"""The room of followers: who hears of what, how often, and how it stops without signing in."""

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.text import Language
from dalgu.service import Ground
from dalgu.services.citizens.follows.calendar import Meeting
from dalgu.services.citizens.follows.deeds import (
    FollowDeed,
    Followed,
    Frequency,
    FrequencySet,
    Hooked,
    Unfollowed,
    Unhooked,
)
from dalgu.services.citizens.follows.news import Newsroom
from dalgu.services.citizens.follows.refusals import (
    FollowsFull,
    FrequencyUnknown,
    HookInvalid,
    HookNotExisting,
    NothingToFollow,
    StopLinkInvalid,
)
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People

ROOM = "follows"
MOST = 200
ALL = "*"  # in a link that stops every mail
FREQUENCIES: tuple[Frequency, ...] = ("daily", "weekly", "never")
LONGEST_URL = 500


@dataclass(slots=True)
class Follower:
    """What one account hears of."""

    subjects: dict[str, int]  # to the entry since which
    frequency: Frequency = "weekly"
    language: Language = "ko"


class Follows:
    """Everybody who follows something."""

    def __init__(self, ground: Ground, people: People, moderation: Moderation) -> None:
        self._ground, self._people, self._moderation = ground, people, moderation
        self._stop = ground.access.keyed("citizens.follows.stop")
        self._sign = ground.access.keyed("citizens.follows.hook")
        self.newsroom = Newsroom(ground.book, moderation)
        self.followers: dict[str, Follower] = {}
        self.hooks: dict[int, Hooked] = {}
        self._by_subject: dict[str, set[str]] = defaultdict(set)
        self._hooks_made = 0
        self._calendars: list[Callable[[], Iterable[Meeting]]] = []
        ground.book.open_room(ROOM, FollowDeed, self._take)

    async def follow(self, actor: Actor, subject: str, language: Language = "ko") -> Thing:
        """Let a person hear of a thing; harmless when they do.

        Raises
        ------
        LevelTooLow, NothingToFollow, FollowsFull

        """
        person = self._people.require(actor, Level.EMAIL)
        thing = self._moderation.things.find(subject)
        if thing is None or not thing.is_public or self._moderation.is_hidden(subject):
            raise NothingToFollow(subject)

        def decide(at: datetime) -> Sequence[Noted]:
            follower = self.followers.get(person.account)
            if follower and subject in follower.subjects:
                return []
            if follower and len(follower.subjects) >= MOST:
                raise FollowsFull(MOST)
            return [Noted(subject, Followed(person.account, language))]

        await self._ground.book.write(actor, ROOM, decide)
        return thing

    async def unfollow(self, actor: Actor, subject: str) -> None:
        """Let a person hear no more of a thing; harmless when they do not."""
        await self._unfollow(actor, actor.id, subject)

    async def set_frequency(self, actor: Actor, frequency: str) -> None:
        """Set how often a person gets a digest; raise `FrequencyUnknown`."""
        person = self._people.require(actor, Level.EMAIL)
        if frequency not in FREQUENCIES:
            raise FrequencyUnknown(frequency)
        deed = FrequencySet(person.account, frequency)
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(person.account, deed)])

    def stop_path(self, account: str, subject: str = ALL) -> str:
        """Return the path of a link that stops mails without signing in."""
        return f"/follows/stop/{account}/{subject}/{self._stop(f'{account}|{subject}')}"

    async def stop(self, account: str, subject: str, tag: str) -> None:
        """Stop the mails of one thing, or all, by such a link; raise `StopLinkInvalid`."""
        self.check_stop(account, subject, tag)
        actor = Actor(account, None)
        if subject != ALL:
            await self._unfollow(actor, account, subject)
            return
        deed = FrequencySet(account, "never")
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(account, deed)])

    def check_stop(self, account: str, subject: str, tag: str) -> None:
        """Return when a link to stop mails holds; raise `StopLinkInvalid`."""
        wanted = self._stop(f"{account}|{subject}")
        if not hmac.compare_digest(wanted.encode(), tag.encode("utf-8", "replace")):
            raise StopLinkInvalid

    def of(self, actor: Actor) -> list[Thing]:
        """Return the things that a person follows and that still stand."""
        follower = self.followers.get(actor.id)
        found = map(self._moderation.things.find, follower.subjects if follower else ())
        return [one for one in found if one is not None and one.is_public]

    def frequency(self, actor: Actor) -> Frequency:
        """Return how often a person gets a digest."""
        follower = self.followers.get(actor.id)
        return follower.frequency if follower else "weekly"

    def is_following(self, actor: Actor, subject: str) -> bool:
        """Tell whether a person follows a thing."""
        return actor.id in self._by_subject.get(subject, ())

    def meets(self, source: Callable[[], Iterable[Meeting]]) -> None:
        """Let a room tell what takes place, for the calendar."""
        self._calendars.append(source)

    def meetings(self) -> list[Meeting]:
        """Return what takes place, of all rooms."""
        return [one for source in self._calendars for one in source()]

    def followers_of(self, subject: str) -> frozenset[str]:
        """Return the accounts that follow a thing."""
        return frozenset(self._by_subject.get(subject, ()))

    # -- hooks ----------------------------------------------------------------------------

    async def hook(self, actor: Actor, url: str, room: str = "") -> tuple[Hooked, str]:
        """Send news to another program; return the hook and the key that signs what it gets.

        Raises
        ------
        HookInvalid

        """
        if not url.startswith("https://") or len(url) > LONGEST_URL or not url.isprintable():
            raise HookInvalid

        def decide(at: datetime) -> Sequence[Noted]:
            return [Noted("hooks", Hooked(self._hooks_made + 1, url, room))]

        [entry] = await self._ground.book.write(actor, ROOM, decide)
        hooked: Hooked = entry.deed
        return hooked, self.key_of(hooked)

    async def unhook(self, actor: Actor, number: int) -> None:
        """Send no more there; raise `HookNotExisting`."""
        if number not in self.hooks:
            raise HookNotExisting(number)
        deed = Unhooked(number)
        await self._ground.book.write(actor, ROOM, lambda at: [Noted("hooks", deed)])

    def key_of(self, hooked: Hooked) -> str:
        """Return the key that signs what a hook gets."""
        return self._sign(f"{hooked.number} {hooked.url}")

    # -- inside ---------------------------------------------------------------------------

    async def _unfollow(self, actor: Actor, account: str, subject: str) -> None:
        def decide(at: datetime) -> Sequence[Noted]:
            follower = self.followers.get(account)
            if follower is None or subject not in follower.subjects:
                return []
            return [Noted(subject, Unfollowed(account))]

        await self._ground.book.write(actor, ROOM, decide)

    def _follower(self, account: str) -> Follower:
        return self.followers.setdefault(account, Follower({}))

    def _take(self, entry: Entry) -> None:
        deed: FollowDeed = entry.deed
        match deed:
            case Followed():
                follower = self._follower(deed.account)
                follower.subjects[entry.subject] = entry.seq
                follower.language = deed.language
                self._by_subject[entry.subject].add(deed.account)
            case Unfollowed():
                self._follower(deed.account).subjects.pop(entry.subject, None)
                self._by_subject[entry.subject].discard(deed.account)
            case FrequencySet():
                self._follower(deed.account).frequency = deed.frequency
            case Hooked():
                self._hooks_made = deed.number
                self.hooks[deed.number] = deed
            case Unhooked():
                self.hooks.pop(deed.number, None)
