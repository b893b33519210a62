"""A network made ready to run: layout for controllers, timings for the field, streets to drive."""

from collections.abc import Mapping
from dataclasses import dataclass

from dalgu.devices.signals.timing import Timing
from dalgu.services.traffic.network.compiled_layout import (
    Index,
    layout_movements,
    layout_of,
    timings_of,
)
from dalgu.services.traffic.network.compiled_streets import street_rows, streets_of
from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.queues.streets import Streets
from dalgu.services.traffic.signals.layout import Layout


@dataclass(frozen=True)
class Compiled:
    """The arrays of a network, and where its parts stand in them."""

    network: Network
    layout: Layout
    timings: tuple[Timing, ...]
    streets: Streets
    signal_at: Mapping[str, int]  # position in `layout.signals` and `timings`
    lane_at: Mapping[str, int]  # in `layout.lanes`
    movement_at: Mapping[str, int]  # in the layout's movements
    link_at: Mapping[str, int]  # in `streets.links`
    street_lane_at: Mapping[str, int]  # in `streets.lanes`
    street_movement_at: Mapping[str, int]  # in the streets' movements


def compile_network(network: Network) -> Compiled:
    """Compile a network that `checking.check` finds no error in.

    Lanes of the layout are those with a movement that belongs to a signal; they are what
    `Timing.detectors` names, signal after signal.
    """
    index = Index.of(network)
    timings = timings_of(index)
    layout = layout_of(index, timings)
    groups = {one.id: int(layout.group_first[n]) for n, one in enumerate(timings)}
    groups[""] = int(layout.group_first[-1])
    streets = streets_of(index, groups, layout.lanes)
    return Compiled(
        network=network,
        layout=layout,
        timings=timings,
        streets=streets,
        signal_at=_places(layout.signals),
        lane_at=_places(layout.lanes),
        movement_at=_places([one.id for one in layout_movements(index)]),
        link_at=_places(streets.links),
        street_lane_at=_places(streets.lanes),
        street_movement_at={
            row.movement.id: n for n, row in enumerate(street_rows(index)) if row.movement
        },
    )


def _places(names: tuple[str, ...] | list[str]) -> dict[str, int]:
    return {name: n for n, name in enumerate(names)}
