"""Data as an asset: the inventory, its use, contracts on it, linked systems."""

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
    relationship,
)
from dalgu.kernel.text import Text


class Dataset(
    Entity,
    Sourced,
    unmodelled=Text(
        "DCAT-AP Dataset 모델은 공개된 데이터를 나타내며 미공개 목록을 다루지 않는다.",
        "DCAT-AP's Dataset describes what is published; the inventory also holds what is not.",
    ),
):
    """A dataset of the city's inventory, published or not."""

    name: Label = label()
    owner: Link = relationship("소유 부서", "The Department that owns it")
    is_inventoried: Flag = prop("목록 등록", "Whether it stands in the inventory")
    is_restricted: Flag = prop("법정 비공개", "Whether a law forbids its publication")
    is_published: Flag = prop("공개 여부", "Whether it is published")
    is_machine_readable: Flag = prop("기계 판독 가능", "Whether a machine can read it")
    has_open_licence: Flag = prop("개방 이용허락", "Whether its licence is open")


class DatasetAccess(
    Entity,
    Sourced,
    unmodelled=Text(
        "데이터셋의 월별 이용 집계를 나타내는 모델이 없다.",
        "No model describes how often a dataset was used in a month.",
    ),
):
    """Calls and downloads of one dataset in one month."""

    dataset: Link = relationship("데이터셋", "The Dataset that was used")
    month: Plain = day("월", "Last day of the month")
    access_count: Count = prop("이용 건수", "API calls and downloads")
    is_bot: Flag = prop("자동 수집기", "Whether these are the accesses of robots")


class DataContract(
    Entity,
    Sourced,
    unmodelled=Text(
        "서비스에 쓰이는 데이터 제공 계약을 나타내는 모델이 없다.",
        "No model describes a contract by which a provider gives a service its data.",
    ),
):
    """A contract by which a provider gives a service its data."""

    service: Link = relationship("서비스", "The CityService that uses it")
    provider_kind: Plain = prop("제공자 구분", "private or public")
    feed: Link = relationship("자료 흐름", "The Feed it brings")
    since: Plain = day("시작일", "First day")
    until: Plain = day("종료일", "Last day; absent while it lasts")
    last_delivered_at: Plain = instant("최근 제공 시각", "When data last came; ISO 8601")


class LinkedSystem(
    Entity,
    Sourced,
    unmodelled=Text(
        "도시통합운영센터 연계 시스템을 나타내는 모델이 없다.",
        "No model describes a system that is linked to an operation centre.",
    ),
):
    """An information system of the inventory, linked to the operation centre or not."""

    name: Label = label()
    is_inventoried: Flag = prop("목록 등록", "Whether it stands in the inventory of systems")
    is_linked: Flag = prop("연계 여부", "Whether it is linked to the operation centre")
    last_event_at: Plain = instant("최근 수신 시각", "When its last event came; ISO 8601")


class FeedUse(
    Entity,
    Sourced,
    unmodelled=Text(
        "자료 흐름의 이용자를 나타내는 모델이 없다.",
        "No model describes who uses a stream of data.",
    ),
):
    """One consumer of one feed of the hub."""

    consumer: Plain = prop("이용자", "The system or organisation that calls")
    feed: Link = relationship("자료 흐름", "The Feed it calls")
    last_call_at: Plain = instant("최근 호출 시각", "When it last called; ISO 8601")
