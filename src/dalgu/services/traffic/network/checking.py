"""Whether a network can be run by: each finding names the thing, the reason and the mend."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from dalgu.services.traffic.network.checking_signals import signal_findings
from dalgu.services.traffic.network.finding import Finding, Grave, thing
from dalgu.services.traffic.network.identifiers import is_plain
from dalgu.services.traffic.network.model import Movement, Network
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.network.refusals import NetworkUnsound

IN_NO_ADDRESS = ("lane", "movement", "detector")
SHARE_TOLERANCE = 0.02
ORDER = (Grave.ERROR, Grave.WARNING, Grave.NOTE)


def check(network: Network) -> list[Finding]:
    """Return what is wrong with a network, the gravest first; nothing is changed."""
    parts = Parts.of(network)
    dangling = [*_repeated(network), *_references(parts)]
    found = [*dangling, *_values(network)]
    if not dangling:  # the rest follows references
        found += [*_lanes(parts), *_movements(parts), *_detectors(parts), *_entries(parts)]
        found += signal_findings(parts)
    return sorted(found, key=lambda one: ORDER.index(one.grave))


def require_sound(network: Network) -> list[Finding]:
    """Return the findings of a network; raise `NetworkUnsound` when one is an error."""
    found = check(network)
    errors = [one for one in found if one.grave is Grave.ERROR]
    if errors:
        raise NetworkUnsound(network.name, errors[0].text.en, len(errors))
    return found


def _repeated(network: Network) -> Iterator[Finding]:
    for kind, things in _kinds(network).items():
        for name, times in Counter(one.id for one in things).items():
            if times > 1:
                yield Finding("id-repeated", thing(kind, name), {"kind": kind})
            if kind not in IN_NO_ADDRESS and not is_plain(name):
                yield Finding("id-unfit", thing(kind, name))
    if not network.signals:
        yield Finding("no-signals", thing("signal", network.name))


def _kinds(network: Network) -> dict[str, tuple[Any, ...]]:
    return {
        "node": network.nodes,
        "link": network.links,
        "lane": network.lanes,
        "movement": network.movements,
        "signal": network.signals,
        "crossing": network.crossings,
        "detector": network.detectors,
        "corridor": network.corridors,
    }


def _references(parts: Parts) -> Iterator[Finding]:
    known = {
        "node": parts.nodes, "link": parts.links, "lane": parts.lanes, "signal": parts.signals
    }  # fmt: skip
    named = chain(_named_by_streets(parts.network), _named_by_signals(parts.network))
    for kind, name, other_kind, other in named:
        if other not in known[other_kind]:
            yield Finding(
                "reference-unknown", thing(kind, name), {"kind": other_kind, "other": other}
            )
    for ruled, kind in (
        (parts.network.movements, "movement"),
        (parts.network.crossings, "crossing"),
    ):
        for one in ruled:
            signal = parts.signals.get(one.signal)
            if signal is not None and not -1 <= one.group < len(signal.groups):
                yield Finding(
                    "group-unknown",
                    thing(kind, one.id),
                    {
                        "group": str(one.group),
                        "signal": one.signal,
                        "groups": str(len(signal.groups)),
                    },
                )


def _named_by_streets(network: Network) -> Iterator[tuple[str, str, str, str]]:
    """Yield references: kind and id of who names, kind and id of what is named."""
    for link in network.links:
        yield from (("link", link.id, "node", node) for node in (link.start, link.end))
    for lane in network.lanes:
        yield "lane", lane.id, "link", lane.link
    for one in network.movements:
        yield "movement", one.id, "lane", one.lane
        yield "movement", one.id, "link", one.exit
        if one.signal:
            yield "movement", one.id, "signal", one.signal
    for crossing in network.crossings:
        yield "crossing", crossing.id, "node", crossing.node
        yield from (("crossing", crossing.id, "link", link) for link in crossing.over)
        if crossing.signal:
            yield "crossing", crossing.id, "signal", crossing.signal


def _named_by_signals(network: Network) -> Iterator[tuple[str, str, str, str]]:
    for signal in network.signals:
        yield from (("signal", signal.id, "node", node) for node in signal.nodes)
    for detector in network.detectors:
        yield "detector", detector.id, "lane", detector.lane
    for corridor in network.corridors:
        yield from (("corridor", corridor.id, "signal", name) for name in corridor.signals)
    for inflow in network.inflows:
        yield "inflow", inflow.link, "link", inflow.link


def _values(network: Network) -> Iterator[Finding]:
    for link in network.links:
        yield from _positive("link", link, ("length_m", "lanes", "free_speed_kmh"))
    for lane in network.lanes:
        yield from _positive("lane", lane, ("length_m", "saturation_veh_h"))
        yield from _not_negative("lane", lane, ("index", "share"))
    for movement in network.movements:
        yield from _not_negative("movement", movement, ("share",))
    for crossing in network.crossings:
        yield from _positive("crossing", crossing, ("length_m",))
    for inflow in network.inflows:
        if len(inflow.veh_h) != 24 or min(inflow.veh_h) < 0:
            yield Finding(
                "value-impossible",
                thing("inflow", inflow.link),
                {"column": "veh_h", "value": f"({len(inflow.veh_h)} hours)"},
            )


def _positive(kind: str, one: Any, columns: Iterable[str]) -> Iterator[Finding]:
    yield from _outside(kind, one, columns, lambda value: value > 0)


def _not_negative(kind: str, one: Any, columns: Iterable[str]) -> Iterator[Finding]:
    yield from _outside(kind, one, columns, lambda value: value >= 0)


def _outside(
    kind: str, one: Any, columns: Iterable[str], holds: Callable[[float], bool]
) -> Iterator[Finding]:
    for column in columns:
        value = getattr(one, column)
        if not holds(value):
            yield Finding(
                "value-impossible", thing(kind, one.id), {"column": column, "value": f"{value:g}"}
            )


def _lanes(parts: Parts) -> Iterator[Finding]:
    for link in parts.network.links:
        lanes = parts.lanes_of.get(link.id, ())
        if not lanes:
            yield Finding("link-without-lanes", thing("link", link.id))
        leads = [bool(parts.movements_of.get(lane.id)) for lane in lanes]
        for lane, leads_on in zip(lanes, leads, strict=True):
            if not leads_on and any(leads):
                yield Finding("lane-without-movement", thing("lane", lane.id), {"link": link.id})
    for name, movements in parts.movements_of.items():
        total = sum(one.share for one in movements)
        if abs(total - 1) > SHARE_TOLERANCE:
            yield Finding("shares-not-one", thing("lane", name), {"sum": f"{total:.3g}"})


def _movements(parts: Parts) -> Iterator[Finding]:
    for one in parts.network.movements:
        end = parts.link_of(one).end
        start = parts.links[one.exit].start
        inside = _inside(parts, one)
        if end != start and not {end, start} <= inside:
            yield Finding("movement-apart", thing("movement", one.id), {"end": end, "start": start})
        elif one.signal and end not in inside:
            yield Finding(
                "movement-elsewhere",
                thing("movement", one.id),
                {"signal": one.signal, "node": end},
            )


def _inside(parts: Parts, movement: Movement) -> set[str]:
    """Return the nodes of a movement's signal: it may pass several of one intersection."""
    return set(parts.signals[movement.signal].nodes) if movement.signal else set()


