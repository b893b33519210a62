"""What Ddubot makes of 400 questions in six registers, half of them unanswerable.

    python -m benchmarks.citizens.assistant [--folds] [--list]

The handbook of 301 sections and the questions (benchmarks/citizens/questions) are our own; many of
the unanswerable ones are close to what the handbook says. "Right" quotes the section that answers;
"offered" asks back with it among three; "wrong" quotes another section, or any for an unanswerable
question. `--folds` fits the gate on four fifths of the questions and judges the other fifth, ten
times over: what the shipped weights, fitted on all, would do on questions like these. Ddubot's
pilot stated 60 % right (2017), later 89 % (2018); neither says how it was measured.
"""

import argparse
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from dalgu.korean.dialect import standard
from dalgu.services.assistant.answers.deciding import reply_to
from dalgu.services.assistant.answers.finding import (
    LOOKED_AT,
    Finder,
    _is_borne_in_english,
    is_borne,
    language_of_text,
)
from dalgu.services.assistant.answers.reply import Kind
from dalgu.services.assistant.sections.files import handbook

QUESTIONS = Path(__file__).parent / "questions"
REGISTERS = ("formal", "chatty", "typo", "nospace", "dialect", "english")
COLUMNS = ("right", "offered", "unanswered", "wrong", "rightly not", "elsewhere", "wrongly")
SHARES = (0.6, 0.7, 0.8, 0.85, 0.9)
SHRINK, ROUNDS, FOLDS = 5.0, 10, 5


def questions() -> list[dict]:
    files = sorted(QUESTIONS.glob("*.toml"))
    return [one for file in files for one in tomllib.loads(file.read_text())["questions"]]


def outcome(question: dict, reply) -> str:
    quoted = reply.citations[0].section if reply.kind is Kind.ANSWER else ""
    if not question["answer"]:
        if quoted:
            return "wrongly"
        return "elsewhere" if reply.kind is Kind.ELSEWHERE else "rightly not"
    if quoted:
        return "right" if quoted == question["answer"] else "wrong"
    offered = [one.section for one in reply.suggestions]
    return "offered" if question["answer"] in offered else "unanswered"


def shipped(finder: Finder, asked: list[dict], *, listed: bool) -> None:
    table = {register: Counter() for register in REGISTERS}
    for question in asked:
        reply = reply_to(question["text"], finder, lambda name: None)
        became = outcome(question, reply)
        table[question["register"]][became] += 1
        if listed and became in ("wrong", "wrongly", "unanswered"):
            said = reply.citations[0].section if reply.citations else reply.kind
            print(f"  {became:10} {question['text']} → {said}")
    total = sum(table.values(), Counter())
    print(f"{'':10}" + "".join(f"{column:>13}" for column in COLUMNS))
    for register, counts in (*table.items(), ("all", total)):
        print(f"{register:10}" + "".join(f"{counts[column]:13}" for column in COLUMNS))
    wrong, answered = total["wrong"] + total["wrongly"], total["right"] + total["wrong"]
    answerable = sum(total[column] for column in COLUMNS[:4])
    print(
        f"\nanswered {answered / answerable:.1%} of the answerable; wrong {wrong} of "
        f"{len(asked)} asked ({wrong / len(asked):.1%}), of {answered + total['wrongly']} "
        f"answers {wrong / max(answered + total['wrongly'], 1):.1%}"
    )


def figures_of(finder: Finder, asked: list[dict]):
    """The gate's figures, whether the first section is right, and whether it may be quoted."""
    rows, right, possible = [], [], []
    for question in asked:
        is_korean = language_of_text(question["text"]) == "ko"
        text = standard(question["text"]) if is_korean else question["text"]
        ranked = (finder._korean if is_korean else finder._english).ask(text, LOOKED_AT)
        first = finder._sections.get(ranked.found[0].name)
        rows.append((0.0,) * 5 if first is None else finder.figures(ranked, first, text))
        right.append(first is not None and first.id == question["answer"])
        borne = is_borne if is_korean else _is_borne_in_english
        possible.append(first is not None and borne(first, text))
    return np.array(rows), np.array(right), np.array(possible)


def fitted(rows: np.ndarray, right: np.ndarray) -> tuple[float, np.ndarray]:
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])

    def loss(weights):
        logit = scaled @ weights
        ridge = np.concatenate([[0.0], SHRINK * weights[1:]])
        total = (np.logaddexp(0, logit) - right * logit).sum() + ridge @ weights / 2
        return total, scaled.T @ (1 / (1 + np.exp(-logit)) - right) + ridge

    bounds = [(None, None), *[(0, None)] * rows.shape[1]]
    start = np.zeros(scaled.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[1:] / spread
    return float(found[0] - (weights * mean).sum()), weights


def folds(finder: Finder, asked: list[dict]) -> None:
    rows, right, possible = figures_of(finder, asked)
    english = np.array([question["register"] == "english" for question in asked])
    answerable = np.array([bool(question["answer"]) for question in asked])
    logit = np.zeros(len(asked))
    for number in range(ROUNDS):
        order = np.random.default_rng(number).permutation(len(asked))
        for fold in range(FOLDS):
            judged = order[fold::FOLDS]
            learnt = np.setdiff1d(order, judged)
            for language in (False, True):
                some = learnt[possible[learnt] & (english[learnt] == language)]
                theirs = judged[english[judged] == language]
                constant, weights = fitted(rows[some], right[some])
                logit[theirs] += (constant + rows[theirs] @ weights) / ROUNDS
    logit[~possible] = -np.inf
    print(f"\n{FOLDS} folds, {ROUNDS} rounds: aim at most 2 % wrong at 85 % answered")
    for share in SHARES:
        answers = logit >= np.quantile(logit[answerable], 1 - share)
        wrong = int((answers & ~right).sum())
        print(
            f"{(answers & answerable).sum() / answerable.sum():.0%} of the answerable answered: "
            f"{wrong} wrong, {wrong / len(asked):.1%} of {len(asked)} asked, "
            f"{wrong / answers.sum():.1%} of {answers.sum()} answers"
        )
    for language, name in ((False, "ko"), (True, "en")):
        some = possible & (english == language)
        constant, weights = fitted(rows[some], right[some])
        print(f"fitted on all, {name}: {constant:.2f}", weights.round(2).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", action="store_true", help="judge the gate by folds")
    parser.add_argument("--list", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    finder, asked = Finder(), questions()
    finder.read(handbook())
    shipped(finder, asked, listed=options.list)
    if options.folds:
        folds(finder, asked)


if __name__ == "__main__":
    main()
