"""The q language (CIM 009 4.9) as a tree: what is asked, before it is asked of anything.

    q         = and *( "|" and )
    and       = factor *( ";" factor )
    factor    = "(" q ")" / [ "!" ] path [ operator value ]
    path      = *( name "{" [ type *( "," type ) ":" ] ) member *( "}" )
    member    = name *( "." name ) [ "[" name *( "." name ) "]" ]
    value     = range / list / literal

Inside the hub a name that is an IRI stands in angle brackets, as its dots would read as a path.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dalgu.hub.context import Context
from dalgu.hub.errors import QueryInvalid, TooComplexQuery
from dalgu.hub.query.pattern import Pattern, compile_pattern
from dalgu.hub.values import instant

MAX_LENGTH = 8_192
MAX_TERMS = 200
MAX_NESTING = 40


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in a query: text, number, flag or instant, as it was written."""

    value: str | float | bool
    written: str


@dataclass(frozen=True, slots=True)
class Range:
    """All values from one literal to another, both included."""

    low: Literal
    high: Literal


Value = Literal | Range | tuple[Literal, ...] | Pattern


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value stands: names of attributes, then names inside the value."""

    names: tuple[str, ...]
    inner: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the path as it is written; IRIs in angle brackets."""
        written = (f"<{name}>" if ":" in name or "." in name else name for name in self.names)
        return ".".join(written) + (f"[{'.'.join(self.inner)}]" if self.inner else "")


