"""The type selection language (CIM 009 4.17): `A,B` is either, `(A;B)` is both at once.

A selection is kept as alternatives, each the names that an entity must all have, joined by `;`:
`(A;B),C` becomes `("A;B", "C")`. A plain list of types is a selection already.
"""

import re
from collections.abc import Iterable

from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import QueryInvalid, TooComplexQuery

MAX_ALTERNATIVES = 100
MAX_NESTING = 20

_TOKEN = re.compile(r"[(),;|]|[^(),;|]+")

Alternatives = list[frozenset[str]]


def parse_types(text: str, context: Context = CORE) -> tuple[str, ...]:
    """Return the alternatives of a type selection, with stored names.

    Raises
    ------
    QueryInvalid, TooComplexQuery
        When the expression cannot be read, or has too many alternatives.

    Examples
    --------
    >>> parse_types("(A;B),C")
    ('A;B', 'C')

    """
    tokens = _TOKEN.findall(text)
    alternatives, rest = _either(tokens, 0, text, context)
    if rest < len(tokens):
        raise QueryInvalid("type", text, rest, "the end")
    return tuple(dict.fromkeys(";".join(sorted(names)) for names in alternatives))


def matches_types(selection: Iterable[str], types: Iterable[str]) -> bool:
    """Whether an entity of these types is selected.

    >>> matches_types(("A;B", "C"), ["B", "A"])
    True
    """
    held = set(types)
    return any(held.issuperset(names.split(";")) for names in selection)


def candidate_types(selection: Iterable[str]) -> list[str]:
    """Return types of which a selected entity has at least one, for a look-up by index.

    >>> candidate_types(("A;B", "C"))
    ['A', 'C']
    """
    return list(dict.fromkeys(names.split(";", 1)[0] for names in selection))


def _either(
    tokens: list[str], at: int, text: str, context: Context, depth: int = 0
) -> tuple[Alternatives, int]:
    found, at = _both(tokens, at, text, context, depth)
    while at < len(tokens) and tokens[at] in (",", "|"):
        more, at = _both(tokens, at + 1, text, context, depth)
        found = _bounded(found + more)
    return found, at


def _both(
    tokens: list[str], at: int, text: str, context: Context, depth: int
) -> tuple[Alternatives, int]:
    found, at = _one(tokens, at, text, context, depth)
    while at < len(tokens) and tokens[at] == ";":
        more, at = _one(tokens, at + 1, text, context, depth)
        found = _bounded([left | right for left in found for right in more])
    return found, at


def _one(
    tokens: list[str], at: int, text: str, context: Context, depth: int
) -> tuple[Alternatives, int]:
    if at < len(tokens) and tokens[at] == "(":
        if depth >= MAX_NESTING:
            raise TooComplexQuery(f"A type selection may nest at most {MAX_NESTING} parentheses.")
        found, at = _either(tokens, at + 1, text, context, depth + 1)
        if at >= len(tokens) or tokens[at] != ")":
            raise QueryInvalid("type", text, at, "')'")
        return found, at + 1
    if at >= len(tokens) or tokens[at] in "),;|":
        raise QueryInvalid("type", text, at, "the name of a type")
    return [frozenset((context.expand(tokens[at].strip()),))], at + 1


def _bounded(alternatives: Alternatives) -> Alternatives:
    if len(alternatives) > MAX_ALTERNATIVES:
        raise TooComplexQuery(f"A type selection may have at most {MAX_ALTERNATIVES} alternatives.")
    return alternatives
