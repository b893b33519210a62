"""A whole roundtable with made-up people, by the same steps that real ones take."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from datetime import datetime, timedelta

import numpy as np

from dalgu.access.actor import Actor
from dalgu.kernel.clock import local
from dalgu.services.citizens.roundtables import synthetic
from dalgu.services.citizens.roundtables.hall import OpinionDraft
from dalgu.services.citizens.roundtables.plan import (
    AGES,
    SEXES,
    AgendaStep,
    Attribute,
    Choice,
    Criterion,
    Plan,
    Question,
    QuotaSet,
    StepKind,
)
from dalgu.services.citizens.roundtables.roundtables import Roundtables
from dalgu.services.citizens.roundtables.scoring import cell
from dalgu.services.citizens.roundtables.state import APPOINTED, Roundtable
from dalgu.services.citizens.roundtables.synthetic import Script
from dalgu.services.citizens.roundtables.voting import box_id, sheet_id

SEED = 2019
AT_ONCE = 50  # ballots under way at the same time
OPINIONS_A_TABLE = 4  # in each round
ALIKE_SHARE = 0.20  # by which a group of the panel may be larger or smaller than in the pool


async def demonstrate(room: Roundtables, actor: Actor, *, to_the_end: bool = True) -> int:
    """Play a roundtable; return its number.

    Without `to_the_end` it stops when the hall is open and the first discussion runs.
    """
    play = Play(room, actor)
    number = await play.plan()
    await play.select()
    await play.meet()
    if to_the_end:
        await play.decide()
        await play.follow()
    return number


class Play:
    """One run of the demonstration."""

    def __init__(self, room: Roundtables, actor: Actor) -> None:
        self._room, self._actor = room, actor
        self._told: Script = synthetic.script()
        self._rng = np.random.default_rng(SEED)
        self._number = 0
        self._before: dict[str, int] = {}

    @property
    def _one(self) -> Roundtable:
        return self._room.ledger.get(self._number)

    async def plan(self) -> int:
        """Set the topic and let people apply."""
        room, who = self._room, self._actor
        now = room.ledger.ground.clock.now()
        self._number = await room.planning.plan(who, plan_of_script(self._told, now))
        until = local(now).date() + timedelta(days=14)
        await room.planning.open_call(who, self._number, until)
        people = synthetic.applicants(self._told, self._rng)
        await room.applying.enrol(who, self._number, people, "demonstration")
        guests = [
            {"group": group} for group, many in self._told.appointed.items() for _ in range(many)
        ]
        await room.applying.enrol(who, self._number, guests, APPOINTED)
        await room.planning.close_call(who, self._number)
        return self._number

    async def select(self) -> None:
        """Draw the panel, let alternates take over, set the tables."""
        selection, who, number = self._room.selection, self._actor, self._number
        quotas = tuple(_quotas(self._told, self._one))
        await selection.set_quotas(who, number, quotas, self._one.plan.size)
        await selection.commit(who, number)
        panel = await selection.draw(who, number, self._told.witness)
        for gone in self._rng.choice(panel, self._told.absent, replace=False):
            await selection.replace(who, number, str(gone))
        await selection.seat(who, number)

    async def meet(self) -> None:
        """Ask the panel, open the hall, vote once, and let tables begin to speak."""
        room, who, number = self._room, self._actor, self._number
        await room.survey.open(who, number)
        options = self._one.plan.survey[0].option_ids
        for seat in self._one.members[::3]:
            option = options[int(self._rng.integers(len(options)))]
            await room.survey.answer(who, number, seat, {"s1": option})
        await room.hall.begin(who, number)
        await self._step(StepKind.BALLOT_BEFORE)
        for seat in self._one.members:
            self._before[seat] = synthetic.first_choice(self._told, self._home(seat), self._rng)
        await _in_groups(self._vote("before", seat, n) for seat, n in self._before.items())
        await self._step(StepKind.DISCUSSION)
        await self._speak(1)

    async def decide(self) -> None:
        """Sort opinions into themes, discuss again, vote again, mark the candidates."""
        room, who, number = self._room, self._actor, self._number
        await self._step(StepKind.THEMES)
        await room.themes.suggest(number)
        await self._name_themes()
        await self._step(StepKind.DISCUSSION, 1)
        await self._speak(2)
        await room.themes.suggest(number)
        given = {
            seat: synthetic.marks(self._told, self._home(seat), self._rng)
            for seat in self._one.members
        }
        await self._step(StepKind.BALLOT_AFTER)
        after = {
            seat: synthetic.second_choice(self._told, given[seat], self._before[seat], self._rng)
            for seat in self._one.members
        }
        await _in_groups(self._vote("after", seat, n) for seat, n in after.items())
        await self._step(StepKind.SCORING)
        await _in_groups(self._mark(seat, marks) for seat, marks in given.items())
        await room.voting.penalise(who, number, "p1", 5, "정한 기간 밖의 현수막 홍보(시연)")
        await self._step(StepKind.CLOSING)

    async def follow(self) -> None:
        """Hand the conclusions over, and begin what is to follow."""
        following, who, number = self._room.following, self._actor, self._number
        await following.report(who, number, [one.text for one in self._told.conclusions])
        for item in self._told.items:
            await following.follow(
                who, number, title=item.title, text=item.text, department=item.department
            )

    async def _step(self, kind: StepKind, which: int = 0) -> None:
        found = [at for at, one in enumerate(self._one.plan.agenda) if one.kind is kind]
        await self._room.hall.take_step(self._actor, self._number, found[which])
        await self._room.voting.follow_agenda(self._actor, self._number)

    async def _speak(self, round_: int) -> None:
        now = self._room.ledger.ground.clock.now()
        tables = self._one.table_count
        spoken = synthetic.spoken(self._told, tables, OPINIONS_A_TABLE, self._rng)
        for table in range(1, tables + 1):
            drafts = [
                OpinionDraft(f"demo-{round_}-{table}-{at}", text, now, round_)
                for at, (where, text) in enumerate(spoken)
                if where == table
            ]
            await self._room.hall.say(self._actor, self._number, table, drafts)

    async def _name_themes(self) -> None:
        """Put the theme team's headings over opinions; what is alike was suggested before."""
        words = {text: group.title for group in self._told.themes for text in group.opinions}
        for group in self._told.themes:
            keys = [o.key for o in self._one.opinions.values() if words.get(o.text) == group.title]
            if keys:
                await self._room.themes.make(self._actor, self._number, group.title, keys)

    async def _vote(self, when: str, seat: str, option: int) -> None:
        box = box_id(self._number, "q1", when)
        await self._room.voting.cast(self._number, seat, box, {f"o{option + 1}": 1})

    async def _mark(self, seat: str, marks: dict[tuple[int, int], int]) -> None:
        named = {cell(f"p{site + 1}", f"c{at + 1}"): mark for (site, at), mark in marks.items()}
        await self._room.voting.cast(self._number, seat, sheet_id(self._number), named)

    def _home(self, seat: str) -> str:
        return self._one.applicants[seat].attributes.get(Attribute.DISTRICT, "")


