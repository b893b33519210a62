"""Korean names in Latin letters, by the Revised Romanization of Korean.

The rules are those of the notice of the Ministry of Culture and Tourism 2000-8: letters
follow the pronunciation, tensing is not written, ㅎ after ㄱ ㄷ ㅂ stays visible as in a
noun. An inserted ㄴ (삼국유사) cannot be known from the spelling and is left out.
"""

import re

_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k",
             "t", "p", "h")  # fmt: skip
_VOWELS = ("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
           "we", "wi", "yu", "eu", "ui", "i")  # fmt: skip
# How the final consonant sounds before a consonant or at the end, and before a vowel.
_CLOSED = ("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p",
           "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t")  # fmt: skip
_CARRIED = ("", "g", "kk", "ks", "n", "nj", "n", "d", "r", "lg", "lm", "lb", "ls", "lt", "lp", "r",
            "m", "b", "ps", "s", "ss", "ng", "j", "ch", "k", "t", "p", "")  # fmt: skip

_FIRST, _LAST = ord("가"), ord("힣")
_D, _T, _NH, _LH, _H = 7, 25, 6, 15, 27  # finals ㄷ ㅌ ㄶ ㅀ ㅎ
_I = len(_VOWELS) - 1
_BEFORE_NASAL = {"k": "ng", "t": "n", "p": "m"}
_AFTER_H = {"g": "k", "d": "t", "j": "ch"}
_AFTER_H_FINAL = {_H: "", _NH: "n", _LH: "l"}

_UNIT = re.compile(r"^(?P<stem>.+?)(?P<number>\d[\d·]*)?(?P<ga>가)?(?P<unit>[동읍면구군])$")


def romanise(text: str) -> str:
    """Return the text with its hangul in Latin letters, each run of hangul capitalised.

    >>> romanise("복현"), romanise("평리"), romanise("불로봉무"), romanise("읍내")
    ('Bokhyeon', 'Pyeongni', 'Bullobongmu', 'Eumnae')
    """
    return re.sub(r"[가-힣]+", lambda run: _run(run.group()).capitalize(), text)


def romanise_place(name: str) -> str:
    """Return the English name of an administrative unit; its kind follows a hyphen.

    Sound changes across that hyphen are not written (rule 3.5).

    >>> romanise_place("신천1·2동"), romanise_place("수성1가동"), romanise_place("가창면")
    ('Sincheon 1·2-dong', 'Suseong 1ga-dong', 'Gachang-myeon')
    """
    parts = _UNIT.match(name)
    if parts is None:
        return romanise(name)
    number = parts["number"] or ""
    stem = parts["stem"].replace("·", "") + ("" if number else parts["ga"] or "")
    counted = f" {number}{'ga' if parts['ga'] else ''}" if number else ""
    return f"{romanise(stem)}{counted}-{_run(parts['unit'])}"


def _run(hangul: str) -> str:
    syllables = [divmod(ord(sign) - _FIRST, 28) for sign in hangul]
    sounds: list[str] = []
    initial = _INITIALS[syllables[0][0] // 21]
    for position, (open_part, final) in enumerate(syllables):
        sounds += [initial, _VOWELS[open_part % 21]]
        if position + 1 == len(syllables):
            sounds.append(_CLOSED[final])
            break
        following, vowel = divmod(syllables[position + 1][0], 21)
        coda, initial = _meet(final, _INITIALS[following], vowel)
        sounds.append(coda)
    return "".join(sounds)


def _meet(final: int, initial: str, vowel: int) -> tuple[str, str]:
    """Return how a final consonant and the next syllable's initial sound together."""
    if initial == "":
        return _carry(final, vowel)
    if final in _AFTER_H_FINAL and initial in _AFTER_H:
        return _AFTER_H_FINAL[final], _AFTER_H[initial]
    coda = _CLOSED[final]
    if initial == "r":
        return _before_liquid(coda)
    if coda == "l" and initial == "n":
        return "l", "l"
    if initial in {"n", "m"}:
        return _BEFORE_NASAL.get(coda, coda), initial
    return coda, initial


def _carry(final: int, vowel: int) -> tuple[str, str]:
    if vowel == _I and final == _D:
        return "", "j"  # 해돋이 → haedoji
    if vowel == _I and final == _T:
        return "", "ch"  # 같이 → gachi
    return _CARRIED[final], ""


def _before_liquid(coda: str) -> tuple[str, str]:
    if coda == "":
        return "", "r"
    if coda in {"n", "l"}:
        return "l", "l"
    return _BEFORE_NASAL.get(coda, coda), "n"
