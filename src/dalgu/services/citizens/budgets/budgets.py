"""The budgets room: calls for ideas, checks, the vote, both rules, and what became of winners."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.kernel.clock import local
from dalgu.kernel.terms import Owed, TermMet, TermStarted
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots, Box
from dalgu.services.citizens.ballots.voting import Voting
from dalgu.services.citizens.budgets import deeds as d
from dalgu.services.citizens.budgets import files
from dalgu.services.citizens.budgets.fold import PLAN, Rounds
from dalgu.services.citizens.budgets.outcome import Tally, tallied
from dalgu.services.citizens.budgets.refusals import (
    BudgetProjectNotExisting,
    BudgetRoundNotExisting,
    BudgetStageOther,
    BudgetTermsInvalid,
    CostOverAmount,
    NothingToVoteOn,
    ReasonNeeded,
    WorkStepOther,
)
from dalgu.services.citizens.budgets.state import STEPS, Idea, Round, Rule, Stage, Work
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import People
from dalgu.services.citizens.shares import pabulib
from dalgu.services.citizens.shares.election import Election, Project

ROOM = "budgets"
PREFIX = "budget-"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 80, 2_000, 500
MOST_AMOUNT = 10**13  # won; keeps every number exact in floating point
MOST_PROJECTS = 500


@dataclass(frozen=True, slots=True)
class Call:
    """What a new round is to be; money in won."""

    ko: str
    en: str
    about: str
    amount: int
    ideas_until: date
    rule: Rule = Rule.EQUAL
    step: int = 1_000
    most: int = 10
    least_age: int = 0


@dataclass(frozen=True, slots=True)
class IdeaDraft:
    """What somebody proposes; the cost is what they think it is, in won."""

    title: str
    text: str
    cost: int
    district: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What a department found of a project."""

    is_feasible: bool
    cost: int
    department: str
    reason: str = ""


