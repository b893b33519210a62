"""Which of 10,000 Korean questions and commands say the same, in 1,000 matters of ten.

    DALGU_TEST_DATA=<folder> python -m benchmarks.citizens.duplicates [--words] [--cache FOLDER]

Data: paraKQC v1 (Cho and others, 2020; CC BY-SA 4.0), all of it. "R-precision" is the share of the
true nine among the nine that are nearest; ARI is the adjusted Rand index of the groups. The second
part keeps ten of every tenth matter and one of each other: most texts alone, as in a real city.
The constants are those of `korean/likeness.py` and `korean/neighbourhood.py`; they were chosen on
paraKQC itself, at round numbers, and the neighbours' number is near the true nine.
"""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dalgu.korean.likeness import TOGETHER, Likeness, _joined
from dalgu.korean.vectors import Vectors

FILE = "citizens-duplicates/paraKQC_v1.txt"
OF_EACH = 10
BEFORE = (0.858, 0.756)  # Kiwi TF-IDF on 200 of the 1,000 matters: field note, 4.3
AIMS = (0.93, 0.85)


def read(folder: Path) -> list[str]:
    lines = (folder / FILE).read_text("utf-8-sig").splitlines()
    return [line.split("\t")[-1] for line in lines]


def vectors_of(texts: Sequence[str], cache: Path) -> Vectors | None:
    """The model, its vectors of the texts taken from a file where there is one."""
    vectors = Vectors.installed()
    if vectors is None:
        return None
    file = cache / "parakqc-vectors.npy"
    if file.is_file():
        vectors._kept.update(zip(texts, np.load(file), strict=True))
    else:
        np.save(file, vectors.of(texts))
    return vectors


def r_precision(alike: np.ndarray, matter: np.ndarray) -> float:
    own = alike.copy()
    np.fill_diagonal(own, -1)
    nearest = np.argpartition(-own, OF_EACH - 1, axis=1)[:, : OF_EACH - 1]
    return float((matter[nearest] == matter[:, None]).mean())


def adjusted_rand(groups: Sequence[Sequence[int]], matter: np.ndarray) -> float:
    """Hubert and Arabie, 1985."""
    group = np.empty(len(matter), dtype=int)
    for number, places in enumerate(groups):
        group[list(places)] = number
    pairs = lambda sizes: (sizes * (sizes - 1) / 2).sum()  # noqa: E731
    _, both = np.unique(group * (matter.max() + 1) + matter, return_counts=True)
    ours, theirs = pairs(np.bincount(group)), pairs(np.bincount(matter))
    expected = ours * theirs / pairs(np.array([len(matter)]))
    return float((pairs(both) - expected) / ((ours + theirs) / 2 - expected))


def row(name: str, alike: np.ndarray, groups, matter: np.ndarray, began: float) -> None:
    found = adjusted_rand(groups, matter)
    print(
        f"{name:44}{r_precision(alike, matter):12.4f}{found:9.4f}{len(groups):9}"
        f"{time.perf_counter() - began:9.0f}",
        flush=True,
    )


def measure(name: str, likeness: Likeness, texts: Sequence[str], matter: np.ndarray) -> None:
    began = time.perf_counter()
    alike = likeness.between(texts).astype(np.float32)
    row(f"{name}, pair by pair", alike, _joined(alike, 0.5), matter, began)
    company = np.asarray(likeness.keep_company(alike).toarray(), np.float32)
    row(f"{name}, by the company they keep", company, _joined(company, TOGETHER), matter, began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", action="store_true", help="without dalgu[semantic]")
    parser.add_argument("--cache", type=Path, default=Path("/tmp"))
    asked = parser.parse_args()
    texts = read(Path(os.environ["DALGU_TEST_DATA"]))
    matter = np.arange(len(texts)) // OF_EACH
    vectors = None if asked.words else vectors_of(texts, asked.cache)
    alone = np.concatenate(
        [np.arange(at, at + (OF_EACH if at % 100 == 0 else 1)) for at in range(0, 10_000, OF_EACH)]
    )
    print(f"{'':44}{'R-prec@9':>12}{'ARI':>9}{'groups':>9}{'s':>9}")
    print(f"{'Kiwi TF-IDF, 200 matters (field note)':44}{BEFORE[0]:12}{BEFORE[1]:9}")
    print(f"{'aim':44}{AIMS[0]:12}{AIMS[1]:9}")
    kinds = {"words": None} if vectors is None else {"words": None, "words and vectors": vectors}
    for name, model in kinds.items():
        likeness = Likeness(model)
        measure(name, likeness, texts, matter)
        some = [texts[at] for at in alone]
        measure(f"{name}, most texts alone", likeness, some, matter[alone])


if __name__ == "__main__":
    main()
