"""Identifiers that can stand in an address: entities and pages are named by them."""

from collections.abc import Iterable

import msgspec

from dalgu.kernel.ids import iri_part
from dalgu.services.traffic.network.model import Network

LONGEST = 80


def is_plain(name: str) -> bool:
    """Return whether an identifier can stand in an address as it is.

    >>> is_plain("x001"), is_plain("28198821#3")
    (True, False)
    """
    return 0 < len(name) <= LONGEST and iri_part(name) == name and name not in (".", "..")


def with_plain_ids(network: Network) -> Network:
    """Return a network whose nodes, links, signals and crossings have plain identifiers.

    Lanes and movements keep theirs: they appear in no address.
    """
    node = _plain(one.id for one in network.nodes)
    link = _plain(one.id for one in network.links)
    signal = _plain(one.id for one in network.signals) | {"": ""}
    crossing = _plain(one.id for one in network.crossings)
    change = msgspec.structs.replace
    return change(
        network,
        nodes=tuple(change(one, id=node[one.id]) for one in network.nodes),
        links=tuple(
            change(one, id=link[one.id], start=node[one.start], end=node[one.end])
            for one in network.links
        ),
        lanes=tuple(change(one, link=link[one.link]) for one in network.lanes),
        movements=tuple(
            change(one, exit=link[one.exit], signal=signal[one.signal]) for one in network.movements
        ),
        signals=tuple(
            change(one, id=signal[one.id], nodes=tuple(node[name] for name in one.nodes))
            for one in network.signals
        ),
        crossings=tuple(
            change(
                one,
                id=crossing[one.id],
                node=node[one.node],
                over=tuple(link[name] for name in one.over),
                signal=signal[one.signal],
            )
            for one in network.crossings
        ),
        corridors=tuple(
            change(one, signals=tuple(signal[name] for name in one.signals))
            for one in network.corridors
        ),
        inflows=tuple(change(one, link=link[one.link]) for one in network.inflows),
    )


def _plain(names: Iterable[str]) -> dict[str, str]:
    """Return a plain identifier for each, unlike all others."""
    names = list(names)
    used = {name for name in names if is_plain(name)}
    found = {name: name for name in used}
    for name in names:
        if name in found:
            continue
        base = iri_part(name).strip(".-")[: LONGEST - 8].strip(".-") or "n"
        plain, n = base, 1
        while plain in used:
            n += 1
            plain = f"{base}.{n}"
        used.add(plain)
        found[name] = plain
    return found
