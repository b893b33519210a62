"""The lottery beside published optima, Daegu's panel of 2019, six attributes, and mixed tables.

    python -m benchmarks.citizens.lottery [FOLDER]

FOLDER holds `example_small_20` and `example_large_200` of the data of Flanigan et al. (GitHub
pgoelz/citizensassemblies-replication, folder `data`, GPL-3: fetched, never kept here); without it
`$DALGU_TEST_DATA/sortition` is looked at, and the two examples are left out where there is none.
"""

import csv
import os
import sys
import time
from pathlib import Path

import numpy as np

from dalgu.services.citizens.sortition import draw, lottery, seating
from dalgu.services.citizens.sortition.pool import Candidate, Pool, Quota, kinds_of

PUBLISHED = {  # Nature 596, 2021, reference_output of the replication package; Gurobi
    "example_small_20": "LEXIMIN min 10.0 %, Gini 0.0 %, 2.7 s; LEGACY min <= 1.21 %, Gini 2.1 %",
    "example_large_200": "LEXIMIN min 10.0 %, Gini 0.0 %, 1161.8 s; LEGACY min <= 0.25 %",
}
AIM_S = 1.0
SHARES = {  # of six attributes, about those of a Korean metropolis
    "sex": {"f": 0.5, "m": 0.5},
    "age": {"18-29": 0.17, "30-39": 0.14, "40-49": 0.18, "50-59": 0.21, "60+": 0.30},
    "district": {
        "22010": 0.03, "22020": 0.14, "22030": 0.07, "22040": 0.06,
        "22050": 0.18, "22060": 0.17, "22070": 0.24, "22310": 0.11,
    },
    "work": {"employed": 0.55, "home": 0.15, "study": 0.10, "retired": 0.20},
    "housing": {"own": 0.50, "rent": 0.35, "other": 0.15},
    "view": {"for": 0.40, "against": 0.30, "unsure": 0.30},
}  # fmt: skip
RELAXED = 0.1  # quotas lie within a tenth of the shares


def published(folder):
    name = folder.name
    with (folder / "categories.csv").open() as file:
        quotas = [
            Quota(row["category"], row["feature"], int(row["min"]), int(row["max"]))
            for row in csv.DictReader(file)
        ]
    with (folder / "respondents.csv").open() as file:
        people = tuple(Candidate(f"p{n}", row) for n, row in enumerate(csv.DictReader(file)))
    return Pool(people), quotas, int(name.rpartition("_")[2])


def recruited(total, seed, shares=SHARES, alike=12):
    """A pool as recruiting gives it: not in the shares of the city."""
    rng = np.random.default_rng(seed)
    skewed = {
        name: (list(values), rng.dirichlet(np.array(list(values.values())) * alike))
        for name, values in shares.items()
    }
    people = [
        {name: str(rng.choice(values, p=share)) for name, (values, share) in skewed.items()}
        for _ in range(total)
    ]
    return Pool(tuple(Candidate(f"p{n}", person) for n, person in enumerate(people)))


def quotas_of(size, shares=SHARES):
    return [
        Quota(
            name,
            value,
            int(np.floor(size * share * (1 - RELAXED))),
            int(np.ceil(size * share * (1 + RELAXED))),
        )
        for name, values in shares.items()
        for value, share in values.items()
    ]


def daegu():
    """29 of each of eight districts; the city's shares of age by sex."""
    even = {
        "sex": SHARES["sex"],
        "age": SHARES["age"],
        "district": dict.fromkeys(SHARES["district"], 1 / 8),
    }
    pool = recruited(1_200, 29, even, alike=80)
    people = tuple(
        Candidate(
            p.id,
            {
                "district": p.attributes["district"],
                "age and sex": p.attributes["age"] + p.attributes["sex"],
            },
        )
        for p in pool.people
    )
    strata = {
        age + sex: a * s for age, a in SHARES["age"].items() for sex, s in SHARES["sex"].items()
    }
    quotas = [Quota("district", value, 29, 29) for value in SHARES["district"]]
    return Pool(people), quotas + quotas_of(232, {"age and sex": strata}), 232


def measure(name, pool, quotas, size):
    kinds = len(kinds_of(pool, quotas, size).count)
    start, start_cpu = time.perf_counter(), time.process_time()
    found = lottery.distribution(pool, quotas, size)
    took_s, cpu_s = time.perf_counter() - start, time.process_time() - start_cpu
    best, real = list(found.optimum.values()), list(found.per_person.values())
    proof = draw.draw(found, b"a seed for a benchmark, no secret").proof
    start = time.perf_counter()
    holds = draw.verify(proof)
    print(f"{name}: {len(pool.people)} people, {size} seats, {len(quotas)} quotas, {kinds} kinds")
    print(f"  ours   min {min(best):.4%} (proven {found.is_bound}), Gini {lottery.gini(best):.4f}")
    print(
        f"         1,000 panels: min {min(real):.2%}, Gini {lottery.gini(real):.4f}, furthest from "
        f"the optimum {max(abs(a - b) for a, b in zip(best, real, strict=True)):.5f}; "
        f"{took_s:.2f} s, {cpu_s:.2f} s CPU"
    )
    print(f"         the proof holds: {holds}, checked in {time.perf_counter() - start:.2f} s")
    return took_s


def tables():
    print("\nMixed tables (spread: squared people beyond the even share; pairs met again)")
    for total, sizes, rounds in ((500, [10] * 50, 3), (232, [8] * 29, 3)):
        people = recruited(total, 11).people
        start = time.perf_counter()
        ours = seating.score(people, seating.tables(people, sizes, rounds, 1))
        took_s = time.perf_counter() - start
        lot = seating.score(people, seating.random_tables(people, sizes, rounds, 1))
        print(
            f"  {total} people, {len(sizes)} tables, {rounds} rounds: spread {ours.spread:.0f}, by "
            f"lot {lot.spread:.0f}, bound {ours.least_spread:.0f}; met again {ours.meetings}, by "
            f"lot {lot.meetings}, bound {ours.least_meetings}; {took_s:.2f} s"
        )


def main():
    given = os.environ.get("DALGU_TEST_DATA", "")
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(given) / "sortition"
    lottery.distribution(*published_warmth())
    for name, theirs in PUBLISHED.items():
        if not (root / name).is_dir():
            print(f"{name}: left out, no folder {root / name}")
            continue
        took_s = measure(name, *published(root / name))
        print(f"  theirs {theirs}")
        print(f"  within {AIM_S:.0f} s: {took_s <= AIM_S}\n")
    measure("Daegu 2019", *daegu())
    print()
    measure("six attributes", recruited(1_000, 5), quotas_of(110), 110)
    tables()


def published_warmth():
    """A lottery of two, so that loading the solver is not counted."""
    return Pool((Candidate("a", {"x": "1"}), Candidate("b", {"x": "2"}))), [], 1


if __name__ == "__main__":
    main()
