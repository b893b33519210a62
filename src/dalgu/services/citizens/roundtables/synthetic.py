"""Made-up people, opinions and marks for a demonstration; the same seed gives the same ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from dalgu.services.citizens.roundtables.plan import AGES, JOBS, SEXES, Attribute, StepKind

FILE = Path(__file__).with_name("demonstration.toml")
AGE_SHARES = (0.15, 0.14, 0.18, 0.21, 0.19, 0.13)
FEMALE = 0.47  # of applicants: fewer than of residents, as calls have it
NOISE = 1.4  # standard deviation of a person's mark around what a site is worth
HOME = 1.8  # by which people mark the site in their own district higher
LEARNT = 0.55  # share of people who decide anew after the discussion


class Site(msgspec.Struct, frozen=True):
    """A candidate of the demonstration, with what it is worth by each criterion."""

    title: str
    district: str
    liked: float
    quality: tuple[float, ...]


class Weight(msgspec.Struct, frozen=True):
    """A criterion of the demonstration."""

    title: str
    weight: int


class Step(msgspec.Struct, frozen=True):
    """A step of its agenda."""

    kind: StepKind
    title: str
    minutes: int


class Group(msgspec.Struct, frozen=True):
    """A theme with opinions that tables may send."""

    title: str
    opinions: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """A conclusion."""

    text: str


class ToDo(msgspec.Struct, frozen=True):
    """Something that follows."""

    title: str
    text: str
    department: str


class Topic(msgspec.Struct, frozen=True):
    """The plan's words."""

    title: str
    title_en: str
    about: str
    steering: str
    department: str
    place: str
    table_size: int
    trim_pct: int
    question: str
    unsure: str
    survey: str
    survey_options: tuple[str, ...]


class Script(msgspec.Struct, frozen=True):
    """All that the demonstration is made of."""

    districts: tuple[str, ...]
    seats_each: int
    applicants: int
    appointed: dict[str, int]
    absent: int
    witness: str
    plan: Topic
    candidates: tuple[Site, ...]
    criteria: tuple[Weight, ...]
    agenda: tuple[Step, ...]
    themes: tuple[Group, ...]
    conclusions: tuple[Line, ...]
    items: tuple[ToDo, ...]


def script() -> Script:
    """Return the demonstration as it is written."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Script)


def applicants(told: Script, rng: np.random.Generator) -> list[dict[str, str]]:
    """Return made-up applicants by their attributes, fewer where calls draw fewer."""
    many = told.applicants
    shares = rng.dirichlet(np.full(len(told.districts), 40.0))
    drawn = {
        Attribute.SEX: rng.choice(SEXES, many, p=[FEMALE, 1 - FEMALE]),
        Attribute.AGE: rng.choice(AGES, many, p=AGE_SHARES),
        Attribute.DISTRICT: rng.choice(told.districts, many, p=shares),
        Attribute.JOB: rng.choice(JOBS, many),
    }
    return [
        {str(attribute): str(values[at]) for attribute, values in drawn.items()}
        for at in range(many)
    ]


def first_choice(told: Script, home: str, rng: np.random.Generator) -> int:
    """Return what somebody votes for before the discussion; the last is: not sure."""
    liked = np.array([site.liked * (3 if site.district == home else 1) for site in told.candidates])
    chances = np.append(liked, 0.35)
    return int(rng.choice(len(chances), p=chances / chances.sum()))


def marks(told: Script, home: str, rng: np.random.Generator) -> dict[tuple[int, int], int]:
    """Return somebody's marks by site and criterion, 1 to 10."""
    found = {}
    for place, site in enumerate(told.candidates):
        bias = HOME if site.district == home else 0.0
        for criterion, worth in enumerate(site.quality):
            mark = round(rng.normal(worth + bias, NOISE))
            found[place, criterion] = min(10, max(1, mark))
    return found


def second_choice(
    told: Script, given: Mapping[tuple[int, int], int], before: int, rng: np.random.Generator
) -> int:
    """Return what somebody votes for after it: mostly the site that they mark highest."""
    if rng.random() > LEARNT and before < len(told.candidates):
        return before
    weights = [one.weight for one in told.criteria]
    worth = [
        sum(given[site, at] * weight for at, weight in enumerate(weights))
        for site in range(len(told.candidates))
    ]
    return int(np.argmax(worth))


def spoken(told: Script, tables: int, each: int, rng: np.random.Generator) -> list[tuple[int, str]]:
    """Return what tables send, by the number of the table: no two tables in the same words."""
    texts: Sequence[str] = [text for group in told.themes for text in group.opinions]
    found = []
    for place in range(tables * each):
        text = texts[int(rng.integers(len(texts)))] if place >= len(texts) else texts[place]
        found.append((place % tables + 1, text))
    return found
