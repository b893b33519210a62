"""What tells who somebody is, taken out of free text before anything is kept.

Coarse on purpose: a number that might be somebody's goes, a house number or a price stays. Nothing
remembers what stood there.
"""

import re

MASK = "●●●"
_WIDE = str.maketrans("０１２３４５６７８９－＠．", "0123456789-@.")  # typed on Korean keyboards

_PLATE_LETTERS = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호"
_REGIONS = "서울|부산|대구|인천|광주|대전|울산|경기|강원|충북|충남|전북|전남|경북|경남|제주|세종"
_PATTERNS = tuple(
    re.compile(one)
    for one in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # an e-mail address
        r"(?<!\d)\d{6}\s?-?\s?[1-8]\d{6}(?!\d)",  # a registration number
        r"(?<!\d)(?:\d{4}[- ]?){3}\d{4}(?!\d)",  # a card
        r"(?<![A-Za-z0-9])[A-Z](?:\d{8}|\d{3}[A-Z]\d{4})(?!\d)",  # a passport
        # a telephone
        r"(?:\+?82[-. ]?|(?<!\d)0)(?:1[016789]|2|[3-6]\d|70|50\d)[-.) ]*\d{3,4}[-. ]*\d{4}(?!\d)",
        r"(?<!\d)\d{2,6}-\d{2,6}-\d{2,8}(?:-\d{1,4})?(?!\d)",  # an account, a licence
        r"(?<!\d)\d{10,14}(?!\d)",  # a long row of figures is an account or a telephone
        rf"(?<!\d)(?:(?:{_REGIONS})\s?)?\d{{2,3}}\s?[{_PLATE_LETTERS}]\s?\d{{4}}(?!\d)",  # a plate
    )
)


def masked(text: str) -> str:
    """Return a text without what tells who somebody is.

    >>> masked("제 번호는 010-1234-5678, 차는 12가 3456입니다")
    '제 번호는 ●●●, 차는 ●●●입니다'
    >>> masked("달구벌대로 2450, 2026-11-30까지 15,000원")
    '달구벌대로 2450, 2026-11-30까지 15,000원'
    """
    found = _DATE.sub(_keep, text.translate(_WIDE))
    for pattern in _PATTERNS:
        found = pattern.sub(MASK, found)
    return found.replace(_JOINT, "-")


_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_JOINT = "\u2060"  # stands for the hyphen of a date while numbers are looked for


def _keep(found: re.Match[str]) -> str:
    return _JOINT.join(found.groups())
