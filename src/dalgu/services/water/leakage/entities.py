"""The entity types of leaks: the loaded network, its pressure loggers, the cases."""

from dalgu.hub.model import (
    JSON,
    Count,
    Entity,
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


class WaterNetwork(
    Entity,
    unmodelled=Text(
        "WaterDistributionNetwork는 관마다 개체를 두지만 여기서는 모형 파일이 하나의 자료이다.",
        "WaterDistributionNetwork makes an entity of each pipe; here the model file is one thing.",
    ),
):
    """A hydraulic model that was loaded, and how well it fits what is measured."""

    name: Label = label()
    digest: Plain = prop("모형 파일", "SHA-256 of the kept EPANET file")
    dma: Link = relationship("유입 블록", "The DistrictMeteredArea whose inflow feeds it")
    watched_since: Plain = instant("감시 시작", "First local midnight of the watch for leaks")
    pipe_count: Count = prop("관 수", "Pipes of the model")
    mains_length: Quantity = quantity("MTR", "관 연장", "Length of all pipes")
    calibrated_at: Plain = instant("보정 시각", "When it was last fitted to live data")
    fit_before: Quantity = quantity("MTR", "보정 전 오차", "RMS of head as the file has it")
    fit_after: Quantity = quantity("MTR", "보정 후 오차", "RMS of head with what was learned")


class PressureLogger(
    Entity,
    unmodelled=Text(
        "WaterObserved는 하천과 수질을 다루며 관망의 수두를 다루지 않는다.",
        "WaterObserved speaks of rivers and quality; no model has the head in a pipe.",
    ),
):
    """A gauge at a node of the network that tells the head: pressure and its own height."""

    name: Label = label()
    head: Quantity = quantity("MTR", "수두", "Height of the water column above the map's zero")
    node: Plain = prop("관망 절점", "Name of its node in the network file")
    dma: Link = relationship("급수 블록", "Its DistrictMeteredArea")
    location: Place = place()


class LeakCase(
    Entity,
    unmodelled=Text(
        "누수 의심 위치의 확률을 담는 모델이 없다.",
        "No model holds the probabilities of where a leak is suspected.",
    ),
):
    """A leak that is suspected somewhere, until a person has looked."""

    name: Label = label()
    network: Link = relationship("관망", "The WaterNetwork it is in")
    dma: Link = relationship("급수 블록", "Its DistrictMeteredArea")
    started_at: Plain = instant("시작 추정", "When it is thought to have begun")
    reported_at: Plain = instant("알린 때", "End of the day whose data gave it away")
    flow: Quantity = quantity("MQH", "누수량", "Estimated now")
    pipes: list[dict[str, JSON]] | None = prop(
        "의심 관로", "pipe, probability and line, likeliest first"
    )
    certainty: Quantity = quantity("C62", "확신도", "Probability that it is within 300 m, 0 to 1")
    status: Plain = prop("상태", "suspected, confirmed, repaired, dismissed")
    saved: Quantity = quantity(
        "KRW", "하루 절감액", "Expected won saved on each day after a repair"
    )
    cost: Quantity = quantity("KRW", "수리 비용", "Expected won of searching and repairing")
    priority: Count = prop("수리 순서", "1 is to be repaired first")
    location: Place = place()


ENTITIES = (WaterNetwork, PressureLogger, LeakCase)
