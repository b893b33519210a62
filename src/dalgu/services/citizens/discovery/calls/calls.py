"""The room of test-bed calls: what citizens, firms, reviewers and the office do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.kernel.terms import Owed, TermEnded, TermMet, TermStarted
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.clocks.clocks import Clocks
from dalgu.services.citizens.discovery import evaluation
from dalgu.services.citizens.discovery.calls import deeds
from dalgu.services.citizens.discovery.calls.refusals import (
    PermitsMissing,
    ReviewerHasInterest,
    ReviewsMissing,
    SiteTaken,
    TestbedApplicationNotExisting,
    TestbedCallClosed,
    TestbedCallNotExisting,
    TestbedStepNotNext,
)
from dalgu.services.citizens.discovery.calls.rules import (
    CRITERIA,
    ENDED,
    LEAST_REVIEWS,
    PERMITS,
    VETTING,
    Stage,
    overlaps,
    selected,
)
from dalgu.services.citizens.discovery.calls.state import Application, Call, CallState, take
from dalgu.services.citizens.discovery.evaluation import whole_marks
from dalgu.services.citizens.discovery.evidence import Window, day_start, freeze
from dalgu.services.citizens.discovery.refusals import (
    ChoiceInvalid,
    DiscoveryPeriodInvalid,
    RecordMissing,
)
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People

ROOM = "testbed_calls"
LINE, TEXT = 80, 2_000
CODE_SIGNS = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """What a call says."""

    title: Text
    asks: str
    since: date
    until: date
    slots: int
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator of a run, and the window that says how it was before."""

    name: str
    is_more_better: bool
    target: float
    before: Window


