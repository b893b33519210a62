"""The entity types of the registers."""

from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Plain,
    label,
    prop,
)
from dalgu.kernel.text import Text


class Department(
    Entity,
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
    unmodelled=Text(
        "수도 대장의 집계를 나타내는 모델이 없다.",
        "No model describes the count of a supply register.",
    ),
):
    """Active water meters of one dong, as the supply register has them."""

    name: Label = label()
    dong: Plain = prop("행정동", "Administrative dong code")
    active_meters: Count = prop("사용 중인 계량기", "Meters that the register calls active")
