"""What must not stand publicly is taken out of free text: phone and registration numbers, plates.

The masked text is all that is kept: nothing remembers what stood there. It is coarse on purpose; a
house number survives, an account number does not.
"""

import re

MASK = "●●●"
_WIDE = str.maketrans("０１２３４５６７８９－＠．", "0123456789-@.")  # typed on Korean keyboards

_PLATE_LETTERS = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호"
_PATTERNS = tuple(
    re.compile(one)
    for one in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # an e-mail address
        r"(?<!\d)\d{6}\s?-?\s?[1-8]\d{6}(?!\d)",  # a resident registration number
        r"(?<!\d)(?:\d{4}[- ]?){3}\d{4}(?!\d)",  # a card
        r"(?:\+?82[-. ]?|(?<!\d)0)(?:1[016789]|2|[3-6]\d|70|50\d)[-.) ]*\d{3,4}[-. ]*\d{4}(?!\d)",
        r"(?<!\d)\d{2,6}-\d{2,6}-\d{4,8}(?!\d)",  # an account
        rf"(?<!\d)(?:[가-힣]{{2}}\s?)?\d{{2,3}}\s?[{_PLATE_LETTERS}]\s?\d{{4}}(?!\d)",  # a plate
    )
)


def masked(text: str) -> str:
    """Return a text without what tells who somebody is.

    >>> masked("전화 010-1234-5678, 차 12가 3456 앞")
    '전화 ●●●, 차 ●●● 앞'
    >>> masked("달구벌대로 2450 앞 가로등 3개")
    '달구벌대로 2450 앞 가로등 3개'
    """
    found = text.translate(_WIDE)
    for pattern in _PATTERNS:
        found = pattern.sub(MASK, found)
    return found
