"""The entity types that every part uses; a service's own types live in its `entities.py`."""

from dalgu.hub.model import (
    JSON,
    Entity,
    Flag,
    Label,
    Link,
    Place,
    Plain,
    Quantity,
    instant,
    label,
    place,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text


class Device(Entity, model="dataModel.Device/Device", own_values=("category",)):
    """A thing in the city that speaks.

    Each accepted message is one observation of `device_state`, so the history of that
    attribute is the record of when the device was heard.
    """

    name: Label = label()
    category: Plain = prop("장치 종류", "waterMeter, parkingSensor, camera, gateway, …")
    profile: Plain = prop("해독 방식", "Names the decoder of its messages")
    codec: Link = relationship("페이로드 코덱", "The PayloadCodec that makes fields of its bytes")
    controlled_asset: Link = relationship("대상 시설", "The entity its messages speak of")
    feed: Link = relationship("자료 흐름", "The Feed it is a part of")
    declared_interval: Quantity = quantity("SEC", "보고 주기", "Time between two of its messages")
    in_service: Flag = prop("사용 여부", "Whether its messages are expected")
    device_state: Plain = prop("상태", "online whenever it is heard")
    bearing: Quantity = quantity("DD", "방위각", "Of a camera: where its axis points, from north")
    field_of_view: Quantity = quantity("DD", "화각", "Of a camera: how wide it sees; 360 all round")
    reach: Quantity = quantity("MTR", "가시거리", "Of a camera: how far it makes a person out")
    location: Place = place()


class Feed(
    Entity,
    unmodelled=Text(
        "부서가 허브에 제공할 자료 흐름을 나타내는 모델이 없다.",
        "No model describes a stream of data that a department owes the hub.",
    ),
):
    """A stream of observations that one department gives the hub."""

    name: Label = label()
    department: Link = relationship("부서", "The Department that gives it")
    device_category: Plain = prop("장치 종류", "Category of the devices that feed it")
    declared_interval: Quantity = quantity("SEC", "보고 주기", "Time between two values")
    is_active: Flag = prop("운영 여부", "Whether values are expected now")


class Alert(Entity, model="dataModel.Alert/Alert", own_values=("category",)):
    """Something that a person should look at."""

    name: Label = label("제목", "The alert in a few words")
    description: Label = label("설명", "What was seen and what it may mean")
    category: Plain = prop("분야", "The service that speaks: water, parking, devices, …")
    sub_category: Plain = prop("세부 분야", "continuousFlow, noUse, …")
    severity: Plain = prop("심각도", "informational, low, medium, high, critical")
    alert_source: Link = relationship("대상", "The entity it is about")
    date_issued: Plain = instant("발생 시각", "When it was raised; ISO 8601")
    valid_to: Plain = instant("종료 시각", "When its cause was gone; ISO 8601")
    status: Plain = prop("처리 상태", "open, acknowledged, closed")
    acknowledged_by: Plain = prop("확인한 사람", "The pseudonym of who saw it")
    acknowledged_at: Plain = instant("확인 시각", "When it was seen; ISO 8601")
    closed_by: Plain = prop("종결한 사람", "The pseudonym of who closed it")
    closed_at: Plain = instant("종결 시각", "When it was closed; ISO 8601")
    location: Place = place()
    data: JSON = prop("근거 수치", "What the rule saw: the figures behind the alert")


class KeyPerformanceIndicator(
    Entity,
    model="dataModel.KeyPerformanceIndicator/KeyPerformanceIndicator",
    own_values=("currentStanding",),
):
    """One measured indicator."""

    name: Label = label()
    framework: Plain = prop("인증 체계", "The certification framework it belongs to")
    indicator: Plain = prop("지표 번호", "Its code in the framework")
    current_standing: Plain = prop("측정 상태", "How far its value can be relied on")
    kpi_value: Quantity = quantity("C62", "지표값", "The measured value")
    numerator: Quantity = quantity("C62", "분자", "What the formula divides")
    denominator: Quantity = quantity("C62", "분모", "What the formula divides by")
    standard_error: Quantity = quantity("C62", "표준오차", "Sampling error of the value")
    points: Quantity = quantity("C62", "점수", "What the value is worth")
    coverage: Quantity = quantity("C62", "기록 비율", "Share of the period held, 0 to 1")
    method: Plain = prop("산출 방법", "automatic, semiautomatic, manual")
    period_begins: Plain = instant("측정 시작", "Since when it speaks of the city; ISO 8601")
    reference_date: Plain = instant("기준 시각", "As of when it was measured; ISO 8601")
    measurement: Plain = prop("근거", "Digest of the frozen snapshot it was computed from")
