"""Duplicate hints on public requests: how often the likeliest suggestion is the same matter.

    python -m benchmarks.citizens.requests_duplicates NYC_20190522.csv

The file is `Collections/NYC_20190522.csv` of MileSquareDevelopers/City-311-Requests-To-CSV, GitHub
(New York, 8,739 rows; its licence is unclear, so it is not part of this repository). Requests come
in the order of their dates; each asks for hints among those before it, by the rules of the page:
same type, 50 m, 30 days, words. The aim is a precision of 0.9 of the likeliest suggestion.
"""

import csv
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dalgu.korean.likeness import Likeness
from dalgu.services.citizens.requests.similar import SAME, Candidate, Hint, hints

LABELS = Path(__file__).with_name("request_labels.toml")
AIM = 0.9
NO_WORDS = "This request was submitted to NYC 311 without"


@dataclass(frozen=True)
class Suggested:
    new: Candidate
    hint: Hint
    is_verbatim: bool


def candidates(file: Path) -> list[Candidate]:
    rows = {}
    with file.open(encoding="utf-8") as told:
        for row in csv.DictReader(told):
            rows.setdefault(row["ID"], row)
    found = []
    for row in sorted(rows.values(), key=lambda row: int(row["Date Created"])):
        words = row["Description"].strip()
        at = datetime.fromtimestamp(int(row["Date Created"]), UTC)
        place = float(row["Longitude"]), float(row["Latitude"])
        text = "" if words.startswith(NO_WORDS) else words
        found.append(Candidate(int(row["ID"]), row["Title"], place, at, text))
    return found


def suggestions(some: list[Candidate]) -> list[Suggested]:
    before, compare, found = defaultdict(list), Likeness(), []
    texts = {one.number: one.text for one in some}
    for one in some:
        near = hints(one, before[one.code], compare)
        before[one.code].append(one)
        if near:
            found.append(Suggested(one, near[0], texts[near[0].number] == one.text))
    return found


def precision(some: list[Suggested], wrong: dict[str, int]) -> str:
    missed = sum(wrong.get(str(one.new.number)) == one.hint.number for one in some)
    return f"{(len(some) - missed) / len(some):.3f} ({len(some) - missed} of {len(some)})"


def main() -> int:
    some = candidates(Path(sys.argv[1]))
    found = suggestions(some)
    likely = [one for one in found if one.new.text and one.hint.is_likely]
    reworded = [one for one in likely if not one.is_verbatim]
    labels = tomllib.loads(LABELS.read_text("utf-8"))
    strict = labels["different"] | labels["unclear"]
    print(f"{len(some)} requests; {len(found)} have one of the type within 50 m and 30 days before")
    print(f"with words and called likely (score from {SAME}): {len(likely)}")
    print(f"precision of the likeliest, all read by hand: {precision(likely, labels['different'])}")
    print(f"  unclear ones counted as wrong: {precision(likely, strict)}; aim {AIM}")
    print(f"  of those not sent again word by word: {precision(reworded, labels['different'])}, "
          f"strictly {precision(reworded, strict)}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
