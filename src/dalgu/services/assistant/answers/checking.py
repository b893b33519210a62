"""Whether a rephrased sentence says only what the citation says.

Sentence by sentence: every content morpheme and every number of it must stand in the citation, and
it must deny exactly what the sentence it comes from denies. What does not hold is dropped; nothing
is mended.
"""

import re
from collections.abc import Iterable

from dalgu.korean.morphemes import kiwi, morphemes, plain
from dalgu.korean.sentences import sentences
from dalgu.services.assistant.answers.english import stems

# Words that carry manner and not matter.
_POLITE = frozenset(
    (
        *("있", "되", "하", "수", "것", "이", "그", "때", "주", "드리", "바라", "필요", "가능"),
        *("안내", "참고", "확인", "다음", "경우", "따르", "위하", "대하", "통하", "또", "그리고"),
    )
)
_DENIALS = frozenset(("않", "못", "안", "없", "아니", "말", "불가", "제외", "not", "no", "never"))
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_HANGUL = re.compile(r"[가-힣]")
_OWN_COUNTS = re.compile(r"(?<![가-힣])(한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)(?= )")


def held(rephrased: str, quotes: Iterable[str], title: str = "") -> tuple[str, ...]:
    """Return the sentences of a rephrased text that the quotes bear out."""
    sources = [one for quote in quotes for one in sentences(quote)]
    return tuple(one for one in sentences(rephrased) if _is_held(one, sources, title))


def _is_held(said: str, sources: list[str], title: str) -> bool:
    content = _content(said)
    if not content or not sources:
        return False
    known = _content(title).union(*(_content(one) for one in sources))
    if not content - _POLITE <= known:
        return False
    origin = max(sources, key=lambda one: len(content & _content(one)))
    return _numbers(said) <= _numbers(" ".join(sources)) and _denials(said) == _denials(origin)


def _content(text: str) -> set[str]:
    return set(morphemes(text)) if _HANGUL.search(text) else set(stems(text))


def _numbers(text: str) -> set[str]:
    figures = {one.replace(",", "") for one in _NUMBER.findall(text)}
    return figures | set(_OWN_COUNTS.findall(text))


def _denials(text: str) -> int:
    if not _HANGUL.search(text):
        words = re.findall(r"[a-z']+", plain(text))
        return sum(word in _DENIALS or word.endswith("n't") for word in words)
    analyser = kiwi()
    if analyser is None:
        return sum(text.count(one) for one in ("않", "못", "안 ", "없", "아니", "아닙"))
    return sum(token.form in _DENIALS for token in analyser.tokenize(plain(text)))
