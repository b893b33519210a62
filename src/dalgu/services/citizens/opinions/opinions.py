"""The opinions room: questions, statements, votes, and groups that follow the votes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.access.logbook import Entry, Noted
from dalgu.service import Ground
from dalgu.services.citizens.groups.axes import extremity
from dalgu.services.citizens.groups.meanings import next_statement, priorities
from dalgu.services.citizens.groups.tallies import tallied
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.opinions import kept as keeping
from dalgu.services.citizens.opinions.deeds import (
    Asked,
    Closed,
    LetIn,
    OpinionDeed,
    Stated,
    TakenOut,
    Voted,
)
from dalgu.services.citizens.opinions.fold import Questions
from dalgu.services.citizens.opinions.kept import Kept
from dalgu.services.citizens.opinions.question import (
    VALUES,
    Question,
    Standing,
    Statement,
    said_already,
    subject_of,
)
from dalgu.services.citizens.opinions.refusals import (
    NotOnesOwnMatter,
    QuestionDateInvalid,
    QuestionOver,
    StatementNotExisting,
    StatementNotOpen,
    StatementSaidAlready,
    StatementSettled,
    VoteValueInvalid,
)
from dalgu.services.citizens.opinions.shown import Results, results
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People
from dalgu.store.tables import Tables

ROOM = "opinions"
COLLECTION = "citizens.opinions"  # what is kept of groups, by question
STEP = timedelta(minutes=1)  # votes that come within it are one step of the groups
LEAST_GROUPED = 15  # people, before there are groups: fewer would be known by their votes
LONGEST_TITLE, LONGEST_ABOUT, LONGEST_STATEMENT = 120, 2_000, 200
MOST_SEEDS = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it is asked; `seeds` are its first statements."""

    title: str
    about: str = ""
    seeds: tuple[str, ...] = ()
    closes_on: date | None = None
    about_of: str = ""


