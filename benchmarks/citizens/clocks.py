"""Terms beside the days that were worked out by hand: `python -m benchmarks.citizens.clocks`."""

import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dalgu.kernel.deadlines import Pause
from dalgu.kernel.terms import Term, TermRule, Unit
from dalgu.kernel.text import Text

CASES = Path(__file__).parent / "clock_cases.toml"
UNITS = {"wd": Unit.WORKING_DAYS, "d": Unit.DAYS, "m": Unit.MONTHS}
NAMELESS = Text("", "")


@dataclass(frozen=True)
class Case:
    name: str
    term: Term
    due: date | None  # by hand
    count: str


def cases() -> list[Case]:
    return [case_of(told) for told in tomllib.loads(CASES.read_text("utf-8"))["case"]]


def case_of(told) -> Case:
    rule = TermRule(
        "case", NAMELESS, NAMELESS, told["length"], UNITS[told["unit"]],
        extension=told["length"], counts_first_day=told.get("first", False),
    )  # fmt: skip
    pauses = tuple(Pause(*days) for days in told.get("pauses", ()))
    extensions = ("work",) * told.get("extended", 0)
    return Case(
        told["name"], Term(rule, told["on"], pauses, extensions), told.get("due"), told["count"]
    )


def main() -> int:
    every = cases()
    wrong = [one for one in every if one.term.due != one.due]
    for one in wrong:
        print(f"{one.name}: {one.term.due}, by hand {one.due} ({one.count})")
    print(f"terms as dated by hand: {len(every) - len(wrong)} of {len(every)}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
