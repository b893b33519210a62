"""The traffic entity types (Smart Data Models, dataModel.Transportation)."""

from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Place,
    Plain,
    Quantity,
    label,
    place,
    prop,
    quantity,
    relationship,
)


class TrafficFlowObserved(Entity, model="dataModel.Transportation/TrafficFlowObserved"):
    """What passed one intersection, or one link of the street network, in a counting interval.

    Observed at the interval's end. `vehicle_count` leaves out bicycles and pedestrians. Those of
    links come from the detectors of the signals at their end and name the link.
    """

    name: Label = label()
    vehicle_count: Count = prop("통과 차량 수", "Vehicles that passed in the interval")
    intensity: Quantity = quantity("E34", "교통량", "The same count as vehicles per hour")
    average_speed: Quantity = quantity("KMH", "평균 속도", "Mean speed of the vehicles")
    counts: dict[str, int] | None = prop("차종별 수", "By class: car, bus, truck, …")
    interval: Quantity = quantity("SEC", "집계 간격", "Length of the counting interval")
    occupancy: Quantity = quantity("C62", "점유율", "Share of the detector's reach that is filled")
    ref_road_segment: Link = relationship(
        "도로 구간", "The link of the street network it was counted on"
    )
    district: Plain = prop("행정동", "Administrative dong code")
    location: Place = place()


class Vehicle(Entity, model="dataModel.Transportation/Vehicle"):
    """A vehicle of the city's service where it was last heard: a bus, a sweeper, an ambulance.

    No plate, no driver. What it did is forgotten every night (`traffic.forget_ways`): where a
    crew was last week is nobody's business.
    """

    name: Label = label()
    vehicle_type: Plain = prop(
        "차량 종류", "bus, ambulance, policeVan, fireTender, sweepingMachine, …"
    )
    service_status: Plain = prop("운행 상태", "onRoute, parked, outOfService or broken")
    service_on_duty: Flag = prop("출동 중", "Whether it attends to an emergency")
    speed: Quantity = quantity("KMH", "속도", "How fast it goes")
    heading: Quantity = quantity("DD", "진행 방향", "Where it goes, clockwise from north")
    location: Place = place()