class Opinions:
    """Every question."""

    def __init__(self, ground: Ground, people: People, moderation: Moderation) -> None:
        self._ground, self._people, self._moderation = ground, people, moderation
        self._book = ground.book
        self._fold = Questions()
        self._kept: dict[int, Kept] = {}
        self._stepping = asyncio.Lock()
        self.owner_of: Callable[[str], str] = lambda subject: ""  # the account behind a subject
        ground.book.open_room(ROOM, OpinionDeed, self._take)

    @property
    def all(self) -> dict[int, Question]:
        """Every question by number."""
        return self._fold.questions

    @property
    def today(self) -> date:
        """The city's local day."""
        return self._ground.today

    def get(self, number: int) -> Question:
        """Return a question; raise `QuestionNotExisting`."""
        return self._fold.get(number)

    def voice(self, actor: Actor, question: Question) -> str:
        """Return the voice of a citizen in a question; empty for everybody else."""
        person = self._people.person(actor)
        if person.level < Level.EMAIL:
            return ""
        return self._people.voice_in(person, question.subject)

    # asking and stating

    async def ask(self, actor: Actor, draft: Draft) -> int:
        """Put a question to everybody; a citizen only about what they proposed themselves.

        First statements of the city stand at once, those of a citizen wait.
        """
        by_city = actor.role is not Role.CITIZEN
        if not by_city:
            person = self._people.require(actor, Level.EMAIL)
            if not draft.about_of or self.owner_of(draft.about_of) != person.account:
                raise NotOnesOwnMatter(draft.about_of)
        if draft.closes_on is not None and draft.closes_on <= self.today:
            raise QuestionDateInvalid(draft.closes_on.isoformat())
        title = self._moderation.screen(actor, draft.title, most=LONGEST_TITLE)
        about = draft.about.replace("\r\n", "\n").strip()[:LONGEST_ABOUT]
        seeds = [seed.strip()[:LONGEST_STATEMENT] for seed in draft.seeds[:MOST_SEEDS]]

        def decide(at: datetime) -> list[Noted]:
            number = self._fold.next_number
            asked = Asked(number, title, about, draft.about_of, draft.closes_on)
            stated = [Stated(number, i, seed, by_city) for i, seed in enumerate(seeds, 1)]
            return [Noted(f"opinion:{number}", deed) for deed in (asked, *stated)]

        entries = await self._book.write(actor, ROOM, decide)
        return int(entries[0].deed.number)

    async def state(self, actor: Actor, number: int, text: str) -> Statement:
        """Put a statement to a question: of who serves citizens it stands at once.

        Raises
        ------
        QuestionOver, StatementSaidAlready, and what the moderation refuses.
        """
        question = self.get(number)
        is_seed = actor.role is not Role.CITIZEN
        if not is_seed:
            self._people.require(actor, Level.EMAIL)
        said = self._moderation.screen(actor, text, most=LONGEST_STATEMENT)

        def decide(at: datetime) -> list[Noted]:
            self._still_open(question)
            same = said_already(question, said)
            if same is not None:
                raise StatementSaidAlready(same)
            next_ = max(question.statements, default=0) + 1
            return [Noted(question.subject, Stated(number, next_, said, is_seed))]

        entries = await self._book.write(actor, ROOM, decide)
        stated = question.statements[entries[0].deed.statement]
        await self._moderation.hold_if_suspect(subject_of(question, stated), said, stated.author)
        return stated

    async def let_in(self, actor: Actor, number: int, statement: int) -> None:
        """Let a statement stand for voting."""
        await self._settle(actor, LetIn(number, statement), Standing.OPEN)

    async def take_out(
        self, actor: Actor, number: int, statement: int, reason: str, same_as: int | None = None
    ) -> None:
        """Take a statement out of voting; `same_as` names the one that says the same.

        Votes on it are not carried over: nobody's vote is set by somebody else.
        """
        if same_as is not None:
            self._statement(self.get(number), same_as)
        await self._settle(actor, TakenOut(number, statement, reason, same_as), Standing.OUT)

    # voting

    async def vote(self, actor: Actor, number: int, statement: int, value: str) -> None:
        """Let a citizen agree, pass or disagree, or change their mind.

        Raises
        ------
        LevelTooLow, VoteValueInvalid, QuestionOver, StatementNotExisting, StatementNotOpen
        """
        if value not in VALUES:
            raise VoteValueInvalid(value)
        question = self.get(number)
        voter = self._as_voice(actor, question)

        def decide(at: datetime) -> list[Noted]:
            self._still_open(question)
            if self._statement(question, statement).standing is not Standing.OPEN:
                raise StatementNotOpen(statement)
            if question.votes_of(voter.id).get(statement) == VALUES[value]:
                return []
            return [Noted(question.subject, Voted(number, statement, voter.id, VALUES[value]))]

        await self._book.write(voter, ROOM, decide)

    def next_for(self, question: Question, voice: str) -> Statement | None:
        """Return the statement to show next: by what would teach most, drawn for this voice.

        The draw depends on the voice and on how much it has voted, so a reload shows the same.
        """
        voted = question.votes_of(voice)
        left = [
            one for one in question.open if one.number not in voted and self.is_seen(question, one)
        ]
        if not left:
            return None
        priority = self._priorities(question)
        weights = np.array([priority.get(one.number, NEW_PRIORITY) for one in left])
        chance = np.random.default_rng([len(voted), question.number, *voice.encode()])
        drawn = next_statement(weights, set(), chance, range(len(left)))
        return None if drawn is None else left[drawn]

    def is_seen(self, question: Question, statement: Statement) -> bool:
        """Tell whether the moderation has not hidden a statement since it was let in."""
        return not self._moderation.is_hidden(subject_of(question, statement))

    async def close(self, actor: Actor, number: int, summary: str = "") -> None:
        """End the voting, with the groups as they are after the last vote."""
        question = self.get(number)
        await self.regroup(question)

        def decide(at: datetime) -> list[Noted]:
            if question.closed_at is not None:
                raise QuestionOver(number)
            return [Noted(question.subject, Closed(number, summary.strip()[:LONGEST_ABOUT]))]

        await self._book.write(actor, ROOM, decide)

    # groups

    def kept(self, question: Question) -> Kept:
        """Return the groups of a question as the last step left them."""
        if question.number not in self._kept:
            body = self._ground.store.read().records.get(COLLECTION, str(question.number))
            self._kept[question.number] = Kept() if body is None else keeping.unpacked(body)
        known = keeping.caught_up(self._kept[question.number], question)
        self._kept[question.number] = known
        return known

    async def regroup(self, question: Question) -> None:
        """Take a step where votes or moderation are ahead of the groups."""
        async with self._stepping:
            if not self._is_due(question):
                return
            before = self.kept(question)
            batch, out = question.log[before.votes :], question.voted_out()
            after = await asyncio.to_thread(keeping.stepped, before, batch, out)
            cut = keeping.cut_of(question, after)
            self._kept[question.number] = after
            await self._book.write(SYSTEM, ROOM, lambda at: [Noted(question.subject, cut)])
            body, name = keeping.packed(after), str(question.number)
            await self._ground.store.write(partial(_keep, name=name, body=body))

    async def run(self) -> None:
        """Follow the votes, until cancelled."""
        while True:
            for question in list(self.all.values()):
                await self.regroup(question)
            if not any(self._is_due(one) for one in self.all.values()):
                await self._book.wait(self._book.head)
            await self._ground.clock.sleep_until(self._ground.clock.now() + STEP)

    @staticmethod
    def _is_due(question: Question) -> bool:
        return question.pending and question.participants >= LEAST_GROUPED

    def results(self, question: Question) -> Results:
        """Return what everybody sees of a question, as the last step left it."""
        seen = [one for one in question.open if self.is_seen(question, one)]
        return results(question, self.kept(question), seen)

    def _priorities(self, question: Question) -> dict[int, float]:
        state = self.kept(question).state
        if not state.participants:
            return {}
        votes, (axes, _) = state.matrix(), state.plane()
        everybody = tallied(votes.values, [range(len(votes.participants))])
        found = priorities(everybody, extremity(axes))
        return {int(name): float(found[i]) for i, name in enumerate(votes.statements)}

    def _as_voice(self, actor: Actor, question: Question) -> Actor:
        """Return who the book names: a voice of this question, so that accounts stay unjoined."""
        person = self._people.require(actor, Level.EMAIL)
        return Actor(self._people.voice_in(person, question.subject), Role.CITIZEN)

    def _still_open(self, question: Question) -> None:
        if question.is_over(self.today):
            raise QuestionOver(question.number)

    def _statement(self, question: Question, statement: int) -> Statement:
        if statement not in question.statements:
            raise StatementNotExisting(question.number, statement)
        return question.statements[statement]

    async def _settle(self, actor: Actor, deed: LetIn | TakenOut, to: Standing) -> None:
        question = self.get(deed.number)

        def decide(at: datetime) -> Sequence[Noted]:
            if self._statement(question, deed.statement).standing is to:
                raise StatementSettled(deed.statement)
            return [Noted(question.subject, deed)]

        await self._book.write(actor, ROOM, decide)

    def _take(self, entry: Entry) -> None:
        self._fold.take(entry)


NEW_PRIORITY = 81.0  # of a statement that nobody has seen: (1 + 8)², as `priorities` lifts it


def _keep(tables: Tables, *, name: str, body: bytes) -> None:
    tables.records.put(COLLECTION, name, body)