class TestbedCalls:
    """Calls, applications, bookings and runs."""

    def __init__(
        self, ground: Ground, people: People, moderation: Moderation, clocks: Clocks
    ) -> None:
        self.ground, self.people, self._moderation = ground, people, moderation
        self._code = ground.access.keyed("citizens.testbed-certificate")
        self.state = CallState()
        ground.book.open_room(ROOM, deeds.CallDeed, partial(take, self.state))
        clocks.watch(self.owed)

    @property
    def today(self) -> date:
        """The city's local day."""
        return self.ground.today

    def call(self, number: int) -> Call:
        """Return a call; raise `TestbedCallNotExisting`."""
        if number not in self.state.calls:
            raise TestbedCallNotExisting(number)
        return self.state.calls[number]

    def application(self, number: int) -> Application:
        """Return an application; raise `TestbedApplicationNotExisting`."""
        if number not in self.state.applications:
            raise TestbedApplicationNotExisting(number)
        return self.state.applications[number]

    def owed(self) -> Iterator[Owed]:
        """Yield what offices and authorities owe to applications."""
        for one in self.state.applications.values():
            for name, term in one.terms.items():
                if term.is_open:
                    permit = one.permits.get(name.removeprefix("permit."))
                    office = "스마트시티 담당 부서" if permit is None else permit.authority
                    path = f"/testbed-calls/{one.call}"
                    yield Owed(one.subject, Text(one.title, one.title), path, office, term)

    async def open(self, actor: Actor, offer: Offer) -> Call:
        """Open a call for trials."""
        if offer.since > offer.until or offer.slots < 1 or not offer.title.ko.strip():
            raise DiscoveryPeriodInvalid
        number = max(self.state.calls, default=0) + 1
        deed = deeds.CallOpened(
            number, offer.title.ko[:LINE], (offer.title.en or offer.title.ko)[:LINE],
            offer.asks[:TEXT], offer.since, offer.until, offer.slots,
            tuple(dict.fromkeys(site.strip()[:LINE] for site in offer.sites if site.strip())),
        )  # fmt: skip
        await self._write(actor, lambda at: [Noted(f"testbed-call:{number}", deed)])
        return self.call(number)

    async def submit(self, actor: Actor, call: int, fields: Mapping[str, str]) -> Application:
        """Apply for a call in the name of a firm or group."""
        self.people.require(actor, Level.EMAIL)
        found = self.call(call)
        if not found.takes(self.today):
            raise TestbedCallClosed(call)
        parts = {name: fields.get(name, "").strip() for name in ("firm", "title", "what", "needs")}
        self._moderation.screen(actor, "\n".join(parts.values()), most=TEXT * 2)
        if not all(parts.values()):
            raise RecordMissing

        def decide(at: datetime) -> Sequence[Noted]:
            number = max(self.state.applications, default=0) + 1
            deed = deeds.Submitted(application=number, call=call, **parts)
            subject = f"testbed:{number}"
            return [Noted(subject, deed), Noted(subject, TermStarted(VETTING.id, self.today))]

        entries = await self.ground.book.write(actor, ROOM, decide)
        return self.application(entries[0].deed.application)

    async def vet(self, actor: Actor, number: int, record: str, *, is_eligible: bool) -> None:
        """Decide whether an application may be reviewed, with the record."""
        one = self._at(number, "vet", Stage.SUBMITTED)
        if not record.strip():
            raise RecordMissing
        await self._note(
            actor,
            one,
            deeds.Vetted(number, is_eligible, record.strip()[:TEXT]),
            TermMet(VETTING.id, self.today),
            check=lambda: self._at(number, "vet", Stage.SUBMITTED),
        )

    async def recuse(self, actor: Actor, number: int, reason: str) -> None:
        """Say that one has an interest; scores given before are taken out."""
        one = self._at(number, "recuse", Stage.ELIGIBLE)
        if not reason.strip():
            raise RecordMissing
        await self._note(actor, one, deeds.Recused(number, reason.strip()[:TEXT]))

    async def review(self, actor: Actor, number: int, scores: Mapping[str, int], note: str) -> None:
        """Score an application by every criterion; not with an interest in it."""
        one = self._at(number, "review", Stage.ELIGIBLE)
        if actor.id in one.recused or actor.id == one.account:
            raise ReviewerHasInterest(number)
        given = whole_marks(scores, CRITERIA)
        await self._note(actor, one, deeds.Reviewed(number, given, note.strip()[:TEXT]))

    async def select(self, actor: Actor, call: int) -> tuple[int, ...]:
        """Give the slots of a call to those that the reviews put first; return their numbers."""
        found = self.call(call)
        eligible = [one for one in self.state.of_call(call) if one.stage is Stage.ELIGIBLE]

        def decide(at: datetime) -> Sequence[Noted]:
            if self.call(call).is_decided or not eligible:
                raise TestbedCallClosed(call)
            short = [one for one in eligible if len(one.reviews) < LEAST_REVIEWS]
            if short:
                raise ReviewsMissing(short[0].number, LEAST_REVIEWS)
            means = tuple((one.number, round(one.mean or 0.0, 4)) for one in eligible)
            deed = deeds.Selected(call, selected(means, found.slots), means)
            return [Noted(f"testbed-call:{call}", deed)]

        entries = await self.ground.book.write(actor, ROOM, decide)
        winners: tuple[int, ...] = entries[0].deed.applications
        return winners

    async def book(self, actor: Actor, number: int, site: str, since: date, until: date) -> None:
        """Keep a site of the call; raise `SiteTaken` where another has it on one of the days."""
        one = self._at(number, "book", Stage.SELECTED, Stage.AGREED)
        if site not in self.call(one.call).sites:
            raise ChoiceInvalid("site", site)
        if since > until:
            raise DiscoveryPeriodInvalid

        def decide(at: datetime) -> Sequence[Noted]:
            for other in self.state.bookings.values():
                is_same = other.site == site and not other.is_released
                if is_same and overlaps((since, until), (other.since, other.until)):
                    raise SiteTaken(site, other.number)
            booking = len(self.state.bookings) + 1
            return [Noted(one.subject, deeds.Booked(booking, number, site, since, until))]

        await self._write(actor, decide)

    async def release(self, actor: Actor, booking: int) -> None:
        """Give a booking back."""
        if booking not in self.state.bookings:
            raise ChoiceInvalid("booking", str(booking))
        subject = f"testbed:{self.state.bookings[booking].application}"
        await self._write(actor, lambda at: [Noted(subject, deeds.Released(booking))])

    async def ask_permit(self, actor: Actor, number: int, permit: str, authority: str) -> None:
        """Note that a permit was applied for; its clock starts."""
        one = self._at(number, "permit", Stage.SELECTED, Stage.AGREED)
        if permit not in PERMITS or not authority.strip():
            raise ChoiceInvalid("permit", permit)

        def check() -> None:
            if permit in one.permits and one.permits[permit].is_granted is not False:
                raise TestbedStepNotNext(number, "permit", one.stage)

        await self._note(
            actor,
            one,
            deeds.PermitAsked(number, permit, authority.strip()[:LINE]),
            TermStarted(PERMITS[permit].id, self.today),
            check=check,
        )

    async def answer_permit(
        self, actor: Actor, number: int, permit: str, record: str, *, is_granted: bool
    ) -> None:
        """Note what the authority answered; its clock is met."""
        one = self.application(number)
        if not record.strip():
            raise RecordMissing

        def check() -> None:
            term = one.terms.get(f"permit.{permit}")
            if permit not in one.permits or term is None or not term.is_open:
                raise ChoiceInvalid("permit", permit)

        await self._note(
            actor,
            one,
            deeds.PermitAnswered(number, permit, is_granted, record.strip()[:TEXT]),
            TermMet(PERMITS[permit].id, self.today),
            check=check,
        )

    async def agree(self, actor: Actor, agreed: deeds.Agreed) -> None:
        """Agree on the run: its site is booked for all its days, and every permit is granted."""
        one = self._at(agreed.application, "agree", Stage.SELECTED)
        if agreed.since > agreed.until:
            raise DiscoveryPeriodInvalid
        if not agreed.record.strip():
            raise RecordMissing

        def decide(at: datetime) -> Sequence[Noted]:
            lacking = [name for name, it in one.permits.items() if it.is_granted is not True]
            held = self.state.bookings_of(one.number)
            if not any(b.since <= agreed.since and agreed.until <= b.until for b in held):
                lacking.insert(0, "site")
            if lacking:
                raise PermitsMissing(one.number, ", ".join(lacking))
            return [Noted(one.subject, agreed)]

        await self._write(actor, decide)

    async def set_indicator(self, actor: Actor, number: int, target: Target) -> None:
        """Set an indicator of the run; how it was before is read from the hub."""
        one = self._at(number, "indicator", Stage.AGREED)
        if not target.name.strip():
            raise RecordMissing
        before = await freeze(self.ground.hub, target.before, self.ground.clock.now())
        deed = deeds.IndicatorSet(
            number, len(one.indicators) + 1, target.name.strip()[:LINE], target.is_more_better,
            target.target, before,
        )  # fmt: skip
        await self._note(actor, one, deed)

    async def begin(self, actor: Actor, number: int) -> None:
        """Begin the run; it needs an indicator."""
        one = self._at(number, "begin", Stage.AGREED)
        if not one.indicators:
            raise PermitsMissing(number, "indicator")
        await self._note(
            actor,
            one,
            deeds.RunBegun(number),
            check=lambda: self._at(number, "begin", Stage.AGREED),
        )

    async def read(self, actor: Actor, number: int) -> None:
        """Read every indicator from the hub over the days of the run so far."""
        one = self._at(number, "read", Stage.RUNNING)
        agreed, now = one.agreement, self.ground.clock.now()
        if agreed is None:
            raise TestbedStepNotNext(number, "read", one.stage)
        since, until = day_start(agreed.since), min(now, day_start(agreed.until, days=1))
        for indicator in list(one.indicators.values()):
            window = Window(indicator.before.entity, indicator.before.attribute, since, until)
            reading = await freeze(self.ground.hub, window, now)
            deed = deeds.IndicatorRead(number, indicator.number, reading)
            await self._note(actor, one, deed)

    async def score(self, actor: Actor, number: int, marks: Mapping[str, int]) -> None:
        """Score a run as a citizen; the applicant's own score is marked as such."""
        person = self.people.require(actor, Level.EMAIL)
        one = self._at(number, "score", Stage.RUNNING)
        given = whole_marks(marks, evaluation.CRITERIA)
        voice = self.people.voice_in(person, f"testbed-score:{number}")
        deed = deeds.RunScored(number, voice, actor.id == one.account, given)
        await self._note(actor, one, deed)

    async def certify(self, actor: Actor, number: int, record: str) -> None:
        """Certify a demonstration: indicators were read, and enough citizens scored it.

        Targets that were missed are no bar: the certificate says what was measured.
        """
        one = self._at(number, "certify", Stage.RUNNING)
        unread = [it.name for it in one.indicators.values() if it.during is None]
        if unread:
            raise PermitsMissing(number, unread[0])
        if not one.evaluation.is_enough:
            raise ReviewsMissing(number, evaluation.LEAST_SCORERS)
        if not record.strip():
            raise RecordMissing
        code = self._code(one.subject)[:CODE_SIGNS]
        await self._note(actor, one, deeds.RunCertified(number, code, record.strip()[:TEXT]))

    async def stop(self, actor: Actor, number: int, reason: str, record: str) -> None:
        """Stop it; its sites are free again and nothing is owed."""
        one = self.application(number)
        if one.stage in ENDED:
            raise TestbedStepNotNext(number, "stop", one.stage)
        if not (reason.strip() and record.strip()):
            raise RecordMissing
        stopped = deeds.RunStopped(number, reason.strip()[:LINE], record.strip()[:TEXT])

        def decide(at: datetime) -> Sequence[Noted]:
            ended = [
                TermEnded(name, self.today, reason.strip()[:LINE])
                for name, term in one.terms.items()
                if term.is_open
            ]
            return [Noted(one.subject, deed) for deed in (stopped, *ended)]

        await self._write(actor, decide)

    def by_code(self, code: str) -> Application | None:
        """Return what a demonstration certificate certifies, `None` where no one has the code."""
        found = self.state.applications.values()
        return next((one for one in found if one.code and one.code == code), None)

    def _at(self, number: int, step: str, *stages: Stage) -> Application:
        one = self.application(number)
        if one.stage not in stages:
            raise TestbedStepNotNext(number, step, one.stage)
        return one

    async def _note(
        self,
        actor: Actor,
        one: Application,
        *written: msgspec.Struct,
        check: Callable[[], object] = lambda: None,
    ) -> None:
        """Write deeds of an application; `check` refuses what another has done meanwhile."""

        def decide(at: datetime) -> Sequence[Noted]:
            check()
            return [Noted(one.subject, deed) for deed in written]

        await self._write(actor, decide)

    async def _write(self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]) -> None:
        await self.ground.book.write(actor, ROOM, decide)
