"""Things that stand in the city: intersections, road links, facilities, cameras, street lights."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Plain,
    Quantity,
    instant,
    label,
    prop,
    quantity,
)
from dalgu.kernel.text import Text


class Intersection(
    Entity,
    Sourced,
    unmodelled=Text(
        "교차로의 신호제어 방식을 나타내는 모델이 없다.",
        "No model describes how the signals of an intersection are controlled.",
    ),
):
    """An intersection and how its signals are controlled."""

    name: Label = label()
    is_signalised: Flag = prop("신호 운영", "Whether it has signals")
    control_mode: Plain = prop("신호제어 방식", "fixed, actuated, adaptive or ai")
    adaptive_active: Quantity = quantity(
        "C62", "지능형 제어 작동", "1 while adaptive control ran, 0 while it did not"
    )


class RoadLink(
    Entity,
    Sourced,
    unmodelled=Text(
        "RoadSegment 모델은 도로의 형태를 나타내며 통행시간을 다루지 않는다.",
        "The RoadSegment model describes a road's form, not how long it takes to travel.",
    ),
):
    """A link of the road network and how long it takes to travel it."""

    name: Label = label()
    length: Quantity = quantity("MTR", "길이", "Length")
    peak_travel_time: Quantity = quantity(
        "SEC", "첨두 통행시간", "Mean travel time on weekdays, 07 to 09 and 18 to 20 h"
    )
    free_flow_travel_time: Quantity = quantity(
        "SEC", "자유류 통행시간", "Travel time at the 85th-percentile speed"
    )
    reference_date: Plain = day("기준일", "The day or the end of the period it speaks of")


class Facility(
    Entity,
    Sourced,
    unmodelled=Text(
        "시설물 대장의 공공시설을 나타내는 모델이 없다.",
        "No model describes a public facility as the register of facilities has it.",
    ),
):
    """A facility of the register; a device that names it as its asset instruments it."""

    name: Label = label()
    kind: Plain = prop("시설 종류", "bridge, tunnel, building, park, waterworks, …")
    is_public: Flag = prop("공공시설", "Whether the city runs it")
    has_controller: Flag = prop("제어기 설치", "Whether it has a remote controller")


class PublicCamera(
    Entity,
    Sourced,
    unmodelled=Text(
        "Camera 모델은 영상을 나타내며 분석 기능의 가동을 다루지 않는다.",
        "The Camera model describes images, not whether their analysis works.",
    ),
):
    """A camera of the city and whether its images are analysed."""

    name: Label = label()
    is_public: Flag = prop("공공 카메라", "Whether the city runs it")
    has_analytics: Flag = prop("지능형 분석", "Whether its images are analysed")
    last_event_at: Plain = instant("최근 분석 사건", "When its analysis last told something")


class StreetLight(
    Entity,
    Sourced,
    unmodelled=Text(
        "Streetlight 모델은 등 하나를 나타내지만, 대장의 한 행은 분전함 하나일 수 있다.",
        "The Streetlight model describes one lamp; an entry here may be a control cabinet.",
    ),
):
    """A street light, or a control cabinet with all its lamps."""

    lamp_count: Count = prop("등 수", "Lamps it stands for")
    is_remote: Flag = prop("원격제어", "Whether it is controlled from afar")
    last_ack_at: Plain = instant("최근 응답 시각", "When it last acknowledged; ISO 8601")
