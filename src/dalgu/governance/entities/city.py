"""The city itself: departments, its people and businesses in numbers, other statistics."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import Count, Entity, Flag, Label, Plain, Quantity, instant, label, prop
from dalgu.kernel.text import Text


class Department(
    Entity,
    Sourced,
    unmodelled=Text(
        "Organization 모델은 법인을 나타내며 시의 부서를 다루지 않는다.",
        "The Organization model speaks of legal bodies, not of a city's departments.",
    ),
):
    """A department of the city; those in scope are expected to feed the hub."""

    name: Label = label()
    in_scope: Flag = prop("연계 대상", "Whether it is expected to feed the hub")


class WaterSupplyRegister(
    Entity,
    Sourced,
    unmodelled=Text(
        "수도 대장의 집계를 나타내는 모델이 없다.",
        "No model describes the count of a supply register.",
    ),
):
    """Active water meters of one dong, as the supply register has them."""

    name: Label = label()
    dong: Plain = prop("행정동", "Administrative dong code")
    active_meters: Count = prop("사용 중인 계량기", "Meters that the register calls active")


class PopulationStatistic(
    Entity,
    Sourced,
    unmodelled=Text(
        "주민등록 인구 통계를 나타내는 모델이 없다.",
        "No model describes the count of registered residents.",
    ),
):
    """Registered residents and households of a local government on one day."""

    local_government: Plain = prop("지방자치단체", "The local government it counts")
    residents: Count = prop("주민등록 인구", "Registered residents")
    residents14plus: Count = prop("14세 이상 인구", "Registered residents aged 14 and more")
    households: Count = prop("세대 수", "Registered households")
    reference_date: Plain = day("기준일", "The day it counts")


class EstablishmentStatistic(
    Entity,
    Sourced,
    unmodelled=Text(
        "사업체 조사 집계를 나타내는 모델이 없다.",
        "No model describes the count of the census on establishments.",
    ),
):
    """Business establishments of the city on one day."""

    establishments: Count = prop("사업체 수", "Establishments of all sizes")
    reference_date: Plain = day("기준일", "The day it counts")


class CityStatistic(
    Entity,
    Sourced,
    unmodelled=Text(
        "이름과 단위를 함께 갖는 도시 통계값을 나타내는 모델이 없다.",
        "No model describes one city figure with its name and its own unit.",
    ),
):
    """One figure of the city from an official statistic, under a dotted key."""

    statistic: Plain = prop("통계 항목", "Dotted key, as households.withInternet")
    value: Quantity = prop("값", "The figure, in the unit beside it")
    unit: Plain = prop("단위", "Unit of the figure as pint writes it")
    reference_date: Plain = day("기준일", "The day or the end of the period it speaks of")


class Register(
    Entity,
    unmodelled=Text(
        "대장의 적재 상태를 나타내는 모델이 없다.",
        "No model describes how a register was last filled.",
    ),
):
    """One register as it was last filled: when, from which file, and what became of the rows."""

    name: Label = label()
    entity_type: Plain = prop("엔티티 타입", "The type of its entries")
    imported_at: Plain = instant("적재 시각", "When it was last filled; ISO 8601")
    file_sha256: Plain = prop("파일 해시", "SHA-256 of the file it was filled from")
    rows: Count = prop("읽은 행", "Rows of the file")
    stored: Count = prop("저장된 행", "Rows that were new or changed")
    unchanged: Count = prop("같은 행", "Rows that the hub held already")
    rejected: Count = prop("거절된 행", "Rows that could not be used")
