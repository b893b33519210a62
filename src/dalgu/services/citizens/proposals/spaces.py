"""Spaces: each with its own kind, thresholds, windows, levels of identity and terms."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from dalgu.kernel.terms import TermRule, Unit
from dalgu.kernel.text import Text
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.proposals.words import Act, Carry, Kind, Topic

SHIPPED = Path(__file__).parent / "spaces.toml"
LevelName = Literal["email", "resident"]


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """So many supports oblige the city to act within a term."""

    at: int
    act: Act
    length: int
    unit: Unit
    ko: str
    en: str
    basis_ko: str
    basis_en: str
    extension: int = 0
    most_extensions: int = 0

    @property
    def title(self) -> Text:
        """What is due."""
        return Text(self.ko, self.en)


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """One space and its policy."""

    id: str
    kind: Kind
    ko: str
    en: str
    about_ko: str = ""
    about_en: str = ""
    window_days: int = 30
    write_level: LevelName = "email"
    support_level: LevelName = "email"
    least_age: int = 0
    tiers: tuple[Tier, ...] = ()  # by their thresholds
    supplement_days: int = 7  # National Proposal Regulation, art. 6
    carry: Carry = Carry.NOTICE
    carry_days: int = 14
    appeal_days: int = 30

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def about(self) -> Text:
        """Its rule in a sentence."""
        return Text(self.about_ko, self.about_en)

    @property
    def window(self) -> timedelta:
        """How long one matures."""
        return timedelta(days=self.window_days)

    @property
    def threshold(self) -> int:
        """Supports of the first tier; 0 where there is none."""
        return self.tiers[0].at if self.tiers else 0

    def level(self, name: Literal["write", "support"]) -> Level:
        """Return which step of the ladder a deed takes."""
        return Level[getattr(self, f"{name}_level").upper()]

    def rule_id(self, act: Act) -> str:
        """Return the id of the rule of what is due."""
        return f"{self.id}.{act}"


class _Names(msgspec.Struct, frozen=True):
    ko: str
    en: str


class _Chain(msgspec.Struct, frozen=True):
    ko: tuple[str, ...]
    en: tuple[str, ...]


class Shipped(msgspec.Struct, frozen=True):
    """What a new city begins with."""

    departments: dict[str, _Names]
    routing: dict[Topic, str]
    chain: _Chain
    spaces: tuple[Space, ...]


@cache
def shipped(file: Path = SHIPPED) -> Shipped:
    """Return the spaces, departments and chain of the package."""
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), Shipped)


def departments() -> dict[str, Text]:
    """Return the departments that answer, by id."""
    return {id: Text(one.ko, one.en) for id, one in shipped().departments.items()}


def chain() -> tuple[Text, ...]:
    """Return whom a breach reaches, step by step."""
    told = shipped().chain
    return tuple(Text(ko, en) for ko, en in zip(told.ko, told.en, strict=True))


# What is due besides the tiers: the debate that a committee granted (Daegu ordinance on requests
# for policy debates), the answer to an appeal, the result of a question.
FURTHER: dict[Act, tuple[Kind, Text, Text]] = {
    Act.DEBATE: (
        Kind.PETITION,
        Text("정책토론회 개최", "The debate"),
        Text(
            "대구광역시 정책토론청구에 관한 조례: 결정한 날부터 한 달",
            "Daegu ordinance on requests for policy debates: a month from the decision",
        ),
    ),
    Act.APPEAL: (
        Kind.TALK,
        Text("이의 제기 답변", "Answer to the appeal"),
        Text("이 공간의 운영 기준: 한 달", "Rules of this space: a month"),
    ),
    Act.RESULT: (
        Kind.ASK,
        Text("의견 반영 결과 공개", "What was made of the comments"),
        Text(
            "이 공간의 운영 기준: 의견을 닫은 뒤 한 달", "Rules of this space: a month from closing"
        ),
    ),
}


def rules(space: Space) -> dict[str, TermRule]:
    """Return the rules of all that a space may owe, by id."""
    up = chain()
    of_tiers = {
        space.rule_id(tier.act): TermRule(
            space.rule_id(tier.act),
            tier.title,
            Text(tier.basis_ko, tier.basis_en),
            tier.length,
            tier.unit,
            extension=tier.extension,
            most_extensions=tier.most_extensions,
            chain=up,
        )
        for tier in space.tiers
    }
    further = {
        space.rule_id(act): TermRule(space.rule_id(act), title, basis, 1, Unit.MONTHS, chain=up)
        for act, (kind, title, basis) in FURTHER.items()
        if kind is space.kind
    }
    return of_tiers | further
