"""Who would come: applications of citizens, those typed from paper, and appointed guests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from dalgu.access.actor import Actor, Kind, Role
from dalgu.access.logbook import Noted
from dalgu.access.vault import Room
from dalgu.kernel.clock import local
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People, Person
from dalgu.services.citizens.roundtables.deeds import Applied, Withdrew
from dalgu.services.citizens.roundtables.fold import subject_of
from dalgu.services.citizens.roundtables.ledger import ROOM, Ledger, must_be
from dalgu.services.citizens.roundtables.plan import AGES, JOBS, SEXES, Attribute, Stage
from dalgu.services.citizens.roundtables.refusals import (
    ApplicantNotExisting,
    ApplicationInvalid,
    RoundtableAppliedAlready,
    RoundtableCallOver,
)
from dalgu.services.citizens.roundtables.state import APPOINTED, Applicant, Roundtable

LONGEST_NAME, LONGEST_PHONE, LEAST_PHONE = 60, 30, 7
LEAST_AGE = 19
GROUP = "group"  # of appointed guests, in place of the attributes
GROUPS = ("ngo", "expert")
# Writes contacts into the vault in a citizen's name, who may not.
KEEPER = Actor("citizens.roundtables", Role.ADMINISTRATOR, kind=Kind.SYSTEM)
BEFORE_DRAW = (Stage.CALLING, Stage.SELECTING)
BEFORE_SEATS = (*BEFORE_DRAW, Stage.PLANNED, Stage.COMMITTED, Stage.DRAWN)


class Contact(msgspec.Struct, frozen=True):
    """How somebody is reached; lies in the vault alone."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be written down: who they are in groups, whose voice, how it came."""

    attributes: Mapping[str, str]
    voice: str
    by: str
    contact: Contact | None = None


