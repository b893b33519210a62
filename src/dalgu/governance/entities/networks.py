"""The city's networks: sites on its own fibre, public Wi-Fi, radio coverage."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Plain,
    Quantity,
    label,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text


class MunicipalSite(
    Entity,
    Sourced,
    unmodelled=Text(
        "자가망에 연결된 기관을 나타내는 모델이 없다.",
        "No model describes an agency on the city's own network.",
    ),
):
    """A site of the city or of one of its agencies, and how it is connected."""

    name: Label = label()
    is_link_up: Flag = prop("회선 정상", "Whether its link is up")
    is_own_fibre: Flag = prop("자가망", "Whether the link is fibre that the city owns")


class PublicPlace(
    Entity,
    Sourced,
    unmodelled=Text(
        "공공와이파이 제공 대상 장소를 나타내는 모델이 없다.",
        "No model describes a place where public Wi-Fi is due.",
    ),
):
    """A place where the city has undertaken to give public Wi-Fi."""

    name: Label = label()
    is_designated: Flag = prop("제공 대상 지정", "Whether it is designated")


class AccessPoint(
    Entity,
    Sourced,
    unmodelled=Text(
        "WifiNetwork의 AccessPoint 모델은 무선 설정을 나타내며 가동률을 다루지 않는다.",
        "WifiNetwork's AccessPoint describes the radio's set-up, not how long it was up.",
    ),
):
    """An access point of the public Wi-Fi."""

    place: Link = relationship("설치 장소", "The PublicPlace it serves")
    up_share: Quantity = quantity("C62", "가동률", "Share of the time it was up, 0 to 1")
    measured_on: Plain = day("측정일", "The day or the end of the period it speaks of")


class GridCell(
    Entity,
    Sourced,
    unmodelled=Text(
        "격자의 인구와 전파 도달률을 나타내는 모델이 없다.",
        "No model describes a grid cell's residents and how well packets arrive from it.",
    ),
):
    """A cell of the 100 m grid: who lives there and how well the city's radio reaches it."""

    population: Count = prop("격자 인구", "Residents of the cell")
    gateway_success: Quantity = quantity(
        "C62", "패킷 수신율", "Best packet success of any gateway, 0 to 1"
    )
    measured_on: Plain = day("측정일", "The day or the end of the period it speaks of")
