"""The room of bodies: seats and terms, meetings, decisions and their follow-up."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.access.vault import Room as VaultRoom
from dalgu.governance.bodies import deeds
from dalgu.governance.bodies.refusals import (
    AgendaItemNotExisting,
    BodyExisting,
    BodyMeetingNotExisting,
    BodyNameNotHeld,
    BodyNotExisting,
    CountInvalid,
    MeetingStepNotPossible,
    MemberSeated,
    NotQuorate,
    ReasonMissing,
    RenewalsUsedUp,
    SeatInvalid,
    SeatsFull,
)
from dalgu.governance.bodies.rules import (
    FOLLOW_UPS,
    FORMS,
    MEMBER_KINDS,
    OUTCOMES,
    is_majority,
    term_end,
)
from dalgu.governance.bodies.state import Bodies as State
from dalgu.governance.bodies.state import Body, Item, Meeting, Seat, item_subject, take
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.kernel.terms import Owed, TermExtended, TermMet, TermStarted, applied
from dalgu.kernel.text import Text
from dalgu.service import Ground

ROOM = "bodies"
LINE, TEXT = 120, 20_000
LONGEST_MEETING_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Member:
    """Who takes a seat; the name goes to the vault and nowhere else."""

    name: str
    kind: str
    sex: str
    since: date


@dataclass(frozen=True, slots=True)
class Invitation:
    """When, where and how a body is to meet."""

    at: datetime
    minutes: int
    place: str
    form: str
    title: str


@dataclass(frozen=True, slots=True)
class Hands:
    """A count on a matter, and who follows it up by which rule."""

    ayes: int
    noes: int
    abstained: int
    text: str
    department: str = ""
    rule: str = ""


class BodiesRoom:
    """Every committee and council of the city."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._pseudonyms = Pseudonyms(ground.access.keyed("governance.bodies"))
        self.all: State = {}
        ground.book.open_room(ROOM, deeds.BodyDeed, partial(take, self.all))

    @property
    def today(self) -> date:
        """The city's local day."""
        return self.ground.today

    def body(self, name: str) -> Body:
        """Return a body; raise `BodyNotExisting`."""
        if name not in self.all:
            raise BodyNotExisting(name)
        return self.all[name]

    def meeting(self, name: str, number: int) -> Meeting:
        """Return a meeting; raise `BodyMeetingNotExisting`."""
        body = self.body(name)
        if number not in body.meetings:
            raise BodyMeetingNotExisting(name, number)
        return body.meetings[number]

    def item(self, name: str, number: int, item: int) -> Item:
        """Return a matter; raise `AgendaItemNotExisting`."""
        meeting = self.meeting(name, number)
        if item not in meeting.items:
            raise AgendaItemNotExisting(item)
        return meeting.items[item]

    def owed(self) -> Iterator[Owed]:
        """Yield the follow-ups that offices owe to decisions."""
        for body in self.all.values():
            for meeting in body.meetings.values():
                for item in meeting.items.values():
                    if item.decision is None or item.term is None or not item.term.is_open:
                        continue
                    yield Owed(
                        item_subject(body.id, meeting.number, item.number),
                        Text(item.title, item.title),
                        f"/bodies/{body.id}/meetings/{meeting.number}",
                        item.decision.department,
                        item.term,
                    )

    async def found(self, actor: Actor, rules: deeds.BodyFounded) -> Body:
        """Found a body; its id is new and plain."""
        is_plain = rules.body.replace("-", "").isalnum() and rules.body.isascii()
        if not is_plain or not rules.title_ko.strip() or rules.seats < 1:
            raise ReasonMissing("body")

        def decide(at: datetime) -> Sequence[Noted]:
            if rules.body in self.all:
                raise BodyExisting(rules.body)
            return [Noted(f"body:{rules.body}", rules)]

        await self._write(actor, decide)
        return self.body(rules.body)

    async def confirm(self, actor: Actor, rules: deeds.BodyFounded) -> None:
        """Put other rules of a body into force."""
        self.body(rules.body)
        await self._write(actor, lambda at: [Noted(f"body:{rules.body}", rules)])

    # -- seats ----------------------------------------------------------------------------

    async def seat(self, actor: Actor, name: str, member: Member) -> Seat:
        """Give somebody a free seat for a term; the name goes to the vault."""
        body = self.body(name)
        if not member.name.strip() or member.kind not in MEMBER_KINDS:
            raise ReasonMissing("name" if not member.name.strip() else "kind")
        pseudonym = self._pseudonyms.of(f"body {name}", member.name)
        until = term_end(member.since, body.rules.term_months)
        self._must_be_free(body, pseudonym, member.since)  # before a name is kept for nothing
        await self.ground.access.vault.put(
            actor, VaultRoom.PERSON, pseudonym, member.name.strip().encode()
        )

        def decide(at: datetime) -> Sequence[Noted]:
            self._must_be_free(body, pseudonym, member.since)
            deed = deeds.Seated(
                name, max(body.seats, default=0) + 1, pseudonym, member.kind, member.sex,
                member.since, until, 0,
            )  # fmt: skip
            return [Noted(f"body:{name}", deed)]

        entries = await self.ground.book.write(actor, ROOM, decide)
        return body.seats[entries[0].deed.seat]

    async def renew(self, actor: Actor, name: str, number: int) -> None:
        """Let a member sit for one more term, as often as the rules allow."""
        body, seat = self.body(name), self._seat(name, number)
        since = seat.since
        if seat.renewals >= body.rules.most_renewals:
            raise RenewalsUsedUp(number, body.rules.most_renewals)
        until = term_end(since, body.rules.term_months * (seat.renewals + 2))
        deed = deeds.Seated(
            name, number, seat.member, seat.kind, seat.sex, since, until, seat.renewals + 1
        )
        await self._write(actor, lambda at: [Noted(f"body:{name}", deed)])

    async def unseat(self, actor: Actor, name: str, number: int, reason: str) -> None:
        """Note that somebody leaves a seat before the term ends."""
        self._seat(name, number)
        if not reason.strip():
            raise ReasonMissing("reason")
        deed = deeds.Unseated(name, number, self.today, reason.strip()[:LINE])
        await self._write(actor, lambda at: [Noted(f"body:{name}", deed)])

    async def name_of(self, actor: Actor, name: str, number: int, purpose: str) -> str:
        """Open the name of a member; the opening stands in the audit chain."""
        body = self.body(name)
        if number not in body.seats:
            raise SeatInvalid(name, number)
        member = body.seats[number].member
        if not self.ground.access.vault.holds(VaultRoom.PERSON, member):
            raise BodyNameNotHeld(number)
        opened = await self.ground.access.vault.open(
            actor, VaultRoom.PERSON, member, purpose=purpose
        )
        return opened.decode()

    def _must_be_free(self, body: Body, pseudonym: str, since: date) -> None:
        seated = body.members(since)
        held = [one for one in seated if one.member == pseudonym]
        if held:
            raise MemberSeated(held[0].number)
        if len(seated) >= body.rules.seats:
            raise SeatsFull(body.id, body.rules.seats)

    def _seat(self, name: str, number: int) -> Seat:
        body = self.body(name)
        if number not in body.seats or not body.seats[number].is_filled(self.today):
            raise SeatInvalid(name, number)
        return body.seats[number]

    # -- meetings -------------------------------------------------------------------------

    async def call(self, actor: Actor, name: str, invited: Invitation) -> int:
        """Call the body together; return the number of the meeting."""
        body = self.body(name)
        if invited.form not in FORMS or not 0 < invited.minutes <= LONGEST_MEETING_MIN:
            raise ReasonMissing("form")

        def decide(at: datetime) -> Sequence[Noted]:
            number = max(body.meetings, default=0) + 1
            deed = deeds.MeetingCalled(
                name, number, invited.at, invited.minutes, invited.place.strip()[:LINE],
                invited.form, invited.title.strip()[:LINE],
            )  # fmt: skip
            return [Noted(f"body:{name}", deed)]

        entries = await self.ground.book.write(actor, ROOM, decide)
        number: int = entries[0].deed.meeting
        return number

    async def call_off(self, actor: Actor, name: str, number: int, reason: str) -> None:
        """Call a meeting off that has not taken place."""
        self._waiting(name, number, "call off")
        if not reason.strip():
            raise ReasonMissing("reason")
        deed = deeds.CalledOff(name, number, reason.strip()[:LINE])
        await self._write(actor, lambda at: [Noted(f"body:{name}", deed)])

    async def add(self, actor: Actor, added: deeds.ItemAdded) -> None:
        """Put a matter on the agenda of a meeting that has not taken place."""
        meeting = self._waiting(added.body, added.meeting, "agenda")
        if not added.title.strip():
            raise ReasonMissing("title")

        def decide(at: datetime) -> Sequence[Noted]:
            number = max(meeting.items, default=0) + 1
            deed = deeds.ItemAdded(
                added.body, added.meeting, number, added.title.strip()[:LINE],
                added.by.strip()[:LINE], added.paper.strip()[:TEXT],
            )  # fmt: skip
            return [Noted(item_subject(added.body, added.meeting, number), deed)]

        await self._write(actor, decide)

    async def recuse(self, actor: Actor, recused: deeds.Recused) -> None:
        """Note that a member stays out of a matter; not once it is decided."""
        item = self.item(recused.body, recused.meeting, recused.item)
        if item.decision is not None:
            raise MeetingStepNotPossible(recused.meeting, "recuse", "the matter is decided")
        if not recused.reason.strip():
            raise ReasonMissing("reason")
        if recused.seat not in self.body(recused.body).seats:
            raise SeatInvalid(recused.body, recused.seat)
        subject = item_subject(recused.body, recused.meeting, recused.item)
        await self._write(actor, lambda at: [Noted(subject, recused)])

    async def attend(self, actor: Actor, name: str, number: int, seats: Iterable[int]) -> None:
        """Note who is there; only members of that day, and only until something is decided."""
        meeting, body = self.meeting(name, number), self.body(name)
        members = {seat.number for seat in body.members(meeting.on)}
        present = tuple(sorted(set(seats)))

        def decide(at: datetime) -> Sequence[Noted]:
            strangers = [seat for seat in present if seat not in members]
            if strangers:
                raise SeatInvalid(name, strangers[0])
            if any(item.decision is not None for item in meeting.items.values()):
                raise MeetingStepNotPossible(number, "attend", "something was decided")
            if meeting.called_off or at < meeting.at:
                raise MeetingStepNotPossible(number, "attend", "it has not begun")
            return [Noted(f"body:{name}", deeds.Attended(name, number, present, len(members)))]

        await self._write(actor, decide)

    async def decide(self, actor: Actor, name: str, number: int, item: int, hands: Hands) -> None:
        """Decide a matter by a count of hands; adopted by more than half of those who may vote."""
        body, meeting = self.body(name), self.meeting(name, number)
        one = self.item(name, number, item)
        if hands.rule and hands.rule not in FOLLOW_UPS:
            raise ReasonMissing("rule")
        if bool(hands.rule) != bool(hands.department.strip()):
            raise ReasonMissing("department" if hands.rule else "rule")

        def decide(at: datetime) -> Sequence[Noted]:
            if meeting.present is None or one.decision is not None:
                why = "attendance is not noted" if meeting.present is None else "it is decided"
                raise MeetingStepNotPossible(number, "decide", why)
            if not body.is_quorate(meeting):
                raise NotQuorate(len(meeting.present), meeting.of)
            counted, voters = hands.ayes + hands.noes + hands.abstained, meeting.voters(one)
            if counted != voters or min(hands.ayes, hands.noes, hands.abstained) < 0:
                raise CountInvalid(counted, voters)
            return self._decided(name, meeting, item, hands)

        await self._write(actor, decide)

    def _decided(self, name: str, meeting: Meeting, item: int, hands: Hands) -> list[Noted]:
        is_adopted = is_majority(hands.ayes, meeting.voters(meeting.items[item]))
        deed = deeds.Decided(
            name, meeting.number, item, is_adopted, hands.ayes, hands.noes, hands.abstained,
            hands.text.strip()[:TEXT], hands.department.strip()[:LINE], hands.rule,
        )  # fmt: skip
        subject = item_subject(name, meeting.number, item)
        follows = is_adopted and hands.rule
        started = [Noted(subject, TermStarted(hands.rule, meeting.on))] if follows else []
        return [Noted(subject, deed), *started]

    async def follow(self, actor: Actor, followed: deeds.Followed) -> None:
        """Note what became of a decision; its clock is met."""
        item = self.item(followed.body, followed.meeting, followed.item)
        if item.decision is None or not item.decision.is_adopted:
            raise MeetingStepNotPossible(followed.meeting, "follow", "nothing was adopted")
        if followed.outcome not in OUTCOMES or not followed.text.strip():
            raise ReasonMissing("text")
        subject = item_subject(followed.body, followed.meeting, followed.item)

        def decide(at: datetime) -> Sequence[Noted]:
            term = item.term
            is_owed = term is not None and term.is_open
            met = [TermMet(term.rule.id, self.today)] if term is not None and is_owed else []
            return [Noted(subject, deed) for deed in (followed, *met)]

        await self._write(actor, decide)

    async def extend(self, actor: Actor, name: str, number: int, item: int, reason: str) -> None:
        """Give the follow-up more time, as often as its rule allows, and say why."""
        one = self.item(name, number, item)
        if one.term is None or not reason.strip():
            raise ReasonMissing("reason")
        deed = TermExtended(one.term.rule.id, self.today, reason.strip()[:LINE])

        def decide(at: datetime) -> Sequence[Noted]:
            applied(one.terms, deed, FOLLOW_UPS)  # raises before anything is written
            return [Noted(item_subject(name, number, item), deed)]

        await self._write(actor, decide)

    async def write_minutes(self, actor: Actor, written: deeds.MinutesWritten) -> None:
        """Write the minutes of a meeting that took place; unpublished ones say why."""
        meeting = self.meeting(written.body, written.meeting)
        if meeting.present is None:
            raise MeetingStepNotPossible(written.meeting, "minutes", "attendance is not noted")
        if not written.text.strip():
            raise ReasonMissing("text")
        if not written.is_published and not written.reason.strip():
            raise ReasonMissing("reason")
        await self._write(actor, lambda at: [Noted(f"body:{written.body}", written)])

    def _waiting(self, name: str, number: int, step: str) -> Meeting:
        meeting = self.meeting(name, number)
        if meeting.present is not None or meeting.called_off:
            raise MeetingStepNotPossible(number, step, f"it was {meeting.status}")
        return meeting

    async def _write(self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]) -> None:
        await self.ground.book.write(actor, ROOM, decide)
