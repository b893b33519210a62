"""Two public sets of Korean questions and the texts that answer them, and slips of the finger.

AutoRAG (720 pages of PDF, 114 questions) states no licence: it is fetched, never kept here.

    git clone https://github.com/Marker-Inc-Korea/AutoRAG-example-korean-embedding-benchmark
    git clone https://github.com/korquad/korquad.github.io     (CC BY-ND 2.0 KR)
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from dalgu.korean.ranking import Ranking

SYLLABLES, FIRST = 11_172, 0xAC00
INITIALS, VOWELS, FINALS = 19, 21, 28


@dataclass(frozen=True)
class Questions:
    name: str
    texts: dict[str, str]
    asked: list[str]
    right: list[frozenset[str]]  # names of the texts that answer

    def some(self, count: int, rng: np.random.Generator) -> "Questions":
        at = rng.permutation(len(self.asked))[:count]
        return Questions(
            self.name, self.texts, [self.asked[i] for i in at], [self.right[i] for i in at]
        )

    def ranking(self, **options) -> Ranking:
        ranking = Ranking(**options)
        for name, text in self.texts.items():
            ranking.put(name, text)
        return ranking


def autorag(folder: Path) -> Questions:
    pages = duckdb.sql(f"select doc_id, contents from '{folder}/data/ocr_corpus_v3.parquet'")
    asked = duckdb.sql(f"select query, retrieval_gt from '{folder}/data/qa_v4.parquet'").fetchall()
    right = [frozenset(name for group in groups for name in group) for _, groups in asked]
    return Questions("AutoRAG-ko", dict(pages.fetchall()), [query for query, _ in asked], right)


def korquad(folder: Path) -> Questions:
    read = json.loads((folder / "dataset" / "KorQuAD_v1.0_dev.json").read_text())
    texts, asked, right = {}, [], []
    for article in read["data"]:
        for paragraph in article["paragraphs"]:
            name = str(len(texts))
            texts[name] = paragraph["context"]
            asked += [one["question"] for one in paragraph["qas"]]
            right += [frozenset([name])] * len(paragraph["qas"])
    return Questions("KorQuAD 1.0 dev", texts, asked, right)


def with_slips(text: str, share: float, rng: np.random.Generator) -> str:
    """Change one jamo of a share of the syllables to any other."""
    return "".join(_slipped(letter, rng) if rng.random() < share else letter for letter in text)


def _slipped(letter: str, rng: np.random.Generator) -> str:
    number = ord(letter) - FIRST
    if not 0 <= number < SYLLABLES:
        return letter
    initial, vowel, final = number // (VOWELS * FINALS), number // FINALS % VOWELS, number % FINALS
    match int(rng.integers(3 if final else 2)):
        case 0:
            initial = int(rng.integers(INITIALS))
        case 1:
            vowel = int(rng.integers(VOWELS))
        case _:
            final = int(rng.integers(FINALS))
    return chr(FIRST + (initial * VOWELS + vowel) * FINALS + final)


def noisy(asked: Sequence[str], rng: np.random.Generator) -> dict[str, list[str]]:
    """The five rows of the noise table."""
    joined = [question.replace(" ", "") for question in asked]
    return {
        "clean": list(asked),
        "no spaces": joined,
        "5 % typos": [with_slips(one, 0.05, rng) for one in asked],
        "10 % typos": [with_slips(one, 0.10, rng) for one in asked],
        "no spaces + 5 %": [with_slips(one, 0.05, rng) for one in joined],
    }
