"""Cases that no hub can pass and follow the standard too, each with the clause that says so."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dalgu.app.conformance.suite import State


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why some cases of one state, or of both, cannot be followed."""

    cases: tuple[str, ...]
    states: tuple[State, ...]
    expects: str
    says: str
    clause: str  # of CIM 009 V1.9.1, or "none" where the case itself cannot be played


@cache
def doubts() -> tuple[Doubt, ...]:
    """Return all documented cases."""
    text = files("dalgu.app.conformance").joinpath("documented.toml").read_text("utf-8")
    return tuple(
        Doubt(
            tuple(one["cases"]),
            tuple(map(State, one["states"])),
            one["expects"],
            one["says"],
            one["clause"],
        )
        for one in tomllib.loads(text)["doubt"]
    )


def documented(state: State) -> frozenset[str]:
    """Return the names of the documented cases of one state."""
    return frozenset(case for one in doubts() if state in one.states for case in one.cases)


def doubts_table(state: State, among: Iterable[Doubt] | None = None) -> str:
    """Return the documented cases of one state as a Markdown table.

    >>> one = Doubt(("1_01 Create",), (State.OFFICIAL,), "503", "504", "6.3.2")
    >>> print(doubts_table(State.OFFICIAL, [one]))
    | case | expects | CIM 009 says | clause |
    |---|---|---|---|
    | 1_01 | 503 | 504 | 6.3.2 |
    """
    lines = ["| case | expects | CIM 009 says | clause |", "|---|---|---|---|"]
    lines += [
        f"| {', '.join(map(_number, one.cases))} | {one.expects} | {one.says} | {one.clause} |"
        for one in (doubts() if among is None else among)
        if state in one.states
    ]
    return "\n".join(lines)


def _number(case: str) -> str:
    """Return a case's number, without its title."""
    found = re.match(r"[^ ]*\d[^ ]*", case)
    return found.group() if found else case
