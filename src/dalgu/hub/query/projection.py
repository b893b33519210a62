"""The attribute projection language (CIM 009 4.21): `id,locatedAt{name,isIn{name}}`.

Braces speak of the entity that a relationship leads to; each pair is one hop.
"""

from collections.abc import Mapping

from dalgu.hub.context import CORE, Context
from dalgu.hub.errors import QueryInvalid, TooComplexQuery

MAX_NESTING = 20
MAX_NAMES = 1_000

Projection = Mapping[str, "Projection"]  # stored name -> what is said of the linked entity

_SIGNS = ",|{}"


def parse_projection(text: str, context: Context = CORE) -> Projection:
    """Return the members that are named, with stored names.

    Raises
    ------
    QueryInvalid, TooComplexQuery, DocumentInvalid
        When the expression cannot be read, or a name is none.

    Examples
    --------
    >>> parse_projection("id,locatedAt{name}")
    {'id': {}, 'locatedAt': {'name': {}}}

    """
    parser = _Parser(text, context)
    found = parser.members(0)
    if parser.at < len(text):
        raise parser.refuse("',', '|' or the end")
    return found


def depth(projection: Projection) -> int:
    """Return how many hops a projection goes.

    >>> depth(parse_projection("id,locatedAt{name}"))
    1
    """
    return max((1 + depth(below) for below in projection.values() if below), default=0)


class _Parser:
    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.at = 0
        self.names = 0
        self.context = context

    def refuse(self, expected: str) -> QueryInvalid:
        return QueryInvalid("projection", self.text, self.at, expected)

    def members(self, level: int) -> dict[str, Projection]:
        if level > MAX_NESTING:
            raise TooComplexQuery(f"A projection may nest at most {MAX_NESTING} braces.")
        found: dict[str, Projection] = {}
        while True:
            name = self.name()
            below: dict[str, Projection] = {}
            if self.sign() == "{":
                self.at += 1
                below = self.members(level + 1)
                if self.sign() != "}":
                    raise self.refuse("'}'")
                self.at += 1
            found[name] = {**found.get(name, {}), **below}
            if self.sign() not in (",", "|"):
                return found
            self.at += 1

    def sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def name(self) -> str:
        self.names += 1
        if self.names > MAX_NAMES:
            raise TooComplexQuery(f"A projection may hold at most {MAX_NAMES} names.")
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _SIGNS:
            self.at += 1
        term = self.text[start : self.at].strip()
        if not term:
            raise self.refuse("the name of a member")
        return self.context.expand(term)
