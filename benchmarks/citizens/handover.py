"""When not to answer: does the gate tell questions that the texts answer from those they do not?

    python -m benchmarks.citizens.handover --autorag FOLDER --korquad FOLDER [--fit]

"Far" are questions about something else altogether (those of the other set); "hard" are the
questions themselves once the text that answers is taken away and its neighbours remain. The
weights were found by `--fit` on KorQuAD alone; AutoRAG is only measured.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

from benchmarks.citizens.korean_sets import Questions, autorag, korquad
from dalgu.korean.answerable import Signs, chance

BARS = {"far": (0.994, 0.995), "hard": (0.794, 0.85)}  # field note 4.2 and our aim
SHRINK = 100.0  # ridge on standardised signs: they tell much the same


def signs(of: Questions, others: Questions, index) -> dict[str, list[Signs]]:
    pairs = list(zip(of.asked, of.right, strict=True))
    return {
        "answerable": [index.ask(question, 1).signs for question in of.asked],
        "hard": [index.ask(question, 1, without=right).signs for question, right in pairs],
        "far": [index.ask(question, 1).signs for question in others.asked],
    }


def auroc(yes: list[float], no: list[float]) -> float:
    ranks = rankdata([*yes, *no])
    return float((ranks[: len(yes)].sum() - len(yes) * (len(yes) + 1) / 2) / len(yes) / len(no))


def kept_at(yes: list[float], no: list[float], wrong: float = 0.05) -> float:
    """Share of answerable questions answered when this share of the others is answered."""
    return float((np.array(yes) > np.quantile(no, 1 - wrong)).mean())


def fit(found: dict[str, list[Signs]]) -> None:
    """Print the constant and the weights, none negative, of a ridge logistic regression."""
    rows = np.array([one.figures() for some in found.values() for one in some])
    is_answered = np.repeat([1.0, 0.0, 0.0], [len(some) for some in found.values()])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    scaled = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])

    def loss(weights):
        logit = scaled @ weights
        missed = 1 / (1 + np.exp(-logit)) - is_answered
        total = (np.logaddexp(0, logit) - is_answered * logit).sum()
        ridge = np.concatenate([[0.0], SHRINK * weights[1:]])
        return total + ridge @ weights / 2, scaled.T @ missed + ridge

    bounds = [(None, None), *[(0, None)] * (scaled.shape[1] - 1)]
    start = np.zeros(scaled.shape[1])
    weights = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    constant = weights[0] - (weights[1:] * mean / spread).sum()
    print(f"CONSTANT = {constant:.3f}\nWEIGHTS =", tuple((weights[1:] / spread).round(3).tolist()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--autorag", type=Path, required=True)
    parser.add_argument("--korquad", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=2_000, help="of KorQuAD's 5,774")
    parser.add_argument("--fit", action="store_true", help="find the weights, on KorQuAD")
    asked = parser.parse_args()
    contexts = korquad(asked.korquad).some(asked.questions, np.random.default_rng(1))
    pages = autorag(asked.autorag)
    if asked.fit:
        return fit(signs(contexts, pages, contexts.ranking()))
    for of, others in ((pages, contexts), (contexts, pages)):
        found = signs(of, others, of.ranking())
        chances = {kind: [chance(one) for one in some] for kind, some in found.items()}
        print(f"\n{of.name}: {len(of.asked)} questions")
        for kind, (before, aim) in BARS.items():
            area = auroc(chances["answerable"], chances[kind])
            kept = kept_at(chances["answerable"], chances[kind])
            print(
                f"{kind:6} AUROC {area:.4f}  (field note {before}, aim {aim}); "
                f"{kept:.1%} answered at 5 % of these answered"
            )
    return None


if __name__ == "__main__":
    main()
