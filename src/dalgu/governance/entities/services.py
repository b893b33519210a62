"""The city's services to people: fields, availability, users, care, emergencies."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Plain,
    instant,
    label,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text


class CityService(
    Entity,
    Sourced,
    unmodelled=Text(
        "CPSV-AP PublicService 모델은 법정 서비스 분야를 나타내지 않는다.",
        "CPSV-AP's PublicService has no statutory field of smart-city services.",
    ),
):
    """A smart-city service in one of the eleven statutory fields (Decree, art. 2)."""

    name: Label = label()
    field: Plain = prop("서비스 분야", "One of the eleven statutory fields")
    is_operating: Flag = prop("운영 여부", "Whether it operates")
    since: Plain = day("운영 시작일", "First day of operation")
    until: Plain = day("운영 종료일", "Last day of operation; absent while it lasts")
    last_used_at: Plain = instant("최근 이용 시각", "When it was last used; ISO 8601")


class ServiceAvailability(
    Entity,
    Sourced,
    unmodelled=Text(
        "서비스의 월별 가동 시간을 나타내는 모델이 없다.",
        "No model describes how long a service was up in a month.",
    ),
):
    """How long one service was up in one month, as a probe measured it."""

    service: Link = relationship("서비스", "The CityService that was probed")
    month: Plain = day("월", "Last day of the month")
    up_minutes: Count = quantity("MIN", "가동 시간", "Minutes it was up")
    scheduled_minutes: Count = quantity("MIN", "예정 시간", "Minutes it should have been up")
    active_users: Count = prop("이용자 수", "Distinct users of the month")


class DigitalServiceUse(
    Entity,
    Sourced,
    unmodelled=Text(
        "디지털 시민서비스 전체의 월별 이용자를 나타내는 모델이 없다.",
        "No model describes the users of all digital services in a month.",
    ),
):
    """Distinct users of all digital services in one month."""

    month: Plain = day("월", "Last day of the month")
    distinct_users: Count = prop("이용자 수", "Distinct users by login or device")


class CareHousehold(
    Entity,
    Sourced,
    unmodelled=Text(
        "돌봄 가구를 나타내는 모델이 없고, 허브에는 사는 곳을 두지 않는다.",
        "No model describes a household in care, and the hub does not hold where it lives.",
    ),
):
    """A household on the list of those in need of care; its device names it as its asset."""

    is_at_risk: Flag = prop("위험군", "Whether it stands on the at-risk list")
    is_single_elderly: Flag = prop("홀몸 어르신", "Whether one elderly person lives alone")


class EmergencyResponse(
    Entity,
    Sourced,
    unmodelled=Text(
        "긴급출동의 신고와 도착 시각을 나타내는 모델이 없다.",
        "No model describes when an emergency was called in and reached.",
    ),
):
    """One emergency: when it was called in and when help arrived."""

    kind: Plain = prop("사고 종류", "fire, medical or crime")
    priority: Count = prop("긴급도", "1 is the most urgent")
    called_at: Plain = instant("신고 시각", "When the call came in; ISO 8601")
    arrived_at: Plain = instant("도착 시각", "When help arrived; ISO 8601")
