"""Equal shares and greedy beside official results: `python -m benchmarks.citizens.budget FOLDER`.

FOLDER holds Pabulib files: those of GitHub COMSOC-Community/pabutools, `analysis/` (Wieliczka 2023)
and `tests/pabulib/All/`; they are fetched and never kept here. Without it
`$DALGU_TEST_DATA/pabulib` is read.
"""

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dalgu.services.citizens.shares import equal, pabulib
from dalgu.services.citizens.shares.election import Election, Project, share_left_out
from dalgu.services.citizens.shares.greedy import greedy
from dalgu.services.citizens.shares.refusals import PabulibInvalid

WIELICZKA, PRAGA = "poland_wieliczka_2023.pb", "poland_warszawa_2020_praga-poludnie.pb"
KATOWICE = "poland_katowice_2021_.pb"
AIMS_S = {WIELICZKA: 0.5, PRAGA: 3.0}
FIELD = 589, 687  # plain greedy, elections that state their winners
AIM_LOCAL = 650


def one(path: Path) -> None:
    file = pabulib.read(path.read_text("utf-8"))
    election = file.election()
    start, start_cpu = time.perf_counter(), time.process_time()
    outcome = equal.equal_shares(election)
    took_s, cpu_s = time.perf_counter() - start, time.process_time() - start_cpu
    start = time.perf_counter()
    proven = equal.proof(election, outcome).winners == outcome.winners
    exact_s = time.perf_counter() - start
    usual = greedy(election)
    print(f"{path.stem}: {len(election.ballots)} voters, {len(election.projects)} projects")
    print(
        f"  equal shares: {len(outcome.winners)} winners for {outcome.cost:,} of "
        f"{election.budget:,}, round {outcome.raised}, {outcome.rounds} rounds in {took_s:.2f} s, "
        f"{cpu_s:.2f} s CPU" + (f" (aim {AIMS_S[path.name]} s)" if path.name in AIMS_S else "")
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


@dataclass(frozen=True)
class Local:
    """How a city departs from the plain rule; ours, read off its outcomes, not off its statutes."""

    name: str
    column: str = ""  # of points given by the city, where ballots are not approvals
    stops: bool = False  # at the first project that does not fit, instead of passing over it
    share: float = 1.0  # of the budget that the file states


PLAIN = Local("most votes that fit")
POINTS = Local("most points that fit", column="score")
STOPS = Local("stops at the first that does not fit", stops=True)
SMALL = Local("a tenth for small projects and a tenth of it over", "", True, 0.11)
SHARES = Local("equal shares")
BY_CITY = {"Gdynia": STOPS, "Poznań": STOPS, "Wrocław": STOPS}


def local_of(path: Path, file: pabulib.Pabulib) -> Local:
    if "equalshares" in file.value("rule"):
        return SHARES
    if path.stem.startswith("poland_gdynia") and path.stem.endswith("-small"):
        return SMALL
    if file.value("vote_type") != "approval":
        return POINTS
    return BY_CITY.get(file.value("unit"), PLAIN)


def by_local_rule(local: Local, file: pabulib.Pabulib, election: Election) -> frozenset[str]:
    if local is SHARES:
        return frozenset(equal.equal_shares(election).winners)
    records = {one["project_id"]: one for _, one in file.projects.records()}

    def points(project: Project) -> float:
        column = local.column if local.column in file.projects.columns else "votes"
        return float(records[project.id][column]) if local.column else election.votes[project.id]

    left, won = local.share * election.budget, set()
    for project in sorted(election.projects, key=lambda one: (-points(one), one.cost)):
        if points(project) and project.cost <= left:
            won.add(project.id)
            left -= project.cost
        elif local.stops:
            break
    return frozenset(won)


def every(paths: list[Path]) -> None:
    start = time.perf_counter()
    read, stated, plain = 0, 0, 0
    refused, reached, missed, of_rule = Counter(), Counter(), Counter(), Counter()
    for path in paths:
        try:
            file = pabulib.read(path.read_text("utf-8"))
            election = file.election()
        except PabulibInvalid as no:
            refused[no.parts["reason"][:60]] += 1
            continue
        read += 1
        if file.winners is None:
            continue
        stated += 1
        plain += frozenset(greedy(election)) == file.winners
        local = local_of(path, file)
        of_rule[local.name] += 1
        if by_local_rule(local, file, election) == file.winners:
            reached[local.name] += 1
        else:
            missed[file.value("unit")] += 1
    took_s = time.perf_counter() - start
    print(f"{read} of {len(paths)} files are elections, {took_s:.1f} s; refused: {dict(refused)}")
    print(
        f"plain greedy gives the official winners in {plain} of {stated} elections that state them "
        f"(field note: {FIELD[0]} of {FIELD[1]})"
    )
    print(f"with local rules {reached.total()} of {stated} (aim {AIM_LOCAL} of {FIELD[1]}):")
    for name, count in of_rule.most_common():
        print(f"  {reached[name]} of {count}: {name}")
    print(f"  not reached: {dict(missed)}")


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
