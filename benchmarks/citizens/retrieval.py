"""Which text answers a question: Korean retrieval beside 18 published models, and under noise.

    python -m benchmarks.citizens.retrieval --autorag FOLDER --korquad FOLDER
        [--questions 2000] [--shares] [--semantic]

Where to get the folders: benchmarks/citizens/korean_sets.py. The shares of the ways of reading and
the constants of BM25 were chosen by `--shares` on KorQuAD alone; AutoRAG is only measured.
Intervals are 95 % of 2,000 bootstrap samples of the questions.
"""

import argparse
import itertools
import time
from pathlib import Path

import numpy as np

from benchmarks.citizens.korean_sets import Questions, autorag, korquad, noisy
from dalgu.korean import ranking
from dalgu.korean.ranking import WAYS, Way
from dalgu.korean.vectors import Vectors

# nDCG@10 and R@1 on AutoRAG-ko as published by nlpai-lab/KURE (MIT), eval/results
PUBLISHED = (
    ("dragonkue/BGE-m3-ko (best of 18)", 0.874, 0.754),
    ("nlpai-lab/KURE-v1", 0.871, 0.737),
    ("nlpai-lab/KoE5", 0.843, 0.719),
    ("BAAI/bge-m3", 0.830, 0.675),
    ("multilingual-e5-large", 0.813, 0.675),
    ("OpenAI text-embedding-3-large", 0.765, 0.579),
)
AIMS = {"nDCG@10": 0.935, "R@1": 0.85, "R@10 in each row": 0.98}
K, SAMPLES = 10, 2_000


def measured(found, right: Questions) -> np.ndarray:
    """R@1, R@10, nDCG@10 of each question, shape (questions, 3)."""
    rows = []
    for ranked, answers in zip(found, right.right, strict=True):
        hits = [at for at, one in enumerate(ranked.found[:K]) if one.name in answers]
        ideal = sum(1 / np.log2(2 + at) for at in range(min(len(answers), K)))
        gained = sum(1 / np.log2(2 + at) for at in hits)
        rows.append((0 in hits, len(hits) / len(answers), gained / ideal))
    return np.array(rows, dtype=float)


def interval(values: np.ndarray, rng: np.random.Generator) -> str:
    means = values[rng.integers(len(values), size=(SAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def noise_table(asked: Questions, index, rng: np.random.Generator) -> float:
    """Print the five rows; return the least R@10."""
    print(f"\n{asked.name}: {len(asked.texts)} texts, {len(asked.asked)} questions")
    print(f"{'question':18}{'R@1':26}{'R@10':26}{'nDCG@10':26}{'ms each'}")
    least = 1.0
    for row, questions in noisy(asked.asked, rng).items():
        began = time.perf_counter()
        values = measured([index.ask(one, K) for one in questions], asked)
        each = 1_000 * (time.perf_counter() - began) / len(questions)
        cells = "".join(f"{interval(values[:, at], rng):26}" for at in range(3))
        print(f"{row:18}{cells}{each:.1f}")
        least = min(least, float(values[:, 1].mean()))
    return least


def compare_shares(asked: Questions, rng: np.random.Generator) -> None:
    """How the shares were chosen: mean nDCG@10 over the five rows of KorQuAD."""
    index, rows = asked.ranking(), noisy(asked.asked, rng)
    for shares in itertools.product((0.2, 0.3, 0.4, 0.5, 0.6), (0.0, 0.15, 0.3, 0.4)):
        third = 1 - sum(shares)
        if third < 0:
            continue
        index._ways = tuple(Way(w.read, s) for w, s in zip(WAYS, (*shares, third), strict=True))
        scores = [
            measured([index.ask(q, K) for q in some], asked)[:, 2].mean() for some in rows.values()
        ]
        print(
            f"{shares[0]:.2f} {shares[1]:.2f} {third:.2f}  {np.mean(scores):.4f}  "
            + " ".join(f"{one:.4f}" for one in scores)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--autorag", type=Path)
    parser.add_argument("--korquad", type=Path)
    parser.add_argument("--questions", type=int, default=2_000, help="of KorQuAD's 5,774")
    parser.add_argument("--shares", action="store_true", help="compare shares, on KorQuAD")
    parser.add_argument("--semantic", action="store_true", help="with dalgu[semantic]")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    vectors = Vectors.installed() if asked.semantic else None
    if asked.korquad:
        some = korquad(asked.korquad).some(asked.questions, rng)
        if asked.shares:
            return compare_shares(some, rng)
        noise_table(some, some.ranking(), rng)
    if asked.autorag:
        pages = autorag(asked.autorag)
        index = pages.ranking(vectors=vectors)
        least = noise_table(pages, index, rng)
        values = measured([index.ask(one, K) for one in pages.asked], pages)
        print(f"\n{'AutoRAG-ko':36}{'nDCG@10':>10}{'R@1':>8}")
        print(
            f"{'Dalgu, shipped defaults' if not vectors else 'Dalgu with vectors':36}"
            f"{values[:, 2].mean():10.3f}{values[:, 0].mean():8.3f}"
        )
        for name, gained, first in PUBLISHED:
            print(f"{name:36}{gained:10.3f}{first:8.3f}")
        print(f"least R@10 of the noise rows: {least:.3f}; aims: {AIMS}")
        print(f"constants: {[way.share for way in ranking.WAYS]}")
    return None


if __name__ == "__main__":
    main()
