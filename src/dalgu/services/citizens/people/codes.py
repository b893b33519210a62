"""Signed codes: a community centre prints one, its bearer types it, and it works once.

A code has 20 signs that are hard to confuse: 50 random bits and a tag of 50 bits made with a key
that only the platform has, so a code of another city is known at once, without looking it up.
"""

import secrets
from collections.abc import Callable

HALF = 10  # signs of 5 bits
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_READ = str.maketrans("ILO", "110")  # as people misread them


class CodeForeign(ValueError):
    """A text that this platform never gave as a code."""


def new_code(keyed: Callable[[str], str]) -> str:
    """Return a fresh code in groups of five.

    >>> len(new_code(lambda text: "0" * 32))
    23
    """
    body = "".join(secrets.choice(SIGNS) for _ in range(HALF))
    whole = body + _tag(keyed, body)
    return "-".join(whole[n : n + 5] for n in range(0, 2 * HALF, 5))


def read_code(keyed: Callable[[str], str], text: str) -> str:
    """Return a code as it was made, however it was typed; raise `CodeForeign`.

    >>> code = new_code(lambda text: "0" * 32)
    >>> read_code(lambda text: "0" * 32, f" {code.lower().replace('-', ' ')} ") == code
    True
    """
    plain = text.upper().translate(_READ)
    whole = "".join(sign for sign in plain if sign in SIGNS)
    body, tag = whole[:HALF], whole[HALF:]
    if len(whole) != 2 * HALF or not secrets.compare_digest(tag, _tag(keyed, body)):
        raise CodeForeign
    return "-".join(whole[n : n + 5] for n in range(0, 2 * HALF, 5))


def _tag(keyed: Callable[[str], str], body: str) -> str:
    number = int(keyed(f"code {body}"), 16)
    return "".join(SIGNS[number >> 5 * n & 31] for n in range(HALF))
