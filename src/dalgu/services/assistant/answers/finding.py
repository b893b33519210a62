"""Which sections answer a question, and how sure that is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dalgu.kernel.text import Language
from dalgu.korean.answerable import chance
from dalgu.korean.dialect import standard
from dalgu.korean.ranking import Ranking, Way
from dalgu.korean.vectors import Vectors
from dalgu.services.assistant.answers.english import fours, stems, threes
from dalgu.services.assistant.answers.tables import Elsewhere, elsewhere
from dalgu.services.assistant.sections.section import Section

ENGLISH_WAYS = (Way(stems, 0.4), Way(fours, 0.3), Way(threes, 0.3))
OFFERED = 5  # sections looked at

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
        ranked = ranking.ask(standard(question) if is_korean else question, OFFERED)
        names = [one.name for one in ranked.found]
        sections = tuple(self._sections[name] for name in names if name in self._sections)
        first = self._elsewhere.get(names[0]) if names else None
        return Found(sections, chance(ranked.signs), first)


def language_of_text(text: str) -> Language:
    """Return the language of a question: English only where no Korean letter is in it.

    >>> language_of_text("Where is city hall?"), language_of_text("TV 버리기")
    ('en', 'ko')
    """
    return "ko" if _HANGUL.search(text) else "en"