class Budgets:
    """All rounds."""

    def __init__(
        self,
        ground: Ground,
        people: People,
        moderation: Moderation,
        ballots: Ballots,
        voting: Voting,
    ) -> None:
        self._ground, self._people, self._moderation = ground, people, moderation
        self._ballots = ballots
        self._rounds = Rounds()
        self._tallies: dict[str, Tally] = {}
        self._counting = asyncio.Lock()
        ground.book.open_room(ROOM, d.BudgetDeed, self._rounds.take)
        voting.admit(PREFIX, self._admit)
        voting.entitle(PREFIX, self._title)

    @property
    def all(self) -> dict[int, Round]:
        """All rounds, by number."""
        return self._rounds.rounds

    def get(self, number: int) -> Round:
        """Return a round; raise `BudgetRoundNotExisting`."""
        if number not in self.all:
            raise BudgetRoundNotExisting(number)
        return self.all[number]

    def idea(self, number: int, project: int) -> Idea:
        """Return a project; raise `BudgetProjectNotExisting`."""
        found = self.get(number)
        if project not in found.ideas:
            raise BudgetProjectNotExisting(number, project)
        return found.ideas[project]

    def stage(self, found: Round) -> Stage:
        """Return how far a round has come now."""
        now = self._ground.clock.now()
        return found.stage(now, local(now).date())

    async def call(self, actor: Actor, call: Call) -> int:
        """Begin a round with the rule by which it will be decided; return its number.

        Raises
        ------
        BudgetTermsInvalid
        """
        self._check_call(call)

        def decide(at: datetime) -> Sequence[Noted]:
            number = len(self.all) + 1
            deed = d.Called(
                number, call.ko, call.en or call.ko, call.about, call.amount, call.rule,
                call.step, call.most, call.least_age, call.ideas_until,
            )  # fmt: skip
            return [Noted(f"budget:{number}", deed)]

        [entry] = await self._ground.book.write(actor, ROOM, decide)
        return int(entry.deed.number)

    async def announce(self, actor: Actor, number: int, rule: Rule, step: int, reason: str) -> None:
        """Announce another rule; only before the vote, and with a reason."""
        if not reason.strip():
            raise ReasonNeeded
        if step < 1:
            raise BudgetTermsInvalid("step")
        deed = d.RuleChanged(number, rule, step, reason.strip()[:LONGEST_REASON])
        await self._write(actor, number, (Stage.IDEAS, Stage.CHECK), deed)

    async def give(self, actor: Actor, number: int, draft: IdeaDraft) -> int:
        """Propose a project; return its number in the round.

        Raises
        ------
        LevelTooLow, BudgetStageOther, CostOverAmount, BudgetTermsInvalid
        TextEmpty, TextTooLong, TooManyAtOnce
            By the moderation.
        """
        self._people.require(actor, Level.EMAIL)
        found = self.get(number)
        self._must_be(found, "idea", Stage.IDEAS)
        _check_cost(draft.cost, found)
        title = self._moderation.screen(actor, draft.title, most=LONGEST_TITLE)
        text = self._moderation.screen(actor, draft.text, most=LONGEST_TEXT)

        def decide(at: datetime) -> Sequence[Noted]:
            self._must_be(found, "idea", Stage.IDEAS)
            project = len(found.ideas) + 1
            if project > MOST_PROJECTS:
                raise BudgetTermsInvalid("projects")
            deed = d.IdeaGiven(
                number, project, " ".join(title.split()), text, draft.cost, draft.district
            )
            return [Noted(f"budget:{number}:project:{project}", deed)]

        [entry] = await self._ground.book.write(actor, ROOM, decide)
        return int(entry.deed.project)

    async def enter(self, actor: Actor, deed: d.IdeaGiven) -> None:
        """Write down an idea that somebody handed in on paper, for those who serve citizens."""
        found = self.get(deed.number)
        _check_cost(deed.cost, found)

        def decide(at: datetime) -> Sequence[Noted]:
            self._must_be(found, "idea", Stage.IDEAS)
            entered = msgspec.structs.replace(deed, project=len(found.ideas) + 1)
            return [Noted(f"{found.subject}:project:{entered.project}", entered)]

        await self._ground.book.write(actor, ROOM, decide)

    async def check(self, actor: Actor, number: int, project: int, check: Check) -> None:
        """Say for a department whether a project can be done and what it costs."""
        found, idea = self.get(number), self.idea(number, project)
        _check_cost(check.cost, found)
        if not check.is_feasible and not check.reason.strip():
            raise ReasonNeeded
        if not check.department.strip():
            raise BudgetTermsInvalid("department")
        deed = d.Checked(
            number, project, check.is_feasible, check.cost, check.department.strip()[:60],
            check.reason.strip()[:LONGEST_REASON],
        )  # fmt: skip
        await self._write(actor, number, (Stage.IDEAS, Stage.CHECK), deed, idea.subject)

    async def open_vote(self, actor: Actor, number: int, closes_at: datetime) -> None:
        """Put the feasible projects on the ballot; from now on the rule stands.

        Raises
        ------
        NothingToVoteOn, BudgetStageOther, BudgetTermsInvalid
        """
        found = self.get(number)
        self._must_be(found, "vote", Stage.IDEAS, Stage.CHECK)
        feasible = [one for one in found.ideas.values() if one.is_feasible and self._shown(one)]
        if not feasible or found.unchecked:
            raise NothingToVoteOn(len(feasible), len(found.unchecked))
        if closes_at <= self._ground.clock.now():
            raise BudgetTermsInvalid("closes_at")
        most = min(found.most, len(feasible))
        options = tuple(one.option for one in feasible)
        if found.box not in self._ballots.boxes:  # a crash may have come between box and deed
            box = Box(found.box, found.title, "approval", options, most, closes_at=closes_at)
            await self._ballots.open(actor, box)
        stands = self._ballots.state(found.box).box
        projects = tuple(one.number for one in feasible if one.option in stands.options)
        deed = d.VoteOpened(number, stands.closes_at or closes_at, projects)
        await self._write(actor, number, (Stage.IDEAS, Stage.CHECK), deed)

    async def count(self, actor: Actor, number: int) -> None:
        """Close the box once its time is over and count it by both rules.

        Raises
        ------
        BudgetStageOther
            While the vote runs, or when it is counted.
        """
        async with self._counting:
            found = self.get(number)
            self._must_be(found, "count", Stage.CLOSED)
            await self._ballots.close(actor, found.box)
            election = self._election(found)
            await self._note_count(actor, found, election, None)

    async def take_in(self, actor: Actor, text: str) -> int:
        """Read a Pabulib file as a round of elsewhere, counted by both rules; return its number.

        Raises
        ------
        PabulibInvalid, VoteForNothing
        """
        file = pabulib.read(text)
        election = file.election()
        if not 0 < len(election.projects) <= MOST_PROJECTS or election.budget > MOST_AMOUNT:
            raise BudgetTermsInvalid("projects")
        async with self._counting:
            number = len(self.all) + 1
            taken = files.imported(number, file, election)
            noted = [Noted(f"budget:{number}", taken)]
            await self._ground.book.write(actor, ROOM, lambda at: noted)
            await self._note_count(actor, self.get(number), election, pabulib.write(file))
        return number

    async def move(self, actor: Actor, number: int, project: int, step: d.Moved) -> None:
        """Note how far the work on a funded project has come; only the next step, or a stop."""
        idea, work = self.idea(number, project), Work(step.state)
        if not step.note.strip():
            raise ReasonNeeded

        def decide(at: datetime) -> Sequence[Noted]:
            if idea.work is None or work not in STEPS.get(idea.work, ()):
                raise WorkStepOther(project, idea.work or "not funded", work)
            noted = [Noted(idea.subject, step)]
            term = idea.terms.get(PLAN.id)
            if term is not None and term.is_open:
                noted.append(Noted(idea.subject, TermMet(PLAN.id, local(at).date())))
            return noted

        await self._ground.book.write(actor, ROOM, decide)

    async def tally(self, found: Round) -> Tally | None:
        """Return both rules on the ballots of a counted round, `None` before it is counted."""
        if found.counted is None:
            return None
        digest = found.counted.file
        if digest not in self._tallies:
            file = pabulib.read((await self.file(found)).decode())
            election = await asyncio.to_thread(file.election)
            self._tallies[digest] = await asyncio.to_thread(tallied, election, found.step)
        return self._tallies[digest]

    async def file(self, found: Round) -> bytes:
        """Return the Pabulib file of a counted round; raise `BudgetStageOther` before."""
        if found.counted is None:
            raise BudgetStageOther(found.number, self.stage(found), "file")
        return await self._ground.hub.kept(found.counted.file)

    def owed(self) -> Iterator[Owed]:
        """Yield the plans that the city owes for funded projects."""
        for found in self.all.values():
            for idea in found.funded():
                path = f"/budgets/{found.number}/projects/{idea.number}"
                title = Text(idea.title, idea.title)
                for term in idea.terms.values():
                    yield Owed(idea.subject, title, path, idea.department, term)

    def _election(self, found: Round) -> Election:
        projects = tuple(Project(one.option, one.cost) for one in found.ballot)
        ballots = tuple(frozenset(marks) for marks in self._ballots.ballots(found.box))
        return Election(found.amount, projects, ballots)

    async def _note_count(
        self, actor: Actor, found: Round, election: Election, text: str | None
    ) -> None:
        tally = await asyncio.to_thread(tallied, election, found.step)
        by_rule = {Rule.EQUAL: tally.equal.winners, Rule.GREEDY: tally.greedy.winners}
        if text is None:
            city = self._ground.city.name.en
            text = pabulib.write(files.written(found, election, by_rule[found.rule], city))
        digest = await self._ground.hub.keep(text.encode())
        self._tallies[digest] = tally
        places = {one.option: one.number for one in found.ballot}
        deed = d.Counted(
            found.number,
            len(election.ballots),
            tuple(places[one] for one in tally.equal.winners),
            tuple(places[one] for one in tally.greedy.winners),
            tally.equal.left_out,
            tally.greedy.left_out,
            digest,
        )
        noted = [Noted(found.subject, deed)]
        if not found.is_imported:
            today = self._ground.today
            funded = deed.equal if found.rule is Rule.EQUAL else deed.greedy
            started = TermStarted(PLAN.id, today)
            noted += [Noted(found.ideas[one].subject, started) for one in funded]
        await self._ground.book.write(actor, ROOM, lambda at: noted)

    async def _write(
        self,
        actor: Actor,
        number: int,
        stages: tuple[Stage, ...],
        deed: msgspec.Struct,
        subject: str = "",
    ) -> None:
        found = self.get(number)
        step = str(deed.__struct_config__.tag)

        def decide(at: datetime) -> Sequence[Noted]:
            self._must_be(found, step, *stages)
            return [Noted(subject or found.subject, deed)]

        await self._ground.book.write(actor, ROOM, decide)

    def _must_be(self, found: Round, step: str, *stages: Stage) -> None:
        stage = self.stage(found)
        if stage not in stages:
            raise BudgetStageOther(found.number, stage, step)

    def _shown(self, idea: Idea) -> bool:
        return not self._moderation.is_hidden(idea.subject)

    def _check_call(self, call: Call) -> None:
        today = self._ground.today
        holds: dict[str, bool] = {
            "title": 0 < len(call.ko) <= LONGEST_TITLE and len(call.en) <= LONGEST_TITLE,
            "about": len(call.about) <= LONGEST_TEXT,
            "amount": 0 < call.amount <= MOST_AMOUNT,
            "step": 1 <= call.step <= MOST_AMOUNT,
            "most": 1 <= call.most <= MOST_PROJECTS,
            "least_age": 0 <= call.least_age <= 100,
            "ideas_until": call.ideas_until >= today,
        }
        broken = next((part for part, good in holds.items() if not good), None)
        if broken is not None:
            raise BudgetTermsInvalid(broken)

    def _admit(self, actor: Actor, box: str) -> str:
        number = box.removeprefix(PREFIX)
        found = self.get(int(number) if number.isdecimal() else 0)
        person = self._people.require(actor, Level.RESIDENT, least_age=found.least_age)
        return self._people.voice_in(person, box)

    def _title(self, box: str, option: str) -> Text:
        number = box.removeprefix(PREFIX)
        found = self.get(int(number) if number.isdecimal() else 0)
        title = next((one.title for one in found.ideas.values() if one.option == option), option)
        return Text(title, title)


def _check_cost(cost: int, found: Round) -> None:
    if cost < 1:
        raise BudgetTermsInvalid("cost")
    if cost > found.amount:
        raise CostOverAmount(cost, found.amount)
