"""Equal shares and greedy beside official results: `python -m benchmarks.citizens.budget FOLDER`.

FOLDER holds Pabulib files: those of GitHub COMSOC-Community/pabutools, `analysis/` (Wieliczka 2023)
and `tests/pabulib/All/`; they are fetched and never kept here. Without it
`$DALGU_TEST_DATA/pabulib` is read.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path

from dalgu.services.citizens.shares import equal, pabulib
from dalgu.services.citizens.shares.election import Election, share_left_out
from dalgu.services.citizens.shares.greedy import greedy
from dalgu.services.citizens.shares.refusals import PabulibInvalid

WIELICZKA, PRAGA = "poland_wieliczka_2023.pb", "poland_warszawa_2020_praga-poludnie.pb"
KATOWICE = "poland_katowice_2021_.pb"
AIMS_S = {WIELICZKA: 0.5, PRAGA: 3.0}
FIELD = 589, 687  # plain greedy, elections that state their winners


def one(path: Path) -> None:
    file = pabulib.read(path.read_text("utf-8"))
    election = file.election()
    start = time.perf_counter()
    outcome = equal.equal_shares(election)
    took_s = time.perf_counter() - start
    start = time.perf_counter()
    proven = equal.proof(election, outcome).winners == outcome.winners
    exact_s = time.perf_counter() - start
    usual = greedy(election)
    print(f"{path.stem}: {len(election.ballots)} voters, {len(election.projects)} projects")
    print(
        f"  equal shares: {len(outcome.winners)} winners for {outcome.cost:,} of "
        f"{election.budget:,}, round {outcome.raised}, {outcome.rounds} rounds in {took_s:.2f} s"
        + (f" (aim {AIMS_S[path.name]} s)" if path.name in AIMS_S else "")
    )
    print(
        f"  rounds where floats could not tell: {outcome.unsure}; the proof in fractions gives the "
        f"same winners: {proven}, {exact_s:.2f} s"
    )
    if file.winners is not None:
        ours = file.winners & set(outcome.winners)
        print(f"  official winners: {len(file.winners)}, of which equal shares funds {len(ours)}")
    print(
        f"  voters with nothing funded: greedy {share_left_out(election, usual):.1%}, equal shares "
        f"{share_left_out(election, outcome.winners):.1%}\n"
    )


def tallied(file: pabulib.Pabulib) -> Election:
    """The election with its ballots counted as the city counted them."""
    return file.election()


def every(paths: list[Path]) -> None:
    start = time.perf_counter()
    read, invalid, stated, equal_ones = 0, Counter(), 0, 0
    others = Counter()
    for path in paths:
        try:
            file = pabulib.read(path.read_text("utf-8"))
            election = file.election()
        except PabulibInvalid as refused:
            invalid[refused.parts["reason"][:60]] += 1
            continue
        read += 1
        if file.winners is None:
            continue
        stated += 1
        if frozenset(greedy(election)) == file.winners:
            equal_ones += 1
        else:
            others[file.value("unit"), file.value("vote_type")] += 1
    took_s = time.perf_counter() - start
    print(f"{read} of {len(paths)} files read as elections, {took_s:.1f} s; refused: {dict(invalid)}")
    print(
        f"greedy gives the official winners in {equal_ones} of {stated} elections that state them "
        f"(field note: {FIELD[0]} of {FIELD[1]})"
    )
    for (unit, kind), count in others.most_common(15):
        print(f"  other: {count} of {unit} ({kind})")


def main() -> None:
    given = os.environ.get("DALGU_TEST_DATA", "")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(given) / "pabulib"
    paths = sorted(folder.glob("*.pb"))
    if not paths:
        print(f"no Pabulib file in {folder}")
        return
    for name in (WIELICZKA, PRAGA, KATOWICE):
        if (folder / name).exists():
            one(folder / name)
    every(paths)


if __name__ == "__main__":
    main()
