"""A whole round with made-up people, by the same steps that real ones take."""

import asyncio
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dalgu.access.actor import Actor
from dalgu.kernel.clock import local
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.budgets.budgets import Budgets, Call, Check
from dalgu.services.citizens.budgets.deeds import IdeaGiven
from dalgu.services.citizens.budgets.state import Rule

FILE = Path(__file__).with_name("demonstration.toml")
SEED = 2026
AT_ONCE = 40  # ballots under way at the same time
OWN, SHARED, OTHER = 0.75, 0.45, 0.06  # liking: one's district and theme, either, neither
RUNS = timedelta(days=14)


class Script(msgspec.Struct, frozen=True):
    """A project of the demonstration."""

    title: str
    text: str
    cost: int
    district: str
    theme: str
    department: str
    refused: str = ""


class RoundScript(msgspec.Struct, frozen=True):
    """The round of the demonstration."""

    ko: str
    en: str
    about: str
    amount: int
    step: int
    most: int
    voters: int


class Told(msgspec.Struct, frozen=True):
    """All that the demonstration is made of."""

    round: RoundScript
    projects: list[Script]


def script() -> Told:
    """Return the demonstration as it is written."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), Told)


async def begin(ground: Ground, room: Budgets, ballots: Ballots, actor: Actor) -> int:
    """Call the round, give its ideas, check them, open the vote and cast all but the last ballots.

    The vote stays open for two weeks: people can vote beside those made up. Returns its number.
    """
    told = script()
    now = ground.clock.now()
    one = told.round
    call = Call(
        one.ko, one.en, one.about, one.amount, local(now).date(), Rule.EQUAL, one.step, one.most
    )
    number = await room.call(actor, call)
    for project, idea in enumerate(told.projects, 1):
        deed = IdeaGiven(number, project, idea.title, idea.text, idea.cost, idea.district)
        await room.enter(actor, deed)
        check = Check(not idea.refused, idea.cost, idea.department, idea.refused)
        await room.check(actor, number, project, check)
    await room.open_vote(actor, number, now + RUNS)
    await _vote(ballots, room.get(number).box, likings(told))
    return number


def likings(told: Told) -> list[dict[str, int]]:
    """Return the ballots of made-up voters: each has a district and a theme at heart."""
    rng = np.random.default_rng(SEED)
    feasible = [(n, one) for n, one in enumerate(told.projects, 1) if not one.refused]
    districts = [one.district for _, one in feasible]
    themes = [one.theme for _, one in feasible]
    ballots: list[dict[str, int]] = []
    while len(ballots) < told.round.voters:
        district, theme = rng.choice(districts), rng.choice(themes)
        near = [(one.district == district) + (one.theme == theme) for _, one in feasible]
        liked = rng.random(len(feasible)) < np.array([OTHER, SHARED, OWN])[near]
        chosen = [f"p{n}" for (n, _), yes in zip(feasible, liked, strict=True) if yes]
        if chosen:
            ballots.append(dict.fromkeys(chosen[: told.round.most], 1))
    return ballots


async def _vote(ballots: Ballots, box: str, marks: list[dict[str, int]]) -> None:
    async def one(number: int, mark: dict[str, int]) -> Any:
        token = await ballots.token(box, f"demonstration:{number}")
        return await ballots.cast(box, token, mark)

    for start in range(0, len(marks), AT_ONCE):
        some = enumerate(marks[start : start + AT_ONCE], start)
        await asyncio.gather(*(one(number, mark) for number, mark in some))
