"""Which signals somebody means: one, a corridor, a district or all."""

from dalgu.cities import City, District
from dalgu.cities.places import dong_of
from dalgu.services.traffic.control.control import Control
from dalgu.services.traffic.control.refusals import ChoiceOfControlInvalid
from dalgu.services.traffic.network.model import Network


def signals_of(control: Control, city: City, scope: str) -> tuple[str, ...]:
    """Return the signals of a scope: `all`, `corridor:…`, `district:…` or `signal:…`.

    Raises
    ------
    NoNetworkTaken, SignalNotExisting, CorridorNotExisting, ChoiceOfControlInvalid
        When there is nothing of that name.
    """
    every = control.require().layout.signals
    kind, _, name = scope.partition(":")
    if kind == "all":
        return every
    if kind == "corridor":
        return control.corridor(name)
    if kind == "signal":
        return (every[control.position(name)],)
    if kind == "district":
        found = by_district(control.network(), city).get(name, ())
        if found:
            return found
    raise ChoiceOfControlInvalid(
        f"'{scope[:40]}' is neither all, a corridor, a district with signals nor a signal."
    )


def by_district(network: Network | None, city: City) -> dict[str, tuple[str, ...]]:
    """Return the signals of each district of the city, by its code."""
    if network is None:
        return {}
    dong_by_node = {node.id: node.district for node in network.nodes}
    found: dict[str, list[str]] = {}
    for signal in network.signals:
        dong = dong_of(city, dong_by_node.get(signal.nodes[0], "")) if signal.nodes else None
        if dong is not None:
            found.setdefault(dong.district, []).append(signal.id)
    return {code: tuple(signals) for code, signals in found.items()}


def districts(control: Control, city: City) -> list[tuple[District, int]]:
    """Return the districts that have signals, with how many."""
    found = by_district(control.network(), city)
    return [(one, len(found[one.code])) for one in city.districts if one.code in found]
