"""The proposals room: what residents do with proposals, petitions and the city's questions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.cities.places import dong_at
from dalgu.kernel.clock import local
from dalgu.kernel.terms import Owed, TermDeed, TermResumed, TermStarted, decided
from dalgu.kernel.text import Text
from dalgu.korean.masking import masked
from dalgu.service import Ground
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People, Person
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals import texts
from dalgu.services.citizens.proposals.fold import Folded
from dalgu.services.citizens.proposals.refusals import (
    AppealNotPossible,
    AuthorOther,
    CommentNotExisting,
    OwnComment,
    ProposalNotExisting,
    ProposalPlaceOutside,
    ProposalStepNotPossible,
    ReplyTooDeep,
    SpaceNotExisting,
    SupportedTwice,
    SupportersOwnIt,
    SupportNotGiven,
    WindowOver,
)
from dalgu.services.citizens.proposals.spaces import Space, departments
from dalgu.services.citizens.proposals.stages import APPEALABLE, OPEN, may
from dalgu.services.citizens.proposals.state import Comment, Proposal, subject_of
from dalgu.services.citizens.proposals.words import Act, Kind, Side, Stage, Step, Topic

ROOM = "proposals"
HIDDEN = Text("가려진 글", "A text taken off")
DESK = "administration"  # the department that owes what no other has yet
PATHS = {Kind.TALK: "/proposals", Kind.PETITION: "/petitions", Kind.ASK: "/ask-citizens"}

Decide = Callable[[Proposal, datetime], Sequence[msgspec.Struct]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to propose."""

    title: str
    text: str
    space: str = "talk"
    topic: Topic = Topic.OTHER
    language: str = "ko"
    place: d.Place | None = None
    similar: tuple[int, ...] = ()
    follows: str = ""


def path_of(found: Proposal) -> str:
    """Return the public page of a proposal, without a language."""
    return f"{PATHS[found.kind]}/{found.number}"


