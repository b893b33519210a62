"""The entity type of a district's forecast; each night's issue stays in its history."""

from dalgu.hub.model import (
    JSON,
    Count,
    Entity,
    Link,
    Plain,
    Quantity,
    instant,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text


class DemandForecast(
    Entity,
    unmodelled=Text(
        "시간별 수요 예측과 그 구간을 나타내는 모델이 없다.",
        "No model describes a forecast of demand by the hour with its interval.",
    ),
):
    """The newest forecast of one district, observed at the midnight from which it looks ahead.

    The errors are mean absolute errors of an hour over forecasts made as if on the past weeks.
    """

    area: Link = relationship("급수 블록", "The DistrictMeteredArea")
    status: Plain = prop("상태", "issued, or why not: history-short, hours-missing")
    starts_at: Plain = instant("시작 시각", "Start of the first hour; ISO 8601")
    horizon: Quantity = quantity("HUR", "예측 시간", "Hours it looks ahead")
    hours: list[JSON] | None = prop(
        "시간별 예측", "at (end of the hour), value, low and high in m³; eight of ten fall between"
    )
    quantity_of: Plain = prop("대상", "inflow, or consumption where no inflow is metered")
    method: Plain = prop("방법", "Name and version of the method")
    settings: Plain = prop("학습 결과", "SHA-256 of the kept settings")
    trained_at: Plain = instant("학습 시각", "Up to when the settings have learned; ISO 8601")
    error: Quantity = quantity("MTQ", "오차", "Of this method")
    error_last_week: Quantity = quantity("MTQ", "지난주 반복 오차", "Of repeating the last week")
    error_mean_of_weeks: Quantity = quantity(
        "MTQ", "4주 평균 오차", "Of the mean of the last four weeks"
    )
    origins: Count = prop("검증 횟수", "Past forecasts that the errors are of")


ENTITIES = (DemandForecast,)


def forecast_id(area: EntityId) -> EntityId:
    """Return the id of a district's forecast.

    >>> forecast_id(EntityId("urn:ngsi-ld:DistrictMeteredArea:gachang-1"))
    'urn:ngsi-ld:DemandForecast:gachang-1'
    """
    return entity_id("DemandForecast", area.split(":", 3)[-1])
