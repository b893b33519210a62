"""Which sections answer a question, and how sure that is."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dalgu.kernel.text import Language
from dalgu.korean.answerable import chance
from dalgu.korean.dialect import standard
from dalgu.korean.ranking import Ranked, Ranking, Way
from dalgu.korean.vectors import Vectors
from dalgu.services.assistant.answers.bearing import is_borne, nouns_held, words_held
from dalgu.services.assistant.answers.english import fours, stems, threes
from dalgu.services.assistant.answers.tables import Elsewhere, elsewhere
from dalgu.services.assistant.sections.section import Section

ENGLISH_WAYS = (Way(stems, 0.4), Way(fours, 0.3), Way(threes, 0.3))
LEAST_ENGLISH = 0.5  # share of the words of an English question that a section must hold
NOT_BORNE = 0.05  # the chance of a section that lacks the kind of thing asked for
OFFERED = 5  # sections looked at
LOOKED_AT = 30  # texts among which one of another office is looked for
# A constant, then weights of: the chance of `korean/answerable.py` as a logit, how far the section
# is ahead of other offices' matters and of the next text, how far it holds the question's nouns
# (mean, least). A ridge logistic regression on our own test; five-fold figures are in the README
# (benchmarks/citizens/assistant.py --folds).
GATE = {"ko": (-2.47, 0.36, 0.16, 0.15, 2.01, 1.64), "en": (0.38, 0.22, 0.11, 0.10, 0.0, 0.0)}

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")


@dataclass(frozen=True, slots=True)
class Found:
    """Sections from the best on, and the chance, 0 to 1, that the first one answers.

    `elsewhere` is set when the words are rather those of another office's matters.
    """

    sections: tuple[Section, ...]
    chance: float
    elsewhere: Elsewhere | None = None


class Finder:
    """An index of sections in both languages; sections that changed are read anew."""

    def __init__(self, vectors: Vectors | None = None) -> None:
        self._korean = Ranking(vectors=vectors)
        self._english = Ranking(ENGLISH_WAYS)
        self._sections: dict[str, Section] = {}
        self._elsewhere = {one.name: one for one in elsewhere()}
        for one in elsewhere():
            self._korean.put(one.name, one.read)
            self._english.put(one.name, one.words_en)

    def read(self, sections: Iterable[Section]) -> None:
        """Hold exactly these sections."""
        wanted = {one.id: one for one in sections}
        for name in self._sections.keys() - wanted.keys():
            self._korean.drop(name)
            self._english.drop(name)
        for name, section in wanted.items():
            if self._sections.get(name) == section:
                continue
            self._korean.put(name, section.read)
            if section.title.en:
                self._english.put(name, section.read_en)
            else:
                self._english.drop(name)
        self._sections = wanted

    def ask(self, question: str) -> Found:
        """Return the sections that answer best."""
        is_korean = language_of_text(question) == "ko"
        ranking = self._korean if is_korean else self._english
        asked = standard(question) if is_korean else question
        ranked = ranking.ask(asked, LOOKED_AT)
        names = [one.name for one in ranked.found]
        sections = tuple(self._sections[name] for name in names if name in self._sections)
        if not sections or names[0] in self._elsewhere:
            first = self._elsewhere[names[0]] if names else None
            return Found(sections[:OFFERED], chance(ranked.signs), first)
        if not (is_borne if is_korean else _is_borne_in_english)(sections[0], asked):
            return Found(sections[:OFFERED], NOT_BORNE)
        figures = self.figures(ranked, sections[0], asked)
        constant, *weights = GATE["ko" if is_korean else "en"]
        logit = constant + sum(w * figure for w, figure in zip(weights, figures, strict=True))
        return Found(sections[:OFFERED], 1 / (1 + math.exp(-logit)))

    def figures(self, ranked: Ranked, first: Section, asked: str) -> Sequence[float]:
        """Return what the gate weighs, in its order."""
        likely = min(max(chance(ranked.signs), 1e-9), 1 - 1e-9)
        best, *others = ranked.found
        outside = [one.score for one in others if one.name in self._elsewhere]
        ahead_of_outside = best.score - max(outside, default=others[-1].score if others else 0.0)
        ahead = best.score - others[0].score if others else 0.0
        held = nouns_held(first, asked) if language_of_text(asked) == "ko" else (0.0, 0.0)
        return (math.log(likely / (1 - likely)), ahead_of_outside, ahead, *held)


def _is_borne_in_english(section: Section, question: str) -> bool:
    return words_held(section, question) >= LEAST_ENGLISH


def language_of_text(text: str) -> Language:
    """Return the language of a question: English only where no Korean letter is in it.

    >>> language_of_text("Where is city hall?"), language_of_text("TV 버리기")
    ('en', 'ko')
    """
    return "ko" if _HANGUL.search(text) else "en"
