"""The traffic entity type (Smart Data Models, dataModel.Transportation)."""

from dalgu.hub.model import (
    Count,
    Entity,
    Label,
    Place,
    Plain,
    Quantity,
    label,
    place,
    prop,
    quantity,
)


class TrafficFlowObserved(Entity):
    """What passed one intersection, or one arm of it, in a counting interval.

    Observed at the interval's end. `vehicle_count` leaves out bicycles and pedestrians.
    """

    name: Label = label()
    vehicle_count: Count = prop()
    intensity: Quantity = quantity("E34")  # the same count as vehicles per hour
    average_speed: Quantity = quantity("KMH")
    counts: dict[str, int] | None = prop()  # by class: car, bus, truck, …
    interval: Quantity = quantity("SEC")
    district: Plain = prop()  # administrative dong code
    location: Place = place()
