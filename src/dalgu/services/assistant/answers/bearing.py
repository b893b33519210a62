"""Whether a section bears a question: each noun of it, and the kind of thing that is asked for.

A section on the cable car that names no price does not answer what the ride costs, and one on buses
does not answer about a bicycle on the bus. Nouns are compared by their jamo, as a slip changes one
of them.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from dalgu.korean.asking import ASKING
from dalgu.korean.morphemes import kiwi, plain
from dalgu.services.assistant.answers.english import stems
from dalgu.services.assistant.sections.section import Section

# Nouns that go with any matter: that a section lacks one of them says nothing.
GENERAL = frozenset(
    (
        *("신청", "방법", "서류", "신고", "문의", "안내", "확인", "곳", "장소", "절차", "필요"),
        *("준비", "오늘", "내일", "지금", "요즘", "사람", "집", "말", "뒤", "때문", "정도", "우리"),
        *("때", "이거", "그거", "일", "제도", "경우", "가능", "조건", "기한", "시간", "비용"),
        *("요금", "기간", "번호", "가격", "얼마"),
    )
)
# What is asked for, and what a text must hold to give it.
_KINDS = tuple(
    (re.compile(asked), re.compile(given))
    for asked, given in (
        (
            "얼마|요금|비용|가격|참가비|수수료",
            r"\d[\d,]*\s*(원|만|천|퍼센트|%)|[만천백] ?원|무료|공짜|퍼센트|%|분의|없이|감면|깎",
        ),
        (
            "언제|몇 ?시|며칠|기한|날짜|요일|막차|첫차",
            r"\d+\s*(시|분|일|월|년|주|개월|달|세|살)|요일|[한두세네]\s?(시간|달|주|해|번)|매년|매일|"
            "하루|나흘|닷새|사흘|이틀|열흘|보름|여섯 달|근무일|평일|주말|전날|다음 날|밤|새벽|때",
        ),
        (r"몇 ?(권|명|개|장|번|살|세|평)", r"\d|[한두세네] |다섯|여섯|일곱|여덟|아홉|열"),
    )
)
_OTHER_CITIES = re.compile(
    "서울|부산|인천|울산|대전|광주|제주|경기도|수원|포항|구미|경주|창원|경산"
)
_NOUNS = ("NN", "XR", "SL", "SH")
_BOUND = "NNB"


def is_borne(section: Section, question: str) -> bool:
    """Tell whether a section holds the kind of thing asked for, and is about this city."""
    told = section.text.ko
    if any(asked.search(question) and not given.search(told) for asked, given in _KINDS):
        return False
    return all(city in section.read for city in _OTHER_CITIES.findall(question))


def words_held(section: Section, question: str) -> float:
    """Return the share of an English question's words that a section holds, 0 to 1."""
    asked, told = stems(question), set(stems(section.read_en))
    return sum(word in told for word in asked) / len(asked) if asked else 0.0


def nouns_held(section: Section, question: str) -> tuple[float, float]:
    """Return how far a section holds the question's nouns, 0 to 1: the mean and the least."""
    words, letters = _words_of(f"{section.read} {section.department.ko}")
    held = [_held(word, words, letters) for word in _specific(question)]
    return (sum(held) / len(held), min(held)) if held else (0.5, 0.5)


def _specific(question: str) -> list[str]:
    analyser = kiwi()
    if analyser is None:
        return plain(question).split()
    nouns: list[str] = []
    end = -1
    for token in analyser.tokenize(plain(question)):
        if not token.tag.startswith(_NOUNS) or token.tag == _BOUND or token.form in ASKING:
            continue
        if token.start == end and nouns:
            nouns[-1] += token.form  # 주민 and 등록 are one word
        else:
            nouns.append(token.form)
        end = token.start + token.len
    return [one for one in nouns if one not in GENERAL] or nouns


@lru_cache(maxsize=2_048)
def _words_of(text: str) -> tuple[tuple[frozenset[str], ...], str]:
    analyser = kiwi()
    tokens = [] if analyser is None else analyser.tokenize(plain(text))
    words = {one.form for one in tokens if one.tag[0] in "NXSVM"}
    words |= set(re.findall(r"[가-힣a-z0-9]+", plain(text)))
    return tuple(frozenset(_threes(one)) for one in words), plain(text).replace(" ", "")


def _held(word: str, words: Iterable[frozenset[str]], letters: str) -> float:
    """Return 1 for a word that stands there, else its share of jamo groups in the nearest one."""
    if plain(word).replace(" ", "") in letters:
        return 1.0
    own = _threes(word)
    return max((len(own & one) / len(own) for one in words), default=0.0)


def _threes(word: str) -> set[str]:
    edged = f"^{unicodedata.normalize('NFD', plain(word))}$"
    return {edged[at : at + 3] for at in range(max(len(edged) - 2, 1))}