def _detectors(parts: Parts) -> Iterator[Finding]:
    for one in parts.network.detectors:
        # A camera sees beyond a turn pocket, and over the end of a short link.
        lane = parts.lanes[one.lane]
        length_m = max(lane.length_m, parts.links[lane.link].length_m)
        if one.from_m > length_m + 0.5 or one.to_m < one.from_m:
            yield Finding(
                "detector-beyond",
                thing("detector", one.id),
                {
                    "from_m": f"{one.from_m:g}",
                    "to_m": f"{one.to_m:g}",
                    "length_m": f"{length_m:g}",
                },
            )
    seen = {one.lane for one in parts.network.detectors}
    if seen:
        for signal in parts.network.signals:
            for name in dict.fromkeys(m.lane for m in parts.ruled_by.get(signal.id, ())):
                if name not in seen:
                    yield Finding("lane-undetected", thing("lane", name), {"signal": signal.id})


def _entries(parts: Parts) -> Iterator[Finding]:
    if not parts.network.inflows:
        return  # then traffic is assumed at all entries
    fed = {one.exit for one in parts.network.movements}
    told = {one.link for one in parts.network.inflows}
    for link in parts.network.links:
        if link.id not in fed and link.id not in told:
            yield Finding("link-not-entered", thing("link", link.id))
