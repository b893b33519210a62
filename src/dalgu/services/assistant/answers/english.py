"""English questions as terms: words without their endings, and the letters within them."""

import re

# Words that any question may hold, whatever it is about.
_IDLE = frozenset(
    (
        *("a", "an", "the", "is", "are", "was", "were", "be", "been", "do", "does", "did", "i"),
        *("you", "we", "they", "he", "she", "it", "my", "your", "our", "their", "me", "us", "to"),
        *("of", "in", "on", "at", "for", "from", "with", "by", "and", "or", "if", "when", "where"),
        *("what", "which", "who", "how", "why", "can", "could", "should", "would", "will", "may"),
        *("must", "have", "has", "had", "there", "this", "that", "these", "those", "not", "no"),
        *(
            "as",
            "about",
            "into",
            "need",
            "get",
            "want",
            "rid",
            "please",
            "tell",
            "know",
            "much",
            "many",
        ),
    )
)
_ENDINGS = ("ings", "ing", "ied", "ies", "ed", "es", "s")
_SHORTEST = 3  # letters that must be left of a word
_WORD = re.compile(r"[a-z0-9]+")


def stems(text: str) -> list[str]:
    """Return the words of a text that say what it is about, without their endings.

    >>> stems("Where can I report illegally parked cars?")
    ['report', 'illegally', 'park', 'car']
    """
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _IDLE]


def fours(text: str) -> list[str]:
    """Return the groups of four letters within the stems of a text, edges marked.

    >>> fours("cars")
    ['_car', 'car_']
    """
    return _groups(text, 4)


def threes(text: str) -> list[str]:
    """Return the groups of three letters within the stems of a text, edges marked."""
    return _groups(text, 3)


def _groups(text: str, size: int) -> list[str]:
    edged = [f"_{stem}_" for stem in stems(text)]
    return [word[at : at + size] for word in edged for at in range(max(len(word) - size + 1, 1))]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            kept = word.removesuffix(ending)
            return kept + "y" if ending in ("ies", "ied") else kept.rstrip("e")
    return word.rstrip("e") if len(word) > _SHORTEST else word
