"""A finding of a check: what it is about, why, and the mend, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from dalgu.kernel.text import Text
from dalgu.kernel.toml import read_toml


class Grave(StrEnum):
    """How grave a finding is: an error forbids to put the network in force."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Sentence(msgspec.Struct, frozen=True):
    """A kind of finding in `findings.toml`."""

    grave: Grave
    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found; `rule` is a key of `findings.toml`."""

    rule: str
    thing: Text
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def grave(self) -> Grave:
        """Return how grave it is."""
        return sentences()[self.rule].grave

    @property
    def text(self) -> Text:
        """Return the sentence: the thing, the reason, the mend."""
        said = sentences()[self.rule]
        parts = dict(self.parts)
        return Text(
            said.ko.format(thing=self.thing.ko, **parts | _korean(parts)),
            _capital(said.en.format(thing=self.thing.en, **parts)),
        )


# What things are called, in both languages.
KINDS: Mapping[str, Text] = {
    "node": Text("지점", "node"),
    "link": Text("구간", "link"),
    "lane": Text("차로", "lane"),
    "movement": Text("이동류", "movement"),
    "signal": Text("신호", "signal"),
    "crossing": Text("횡단보도", "crossing"),
    "detector": Text("검지기", "detector"),
    "corridor": Text("축", "corridor"),
    "inflow": Text("유입", "inflow"),
}
TURNS: Mapping[str, str] = {
    "left": "좌회전",
    "through": "직진",
    "right": "우회전",
    "u-turn": "유턴",
}


def thing(kind: str, name: str) -> Text:
    """Return how a part of a network is called in a sentence.

    >>> thing("lane", "a_0").en
    "lane 'a_0'"
    """
    return Text(f"{KINDS[kind].ko} '{name}'", f"{KINDS[kind].en} '{name}'")


@cache
def sentences() -> dict[str, Sentence]:
    """Return the kinds of findings by their rule."""
    text = files("dalgu.services.traffic.network").joinpath("findings.toml").read_text("utf-8")
    return msgspec.convert(read_toml(text), dict[str, Sentence])


def _korean(parts: Mapping[str, str]) -> dict[str, str]:
    said = {}
    if parts.get("kind") in KINDS:
        said["kind"] = KINDS[parts["kind"]].ko
    if parts.get("turn") in TURNS:
        said["turn"] = TURNS[parts["turn"]]
    return said


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