class Applying:
    """Takes applications."""

    def __init__(self, ledger: Ledger, people: People) -> None:
        self._ledger, self._people = ledger, people
        self._vault = ledger.ground.access.vault
        self._hashed: Callable[[str], str] = ledger.ground.access.keyed("citizens.roundtable.voice")
        self._districts = {one.code for one in ledger.ground.city.districts}

    def attributes_of(self, person: Person) -> dict[str, str]:
        """Return what is known of a person, in the groups of applicants: it need not be asked."""
        known = {Attribute.SEX: person.sex, Attribute.DISTRICT: person.district}
        if person.birth_year is not None:
            year = local(self._ledger.ground.clock.now()).year
            known[Attribute.AGE] = age_group(year - person.birth_year)
        offered = self.offered()
        return {str(key): value for key, value in known.items() if value in offered[key]}

    def offered(self) -> dict[Attribute, tuple[str, ...]]:
        """Return the values of each attribute, in their order."""
        districts = tuple(one.code for one in self._ledger.ground.city.districts)
        return {
            Attribute.SEX: SEXES,
            Attribute.AGE: AGES,
            Attribute.DISTRICT: districts,
            Attribute.JOB: JOBS,
        }

    def number_of(self, actor: Actor, number: int) -> str:
        """Return the number under which a citizen applied, nothing where they have not."""
        person = self._people.person(actor)
        one = self._ledger.get(number)
        if not person.voice:
            return ""
        found = one.voices.get(self._voice(person, number), "")
        return "" if found in one.withdrawn else found

    async def apply(
        self, actor: Actor, number: int, given: Mapping[str, str], contact: Contact
    ) -> str:
        """Let a citizen apply; return their number.

        What the citizens' desk has seen of them (district, sex, year of birth) goes before what
        they say.

        Raises
        ------
        LevelTooLow, RoundtableCallOver, RoundtableAppliedAlready, ApplicationInvalid
        """
        person = self._people.require(actor, Level.EMAIL)
        attributes = self._checked({**given, **self.attributes_of(person)})
        voice = self._voice(person, number)
        newcomer = Newcomer(attributes, voice, "web", _reachable(contact))
        return await self._write(actor, number, newcomer, Stage.CALLING)

    async def register(
        self, actor: Actor, number: int, given: Mapping[str, str], contact: Contact
    ) -> str:
        """Type an application from paper; return its number."""
        reachable = _reachable(contact)
        voice = self._hashed(f"{number}|{reachable.phone}|{reachable.name}")
        newcomer = Newcomer(self._checked(given), voice, "paper", reachable)
        return await self._write(actor, number, newcomer, *BEFORE_DRAW)

    async def appoint(self, actor: Actor, number: int, group: str, contact: Contact) -> str:
        """Seat somebody of an organisation, or an expert, beside the lottery."""
        if group not in GROUPS:
            raise ApplicationInvalid(GROUP)
        reachable = _reachable(contact)
        voice = self._hashed(f"{number}|{reachable.phone}|{reachable.name}")
        newcomer = Newcomer({GROUP: group}, voice, APPOINTED, reachable)
        return await self._write(actor, number, newcomer, *BEFORE_SEATS)

    async def enrol(
        self, actor: Actor, number: int, people: Sequence[Mapping[str, str]], by: str
    ) -> list[str]:
        """Write many down at once, in their order, without contacts; return their numbers."""
        checked = [dict(one) if one.get(GROUP) in GROUPS else self._checked(one) for one in people]

        def decide(at: datetime) -> list[Noted]:
            one = self._ledger.get(number)
            must_be(one, *BEFORE_DRAW)
            begin = len(one.applicants) + 1
            subject = subject_of(number, "applications")
            return [
                Noted(subject, Applied(number, f"a{begin + place:04}", attributes, "", by))
                for place, attributes in enumerate(checked)
            ]

        entries = await self._ledger.ground.book.write(actor, ROOM, decide)
        return [entry.deed.applicant for entry in entries]

    async def withdraw(self, actor: Actor, number: int, applicant: str) -> None:
        """Take somebody out of the pool who would not come after all."""

        def decide(at: datetime) -> list[Noted]:
            one = self._ledger.get(number)
            must_be(one, *BEFORE_DRAW)
            _waiting(one, applicant)
            return [Noted(subject_of(number, "applications"), Withdrew(number, applicant))]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    async def contact(self, actor: Actor, number: int, applicant: str, purpose: str) -> Contact:
        """Open how somebody is reached; the opening is written in the audit chain."""
        found = self._ledger.get(number).applicants.get(applicant)
        if found is None:
            raise ApplicantNotExisting(applicant)
        subject = _vault_subject(number, found.voice)
        if not self._vault.holds(Room.PERSON, subject):
            return Contact("", "")
        opened = await self._vault.open(actor, Room.PERSON, subject, purpose=purpose)
        return msgspec.json.decode(opened, type=Contact)

    def _voice(self, person: Person, number: int) -> str:
        return self._people.voice_in(person, subject_of(number))

    def _checked(self, given: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for attribute, values in self.offered().items():
            if given.get(attribute) not in values:
                raise ApplicationInvalid(attribute)
            found[str(attribute)] = given[attribute]
        return found

    async def _write(self, actor: Actor, number: int, who: Newcomer, *stages: Stage) -> str:
        def decide(at: datetime) -> list[Noted]:
            one = self._ledger.get(number)
            self._must_call(one, who, *stages)
            known = one.voices.get(who.voice)
            if known is not None and known not in one.withdrawn:
                raise RoundtableAppliedAlready(known)
            applicant = f"a{len(one.applicants) + 1:04}"
            deed = Applied(number, applicant, dict(who.attributes), who.voice, who.by)
            return [Noted(subject_of(number, "applications"), deed)]

        self._must_call(self._ledger.get(number), who, *stages)
        if who.contact is not None:
            body = msgspec.json.encode(who.contact)
            subject = _vault_subject(number, who.voice)
            await self._vault.put(KEEPER, Room.PERSON, subject, body)
        entries = await self._ledger.ground.book.write(actor, ROOM, decide)
        applicant: str = entries[0].deed.applicant
        return applicant

    def _must_call(self, one: Roundtable, who: Newcomer, *stages: Stage) -> None:
        is_late = one.until is not None and self._ledger.today > one.until
        if who.by == "web" and (one.stage is not Stage.CALLING or is_late):
            raise RoundtableCallOver(one.number)
        must_be(one, *stages)


def age_group(age: int) -> str:
    """Return the group of an age in years, nothing for those who are too young.

    >>> age_group(29), age_group(70), age_group(12)
    ('19-29', '70+', '')
    """
    if age < LEAST_AGE:
        return ""
    for group in AGES:
        _, _, last = group.partition("-")
        if not last or age <= int(last):
            return group
    return AGES[-1]


def _reachable(contact: Contact) -> Contact:
    name, phone = contact.name.strip(), contact.phone.strip()
    digits = sum(sign.isdigit() for sign in phone)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ApplicationInvalid("name")
    if digits < LEAST_PHONE or len(phone) > LONGEST_PHONE:
        raise ApplicationInvalid("phone")
    return Contact(name, "".join(sign for sign in phone if sign.isdigit() or sign == "+"))


def _waiting(one: Roundtable, applicant: str) -> Applicant:
    found = one.applicants.get(applicant)
    if found is None or applicant in one.withdrawn:
        raise ApplicantNotExisting(applicant)
    return found


def _vault_subject(number: int, voice: str) -> str:
    return f"roundtable:{number}:{voice}"
