"""The exercises that the center offers, and what each is to show."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from dalgu.kernel.text import Text

FILE = Path(__file__).with_name("scenarios.toml")


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a drill looks at: a deed within its time, or few incidents."""

    key: str
    ko: str
    en: str
    room: str = "incidents"  # of the center's book, where the deed is written
    deeds: tuple[str, ...] = ()  # tags that count; none: any deed of that room
    of: Literal["main", "all"] = "main"
    within_s: float | None = None  # city seconds from the raising of the incident
    most_incidents: int | None = None

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise."""

    name: str
    ko: str
    en: str
    what_ko: str
    what_en: str
    objectives: tuple[Objective, ...]

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def what(self) -> Text:
        """What happens in it."""
        return Text(self.what_ko, self.what_en)

    def chosen(self, keys: tuple[str, ...]) -> tuple[Objective, ...]:
        """Return the objectives of some keys, in the order of the scenario."""
        return tuple(one for one in self.objectives if one.key in keys)


@cache
def load() -> dict[str, Scenario]:
    """Return all exercises by name."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    return {name: msgspec.convert({"name": name, **one}, Scenario) for name, one in told.items()}
