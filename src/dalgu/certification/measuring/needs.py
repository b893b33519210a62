"""What a set of variables asks of the hub: which attributes of which types, which histories."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from dalgu.certification.formula.parsing import parse
from dalgu.certification.framework.query import Valid, Variable
from dalgu.hub.query.q import attributes_of
from dalgu.kernel.errors import DalguError

STANDING = ("quality", "source", "sourceDate", "origin", "modifiedAt")
"""What every variable asks of its subjects: how far they can be relied on, how old they are."""

INTERVAL = "declaredInterval"


def attributes_needed(variables: Iterable[Variable]) -> dict[str, tuple[str, ...]]:
    """Return, for each entity type, the attributes that any variable asks for, in order.

    A variable whose language is at fault asks for none; whoever counts it tells the fault.
    """
    needed: dict[str, set[str]] = {}
    for variable in variables:
        named: list[tuple[str, str]] = []
        with suppress(DalguError):
            named = list(asked(variable))
        for entity_type, attribute in named:
            needed.setdefault(entity_type, set()).add(attribute)
        for entity_type in variable.type:
            needed.setdefault(entity_type, set()).update(STANDING)
        for linked in variable.linked:
            needed.setdefault(linked.type, set())
        for entity_type in variable.observed.type if variable.observed else ():
            needed.setdefault(entity_type, set())
    return {kind: tuple(sorted(names)) for kind, names in needed.items()}


def asked(variable: Variable) -> Iterator[tuple[str, str]]:
    """Yield (type, attribute) of all that a variable names; histories are told by `observed`."""
    for entity_type in variable.type:
        for attribute in _of_subjects(variable):
            yield entity_type, attribute
    for linked in variable.linked:
        for attribute in (*_of_where(linked.where), *_of_valid(linked.valid)):
            yield linked.type, attribute
    observed = variable.observed
    if observed is not None and observed.via:
        for entity_type in observed.type:
            yield entity_type, observed.via[0]
        for link, attribute in zip(observed.via, observed.via[1:], strict=False):
            yield link[:1].upper() + link[1:], attribute  # a guess that saves a second pass


def _of_subjects(variable: Variable) -> Iterator[str]:
    yield from _of_where(variable.where)
    yield from _of_valid(variable.valid)
    for text in (variable.condition, variable.of):
        if text:
            yield from parse(text).variables
    if variable.during is not None:
        yield variable.during.attribute
    for linked in variable.linked:
        yield linked.via
    if variable.group is not None:
        yield from filter(None, (variable.group.by, variable.group.total))
    if variable.by:
        yield variable.by
    if variable.max_age_intervals:
        yield INTERVAL


def _of_where(where: str) -> Iterator[str]:
    if where:
        yield from sorted(attributes_of(where))


def _of_valid(valid: Valid | None) -> Iterator[str]:
    if valid is not None:
        yield from filter(None, (valid.since, valid.until))
