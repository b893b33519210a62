"""Names of groups and stages by compass, where a source has only numbers."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from dalgu.devices.signals.timing import Group, GroupKind
from dalgu.services.traffic.network.arms import bearing_of
from dalgu.services.traffic.network.model import Crossing, Movement, Network, Signal, Turn
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.network.staging import compass

LEFT = frozenset({Turn.LEFT, Turn.U_TURN})


def named_groups(network: Network) -> Network:
    """Name groups after where their traffic comes from: N, N-L for left turns, N-P to walk."""
    parts = Parts.of(network)
    signals = tuple(_named(parts, signal) for signal in network.signals)
    return msgspec.structs.replace(network, signals=signals)


def _named(parts: Parts, signal: Signal) -> Signal:
    names = []
    for n, group in enumerate(signal.groups):
        movements = [m for m in parts.ruled_by.get(signal.id, ()) if m.group == n]
        crossings = [c for c in parts.crossings_of.get(signal.id, ()) if c.group == n]
        names.append(_name(parts, group, movements, crossings) or f"G{n + 1}")
    groups = tuple(
        msgspec.structs.replace(group, name=name)
        for group, name in zip(signal.groups, _unlike(names), strict=True)
    )
    stages = tuple(
        msgspec.structs.replace(stage, name="+".join(groups[g].name for g in stage.groups))
        for stage in signal.stages
    )
    return msgspec.structs.replace(signal, groups=groups, stages=stages)


def _name(parts: Parts, group: Group, movements: list[Movement], crossings: list[Crossing]) -> str:
    if group.kind is GroupKind.PEDESTRIAN:
        if not crossings:
            return ""
        link = parts.links[crossings[0].over[0]]
        ends_here = link.end == crossings[0].node
        return compass(bearing_of(parts, link, at_end=ends_here)) + "-P"
    if not movements:
        return ""
    link = parts.link_of(movements[0])
    turns = {movement.turn for movement in movements}
    suffix = "-L" if turns <= LEFT else "-R" if turns == {Turn.RIGHT} else ""
    return compass(bearing_of(parts, link, at_end=True)) + suffix


def _unlike(names: list[str]) -> Iterable[str]:
    """Yield the names, numbered where several are alike."""
    times, seen = Counter(names), Counter[str]()
    for name in names:
        seen[name] += 1
        yield name if times[name] == 1 else f"{name}.{seen[name]}"