def plan_of_script(told: Script, now: datetime) -> Plan:
    """Return the plan that the demonstration is of."""
    topic = told.plan
    sites = tuple(site.title for site in told.candidates)
    return Plan(
        title=topic.title,
        title_en=topic.title_en,
        about=topic.about.strip(),
        steering=topic.steering,
        department=topic.department,
        place=topic.place,
        starts_at=now + timedelta(days=21),
        size=told.seats_each * len(told.districts),
        table_size=topic.table_size,
        survey=(Question("s1", topic.survey, topic.survey_options),),
        questions=(Question("q1", topic.question, (*sites, topic.unsure)),),
        candidates=tuple(Choice(f"p{at}", site) for at, site in enumerate(sites, start=1)),
        criteria=tuple(
            Criterion(f"c{at}", one.title, one.weight)
            for at, one in enumerate(told.criteria, start=1)
        ),
        trim_pct=topic.trim_pct,
        agenda=tuple(AgendaStep(one.kind, one.title, one.minutes) for one in told.agenda),
        origin="synthetic",
    )


def _quotas(told: Script, one: Roundtable) -> Iterator[QuotaSet]:
    """Yield quotas: the same seats for each district, sexes and ages as in the pool."""
    for district in told.districts:
        yield QuotaSet(Attribute.DISTRICT, district, told.seats_each, told.seats_each)
    pool = [applicant.id for applicant in one.pool]
    for attribute, values in ((Attribute.SEX, SEXES), (Attribute.AGE, AGES)):
        counted = one.tally(attribute, pool)
        for value in values:
            seats = counted.get(value, 0) / len(pool) * one.plan.size
            slack = seats * ALIKE_SHARE
            yield QuotaSet(attribute, value, int(seats - slack), int(seats + slack) + 1)


async def _in_groups(works: Iterable[Awaitable[None]]) -> None:
    waiting = list(works)
    for at in range(0, len(waiting), AT_ONCE):
        await asyncio.gather(*waiting[at : at + AT_ONCE])
