"""The dialect of Daegu and North Gyeongsang in standard spelling, as far as words decide.

A short table of words and endings, from general knowledge of the dialect: enough for the question
to find its document, not a translation. Standard text passes unchanged.
"""

import re

# Words first, endings after them; the first that fits is taken, and each is tried once.
_WORDS = (
    ("어데|어대", "어디"),
    ("은제", "언제"),
    ("우짜노|우야노|우짜꼬|우야꼬|우예노", "어떻게 하나요"),
    ("우짜면|우야면|우예야|우째야|우야믄|우짜믄", "어떻게 하면"),
    ("우예|우째|우야", "어떻게"),
    ("뭐꼬|머꼬|뭐고", "뭐예요"),
    ("누고", "누구예요"),
    ("얼마고", "얼마예요"),
    (r"와 (?=이리|그라|그카|안 )", "왜 "),
    ("멫", "몇"),
    ("젤로|젤", "제일"),
    ("억수로|억쑤로|천지빼까리로", "매우"),
    ("쪼매|쪼깨", "조금"),
    ("마이", "많이"),
    ("퍼뜩|후딱", "빨리"),
    ("단디", "제대로"),
    ("참말이가", "정말인가요"),
    ("할매", "할머니"),
    ("할배", "할아버지"),
    ("아지매", "아주머니"),
    ("얼라", "아기"),
    ("강생이", "강아지"),
    ("괭이|꼬내기", "고양이"),
    ("정지간", "부엌"),
    ("테레비", "텔레비전"),
    ("맹글|맹그", "만들"),
    ("갈차", "가르쳐"),
    ("내삐", "버"),
    ("이자뿟|이자뿠|이자묵었|이자뿌렀", "잃어버렸"),
    ("이자뿌|이자묵", "잃어버리"),
    ("띠깄", "떼였"),
)
_ENDINGS = (
    ("뿟|뿠|뿌렀", "버렸"),
    ("뿌(?=[가-힣])", "버리"),
    ("심니더|심더|십니더", "습니다"),
    ("니더", "니다"),
    ("아입니꺼|아이가", "아닙니까"),
    ("니꺼|니껴", "니까"),
    ("되는교|되능교", "되나요"),
    ("[능는]교", "나요"),
    ("인교", "인가요"),
    ("카데예?", "하던데"),
    ("카던데예?", "하던데"),
    ("카더라", "하더라"),
    ("데예", "데요"),
    ("네예", "네요"),
    ("라예", "라서요"),
    ("주이소", "주세요"),
    ("이소", "세요"),
    ("카는", "하는"),
    ("카믄|카면", "하면"),
    ("카(?=[노나고])", "하"),
    (r"믄(?![가-힣])", "면"),
    (r"노(?=[?.! ]|$)", "나요"),
)
_WORD_RULES = tuple((re.compile(pattern), spelled) for pattern, spelled in _WORDS)
_ENDING_RULES = tuple((re.compile(pattern), spelled) for pattern, spelled in _ENDINGS)
_WISH = re.compile(r"([가-힣])라(?: ?꼬| ?카(?=[는면믄다노]))")
_SYLLABLE, _FINALS, _RIEUL = 0xAC00, 28, 8


def standard(text: str) -> str:
    """Return a text with words and endings of the dialect in standard spelling.

    >>> standard("여권 맹글라 카는데 우짜면 되능교?")
    '여권 만드려고 하는데 어떻게 하면 되나요?'
    >>> standard("버스 노선도를 어디에서 봅니까?")
    '버스 노선도를 어디에서 봅니까?'
    """
    for pattern, spelled in _WORD_RULES:
        text = pattern.sub(spelled, text)
    text = _WISH.sub(_wish, text)
    for pattern, spelled in _ENDING_RULES:
        text = pattern.sub(spelled, text)
    return text


def _wish(found: re.Match[str]) -> str:
    """하 + ㄹ라 카(다) is 하려고 하(다): the ㄹ goes."""
    letter = found[1]
    if (ord(letter) - _SYLLABLE) % _FINALS == _RIEUL:
        letter = chr(ord(letter) - _RIEUL)
    else:
        return found[0]
    return f"{letter}려고 하" if found[0].endswith("카") else f"{letter}려고"