@dataclass(frozen=True, slots=True)
class Link:
    """A step to the entities that a relationship leads to, of these types (none: of any)."""

    name: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a path, and what its value must be (no operator: it must exist)."""

    path: tuple[str, ...]
    inner: tuple[str, ...] = ()  # the path inside the value: address[city]
    operator: str = ""
    value: Value | None = None
    negated: bool = False  # it must not exist
    links: tuple[Link, ...] = ()  # the path begins at entities that these lead to


@dataclass(frozen=True, slots=True)
class Both:
    """All parts must hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One part must hold."""

    parts: tuple["Node", ...]


Node = Term | Both | Either

_NAME = re.compile(r"<[^<>\"\s]+>|[^\s<>\"'=;()\[\]{}|\\^`&,!~.]+")
_OPERATOR = re.compile(r"==|!=|<=|>=|!~=|~=|<|>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_BARE = re.compile(r"(?:[^\"\s,;|()\[\].]|\.(?!\.))+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_WORD = re.compile(r"[^\W\d]\w*")
_TYPE = r"(?:<[^<>\"\s]+>|\w+)"
_TYPES = re.compile(rf"({_TYPE}(?:,{_TYPE})*):")


def parse_q(text: str) -> Node:
    """Return the tree of a q expression.

    Raises
    ------
    QueryInvalid
        When the text is no q expression; it says where.
    TooComplexQuery
        When it is longer, deeper or wider than the hub evaluates.

    Examples
    --------
    >>> parse_q("speed>50").operator
    '>'

    """
    if len(text) > MAX_LENGTH:
        raise TooComplexQuery(f"A q expression must have at most {MAX_LENGTH} signs.")
    return _Parser(text).whole()


def parse_path(text: str, context: Context) -> Path:
    """Return a path with stored names; raise `QueryInvalid` when it is none.

    >>> from dalgu.hub.context import CORE
    >>> parse_path("address[city]", CORE)
    Path(names=('address',), inner=('city',))
    """
    parser = _Parser(text)
    path = parser.path()
    if parser.at < len(text):
        raise parser.refuse("the end of a path")
    return Path(tuple(context.expand(plain(name)) for name in path.names), path.inner)


def plain(name: str) -> str:
    """Return a name without the angle brackets of an IRI.

    >>> plain("<https://example.org/speed>")
    'https://example.org/speed'
    """
    return name[1:-1] if name.startswith("<") else name


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms = 0
        self.depth = 0

    def refuse(self, expected: str) -> QueryInvalid:
        return QueryInvalid("q", self.text, self.at, expected)

    def take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def whole(self) -> Node:
        node = self.either()
        if self.at < len(self.text):
            raise self.refuse("';', '|' or the end")
        return node

    def either(self) -> Node:
        return self.joined("|", Either, self.both)

    def both(self) -> Node:
        return self.joined(";", Both, self.factor)

    def joined(self, sign: str, kind: type[Both] | type[Either], part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.take(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def factor(self) -> Node:
        if not self.take("("):
            return self.term()
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise TooComplexQuery(f"A q expression may nest at most {MAX_NESTING} parentheses.")
        node = self.either()
        if not self.take(")"):
            raise self.refuse("')'")
        self.depth -= 1
        return node

    def term(self) -> Term:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise TooComplexQuery(f"A q expression may have at most {MAX_TERMS} terms.")
        negated = self.take("!")
        links: list[Link] = []
        path = self.path()
        while self.take("{"):
            if len(path.names) > 1 or path.inner:
                raise self.refuse("one relationship before '{'")
            types = self.match(_TYPES)
            names = () if types is None else tuple(types.group(1).split(","))
            links.append(Link(path.names[0], names))
            if len(links) > MAX_NESTING:
                raise TooComplexQuery(f"A q expression may follow at most {MAX_NESTING} links.")
            path = self.path()
        for _ in links:
            if not self.take("}"):
                raise self.refuse("'}'")
        operator = None if negated else self.match(_OPERATOR)
        if operator is None:
            return Term(path.names, path.inner, negated=negated, links=tuple(links))
        sign = operator.group()
        value = self.pattern() if "~" in sign else self.value(sign)
        return Term(path.names, path.inner, sign, value, links=tuple(links))

    def path(self) -> Path:
        names = self.names()
        inner: tuple[str, ...] = ()
        if self.take("["):
            inner = ("*",) if self.take("*") else self.names()
            if not self.take("]"):
                raise self.refuse("']'")
        return Path(names, inner)

    def names(self) -> tuple[str, ...]:
        names = [self.name()]
        while self.take("."):
            names.append(self.name())
        return tuple(names)

    def name(self) -> str:
        found = self.match(_NAME)
        if found is None:
            raise self.refuse("the name of an attribute")
        return found.group()

    def pattern(self) -> Pattern:
        quoted = self.match(_QUOTED)
        if quoted is not None:
            return compile_pattern(quoted.group(1).replace('\\"', '"'))
        start, depth = self.at, 0
        while self.at < len(self.text):
            sign = self.text[self.at]
            depth += (sign == "(") - (sign == ")")
            if depth < 0 or (depth == 0 and sign in ";|"):
                break
            self.at += 2 if sign == "\\" else 1
        self.at = min(self.at, len(self.text))
        if self.at == start:
            raise self.refuse("a pattern")
        return compile_pattern(self.text[start : self.at])

    def value(self, operator: str) -> Value:
        first = self.literal()
        if operator not in ("==", "!="):
            return first
        if self.take(".."):
            return Range(first, self.literal())
        several = [first]
        while self.take(","):
            several.append(self.literal())
        return first if len(several) == 1 else tuple(several)

    def literal(self) -> Literal:
        start = self.at
        quoted = self.match(_QUOTED)
        if quoted is not None:
            return Literal(
                re.sub(r"\\(.)", r"\1", quoted.group(1), flags=re.DOTALL), quoted.group()
            )
        found = self.match(_BARE)
        if found is not None:
            read = _bare_value(found.group())
            if read is not None:
                return Literal(read, found.group())
        self.at = start
        raise self.refuse("a number, true, false, an instant, a URI or a quoted text")


def _bare_value(text: str) -> str | float | bool | None:
    if _NUMBER.fullmatch(text):
        return float(text) if any(sign in text for sign in ".eE") else _integer(text)
    if text in ("true", "false"):
        return text == "true"
    if instant(text) is not None or _DATE.fullmatch(text) or _URI.fullmatch(text):
        return text
    # A bare word: what `expandValues` makes an IRI of (4.9, example 12).
    return text if _WORD.fullmatch(text) else None


def _integer(text: str) -> float | None:
    return int(text) if len(text) <= 300 else None  # beyond a float's range no value compares
