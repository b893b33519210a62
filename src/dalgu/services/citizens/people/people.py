"""The people room: what the platform knows of each who takes part, by account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.clock import local
from dalgu.service import Ground
from dalgu.services.citizens.people.deeds import Gone, Joined, PeopleDeed, Renamed, Vouched
from dalgu.services.citizens.people.levels import Level, LevelTooLow, TooYoung
from dalgu.services.citizens.people.refusals import VoiceTaken

ROOM = "people"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part; `voice` is the same for all accounts of one person."""

    account: str
    level: Level
    voice: str
    nickname: str = ""
    district: str = ""
    birth_year: int | None = None
    sex: str = ""


GUEST = Person("", Level.GUEST, "")


class People:
    """Everybody who takes part."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._voice_in = ground.access.keyed("citizens.voice-in")
        self.hashed = ground.access.keyed("citizens.identity")
        self.known: dict[str, Person] = {}
        self._voices: dict[str, str] = {}  # of residents and addresses, to accounts
        ground.book.open_room(ROOM, PeopleDeed, self._take)

    def person(self, actor: Actor) -> Person:
        """Return what is known of an actor; guests and officials are guests here."""
        return self.known.get(actor.id, GUEST) if actor.role is Role.CITIZEN else GUEST

    def require(self, actor: Actor, level: Level, *, least_age: int = 0) -> Person:
        """Return a person of at least this level and age; raise `LevelTooLow` or `TooYoung`.

        Ages are counted by the year of birth, as nothing else is kept.
        """
        person = self.person(actor)
        if person.level < level:
            raise LevelTooLow(level)
        if least_age:
            year = local(self._ground.clock.now()).year
            if person.birth_year is None or year - person.birth_year < least_age:
                raise TooYoung(least_age)
        return person

    def voice_in(self, person: Person, subject: str) -> str:
        """Return the voice of a person in one matter: voices of two matters cannot be joined."""
        return self._voice_in(f"{subject}|{person.voice}")

    def shown(self, account: str) -> str:
        """Return how others see the writer of something: a chosen name, or nothing."""
        person = self.known.get(account)
        return "" if person is None else person.nickname

    async def join(self, actor: Actor, address: str, nickname: str = "") -> Person:
        """Note that an address answered; raise `VoiceTaken` when it is another account's."""
        voice = self.hashed(f"email|{address.strip().casefold()}")
        return await self._know(actor, Joined(actor.id, voice, nickname), voice)

    async def vouch(self, by: Actor, vouched: Vouched) -> Person:
        """Note that somebody is a resident; raise `VoiceTaken` when they already have a voice."""
        return await self._know(by, vouched, vouched.voice)

    async def rename(self, actor: Actor, nickname: str) -> None:
        """Let a person choose how others see them."""
        person = self.require(actor, Level.EMAIL)
        deed = Renamed(person.account, nickname.strip()[:20])
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(person.account, deed)])

    async def leave(self, actor: Actor) -> None:
        """Forget a person; what they wrote stays without them."""
        person = self.require(actor, Level.EMAIL)
        deed = Gone(person.account)
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(person.account, deed)])

    async def _know(self, actor: Actor, deed: Joined | Vouched, voice: str) -> Person:
        def decide(at: datetime) -> Sequence[Noted]:
            if self._voices.get(voice, deed.account) != deed.account:
                raise VoiceTaken
            return [Noted(deed.account, deed)]

        await self._ground.book.write(actor, ROOM, decide)
        return self.known[deed.account]

    @property
    def today(self) -> date:
        """The city's local day."""
        return local(self._ground.clock.now()).date()

    def _take(self, entry: Entry) -> None:
        deed: PeopleDeed = entry.deed
        match deed:
            case Joined():
                self._voices[deed.voice] = deed.account
                self.known[deed.account] = Person(
                    deed.account, Level.EMAIL, deed.voice, deed.nickname
                )
            case Vouched():
                before = self.known.get(deed.account, GUEST)
                self._voices[deed.voice] = deed.account
                self.known[deed.account] = replace(
                    before,
                    account=deed.account,
                    level=Level.RESIDENT,
                    voice=deed.voice,
                    district=deed.district,
                    birth_year=deed.birth_year,
                    sex=deed.sex,
                )
            case Renamed():
                if deed.account in self.known:
                    self.known[deed.account] = replace(
                        self.known[deed.account], nickname=deed.nickname
                    )
            case Gone():
                self.known.pop(deed.account, None)
                self._voices = {v: a for v, a in self._voices.items() if a != deed.account}
