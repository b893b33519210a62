"""What those who serve citizens do with a request, and what its reporter answers to that."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.access.vault import Room
from dalgu.kernel.clock import local
from dalgu.kernel.terms import (
    TermDeed,
    TermEnded,
    TermExtended,
    TermMet,
    TermPaused,
    TermResumed,
    TermStarted,
    applied,
)
from dalgu.korean.masking import masked
from dalgu.services.citizens.requests import terms
from dalgu.services.citizens.requests.deeds import (
    Moved,
    PhotoAdded,
    PhotoCleared,
    PhotoRemoved,
    ProgressTold,
    Reopened,
)
from dalgu.services.citizens.requests.draft import LONGEST_DESCRIPTION, Contact
from dalgu.services.citizens.requests.filing import keep_photo
from dalgu.services.citizens.requests.photos import MOST_PHOTOS
from dalgu.services.citizens.requests.refusals import (
    ContactNotGiven,
    ExtensionConsentRequired,
    PhotoNotExisting,
    RequestAnswerIncomplete,
    RequestParentUnfit,
    RequestStepNotPossible,
    TooLateToReopen,
    TooManyPhotos,
)
from dalgu.services.citizens.requests.rules import REOPEN_WITHIN, check_step
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import ENDED, State

if TYPE_CHECKING:
    from dalgu.services.citizens.requests.requests import Requests

MakeTerm = Callable[[date], TermDeed]


class Work:
    """The steps of a request."""

    def __init__(self, room: "Requests") -> None:
        self._room = room

    async def move(self, actor: Actor, deed: Moved) -> ServiceRequest:
        """Bring a request into another state, with what its reporter must be told.

        Raises
        ------
        RequestNotExisting, RequestStepNotPossible, RequestAnswerIncomplete, RequestParentUnfit
        """
        room = self._room

        def decide(at: datetime) -> Sequence[Noted]:
            request = room.get(deed.number)
            told = msgspec.structs.replace(deed, done=masked(deed.done.strip()))
            check_step(request, told)
            if told.state is State.DUPLICATE:
                return self._merged(request, told, _day(at))
            return [Noted(request.subject, told), *self._closed(request, told, _day(at))]

        await room.write(actor, decide)
        return room.get(deed.number)

    def _merged(self, request: ServiceRequest, deed: Moved, on: date) -> list[Noted]:
        """Merge into the parent; those merged into this one before go along."""
        parent = self._room.all.get(deed.parent)
        if (
            parent is None
            or parent is request
            or parent.parent
            or parent.has_ended
            or parent.filed.code != request.filed.code
        ):
            raise RequestParentUnfit(request.number, deed.parent)
        reporter = (request.filed.reporter,) if request.filed.reporter else ()
        merged = msgspec.structs.replace(deed, carried=(*request.followers, *reporter))
        noted = [Noted(request.subject, merged), *self._ended(request, "merged", on)]
        for number in request.children:
            child = self._room.all[number]
            again = msgspec.structs.replace(deed, number=number)
            noted.append(Noted(child.subject, again))
        return noted

    def _ended(self, request: ServiceRequest, why: str, on: date) -> list[Noted]:
        return [
            Noted(request.subject, TermEnded(rule, on, why))
            for rule, term in request.terms.items()
            if term.is_open
        ]

    def _closed(self, request: ServiceRequest, deed: Moved, on: date) -> list[Noted]:
        """Meet the terms at an end; begin them anew where a duplicate is taken apart."""
        if deed.state in ENDED:
            return [
                Noted(request.subject, TermMet(rule, on))
                for rule, term in request.terms.items()
                if term.is_open
            ]
        if request.state is State.DUPLICATE:
            return self._begun(request, on)
        return []

    def _begun(self, request: ServiceRequest, on: date) -> list[Noted]:
        return [Noted(request.subject, TermStarted(rule, on)) for rule in request.terms]

    async def reopen(
        self, actor: Actor, number: int, why: str, *, code: str = "", remote: str = ""
    ) -> ServiceRequest:
        """Open an ended or merged request again: "closed" is not "fixed".

        Raises
        ------
        NotTheReporter, RequestStepNotPossible, TooLateToReopen, TextEmpty, TextTooLong
        """
        room, request = self._room, self._room.get(number)
        room.require_reporter(actor, request, code)
        if request.state not in (*ENDED, State.DUPLICATE):
            raise RequestStepNotPossible(number, request.state, State.REOPENED)
        who = remote or actor.id
        said = masked(room.moderation.screen(actor, why, most=LONGEST_DESCRIPTION, by=who))

        def decide(at: datetime) -> Sequence[Noted]:
            if request.state not in (*ENDED, State.DUPLICATE):
                raise RequestStepNotPossible(number, request.state, State.REOPENED)
            if request.ended_at is not None and at - request.ended_at > REOPEN_WITHIN:
                raise TooLateToReopen(number, REOPEN_WITHIN.days)
            deed = Reopened(number, said)
            return [Noted(request.subject, deed), *self._begun(request, _day(at))]

        await room.write(actor, decide)
        return request

    # -- the term ---------------------------------------------------------------------------------

    async def extend(
        self, actor: Actor, number: int, reason: str, *, has_consent: bool = False
    ) -> None:
        """Take the time that the law allows once more; the second time with consent alone."""
        request = self._room.get(number)
        if not reason.strip():
            raise RequestAnswerIncomplete("reason")
        used = len(request.term.extensions)
        if used >= terms.EXTENSIONS_WITHOUT_CONSENT and not has_consent:
            raise ExtensionConsentRequired(number)
        await self._term(actor, request, lambda on: TermExtended(self._rule(request), on, reason))

    async def pause(self, actor: Actor, number: int, reason: str) -> None:
        """Let the term rest while somebody else must act first."""
        request = self._room.get(number)
        if not reason.strip():
            raise RequestAnswerIncomplete("reason")
        await self._term(actor, request, lambda on: TermPaused(self._rule(request), on, reason))

    async def resume(self, actor: Actor, number: int) -> None:
        """Let the term run on."""
        request = self._room.get(number)
        await self._term(actor, request, lambda on: TermResumed(self._rule(request), on))

    async def tell_progress(self, actor: Actor, number: int, text: str, next_on: date) -> None:
        """Tell the reporter how far it is; the next thirty days begin."""
        request = self._room.get(number)
        if not text.strip():
            raise RequestAnswerIncomplete("done")

        def decide(at: datetime) -> Sequence[Noted]:
            if request.has_ended or request.parent:
                raise RequestStepNotPossible(number, request.state, "progress")
            on, deed = _day(at), ProgressTold(number, masked(text.strip()), next_on)
            again = [TermMet(terms.PROGRESS, on), TermStarted(terms.PROGRESS, on)]
            return [Noted(request.subject, one) for one in (deed, *again)]

        await self._room.write(actor, decide)

    def _rule(self, request: ServiceRequest) -> str:
        return request.term.rule.id

    async def _term(self, actor: Actor, request: ServiceRequest, make: MakeTerm) -> None:
        def decide(at: datetime) -> Sequence[Noted]:
            deed = make(_day(at))
            applied(request.terms, deed, terms.RULES)  # refuses what its term does not allow
            return [Noted(request.subject, deed)]

        await self._room.write(actor, decide)

    # -- photos and the reporter ------------------------------------------------------------------

    async def add_photo(self, actor: Actor, number: int, body: bytes) -> None:
        """Add a photo; all see it coarsely until somebody has looked."""
        request = self._room.get(number)
        if len(request.photos) >= MOST_PHOTOS * 2:
            raise TooManyPhotos(MOST_PHOTOS * 2)
        deed = PhotoAdded(number, await keep_photo(self._room, body))
        await self._room.write(actor, lambda at: [Noted(request.subject, deed)])

    async def clear_photo(self, actor: Actor, number: int, coarse: str) -> None:
        """Let all see a photo clearly: somebody looked, nobody is recognisable."""
        await self._photo(actor, number, PhotoCleared(number, coarse))

    async def remove_photo(self, actor: Actor, number: int, coarse: str) -> None:
        """Take a photo away."""
        await self._photo(actor, number, PhotoRemoved(number, coarse))

    async def _photo(self, actor: Actor, number: int, deed: PhotoCleared | PhotoRemoved) -> None:
        request = self._room.get(number)
        if deed.coarse not in request.photos:
            raise PhotoNotExisting
        await self._room.write(actor, lambda at: [Noted(request.subject, deed)])

    async def contact(self, actor: Actor, number: int, purpose: str) -> Contact:
        """Open how to reach the reporter; the opening is written down before.

        Raises
        ------
        ContactNotGiven, PurposeRequired, Forbidden
        """
        request = self._room.get(number)
        vault = self._room.ground.access.vault
        if not vault.holds(Room.PERSON, request.subject):
            raise ContactNotGiven(number)
        told = await vault.open(
            actor, Room.PERSON, request.subject, purpose=purpose, district=request.filed.district
        )
        return msgspec.json.decode(told, type=Contact)


def _day(at: datetime) -> date:
    return local(at).date()
