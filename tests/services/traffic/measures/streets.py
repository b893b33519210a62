"""A road from west to east with signals 400 m apart, each with a cross street and a crossing."""

import itertools

from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import (
    Corridor,
    Crossing,
    Lane,
    Link,
    Movement,
    Network,
    Node,
    Signal,
    Turn,
)

APART_M = 400.0
SPEED_KMH = 36.0  # 10 m/s: 40 s from signal to signal
MAIN, CROSS, LEFT, WALK = 0, 1, 2, 3  # groups of every signal
GROUPS = (
    Group("EW", amber_s=3.0),
    Group("NS", amber_s=3.0),
    Group("EW-L", amber_s=3.0),
    Group("W-P", GroupKind.PEDESTRIAN, min_green_s=7.0, amber_s=10.0),
)
INTERGREEN_S = (  # from the row's green to the column's
    (0.0, 5.0, 0.0, 5.0),
    (5.0, 0.0, 5.0, 0.0),
    (0.0, 5.0, 0.0, 5.0),
    (12.0, 0.0, 12.0, 0.0),
)
STAGES = (Stage("main", (MAIN,)), Stage("left", (MAIN, LEFT)), Stage("cross", (CROSS, WALK)))
STEPS = (Step(0, 30.0), Step(1, 10.0), Step(2, 23.0))  # and changes: 0, 5 and 12 s: cycle 80 s
NIGHT = (Step(0, 20.0), Step(1, 8.0), Step(2, 20.0))


def _arm(signal, x, y, name, other):
    """Links both ways between a signal and a node beside it, and their lanes."""
    start, end = f"{other}-{signal}", f"{signal}-{other}"
    here, there = (x, y), name
    return [
        Link(start, other, signal, APART_M, 2, SPEED_KMH, geometry=(there, here)),
        Link(end, signal, other, APART_M, 2, SPEED_KMH, geometry=(here, there)),
    ]


def network(signals=3, offsets=(0.0, 0.0, 0.0)):
    """Build it."""
    names = [f"s{n}" for n in range(signals)]
    nodes, links = [], []
    for n, name in enumerate(names):
        x = n * APART_M
        nodes += [Node(name, x, 0.0, Text(f"교차로 {n}", f"Junction {n}"))]
        nodes += [Node(f"n{n}", x, APART_M), Node(f"b{n}", x, -APART_M)]
        links += _arm(name, x, 0.0, (x, APART_M), f"n{n}")
        links += _arm(name, x, 0.0, (x, -APART_M), f"b{n}")
    nodes += [Node("w", -APART_M, 0.0), Node("e", signals * APART_M, 0.0)]
    links += _arm(names[0], 0.0, 0.0, (-APART_M, 0.0), "w")
    links += _arm(names[-1], (signals - 1) * APART_M, 0.0, (signals * APART_M, 0.0), "e")
    for n, (one, other) in enumerate(itertools.pairwise(names)):
        links += _arm(other, (n + 1) * APART_M, 0.0, (n * APART_M, 0.0), one)
    lanes, movements = [], []
    for link in links:
        if link.end not in names:
            lanes.append(Lane(f"{link.id}_0", link.id, 0, link.length_m))
            lanes.append(Lane(f"{link.id}_1", link.id, 1, link.length_m))
            continue
        made = _approach(link, links)
        lanes += [lane for lane, _ in made]
        movements += [movement for _, some in made for movement in some]
    crossings = [
        Crossing(f"{name}-c", name, (_west(n), _back(_west(n))), 10.0, name, WALK)
        for n, name in enumerate(names)
    ]
    made = [
        Signal(
            name,
            (name,),
            GROUPS,
            INTERGREEN_S,
            STAGES,
            (
                Plan("day", STEPS, offset_s=offset),
                Plan("night", (Step(0, 20.0), Step(1, 8.0), Step(2, 20.0))),
            ),
            Text(f"교차로 {n}", f"Junction {n}"),
        )
        for n, (name, offset) in enumerate(zip(names, offsets, strict=False))
    ]
    corridor = Corridor("main", Text("큰길", "Main road"), tuple(names))
    return Network(
        "road",
        tuple(nodes),
        tuple(links),
        tuple(lanes),
        tuple(movements),
        tuple(made),
        crossings=tuple(crossings),
        corridors=(corridor,),
        is_geographic=False,
    )


def _back(link):
    return "-".join(link.split("-")[::-1])


def _west(n):
    return f"{'w' if n == 0 else f's{n - 1}'}-s{n}"


def _approach(link, links):
    """Two lanes and, on the main road, a left-turn pocket; exits by where they lie."""
    heading = _unit(link.geometry[0], link.geometry[-1])
    exits = {}
    for other in links:
        if other.start == link.end and other.end != link.start:
            away = _unit(other.geometry[0], other.geometry[-1])
            cross = heading[0] * away[1] - heading[1] * away[0]
            along = heading[0] * away[0] + heading[1] * away[1]
            turn = Turn.THROUGH if along > 0.5 else (Turn.LEFT if cross > 0 else Turn.RIGHT)
            exits[turn] = other.id
    main = abs(heading[0]) > 0.5
    group = MAIN if main else CROSS

    def movement(lane, turn, group, **more):
        return Movement(f"{lane}-{turn}", lane, exits[turn], turn, link.end, group, **more)

    kerb, inner = f"{link.id}_0", f"{link.id}_1"
    rows = [
        (
            Lane(kerb, link.id, 0, link.length_m, 1_600.0),
            [
                movement(kerb, Turn.RIGHT, group, permissive=True, share=0.2),
                movement(kerb, Turn.THROUGH, group, share=0.8),
            ],
        ),
        (Lane(inner, link.id, 1, link.length_m), [movement(inner, Turn.THROUGH, group)]),
    ]
    if main:
        pocket = f"{link.id}_2"
        rows.append((Lane(pocket, link.id, 2, 80.0, 1_700.0), [movement(pocket, Turn.LEFT, LEFT)]))
    return rows


def _unit(start, end):
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    return dx / length, dy / length
