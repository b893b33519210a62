"""A Sankey drawing of the funnel: where nodes and ribbons lie. Pure geometry, in SVG units.

Four columns: people of each round, problems of each round, planned or not, completed or not.
People and problems have scales of their own, so the first ribbons narrow; a title says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.funnel import Funnel, reason_title

WIDTH, HEIGHT = 1_000.0, 430.0
FOOT = 24.0  # below the bars: the words of a small last one
TOP, GAP, BAR = 34.0, 16.0, 14.0
COLUMNS = (0.0, 250.0, 560.0, 860.0)
PLANNED, COMPLETED = Text("실증 과제로 추진", "Taken to R&D"), Text("실증 완료", "Completed")


@dataclass(frozen=True, slots=True)
class Node:
    """A bar with its words: `kind` is what it is (people, problems, planned, done, stopped)."""

    key: str
    title: Text
    count: int
    kind: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow between two bars as an SVG path."""

    path: str
    kind: str
    title: Text


@dataclass(frozen=True, slots=True)
class Sankey:
    """The whole drawing."""

    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    width: float = WIDTH
    height: float = HEIGHT + FOOT


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    title: Text
    count: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Flow:
    begin: str
    end: str
    at_begin: float  # heights
    at_end: float


def drawn(funnel: Funnel) -> Sankey:
    """Return the drawing of a funnel, without any node where it is empty."""
    columns = _columns(funnel)
    room = HEIGHT - TOP - GAP * (max(len(column) for column in columns) - 1)
    unit = room / max(1, funnel.problems)
    unit_people = room / max(1, funnel.people)
    nodes: dict[str, Node] = {}
    for x, column, scale in zip(COLUMNS, columns, (unit_people, unit, unit, unit), strict=True):
        nodes |= {node.key: node for node in _stacked(x, column, scale)}
    flows = _flows(funnel, unit, unit_people)
    return Sankey(tuple(nodes.values()), tuple(_ribbons(flows, nodes)))


def _columns(funnel: Funnel) -> tuple[list[_Part], ...]:
    people = [_Part(f"p{one.number}", one.title, one.people, "people") for one in funnel.rounds]
    defined = [
        _Part(f"d{one.number}", one.title, one.problems, "problems") for one in funnel.rounds
    ]
    planned = [_Part("planned", PLANNED, funnel.planned, "planned")]
    done = [_Part("done", COMPLETED, funnel.completed, "done")]
    return (
        _some(people),
        _some(defined),
        _some([*planned, *_ends("b", funnel.stopped_before)]),
        _some([*done, *_ends("a", funnel.stopped_after)]),
    )


def _ends(prefix: str, counts: Mapping[str, int]) -> list[_Part]:
    return [
        _Part(f"{prefix}.{key}", reason_title(key), count, "open" if key == "open" else "stopped")
        for key, count in counts.items()
    ]


def _some(parts: Iterable[_Part]) -> list[_Part]:
    return [part for part in parts if part.count]


def _stacked(x: float, column: Sequence[_Part], scale: float) -> list[Node]:
    nodes, y = [], TOP
    for part in column:
        height = round(part.count * scale, 2)
        nodes.append(Node(part.key, part.title, part.count, part.kind, x, round(y, 2), height))
        y += height + GAP
    return nodes


def _flows(funnel: Funnel, unit: float, unit_people: float) -> list[_Flow]:
    flows = []
    for one in funnel.rounds:
        flows.append(
            _Flow(f"p{one.number}", f"d{one.number}", one.people * unit_people, one.problems * unit)
        )
        flows.append(_even(f"d{one.number}", "planned", one.planned * unit))
        for key in funnel.stopped_before:
            count = one.stopped_before.get(key, 0)
            flows.append(_even(f"d{one.number}", f"b.{key}", count * unit))
    flows.append(_even("planned", "done", funnel.completed * unit))
    flows += [
        _even("planned", f"a.{key}", count * unit) for key, count in funnel.stopped_after.items()
    ]
    return flows


def _even(begin: str, end: str, height: float) -> _Flow:
    return _Flow(begin, end, height, height)


def _ribbons(flows: Iterable[_Flow], nodes: Mapping[str, Node]) -> Iterable[Ribbon]:
    used: dict[tuple[str, str], float] = {}
    for flow in flows:
        begin, end = nodes.get(flow.begin), nodes.get(flow.end)
        if begin is None or end is None or flow.at_begin <= 0 or flow.at_end <= 0:
            continue
        from_y = begin.y + used.get((flow.begin, "out"), 0.0)
        to_y = end.y + used.get((flow.end, "in"), 0.0)
        used[flow.begin, "out"] = used.get((flow.begin, "out"), 0.0) + flow.at_begin
        used[flow.end, "in"] = used.get((flow.end, "in"), 0.0) + flow.at_end
        path = _path(begin.x + BAR, end.x, (from_y, flow.at_begin), (to_y, flow.at_end))
        title = Text(f"{begin.title.ko} → {end.title.ko}", f"{begin.title.en} → {end.title.en}")
        yield Ribbon(path, end.kind, title)


def _path(x_0: float, x_1: float, begin: tuple[float, float], end: tuple[float, float]) -> str:
    """Return a ribbon as two smooth edges; each end is its upper y and its height."""
    (y_0, h_0), (y_1, h_1) = begin, end
    middle = (x_0 + x_1) / 2
    numbers = (
        f"M{x_0:g} {y_0:.1f}C{middle:g} {y_0:.1f} {middle:g} {y_1:.1f} {x_1:g} {y_1:.1f}",
        f"L{x_1:g} {y_1 + h_1:.1f}",
        f"C{middle:g} {y_1 + h_1:.1f} {middle:g} {y_0 + h_0:.1f} {x_0:g} {y_0 + h_0:.1f}Z",
    )
    return "".join(numbers)
