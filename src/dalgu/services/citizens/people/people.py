"""The people room: what the platform knows of each who takes part, by account."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.clock import local
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.people.addresses import Addresses
from dalgu.services.citizens.people.codes import CodeForeign, new_code, read_code
from dalgu.services.citizens.people.deeds import (
    CodeMade,
    Gone,
    Joined,
    PeopleDeed,
    Renamed,
    Vouched,
)
from dalgu.services.citizens.people.levels import Level, LevelTooLow, TooYoung
from dalgu.services.citizens.people.numbers import NumberInvalid, read_number
from dalgu.services.citizens.people.refusals import (
    AlreadyResident,
    DistrictUnknown,
    RegistrationNumberInvalid,
    VoiceTaken,
    VouchCodeInvalid,
    VouchCodeStale,
    VouchCodeUsed,
)

ROOM = "people"
LONGEST_NICKNAME = 20
CODE_DAYS = 7


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


@dataclass(frozen=True, slots=True)
class Own:
    """Something that a person takes part in, for the page of oneself."""

    kind: Text  # 'Supported', 'Voting right taken'
    title: Text
    path: str  # without a language
    at: datetime | None = None


GUEST = Person("", Level.GUEST, "")


class People:
    """Everybody who takes part."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._voice_in = ground.access.keyed("citizens.voice-in")
        self._code_key = ground.access.keyed("citizens.vouch-code")
        self.hashed = ground.access.keyed("citizens.identity")
        self.addresses = Addresses(ground.access)
        self.known: dict[str, Person] = {}
        self._voices: dict[str, str] = {}  # of residents and addresses, to accounts
        self._first: dict[str, str] = {}  # of residents, to the voice they first spoke with
        self._codes: dict[str, CodeMade] = {}
        self._used: set[str] = set()
        self._sources: list[Callable[[Person], Iterable[Own]]] = []
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
        """Return the voice of a person in one matter: voices of two matters cannot be joined.

        It stays the same when somebody climbs the ladder: who supported by mail address does
        not support again as a resident.
        """
        return self._voice_in(f"{subject}|{person.voice}")

    def shown(self, account: str) -> str:
        """Return how others see the writer of something: a chosen name, or nothing."""
        person = self.known.get(account)
        return "" if person is None else person.nickname

    def tells(self, source: Callable[[Person], Iterable[Own]]) -> None:
        """Let a room tell a person, and nobody else, what they take part in."""
        self._sources.append(source)

    def own_of(self, actor: Actor) -> list[Own]:
        """Return what a person takes part in, the newest first."""
        person = self.person(actor)
        if person.level is Level.GUEST:
            return []
        own = [one for source in self._sources for one in source(person)]
        return sorted(own, key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True)

    def account_of(self, address: str) -> str | None:
        """Return the account that a plain address joined with."""
        return self._voices.get(self._mail_voice(address))

    async def join(self, actor: Actor, address: str, nickname: str = "") -> Person:
        """Note that an address answered; raise `VoiceTaken` when it is another account's."""
        voice = self._mail_voice(address)
        return await self._know(actor, Joined(actor.id, voice, _short(nickname)), voice)

    async def vouch(self, by: Actor, vouched: Vouched) -> Person:
        """Note that somebody is a resident; raise `VoiceTaken` when they already have a voice."""
        return await self._know(by, vouched, vouched.voice)

    async def make_code(self, by: Actor, number: str, district: str) -> tuple[str, CodeMade]:
        """Return a code for the bearer of an identity card, and what is kept of it.

        The registration number is hashed with the platform's key here and now; birth year and
        sex are read from it, and nothing else of it stays anywhere.

        Raises
        ------
        RegistrationNumberInvalid, DistrictUnknown
        VoiceTaken
            When this person was vouched for before.

        """
        try:
            read = read_number(number)
        except NumberInvalid:
            raise RegistrationNumberInvalid from None
        if district not in {one.code for one in self._ground.city.districts}:
            raise DistrictUnknown(district)
        voice = self.person_voice(read.digits)
        code = new_code(self._code_key)
        until = self._ground.clock.now() + timedelta(days=CODE_DAYS)
        made = CodeMade(
            self.hashed(f"code|{code}"), voice, district, read.birth_year, read.sex, until
        )

        def decide(at: datetime) -> Sequence[Noted]:
            if voice in self._voices:
                raise VoiceTaken
            return [Noted(made.code, made)]

        await self._ground.book.write(by, ROOM, decide)
        return code, made

    async def use_code(self, actor: Actor, text: str) -> Person:
        """Let a person become a resident by a code, once.

        Raises
        ------
        LevelTooLow, AlreadyResident, VouchCodeInvalid, VouchCodeUsed, VouchCodeStale, VoiceTaken

        """
        if self.require(actor, Level.EMAIL).level >= Level.RESIDENT:
            raise AlreadyResident
        try:
            code = read_code(self._code_key, text)
        except CodeForeign:
            raise VouchCodeInvalid from None
        made = self._codes.get(self.hashed(f"code|{code}"))
        if made is None:
            raise VouchCodeInvalid
        vouched = Vouched(
            actor.id, made.voice, "desk", made.district, made.birth_year, made.sex, self.today,
            made.code,
        )  # fmt: skip

        def decide(at: datetime) -> Sequence[Noted]:
            if made.code in self._used:
                raise VouchCodeUsed
            if at >= made.until:
                raise VouchCodeStale(CODE_DAYS)
            if self._voices.get(made.voice, actor.id) != actor.id:
                raise VoiceTaken
            return [Noted(actor.id, vouched)]

        await self._ground.book.write(actor, ROOM, decide)
        return self.known[actor.id]

    async def rename(self, actor: Actor, nickname: str) -> None:
        """Let a person choose how others see them."""
        person = self.require(actor, Level.EMAIL)
        deed = Renamed(person.account, _short(nickname))
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(person.account, deed)])

    async def leave(self, actor: Actor) -> None:
        """Forget a person: address, account, what was known; what they wrote stays without them."""
        person = self.require(actor, Level.EMAIL)
        deed = Gone(person.account)
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(person.account, deed)])
        await self.addresses.forget(person.account)

    def person_voice(self, who: str) -> str:
        """Return the voice of whom a registration number or another claim names."""
        return self.hashed(f"person|{who}")

    def levels(self) -> dict[Level, int]:
        """Return how many people stand on each step."""
        steps = [one.level for one in self.known.values()]
        return {level: steps.count(level) for level in (Level.EMAIL, Level.RESIDENT)}

    async def _know(self, actor: Actor, deed: Joined | Vouched, voice: str) -> Person:
        def decide(at: datetime) -> Sequence[Noted]:
            if self._voices.get(voice, deed.account) != deed.account:
                raise VoiceTaken
            return [Noted(deed.account, deed)]

        await self._ground.book.write(actor, ROOM, decide)
        return self.known[deed.account]

    def _mail_voice(self, address: str) -> str:
        return self.hashed(f"email|{address.strip().casefold()}")

    @property
    def today(self) -> date:
        """The city's local day."""
        return self._ground.today

    def _take(self, entry: Entry) -> None:
        deed: PeopleDeed = entry.deed
        match deed:
            case Joined():
                self._voices[deed.voice] = deed.account
                self.known[deed.account] = Person(
                    deed.account, Level.EMAIL, deed.voice, deed.nickname
                )
            case Vouched():
                self._climb(deed)
            case CodeMade():
                self._codes[deed.code] = deed
            case Renamed() if deed.account in self.known:
                self.known[deed.account] = replace(self.known[deed.account], nickname=deed.nickname)
            case Gone():
                self.known.pop(deed.account, None)
                self._voices = {v: a for v, a in self._voices.items() if a != deed.account}

    def _climb(self, deed: Vouched) -> None:
        before = self.known.get(deed.account, GUEST)
        self._voices[deed.voice] = deed.account
        self._used.add(deed.code)
        # Who comes back under another address speaks with the voice of before.
        voice = self._first.setdefault(deed.voice, before.voice or deed.voice)
        self.known[deed.account] = replace(
            before,
            account=deed.account,
            level=Level.RESIDENT,
            voice=voice,
            district=deed.district,
            birth_year=deed.birth_year,
            sex=deed.sex,
        )


def _short(nickname: str) -> str:
    plain = " ".join(nickname.split())[:LONGEST_NICKNAME]
    return plain if plain.isprintable() else ""
