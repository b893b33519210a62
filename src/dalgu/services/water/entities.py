"""The water entity types.

No Smart Data Model describes a meter by its register; `WaterMeter` takes the names of
dataModel.WaterConsumption and dataModel.Device where they fit and the register from OMS.
"""

from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
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
from dalgu.kernel.text import Text


class WaterMeter(
    Entity,
    unmodelled=Text(
        "WaterConsumptionObserved는 한 번의 관측이며 지침을 누적하는 계량기를 다루지 않는다.",
        "WaterConsumptionObserved is one observation; no model describes a meter by its register.",
    ),
):
    """A meter on one tap of the city's water; holds no name, no address and no customer."""

    name: Label = label()
    volume: Quantity = quantity("MTQ", "누적 지침", "The register: all water since it was built in")
    flow: Quantity = quantity("MQH", "유량", "Water that passes now")
    temperature: Quantity = quantity("CEL", "온도", "Temperature of the water or the meter")
    battery_level: Quantity = quantity("P1", "배터리 잔량", "0-100, as the unit says")
    signal_strength: Quantity = quantity("DBM", "수신 세기", "How strong its last frame was heard")
    gateway: Plain = prop("기지국", "Device id of the gateway that heard its last frame best")
    alarms: list[str] | None = prop("경보", "What the meter reports: `wire.Alarm`")
    usage: Plain = prop("업종", "household, business, public, bath, …")
    diameter: Quantity = quantity("MMT", "구경", "Nominal diameter; the base fee follows it")
    district: Plain = prop("행정동", "Administrative dong code")
    dma: Link = relationship("급수 블록", "Its DistrictMeteredArea")
    inlet_of: Link = relationship("유입 블록", "The area whose inflow it measures; no customer's")
    outlet_of: Link = relationship("유출 블록", "The area it measures leaving; no customer's")
    care_consent: Flag = prop("안부 확인 동의", "Whether the care team may be told of long rest")
    is_active: Flag = prop("사용 여부", "Whether the supply register calls it active")
    location: Place = place()


class DistrictMeteredArea(
    Entity,
    unmodelled=Text(
        "WaterDistributionNetwork는 관망 전체를 나타내며 블록별 수지를 다루지 않는다.",
        "WaterDistributionNetwork is a whole network; no model has the balance of one area.",
    ),
):
    """A part of the network whose water is counted as one.

    Consumption, inflow and their counts speak of one hour and are observed at its end; night
    flow, losses and leakage of one local day, at its end.
    """

    name: Label = label()
    district: Plain = prop("행정동", "Administrative dong code")
    consumption: Quantity = quantity("MTQ", "사용량", "Metered in the hour")
    meter_count: Count = prop("계량기 수", "Active meters")
    reads_received: Count = prop("수신한 검침 수", "Active meters with a known hour")
    inflow: Quantity = quantity("MTQ", "유입량", "Through its inlet meters in the hour")
    minimum_night_flow: Quantity = quantity("MQH", "야간 최소 유량", "Least inflow of the night")
    losses: Quantity = quantity("MTQ", "손실량", "Inflow of the day less what was metered")
    revenue_water_ratio: Quantity = quantity("C62", "유수율", "Metered share of the inflow, 0 to 1")
    leakage: Quantity = quantity("MTQ", "누수량", "Of the day, as its inflow tells")
    leakage_error: Quantity = quantity("MTQ", "누수량 오차", "Standard error of the leakage")
    mains_length: Quantity = quantity("MTR", "배수관 연장", "Length of its mains")
    connections: Count = prop("급수전 수", "Service connections")
    mean_pressure: Quantity = quantity("MTR", "평균 수압", "Mean operating pressure, head")
    location: Place = place()
