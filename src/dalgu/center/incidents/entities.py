"""The entity that the hub knows of an incident: so it has history, subscribers and indicators."""

from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Place,
    Plain,
    instant,
    label,
    place,
    prop,
    relationship,
)
from dalgu.kernel.text import Text


class Incident(
    Entity,
    unmodelled=Text(
        "여러 알림을 하나로 묶은 관제 사건과 그 처리 단계를 나타내는 모델이 없다.",
        "No model describes an incident of an operation center with its steps of handling.",
    ),
):
    """Something that operators act on: one or many alerts with one cause."""

    name: Label = label("제목", "The incident in a few words")
    category: Plain = prop("분야", "water, parking, traffic, fire, medical, crime, flood, …")
    sub_category: Plain = prop("세부 분야", "continuousFlow, gatewaySilent, …")
    priority: Plain = prop("우선순위", "P1, P2, P3 or P4")
    status: Plain = prop("처리 상태", "raised, seen, assigned, in_hand or closed")
    alert_count: Count = prop("알림 수", "How many alerts it holds")
    thing_count: Count = prop("대상 수", "How many things these speak of")
    cause: Link = relationship("원인 시설", "The thing whose failure explains the others")
    district: Plain = prop("시군구", "Code of the district it lies in")
    raised_at: Plain = instant("발생 시각", "When it was raised; ISO 8601")
    seen_at: Plain = instant("확인 시각", "When somebody saw it; ISO 8601")
    assigned_at: Plain = instant("배정 시각", "When it was assigned; ISO 8601")
    in_hand_at: Plain = instant("대응 시작", "When somebody took it in hand; ISO 8601")
    arrived_at: Plain = instant("현장 도착", "When help arrived; ISO 8601")
    closed_at: Plain = instant("종결 시각", "When it was closed; ISO 8601")
    outcome: Plain = prop("결과", "resolved, false_alarm, no_action or merged")
    is_drill: Flag = prop("훈련", "Whether it belongs to a drill")
    location: Place = place()