class Proposals:
    """All proposals, petitions and questions."""

    def __init__(self, ground: Ground, people: People, moderation: Moderation) -> None:
        self.ground = ground
        self.people = people
        self.moderation = moderation
        self.folded = Folded()
        ground.book.open_room(ROOM, d.ProposalDeed, self.folded.take)

    # -- reading --------------------------------------------------------------------------

    @property
    def all(self) -> dict[int, Proposal]:
        """Every one, by number."""
        return self.folded.all

    @property
    def today(self) -> date:
        """The city's local day."""
        return self.ground.today

    def get(self, number: int) -> Proposal:
        """Return one; raise `ProposalNotExisting`."""
        if number not in self.all:
            raise ProposalNotExisting(number)
        return self.all[number]

    def space(self, id: str) -> Space:
        """Return a space; raise `SpaceNotExisting`."""
        if id not in self.folded.spaces:
            raise SpaceNotExisting(id)
        return self.folded.spaces[id]

    def space_of(self, found: Proposal) -> Space:
        """Return the space of one."""
        return self.folded.spaces[found.space]

    def of_kind(self, kind: Kind) -> list[Proposal]:
        """Return all of a kind, the newest first; those that are hidden are told by the pages."""
        return [one for one in reversed(self.all.values()) if one.kind is kind]

    def voice(self, actor: Actor, found: Proposal) -> str:
        """Return an actor's voice in one matter; empty for who has none."""
        person = self.people.person(actor)
        return self.people.voice_in(person, found.subject) if person.voice else ""

    def supported_by(self, actor: Actor) -> list[Proposal]:
        """Return what an actor supports: for their own eyes."""
        mine = self.folded.supported.get(actor.id, ())
        return [self.all[number] for number in sorted(mine, reverse=True)]

    def asked_of(self, actor: Actor) -> list[Proposal]:
        """Return those in which an actor's carried support waits for a word of theirs."""
        return [
            one
            for one in self.all.values()
            if any(waiting.account == actor.id for waiting in one.waiting.values())
        ]

    def written_by(self, actor: Actor) -> list[Proposal]:
        """Return what an actor is an author of, the newest first."""
        return [one for one in reversed(self.all.values()) if actor.id in one.authors]

    def title(self, found: Proposal) -> Text:
        """Return its title; of what was taken off the pages only that it was."""
        is_hidden = self.moderation.is_hidden(found.subject)
        return HIDDEN if is_hidden else Text(found.title, found.title)

    def owed(self) -> Iterator[Owed]:
        """Yield all terms of all proposals."""
        names = departments()
        for found in self.all.values():
            if not found.terms:
                continue
            title, path = self.title(found), path_of(found)
            department = found.department or DESK
            told = names[department].ko if department in names else department
            for term in found.terms.values():
                yield Owed(found.subject, title, path, told, term)

    # -- what residents do ----------------------------------------------------------------

    async def begin(self, actor: Actor, draft: Draft) -> int:
        """Publish a proposal or a petition; return its number.

        Whoever works for the city may begin one that follows from another room.

        Raises
        ------
        SpaceNotExisting, LevelTooLow, TooYoung, ProposalPlaceOutside, and what `screen` refuses
        """
        space = self.space(draft.space)
        if space.kind is Kind.ASK:
            raise SpaceNotExisting(draft.space)
        if not draft.follows:
            self.people.require(actor, space.level("write"), least_age=space.least_age)
        published = self._screened(actor, draft)
        return await self.publish(actor, published)

    def _screened(self, actor: Actor, draft: Draft) -> d.Published:
        title = self._said(actor, draft.title, texts.LONGEST_TITLE)
        text = self._said(actor, draft.text, texts.LONGEST_TEXT)
        return d.Published(
            number=0,
            space=draft.space,
            title=" ".join(title.split()),
            text=text,
            topic=draft.topic,
            language=draft.language,
            place=self._placed(draft.place),
            similar=tuple(number for number in draft.similar if number in self.all),
            follows=draft.follows,
        )

    def _said(self, actor: Actor, text: str, most: int) -> str:
        return masked(self.moderation.screen(actor, text, most=most))

    def _placed(self, place: d.Place | None) -> d.Place | None:
        if place is None:
            return None
        dong = dong_at(self.ground.city, place.lon, place.lat)
        if dong is None:
            raise ProposalPlaceOutside(place.lon, place.lat)
        return d.Place(round(place.lon, 6), round(place.lat, 6), dong.district, dong.code)

    async def publish(self, actor: Actor, published: d.Published) -> int:
        """Write a published one down under the next number; return that."""

        def decide(at: datetime) -> Sequence[Noted]:
            number = self.folded.newest + 1
            numbered = msgspec.structs.replace(published, number=number)
            return [Noted(subject_of(number), numbered)]

        entries = await self.ground.book.write(actor, ROOM, decide)
        number: int = entries[0].deed.number
        return number

    async def support(self, actor: Actor, number: int) -> Proposal:
        """Count a person's voice; start what the next threshold obliges the city to.

        Raises
        ------
        ProposalStepNotPossible, WindowOver, SupportedTwice, LevelTooLow, TooYoung
        """
        person = self._supporter(actor, number)

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.must(found, Step.SUPPORT)
            self._still_open(found, at)
            voice = self.people.voice_in(person, found.subject)
            if voice in found.supports:
                raise SupportedTwice(number)
            return [d.Supported(voice), *self.reached_with(found, len(found.supports) + 1, at)]

        return await self.write(actor, number, decide)

    def reached_with(self, found: Proposal, count: int, at: datetime) -> list[msgspec.Struct]:
        """Return what a count of supports brings about: tiers newly reached, and their terms.

        Nothing once it is closed: a support that comes over late wakes no archived one.
        """
        written: list[msgspec.Struct] = []
        if found.stage not in OPEN or self._is_over(found, at):
            return written
        space = self.space_of(found)
        for tier in space.tiers:
            if count >= tier.at and tier.act not in found.reached:
                begun = TermStarted(space.rule_id(tier.act), local(at).date())
                written += [d.Reached(tier.act, count), begun]
        return written

    async def withdraw_support(self, actor: Actor, number: int) -> Proposal:
        """Take a person's voice back, or refuse that it comes over from a merged one."""

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            voice = self.voice(actor, found)
            if voice in found.waiting:
                return [d.CarryChosen(voice, is_agreed=False)]
            if voice not in found.supports:
                raise SupportNotGiven(number)
            self.must(found, Step.SUPPORT)
            return [d.SupportWithdrawn(voice)]

        return await self.write(actor, number, decide)

    async def agree(self, actor: Actor, number: int) -> Proposal:
        """Let one's support of a merged proposal go on in the one that took it in."""

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            voice = self.voice(actor, found)
            if voice not in found.waiting:
                raise SupportNotGiven(number)
            reached = self.reached_with(found, len(found.supports) + 1, at)
            return [d.CarryChosen(voice, is_agreed=True), *reached]

        return await self.write(actor, number, decide)

    async def comment(
        self, actor: Actor, number: int, side: Side, text: str, parent: int | None = None
    ) -> Proposal:
        """Write for, against or beside one; `parent` is the comment that it answers."""
        self.people.require(actor, Level.EMAIL)
        self.must(self.get(number), Step.COMMENT)
        written = self._said(actor, text, texts.LONGEST_COMMENT)

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.must(found, Step.COMMENT)
            if found.kind is Kind.ASK and found.stage is Stage.ASKING:
                self._still_open(found, at)
            if parent is not None and _comment(found, parent).parent is not None:
                raise ReplyTooDeep(parent)
            return [d.Commented(len(found.comments) + 1, side, written, parent)]

        return await self.write(actor, number, decide)

    async def support_comment(self, actor: Actor, number: int, comment: int) -> Proposal:
        """Give a comment one's voice, or take it back."""
        person = self.people.require(actor, Level.EMAIL)

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.must(found, Step.COMMENT)
            one = _comment(found, comment)
            if one.author == actor.id:
                raise OwnComment(comment)
            voice = self.people.voice_in(person, f"{found.subject}:{comment}")
            if voice in one.supports:
                return [d.CommentSupportWithdrawn(comment, voice)]
            return [d.CommentSupported(comment, voice)]

        return await self.write(actor, number, decide)

    # -- what authors do ------------------------------------------------------------------

    async def withdraw(self, actor: Actor, number: int, reason: str) -> Proposal:
        """Take one's own proposal back while nobody else supports it."""

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.must(found, Step.WITHDRAW)
            self._authored(found, actor)
            others = sum(one.account not in found.authors for one in found.supports.values())
            if others:
                raise SupportersOwnIt(number, others)
            return [d.Withdrawn(texts.needed("reason", reason))]

        return await self.write(actor, number, decide)

    async def supply(self, actor: Actor, number: int, text: str) -> Proposal:
        """Add what the department asked for; the clock runs on."""
        written = self._said(actor, text, texts.LONGEST_TEXT)

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.must(found, Step.SUPPLY)
            self._authored(found, actor)
            return [d.Supplemented(written), *self.resumed(found, local(at).date())]

        return await self.write(actor, number, decide)

    async def appeal(self, actor: Actor, number: int, reason: str) -> Proposal:
        """Ask for another answer, once, within the days of the space."""
        written = self._said(actor, reason, texts.LONGEST_REASON)

        def decide(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.must(found, Step.APPEAL)
            self._authored(found, actor)
            if not self.may_appeal(found):
                raise AppealNotPossible(number, self.space_of(found).appeal_days)
            rule = self.space_of(found).rule_id(Act.APPEAL)
            return [d.Appealed(written), TermStarted(rule, local(at).date())]

        return await self.write(actor, number, decide)

    def may_appeal(self, found: Proposal) -> bool:
        """Tell whether the answer to one can be appealed today."""
        answer, on = found.answer, found.answered_on
        if found.stage is not Stage.ANSWERED or answer is None or on is None or found.is_appealed:
            return False
        days = (self.today - on).days
        return answer.decision in APPEALABLE and days <= self.space_of(found).appeal_days

    # -- what all steps share -------------------------------------------------------------

    async def write(self, actor: Actor, number: int, decide: Decide) -> Proposal:
        """Let a step be decided from a proposal as it is then; return it as it is after."""

        def noted(at: datetime) -> Sequence[Noted]:
            found = self.get(number)
            written = decide(found, at)
            self._terms_hold(found, written)
            return [one if isinstance(one, Noted) else Noted(found.subject, one) for one in written]

        await self.ground.book.write(actor, ROOM, noted)
        return self.get(number)

    def must(self, found: Proposal, step: Step) -> None:
        """Raise `ProposalStepNotPossible` where a step does not lead from its stage."""
        if not may(step, found.stage, found.kind):
            raise ProposalStepNotPossible(found.number, found.stage, step)

    def resumed(self, found: Proposal, today: date) -> list[TermResumed]:
        """Return that what rests goes on."""
        return [TermResumed(one.rule.id, today) for one in found.running() if one.is_paused]

    def _terms_hold(self, found: Proposal, written: Iterable[object]) -> None:
        terms = found.terms
        for deed in written:
            if isinstance(deed, TermDeed):
                terms = decided(terms, deed, self.folded.rules)

    def _supporter(self, actor: Actor, number: int) -> Person:
        space = self.space_of(self.get(number))
        return self.people.require(actor, space.level("support"), least_age=space.least_age)

    def _still_open(self, found: Proposal, at: datetime) -> None:
        if self._is_over(found, at):
            raise WindowOver(found.number, self.space_of(found).window_days)

    @staticmethod
    def _is_over(found: Proposal, at: datetime) -> bool:
        is_late = found.closes_at is not None and at >= found.closes_at
        return is_late and found.stage in (Stage.MATURING, Stage.ASKING)

    def _authored(self, found: Proposal, actor: Actor) -> None:
        if actor.id not in found.authors:
            raise AuthorOther(found.number)


def _comment(found: Proposal, comment: int) -> Comment:
    if comment not in found.comments:
        raise CommentNotExisting(found.number, comment)
    return found.comments[comment]
