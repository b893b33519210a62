"""Pseudonyms of the persons in registers: keyed, so that nobody without the key can try names."""

import re
import unicodedata
from collections.abc import Callable

PREFIX = "pn1-"
SIGNS = 27  # 160 bits in base64url: no two persons of a country share one
_PSEUDONYM = re.compile(re.escape(PREFIX) + f"[A-Za-z0-9_-]{{{SIGNS}}}")


class Pseudonyms:
    """Turns a name or a number into the pseudonym of a scope; nothing clear is kept.

    Parameters
    ----------
    keyed
        A keyed hash (HMAC-SHA-256 under a key of the key file), as base64url.
    """

    def __init__(self, keyed: Callable[[str], str]) -> None:
        self._keyed = keyed

    def of(self, scope: str, person: str) -> str:
        """Return the pseudonym of a person; what is one already stays.

        The same person has different pseudonyms in different scopes, so that what somebody
        proposed cannot be laid beside the staff list.
        """
        if is_pseudonym(person):
            return person
        plain = unicodedata.normalize("NFKC", person).strip().casefold()
        return PREFIX + self._keyed(f"register {scope} {plain}")[:SIGNS]


def is_pseudonym(text: str) -> bool:
    """Tell whether a text has the form of a pseudonym, as an export has it.

    >>> is_pseudonym("20231234")
    False
    """
    return _PSEUDONYM.fullmatch(text) is not None
