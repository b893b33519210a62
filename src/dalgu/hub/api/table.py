"""The table of resources: a template of segments, and for each method who answers it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from dalgu.hub.api.exchange import Call, Response
from dalgu.hub.api.path import BETWEEN_HUBS, NGSI_LD, OWN

Handler = Callable[[Call], Awaitable[Response]]
Route = tuple[Handler, str]  # and the operation that access knows
Table = dict[tuple[str, ...], dict[str, Route]]

# Where each interface of a template begins, as a client sees it.
PREFIXES: Final = {"ngsi-ld": NGSI_LD, "hub": OWN, "ex": BETWEEN_HUBS}

Shape = tuple[str, str, int]  # interface, first segment, number of segments
Words = tuple[tuple[int, str], ...]  # the fixed words of a template besides its first two
Entry = tuple[Words, dict[str, Route], str]  # and the template as a path


Shapes = Mapping[Shape, list[Entry]]


def by_shape(table: Table) -> Shapes:
    """Sort the templates by shape: most shapes have one, with no further word to compare."""
    found: dict[Shape, list[Entry]] = {}
    for template, methods in table.items():
        words = tuple((at, word) for at, word in enumerate(template) if at > 1 and word != "*")
        shape = (template[0], template[1], len(template))
        found.setdefault(shape, []).append((words, methods, shown(template)))
    return found


def found_at(shapes: Shapes, path: tuple[str, ...]) -> tuple[dict[str, Route], str] | None:
    """Return what the resource at a path knows by method, and its template; `None` without one."""
    for words, methods, template in shapes.get((path[0], path[1], len(path)), ()):
        if not words or all(path[position] == word for position, word in words):
            return methods, template
    return None


def shown(template: tuple[str, ...]) -> str:
    """Return a template as a path, with `*` for what stands in it by name.

    >>> shown(("ngsi-ld", "entities", "*"))
    '/ngsi-ld/v1/entities/*'
    """
    return PREFIXES[template[0]] + "/".join(template[1:])


def rights_of(table: Table) -> dict[tuple[str, str], str]:
    """Return method and path of each route, with the operation of the access policy it takes."""
    return {
        (method, shown(template)): operation
        for template, methods in table.items()
        for method, (_, operation) in methods.items()
    }
