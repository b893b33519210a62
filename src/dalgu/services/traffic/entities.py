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


class TrafficFlowObserved(Entity, model="dataModel.Transportation/TrafficFlowObserved"):
    """What passed one intersection, or one arm of it, in a counting interval.

    Observed at the interval's end. `vehicle_count` leaves out bicycles and pedestrians.
    """

    name: Label = label()
    vehicle_count: Count = prop("통과 차량 수", "Vehicles that passed in the interval")
    intensity: Quantity = quantity("E34", "교통량", "The same count as vehicles per hour")
    average_speed: Quantity = quantity("KMH", "평균 속도", "Mean speed of the vehicles")
    counts: dict[str, int] | None = prop("차종별 수", "By class: car, bus, truck, …")
    interval: Quantity = quantity("SEC", "집계 간격", "Length of the counting interval")
    district: Plain = prop("행정동", "Administrative dong code")
    location: Place = place()
