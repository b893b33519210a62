"""The q language at work: a tree becomes one predicate over canonical documents."""

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.context import Context, full_name
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.grammar import Both, Link, Literal, Node, Range, Term, Value, parse_q, plain
from dalgu.hub.query.pattern import Pattern
from dalgu.hub.values import instant

Predicate = Callable[[Document], bool]
Find = Callable[[str], Document | None]  # the entity of an id

_ORDER: dict[str, Callable[[JSON, JSON], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


tree = lru_cache(maxsize=1024)(parse_q)  # trees never change


@lru_cache(maxsize=1024)
def compile_q(text: str) -> Predicate:
    """Return the predicate of a q expression over canonical documents.

    A term holds where one instance of the attribute at its path has such a value; where the
    attribute does not exist, no comparison holds, `!=` included (CIM 009 4.9).

    Raises
    ------
    QueryInvalid, TooComplexQuery
        When the expression cannot be read or costs too much.

    Examples
    --------
    >>> is_fast = compile_q("speed>50;road==\\"Dalgubeol-daero\\"")
    >>> is_fast({"speed": {"type": "Property", "value": 60},
    ...          "road": {"type": "Property", "value": "Dalgubeol-daero"}})
    True

    """
    return _predicate(tree(text), _nobody)


def compile_linked_q(text: str, find: Find) -> Predicate:
    """Return the predicate of an expression that asks linked entities, too: `owner{name}`."""
    return _predicate(tree(text), find)


def predicate_of(node: Node) -> Predicate:
    """Return the predicate of a part of an expression, over canonical documents."""
    return _predicate(node, _nobody)


def _nobody(entity: str) -> None:
    """Find no entity: where there is no hub to ask, no link leads anywhere."""


def expand_q(text: str, context: Context, expanded: frozenset[str] = frozenset()) -> str:
    """Return the expression with the stored names of its terms; IRIs in angle brackets.

    The texts that are compared with an attribute among `expanded` (terms) become IRIs (4.9).
    """
    return _written(tree(text), context, expanded)


def attributes_of(text: str) -> set[str]:
    """Return the stored names of the attributes that an expanded expression speaks of.

    >>> sorted(attributes_of("speed>50|count==0"))
    ['count', 'speed']
    """
    return set(_top_names(tree(text)))


def _top_names(node: Node) -> Iterator[str]:
    if isinstance(node, Term):
        yield plain(node.links[0].name if node.links else node.path[0])
        return
    for part in node.parts:
        yield from _top_names(part)


def link_depth(text: str) -> int:
    """Return how many links the terms of an expression follow, at most.

    >>> link_depth('owner{works{name}}=="x"')
    2
    """
    return _depth(tree(text))


def _depth(node: Node) -> int:
    return len(node.links) if isinstance(node, Term) else max(map(_depth, node.parts))


def _written(
    node: Node, context: Context, expanded: frozenset[str], *, nested: bool = False
) -> str:
    if not isinstance(node, Term):
        sign = ";" if isinstance(node, Both) else "|"
        text = sign.join(_written(part, context, expanded, nested=True) for part in node.parts)
        return f"({text})" if nested else text
    path = ".".join(_written_name(name, context) for name in node.path)
    inner = f"[{'.'.join(node.inner)}]" if node.inner else ""
    negated = "!" if node.negated else ""
    links = "".join(_written_link(link, context) for link in node.links)
    value = _written_value(node.value, context if node.path[-1] in expanded else None)
    return f"{negated}{links}{path}{inner}{'}' * len(node.links)}{node.operator}{value}"


def _written_link(link: Link, context: Context) -> str:
    types = ",".join(_written_name(name, context) for name in link.types)
    return f"{_written_name(link.name, context)}{{{types}{':' if types else ''}"


def _written_name(name: str, context: Context) -> str:
    if name.startswith("<"):
        return name
    stored = context.expand(name)
    return f"<{stored}>" if ":" in stored or "." in stored else stored


def _written_value(value: Value | None, context: Context | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Literal):
        return _written_literal(value, context)
    if isinstance(value, Range):
        return f"{value.low.written}..{value.high.written}"
    if isinstance(value, Pattern):
        quoted = value.text.replace('"', '\\"')
        return f'"{quoted}"'
    return ",".join(_written_literal(literal, context) for literal in value)


def _written_literal(literal: Literal, context: Context | None) -> str:
    if context is None or not isinstance(literal.value, str):
        return literal.written
    return f'"{full_name(context.expand(literal.value))}"'


def _predicate(node: Node, find: Find) -> Predicate:
    if isinstance(node, Term):
        return _linked(node, _term(node), find) if node.links else _term(node)
    parts = [_predicate(part, find) for part in node.parts]
    join = all if isinstance(node, Both) else any
    return lambda document: join(part(document) for part in parts)


def _linked(term: Term, holds: Predicate, find: Find) -> Predicate:
    """Return the predicate that asks the entities behind the links of a term (4.9)."""

    def test(document: Document) -> bool:
        documents = [document]
        for link in term.links:
            types = {plain(name) for name in link.types}
            ids = {one for each in documents for one in linked_ids(each, plain(link.name))}
            found = [one for one in map(find, sorted(ids)) if one is not None]
            documents = [one for one in found if not types or types & set(_listed(one["type"]))]
        return any(map(holds, documents))

    return test


def linked_ids(document: Document, relationship: str) -> Iterator[str]:
    """Yield the ids that a relationship of an entity leads to.

    >>> list(linked_ids({"owner": {"type": "Relationship", "object": "urn:x:1"}}, "owner"))
    ['urn:x:1']
    """
    attribute = document.get(relationship)
    for instance in attribute if isinstance(attribute, list) else [attribute]:
        if isinstance(instance, dict) and instance.get("type") in _LINKS:
            yield from _listed(_value_of(instance))


def _term(term: Term) -> Predicate:
    path = tuple(plain(name) for name in term.path)
    inner = term.inner
    if not term.operator:
        wanted = not term.negated
        return lambda document: _exists(document, path, inner) is wanted
    test = _test(term)
    if inner == ("*",) and term.operator in ("!=", "!~="):
        # None of the values may match, so they are asked together.
        inner, whole = (), test
        test = lambda value: whole(list(value.values()) if type(value) is dict else value)  # noqa: E731
    # An order, or a pattern, never holds of a relationship (4.9).
    kinds = frozenset() if term.operator in ("==", "!=") else _LINKS

    def holds(document: Document) -> bool:
        return any(test(value) for value in _targets(document, path, inner, kinds))

    return holds if len(path) > 1 or inner else _of_one(path[0], test, kinds, holds)


def _of_one(
    name: str, test: Callable[[JSON], bool], without: frozenset[str], holds: Predicate
) -> Predicate:
    """Return a predicate as `holds`, at a third of its cost where there is one instance."""

    def one_holds(document: Document) -> bool:
        attribute = document.get(name)
        if type(attribute) is not dict:
            return attribute is not None and holds(document)
        return attribute.get("type") not in without and test(_value_of(attribute))

    return one_holds


def _exists(document: Document, path: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    return next(iter(_targets(document, path, inner)), None) is not None


_LINKS = frozenset(("Relationship", "ListRelationship"))


def _targets(
    document: Document,
    path: tuple[str, ...],
    inner: tuple[str, ...],
    without: frozenset[str] = frozenset(),
) -> Iterable[JSON]:
    """Yield the values at a path, one for each instance that has one and is of another kind."""
    holders: list[JSON] = [document]
    for name in path:
        found = [holder[name] for holder in holders if type(holder) is dict and name in holder]
        holders = [one for item in found for one in (item if type(item) is list else [item])]
    for holder in holders:
        if without and type(holder) is dict and holder.get("type") in without:
            continue
        value = _value_of(holder)
        yield from _inside(value, inner) if inner else (value,)


def _value_of(holder: JSON) -> JSON:
    if type(holder) is not dict:
        return holder  # a member as observedAt or unitCode
    member = VALUE_MEMBER.get(holder.get("type", ""))
    value = holder.get(member) if member else holder
    if member == "objectList":
        return [item["object"] for item in value or ()]
    if member == "vocab":
        names: JSON = value
        return full_name(names) if type(names) is str else [full_name(one) for one in names]
    return value


def _inside(value: JSON, inner: tuple[str, ...]) -> Iterator[JSON]:
    values = [value]
    for key in inner:
        steps: list[JSON] = []
        for one in values:
            if type(one) is dict:
                steps.extend(one.values() if key == "*" else [one[key]] if key in one else [])
            elif type(one) is list:
                steps.extend(item[key] for item in one if type(item) is dict and key in item)
        values = steps
    yield from values


def _test(term: Term) -> Callable[[JSON], bool]:
    value, sign = term.value, term.operator
    if isinstance(value, Pattern):
        return _pattern_test(value, wanted=sign == "~=")
    if sign in _ORDER and isinstance(value, Literal):
        return _order_test(value, _ORDER[sign])
    wanted = sign == "=="
    equals = _equality(value)

    def test(found: JSON) -> bool:
        held = any(equals(item) for item in found) if type(found) is list else equals(found)
        return held is wanted

    return test


def _pattern_test(pattern: Pattern, *, wanted: bool) -> Callable[[JSON], bool]:
    def test(found: JSON) -> bool:
        texts = [item for item in _listed(found) if type(item) is str]
        return bool(texts) and any(map(pattern.matches, texts)) is wanted

    return test


def _listed(value: JSON) -> list[JSON]:
    if type(value) is list:
        return value
    return list(value.values()) if type(value) is dict else [value]


def _order_test(literal: Literal, compare: Callable[[JSON, JSON], bool]) -> Callable[[JSON], bool]:
    wanted = _comparable(literal.value)
    if wanted is None:  # true and false have no order
        return lambda found: False
    sort, bound = wanted

    def test(found: JSON) -> bool:
        value = _comparable(found)
        return value is not None and value[0] == sort and compare(value[1], bound)

    return test


def _comparable(value: JSON) -> tuple[str, JSON] | None:
    """Return a value with its sort, as only values of one sort have an order."""
    kind = type(value)
    if kind is int or kind is float:
        return "number", value
    if kind is str:
        at = instant(value) if value[10:11] == "T" else None
        return ("text", value) if at is None else ("instant", at)
    return None


def _equality(value: Value | None) -> Callable[[JSON], bool]:
    if isinstance(value, Range):
        low = _order_test(value.low, operator.ge)
        high = _order_test(value.high, operator.le)
        return lambda found: low(found) and high(found)
    literals = value if isinstance(value, tuple) else (value,)
    wanted = [literal.value for literal in literals if isinstance(literal, Literal)]
    if len(wanted) == 1:
        only = wanted[0]
        return lambda found: _equal(found, only)
    return lambda found: any(_equal(found, one) for one in wanted)


def _equal(found: JSON, wanted: JSON) -> bool:
    if type(found) is bool or type(wanted) is bool:
        return found is wanted
    if type(found) is dict:  # a language map or an object: one of its members
        return any(_equal(item, wanted) for item in found.values() if type(item) is not dict)
    if found == wanted:
        return True
    left, right = _comparable(found), _comparable(wanted)
    return left is not None and left == right
