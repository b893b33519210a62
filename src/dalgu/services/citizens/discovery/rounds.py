"""What is done in a round: call, choice, sessions, teams, vote, certificates."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.box import Box, Receipt, check_marks
from dalgu.services.citizens.discovery.deeds import (
    Applied,
    Attended,
    Certified,
    Chosen,
    NameBound,
    Passed,
    RoundCalled,
    SessionHeld,
    TeamFormed,
    VoteClosed,
    VoteOpened,
    Withdrawn,
)
from dalgu.services.citizens.discovery.gates import Gate
from dalgu.services.citizens.discovery.refusals import (
    AppliedAlready,
    CallClosed,
    ChoiceInvalid,
    CompletionNameTaken,
    CompletionOfAnother,
    DiscoveryPeriodInvalid,
    RoundNotReady,
)
from dalgu.services.citizens.discovery.state import Completion, Problem, Round, Vote
from dalgu.services.citizens.discovery.terms import after_gate
from dalgu.services.citizens.discovery.winners import chosen
from dalgu.services.citizens.people.levels import Level

if TYPE_CHECKING:
    from dalgu.services.citizens.discovery.discovery import Discovery

KINDS = {
    "kickoff": Text("발대식", "Kick-off"),
    "weekly": Text("주간 모임", "Weekly session"),
    "seminar": Text("전문가 세미나", "Seminar with experts"),
    "civic_tech": Text("시빅테크 워크숍", "Civic-tech workshop"),
}
VOTER_AGE = 16  # as CONSUL has it by default
CODE_SIGNS = 12
TITLE = 80


@dataclass(frozen=True, slots=True)
class Call:
    """What a call for a round says."""

    title: Text
    call_from: date
    call_until: date
    kickoff_on: date
    ends_on: date
    seats: int


class Rounds:
    """The steps of rounds."""

    def __init__(self, room: "Discovery") -> None:
        self._room = room
        self._code = room.ground.access.keyed("citizens.completion")
        self._name = room.ground.access.keyed("citizens.completion-name")

    async def call(self, actor: Actor, call: Call) -> Round:
        """Call citizens together for a new round."""
        days = (call.call_from, call.call_until, call.kickoff_on, call.ends_on)
        if list(days) != sorted(days) or call.seats < 1:
            raise DiscoveryPeriodInvalid
        title = call.title
        if not title.ko.strip():
            raise ChoiceInvalid("title", "")

        def decide(at: datetime) -> Sequence[Noted]:
            number = max(self._room.state.rounds, default=0) + 1
            deed = RoundCalled(
                number, title.ko[:TITLE], (title.en or title.ko)[:TITLE], *days, call.seats
            )
            return [Noted(f"round:{number}", deed)]

        entries = await self._room.write(actor, decide)
        return self._room.state.rounds[entries[0].deed.round]

    async def apply(self, actor: Actor, number: int, motive: str) -> None:
        """Apply for a round while it calls: one person once."""
        person = self._room.people.require(actor, Level.EMAIL)
        found = self._room.round(number)
        if not found.is_calling(self._room.today):
            raise CallClosed(number)
        voice = self._room.people.voice_in(person, f"discovery:{number}")
        written = self._room.screened(actor, motive)

        def decide(at: datetime) -> Sequence[Noted]:
            if any(one.voice == voice for one in found.applications.values()):
                raise AppliedAlready(number)
            return [Noted(f"round:{number}", Applied(number, voice, written))]

        await self._room.write(actor, decide)

    async def withdraw(self, actor: Actor, number: int) -> None:
        """Take an application back."""
        found = self._room.round(number)

        def decide(at: datetime) -> Sequence[Noted]:
            if actor.id not in found.applications or actor.id in found.members:
                raise RoundNotReady(number, "withdraw", "there is no open application")
            return [Noted(f"round:{number}", Withdrawn(number))]

        await self._room.write(actor, decide)

    async def choose(self, actor: Actor, number: int, accounts: Iterable[str]) -> None:
        """Take applicants into the round, at most as many as there are seats."""
        found, wanted = self._room.round(number), tuple(dict.fromkeys(accounts))

        def decide(at: datetime) -> Sequence[Noted]:
            strangers = [one for one in wanted if one not in found.applications]
            if strangers:
                raise ChoiceInvalid("account", strangers[0])
            if len(wanted) > found.seats:
                raise RoundNotReady(number, "choose", f"it has {found.seats} seats")
            return [Noted(f"round:{number}", Chosen(number, wanted))]

        await self._room.write(actor, decide)

    async def hold(self, actor: Actor, number: int, on: date, kind: str, title: str) -> int:
        """Note a session; return its number."""
        found = self._room.round(number)
        if kind not in KINDS:
            raise ChoiceInvalid("kind", kind)

        def decide(at: datetime) -> Sequence[Noted]:
            if not found.members:
                raise RoundNotReady(number, "session", "it has no members yet")
            session = len(found.sessions) + 1
            deed = SessionHeld(number, session, on, kind, title.strip()[:TITLE])
            return [Noted(f"round:{number}", deed)]

        entries = await self._room.write(actor, decide)
        session: int = entries[0].deed.session
        return session

    async def attend(
        self, actor: Actor, number: int, session: int, accounts: Iterable[str]
    ) -> None:
        """Note who came to a session."""
        found, present = self._room.round(number), tuple(dict.fromkeys(accounts))

        def decide(at: datetime) -> Sequence[Noted]:
            if session not in found.sessions:
                raise ChoiceInvalid("session", str(session))
            strangers = [one for one in present if one not in found.members]
            if strangers:
                raise ChoiceInvalid("account", strangers[0])
            return [Noted(f"round:{number}", Attended(number, session, present))]

        await self._room.write(actor, decide)

    async def form(self, actor: Actor, number: int, name: str, accounts: Iterable[str]) -> None:
        """Form a team of members who are in none."""
        found, wanted = self._room.round(number), tuple(dict.fromkeys(accounts))

        def decide(at: datetime) -> Sequence[Noted]:
            taken = [one for one in wanted if one not in found.members or found.team_of(one)]
            if taken or not wanted:
                raise ChoiceInvalid("account", taken[0] if taken else "")
            team = len(found.teams) + 1
            deed = TeamFormed(number, team, name.strip()[:TITLE] or f"{team}", wanted)
            return [Noted(f"round:{number}", deed)]

        await self._room.write(actor, decide)

    # -- the citizens' vote ---------------------------------------------------------------

    def on_ballot(self, found: Round) -> list[Problem]:
        """Return the problems of a round that a vote may choose from."""
        return [
            one
            for one in self._room.state.of_round(found.number)
            if one.gate is Gate.CHECKED and one.stopped is None and not one.source
        ]

    async def open_vote(self, actor: Actor, number: int, closes_at: datetime, places: int) -> None:
        """Let residents approve what should come first; `places` go on."""
        found = self._room.round(number)
        problems = tuple(one.number for one in self.on_ballot(found))
        if found.vote is not None or not problems:
            why = "it had its vote" if found.vote is not None else "no problem is checked yet"
            raise RoundNotReady(number, "vote", why)
        if closes_at <= self._room.ground.clock.now() or not 1 <= places <= len(problems):
            raise DiscoveryPeriodInvalid
        box = Box(
            id=f"discovery-{number}",
            title=Text(f"{found.title.ko} 우선순위 투표", f"{found.title.en}: priorities"),
            kind="approval",
            options=tuple(str(one) for one in problems),
            most=len(problems),
            closes_at=closes_at,
        )
        await self._room.ballots.open(actor, box)
        deed = VoteOpened(number, box.id, problems, len(problems), places, closes_at)
        await self._room.write(actor, lambda at: [Noted(f"round:{number}", deed)])

    async def vote(self, actor: Actor, number: int, problems: Iterable[int]) -> Receipt:
        """Cast a resident's approvals; the receipt finds the ballot in the published chain."""
        person = self._room.people.require(actor, Level.RESIDENT, least_age=VOTER_AGE)
        box = self._open_box(number)
        marks = {str(one): 1 for one in problems}
        check_marks(self._room.ballots.state(box).box, marks)  # before the only token is drawn
        token = await self._room.ballots.token(
            box, self._room.people.voice_in(person, f"discovery-vote:{number}")
        )
        return await self._room.ballots.cast(box, token, marks)

    async def close_vote(self, actor: Actor, number: int) -> None:
        """Close the box, count it, and pass the gate of those that the places go to."""
        box, found = self._open_box(number), self._room.round(number)
        await self._room.ballots.close(actor, box)
        cast: list[Mapping[str, int]] = list(self._room.ballots.ballots(box))
        opened = self._vote_of(found).opened
        counted = Counter(int(option) for one in cast for option in one if one[option])
        approvals = tuple((one, counted[one]) for one in opened.problems)
        winners = chosen(dict(approvals), opened.places)

        def decide(at: datetime) -> Sequence[Noted]:
            if self._vote_of(found).is_closed:
                return []
            deed = VoteClosed(number, len(cast), approvals, winners)
            passed = [note for one in winners for note in self._prioritised(one, at)]
            return [Noted(f"round:{number}", deed), *passed]

        await self._room.write(actor, decide)

    def _prioritised(self, number: int, at: datetime) -> list[Noted]:
        problem, today = self._room.problem(number), self._room.today
        if problem.stopped is not None:
            return []
        deed = Passed(number, Gate.PRIORITISED, 0, "", "", today)
        return [
            Noted(problem.subject, deed),
            *after_gate(problem, Gate.PRIORITISED, today),
        ]

    def _open_box(self, number: int) -> str:
        vote = self._vote_of(self._room.round(number))
        if vote.is_closed:
            raise RoundNotReady(number, "vote", "its vote is closed")
        return vote.opened.box

    def _vote_of(self, found: Round) -> Vote:
        if found.vote is None:
            raise RoundNotReady(found.number, "vote", "no vote is open")
        return found.vote

    # -- certificates ---------------------------------------------------------------------

    async def certify(self, actor: Actor, number: int) -> int:
        """Certify all members who came often enough and have no certificate; return how many."""
        found = self._room.round(number)

        def decide(at: datetime) -> Sequence[Noted]:
            return [
                Noted(f"round:{number}", self._certificate(found, account))
                for account in found.members
                if found.has_completed(account) and account not in found.completions
            ]

        return len(await self._room.write(actor, decide))

    async def bind_name(self, actor: Actor, code: str, name: str) -> Completion:
        """Bind the name that the holder's paper bears: its keyed hash alone is kept."""
        one = self._room.completion(code)
        if one.account != actor.id:
            raise CompletionOfAnother
        digest = self.name_digest(code, name)

        def decide(at: datetime) -> Sequence[Noted]:
            if one.name_digest and one.name_digest != digest:
                raise CompletionNameTaken(code)
            return [] if one.name_digest else [Noted(f"completion:{code}", NameBound(code, digest))]

        await self._room.write(actor, decide)
        return self._room.completion(code)

    def name_digest(self, code: str, name: str) -> str:
        """Return the keyed hash of a name on one paper; the same name differs on another."""
        plain = "".join(name.split()).casefold()
        if not plain:
            raise ChoiceInvalid("name", "")
        return self._name(f"{code}|{plain}")

    def _certificate(self, found: Round, account: str) -> Certified:
        code = self._code(f"{found.number}|{account}")[:CODE_SIGNS]
        return Certified(found.number, account, code, found.attended(account), len(found.sessions))
