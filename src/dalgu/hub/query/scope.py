"""The scope query language (CIM 009 4.19): which places of a tree an entity belongs to."""

import re
from collections.abc import Callable

from dalgu.hub.errors import QueryInvalid, TooComplexQuery
from dalgu.hub.model import Document

MAX_LENGTH = 4_096

_LEVEL = r"(?:\+|[^/+#,;|()\s]+)"
_SCOPE = re.compile(rf"/?{_LEVEL}(?:/{_LEVEL})*(?:/#)?|/?#")

Levels = tuple[str, ...]


def compile_scope(text: str) -> Callable[[Document], bool]:
    """Return the predicate of a scope query over canonical documents.

    `+` stands for one level, `#` at the end for all levels below; `,` and `|` are or, `;` is and.

    Raises
    ------
    QueryInvalid, TooComplexQuery
        When the expression cannot be read, or is too long.

    Examples
    --------
    >>> in_gardens = compile_scope("/Daegu/+/Gardens/#")
    >>> in_gardens({"scope": "/Daegu/Dalseo/Gardens/Duryu"})
    True

    """
    if len(text) > MAX_LENGTH:
        raise TooComplexQuery(f"A scope query must have at most {MAX_LENGTH} signs.")
    alternatives: list[list[Levels]] = []
    at = 0
    while True:
        scopes, at = _conjunction(text, at)
        alternatives.append(scopes)
        if at == len(text):
            break
        if text[at] not in ",|":
            raise QueryInvalid("scope", text, at, "';', ',', '|' or the end")
        at += 1

    def matches(document: Document) -> bool:
        held = scopes_of(document)
        return any(
            all(any(_fits(wanted, one) for one in held) for wanted in together)
            for together in alternatives
        )

    return matches


def scopes_of(document: Document) -> list[Levels]:
    """Return the scopes of an entity, each as its levels.

    >>> scopes_of({"scope": "/Daegu/Dalseo"})
    [('Daegu', 'Dalseo')]
    """
    scope = document.get("scope")
    if scope is None:
        return []
    several = scope if isinstance(scope, list) else [scope]
    return [tuple(one.strip("/").split("/")) for one in several]


def _conjunction(text: str, at: int) -> tuple[list[Levels], int]:
    grouped = text.startswith("(", at)
    at += grouped
    scopes: list[Levels] = []
    while True:
        found = _SCOPE.match(text, at)
        if found is None:
            raise QueryInvalid("scope", text, at, "a scope, as /Daegu/Dalseo,")
        scopes.append(tuple(found.group().strip("/").split("/")))
        at = found.end()
        if not text.startswith(";", at):
            break
        at += 1
    if grouped:
        if not text.startswith(")", at):
            raise QueryInvalid("scope", text, at, "')'")
        at += 1
    return scopes, at


def _fits(wanted: Levels, held: Levels) -> bool:
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        held = held[: len(wanted)]
    return len(wanted) == len(held) and all(
        level in ("+", other) for level, other in zip(wanted, held, strict=True)
    )
