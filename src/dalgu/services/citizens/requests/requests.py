"""The room of requests: filed by anybody, worked within a term, never closed without a reason."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from dalgu.access.actor import Actor, Kind, Role
from dalgu.access.logbook import Entry, Noted
from dalgu.access.policy import Operation, may
from dalgu.kernel.clock import local
from dalgu.kernel.geo import Position
from dalgu.kernel.terms import Owed
from dalgu.kernel.text import Text
from dalgu.korean.masking import masked
from dalgu.service import Ground
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People
from dalgu.services.citizens.requests import catalogue, entities, routing
from dalgu.services.citizens.requests.deeds import (
    Filed,
    Followed,
    Moved,
    PhotoAdded,
    Reopened,
    RequestDeed,
    Unfollowed,
    Updated,
)
from dalgu.services.citizens.requests.draft import LONGEST_DESCRIPTION, Draft, Word
from dalgu.services.citizens.requests.filing import Filing, Receipt
from dalgu.services.citizens.requests.refusals import (
    FollowerUnknown,
    NotTheReporter,
    Open311TokenUnknown,
    RequestNotExisting,
)
from dalgu.services.citizens.requests.similar import Candidate, Hint, Likely, hints
from dalgu.services.citizens.requests.state import ServiceRequest, begun, fold, subject_of
from dalgu.services.citizens.requests.work import Work

ROOM = "requests"
Decide = Callable[[datetime], Sequence[Noted]]


class Requests:
    """All requests of the city."""

    def __init__(
        self, ground: Ground, people: People, moderation: Moderation, compare: Likely | None = None
    ) -> None:
        self.ground, self.people, self.moderation = ground, people, moderation
        self.catalogue = catalogue.load()
        self.keyed = ground.access.keyed("citizens.requests")
        self.all: dict[int, ServiceRequest] = {}
        self.by_token: dict[str, int] = {}
        self.by_photo: dict[str, int] = {}
        self._parents: dict[int, int] = {}
        self._compare = compare
        self._filing = Filing(self)
        self.work = Work(self)
        ground.book.open_room(ROOM, RequestDeed, self._take)
        moderation.things.offer(ROOM, self.thing)

    # -- looking ----------------------------------------------------------------------------------

    def get(self, number: int) -> ServiceRequest:
        """Return a request; raise `RequestNotExisting`."""
        if number not in self.all:
            raise RequestNotExisting(number)
        return self.all[number]

    def standing(self, request: ServiceRequest) -> ServiceRequest:
        """Return the request whose state counts: a duplicate is as open as its parent."""
        return self.all[request.parent] if request.parent else request

    def is_open(self, request: ServiceRequest) -> bool:
        """Whether the city still owes something."""
        return not self.standing(request).has_ended

    def is_hidden(self, request: ServiceRequest) -> bool:
        """Whether its words were taken off the pages."""
        return self.moderation.is_hidden(request.subject)

    def thing(self, subject: str) -> Thing | None:
        """Return a request as the rooms of all things know it: its page, and what was written."""
        prefix, _, number = subject.rpartition(":")
        if f"{prefix}:" != subject_of("") or not number.isdigit() or int(number) not in self.all:
            return None
        request = self.all[int(number)]
        words = [step.text for step in request.steps if step.by != "staff"]
        return Thing(subject, self.title(request), f"/requests/{number}", "\n".join(words))

    def of_token(self, token: str) -> ServiceRequest:
        """Return the request that a client filed with a token; raise `Open311TokenUnknown`."""
        number = self.by_token.get(self.keyed(f"token|{token}"))
        if number is None:
            raise Open311TokenUnknown
        return self.all[number]

    def department(self, request: ServiceRequest) -> Text:
        """Return how people call the department that has a request."""
        return routing.department_title(self.ground.city, self.catalogue, request.department)

    def title(self, request: ServiceRequest) -> Text:
        """Return a request in a few words: its type and its dong."""
        service, dong = (
            self.catalogue.get(request.filed.code),
            self.ground.city.dong(request.filed.dong),
        )
        return Text(f"{dong.name.ko} {service.title.ko}", f"{service.title.en}, {dong.name.en}")

    async def similar(self, code: str, place: Position, text: str) -> list[Hint]:
        """Return open requests that may say the same, the likeliest first.

        The words are compared by morphemes: some milliseconds of processor, off the loop.
        """
        known = [
            Candidate(one.number, one.filed.code, one.place, one.at, one.filed.description)
            for one in self.all.values()
            if not (one.parent or one.has_ended or one.filed.is_coarse or self.is_hidden(one))
        ]
        new = Candidate(0, code, place, self.ground.clock.now(), masked(text))
        return await asyncio.to_thread(hints, new, known, self._likeness())

    def owed(self) -> Iterable[Owed]:
        """Yield every term that runs."""
        for one in self.all.values():
            for term in one.terms.values():
                if term.is_open:
                    yield Owed(
                        one.subject,
                        self.title(one),
                        f"/requests/{one.number}",
                        self.department(one).ko,
                        term,
                    )

    # -- filing and following ---------------------------------------------------------------------

    async def file(self, actor: Actor, draft: Draft) -> int:
        """File a request and return its number; see `take`."""
        return (await self.take(actor, draft)).number

    async def take(self, actor: Actor, draft: Draft) -> Receipt:
        """File a request; the receipt's code proves later who filed it.

        Raises
        ------
        ServiceCodeRequired, ServiceCodeNotExisting
        RequestPlaceRequired, RequestPlaceUnknown, RequestPlaceOutside
        RequestAttributeRequired, RequestAttributeInvalid
        PhotoUnreadable, TooManyPhotos
        TextEmpty, TextTooLong, TooManyAtOnce
        """
        return await self._filing.take(actor, draft)

    async def follow(self, actor: Actor, number: int) -> None:
        """Say "me too", once a person; a duplicate's followers are its parent's."""
        request = self.standing(self.get(number))
        deed = Followed(request.number, self.voice(actor, request.filed.code))

        def decide(at: datetime) -> Sequence[Noted]:
            is_known = deed.follower in request.followers or deed.follower == request.filed.reporter
            return [] if is_known else [Noted(request.subject, deed)]

        await self.write(actor, decide)

    async def unfollow(self, actor: Actor, number: int) -> None:
        """Take it back."""
        request = self.standing(self.get(number))
        deed = Unfollowed(request.number, self.voice(actor, request.filed.code))

        def decide(at: datetime) -> Sequence[Noted]:
            return [Noted(request.subject, deed)] if deed.follower in request.followers else []

        await self.write(actor, decide)

    async def update(self, actor: Actor, number: int, word: Word) -> int:
        """Add a word to a request and return its number in the book; the state stays.

        Raises
        ------
        RequestNotExisting, TextEmpty, TextTooLong, TooManyAtOnce
        """
        request, who = self.get(number), word.remote or actor.id
        said = masked(self.moderation.screen(actor, word.text, most=LONGEST_DESCRIPTION, by=who))
        kind = self._kind_of(actor, request)
        deed = Updated(number, said, kind, word.external[:100], word.media_url)
        entries = await self.write(actor, lambda at: [Noted(request.subject, deed)])
        return entries[-1].seq

    def voice(self, actor: Actor, code: str) -> str:
        """Return the voice of a person in requests of one type; raise `FollowerUnknown`.

        It is the same in all requests of a type, so that whoever follows two that are merged
        counts once.
        """
        if actor.role is not Role.CITIZEN:
            raise FollowerUnknown
        person = self.people.require(actor, Level.EMAIL)
        return self.people.voice_in(person, f"requests|{code}")

    def reporter_of(self, actor: Actor, code: str) -> str:
        """Return by what a reporter is known again; empty for guests and programs."""
        if actor.role is not Role.CITIZEN:
            return ""
        if self.people.person(actor).level >= Level.EMAIL:
            return self.voice(actor, code)
        return self.keyed(f"account|{actor.id}")

    def is_reporter(self, actor: Actor, request: ServiceRequest, code: str = "") -> bool:
        """Whether somebody filed a request: by account, by code, by the program they use."""
        filed = request.filed
        own = (self.reporter_of(actor, filed.code), self.keyed(f"account|{actor.id}"))
        if filed.reporter and filed.reporter in own:
            return True
        if filed.client and actor.kind is Kind.TOKEN and actor.id == filed.client:
            return True
        return bool(code) and self.keyed(f"receipt|{code.strip().upper()}") == filed.receipt

    def require_reporter(self, actor: Actor, request: ServiceRequest, code: str = "") -> None:
        """Return for the reporter, and for those who serve citizens; raise `NotTheReporter`."""
        if may(actor, Operation.CITIZENS_SERVE) or self.is_reporter(actor, request, code):
            return
        raise NotTheReporter(request.number)

    # -- the book ---------------------------------------------------------------------------------

    async def write(self, actor: Actor, decide: Decide) -> list[Entry]:
        """Write what a step decides."""
        return await self.ground.book.write(actor, ROOM, decide)

    def draw(self, entries: Sequence[Entry]) -> Iterable[entities.ServiceRequest]:
        """Yield the entities of what entries changed, as they are now."""
        numbers = dict.fromkeys(int(entry.subject.rpartition(":")[2]) for entry in entries)
        for number in list(numbers):  # a duplicate is as open as its parent
            numbers |= dict.fromkeys(self.all[number].children)
        for request in map(self.all.__getitem__, numbers):
            yield entities.drawn(
                request,
                self.catalogue.get(request.filed.code),
                (self.title(request), self.department(request)),
                is_open=self.is_open(request),
                is_hidden=self.is_hidden(request),
            )

    def today(self) -> datetime:
        """Return the city's local instant."""
        return local(self.ground.clock.now())

    def _likeness(self) -> Likely:
        if self._compare is None:
            from dalgu.korean.likeness import Likeness

            self._compare = Likeness()
        return self._compare

    def _kind_of(self, actor: Actor, request: ServiceRequest) -> str:
        if may(actor, Operation.CITIZENS_SERVE):
            return "staff"
        if actor.kind is Kind.TOKEN:
            return "client"
        return "reporter" if self.is_reporter(actor, request) else "citizen"

    def _take(self, entry: Entry) -> None:
        number = int(entry.subject.rpartition(":")[2])
        if number not in self.all:
            self.all[number] = request = begun(entry)
            if request.filed.token:
                self.by_token[request.filed.token] = number
        else:
            fold(self.all[number], entry)
        self._remember(self.all[number], entry)

    def _remember(self, request: ServiceRequest, entry: Entry) -> None:
        """Keep what a deed changes beside its own request: names of photos, parents, followers."""
        if isinstance(entry.deed, Filed | Moved | PhotoAdded):
            for photo in request.photos.values():
                self.by_photo[photo.coarse] = self.by_photo[photo.clear] = request.number
        if not isinstance(entry.deed, Moved | Reopened):
            return
        before, self._parents[request.number] = self._parents.get(request.number), request.parent
        if before:
            self.all[before].children.remove(request.number)
        if isinstance(entry.deed, Moved) and request.parent:
            parent = self.all[request.parent]
            parent.children.append(request.number)
            parent.followers |= dict.fromkeys(entry.deed.carried)
            parent.followers.pop(parent.filed.reporter, None)
