"""Which sentences of a section are quoted."""

from dalgu.kernel.text import Language
from dalgu.korean.asking import without_asking
from dalgu.korean.dialect import standard
from dalgu.korean.letters import jamo_groups
from dalgu.korean.sentences import sentences
from dalgu.services.assistant.answers.english import fours
from dalgu.services.assistant.sections.section import Section

MOST = 3  # sentences


def quoted(section: Section, question: str, language: Language) -> tuple[str, ...]:
    """Return the sentences of a section that speak most to a question, in their order.

    In English where the section has an English text, in Korean otherwise.
    """
    in_english = language == "en" and bool(section.text.en)
    found = sentences(section.text.en if in_english else section.text.ko)
    if len(found) <= MOST:
        return tuple(found)
    read = fours if in_english else jamo_groups
    asked = set(read(question if in_english else without_asking(standard(question))))
    said = [len(asked & set(read(one))) / (len(asked) or 1) for one in found]
    best = sorted(range(len(found)), key=lambda at: (-said[at], at))[:MOST]
    return tuple(found[at] for at in sorted(best))
