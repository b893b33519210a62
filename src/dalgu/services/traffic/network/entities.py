"""The entity types of the streets: links as road segments, and the signal controllers."""

from collections.abc import Iterator

from dalgu.hub.model import (
    Count,
    Entity,
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
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.model import Network, Node
from dalgu.services.traffic.network.parts import Parts


class RoadSegment(Entity, model="dataModel.Transportation/RoadSegment"):
    """A carriageway of one direction between two intersections, as the network in force has it."""

    name: Label = label()
    length: Quantity = quantity("MTR", "길이", "Length of the carriageway")
    total_lane_number: Count = prop("차로 수", "Lanes of full length, turn pockets not counted")
    maximum_allowed_speed: Quantity = quantity("KMH", "자유 속도", "Speed of free traffic")
    road_class: Plain = prop("도로 등급", "motorway, primary, secondary, tertiary, residential")
    ref_signal: Link = relationship("끝의 신호", "The SignalController at its end")
    location: Place = place()


class SignalController(
    Entity,
    unmodelled=Text(
        "TrafficSignal 모형은 등 하나를 다루며 제어기와 계획을 다루지 않는다.",
        "No Smart Data Model speaks of a signal controller with its plan, mode and controller.",
    ),
):
    """A signal controller in the street: who decides its stages now, and how well it serves."""

    name: Label = label()
    ref_intersection: Link = relationship("교차로", "The Intersection of the registers")
    control_mode: Plain = prop("운영 방식", "plan, shadow or live, as chosen at the desk")
    controller: Plain = prop(
        "제어 방식", "fixed, actuated, webster, max-pressure, horizon, learned"
    )
    plan: Plain = prop("고정 계획", "The fixed plan that it runs or falls back to")
    stage_count: Count = prop("현시 수", "Stages that it has")
    mode: Plain = prop("현장 상태", "plan, remote, fallback or flash, as the controller tells")
    cause: Plain = prop("원격 해제 까닭", "Why it left remote control; none while it has not")
    degree_of_saturation: Quantity = quantity("C62", "포화도", "Of its critical lanes, 1 is full")
    level_of_service: Plain = prop("서비스 수준", "A to F (HCM), from the mean control delay")
    district: Plain = prop("행정동", "Administrative dong code")
    location: Place = place()


def entities_of(network: Network) -> Iterator[Entity]:
    """Yield the links and signals of a network as entities: what taking it tells the hub."""
    parts = Parts.of(network)
    signal_at = {node: signal.id for signal in network.signals for node in signal.nodes}
    for link in network.links:
        signal = signal_at.get(link.end)
        line = link.geometry or (_place(parts.nodes[link.start]), _place(parts.nodes[link.end]))
        yield RoadSegment(
            id=entity_id("RoadSegment", link.id),
            name=link.name if link.name.ko or link.name.en else None,
            length=link.length_m,
            total_lane_number=link.lanes,
            maximum_allowed_speed=link.free_speed_kmh,
            road_class=link.road_class,
            ref_signal=entity_id("SignalController", signal) if signal else None,
            location=_geometry(network, "LineString", [list(point) for point in line]),
        )
    for one in network.signals:
        node = parts.nodes[one.nodes[0]] if one.nodes else None
        yield SignalController(
            id=entity_id("SignalController", one.id),
            name=one.name,
            ref_intersection=entity_id("Intersection", one.id),
            plan=one.plans[0].name if one.plans else None,
            stage_count=len(one.stages),
            district=(node.district or None) if node else None,
            location=_geometry(network, "Point", list(_place(node))) if node else None,
        )


def _place(node: Node) -> tuple[float, float]:
    return node.lon, node.lat


def _geometry(network: Network, kind: str, coordinates: list[object]) -> Place:
    """Return a geometry; a network in plane metres has none on the ground."""
    return {"type": kind, "coordinates": coordinates} if network.is_geographic else None


ENTITIES = (RoadSegment, SignalController)
