"""The entity types of the forecast: what is expected of each link, and how the model stands."""

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


class TrafficForecast(
    Entity,
    unmodelled=Text(
        "도로 구간의 교통량과 속도 예측을 구간과 함께 나타내는 모델이 없다.",
        "No model describes a forecast of a link's flow and speed with its intervals.",
    ),
):
    """What is expected of one link in the next hour, observed when the last step ended."""

    ref_road_segment: Link = relationship("도로 구간", "The link of the street network")
    horizons: list[JSON] | None = prop(
        "예측",
        "minutes ahead; flow in veh/h and speed in km/h, each with low and high: eight of ten "
        "fall between, lowest and highest: 95 of 100",
    )
    ref_model: Link = relationship("예측 모형", "The TrafficForecastModel it comes from")


class TrafficForecastModel(
    Entity,
    unmodelled=Text(
        "교통 예측 모형의 학습과 오차를 나타내는 모델이 없다.",
        "No model describes how a forecast of traffic was trained and how far it is off.",
    ),
):
    """The model of a city's links: its training, and the errors of its forecasts, day by day."""

    status: Plain = prop("상태", "trained, or why not: history-short")
    method: Plain = prop("방법", "Name and version of the method")
    links: Count = prop("도로 구간 수", "Links it was trained on")
    days: Quantity = quantity("DAY", "학습 일수", "Days of observations that it has learned from")
    days_needed: Quantity = quantity("DAY", "필요 일수", "Days that training needs at least")
    trained_at: Plain = instant("학습 시각", "Up to when it has learned; ISO 8601")
    errors: list[JSON] | None = prop(
        "오차",
        "Of the forecasts of the day before, by quantity and minutes: mae, rmse, mape, those of "
        "the last value and the weekly profile, and the share of observations within intervals",
    )


ENTITIES = (TrafficForecast, TrafficForecastModel)
MODEL_ID = entity_id("TrafficForecastModel", "links")


def forecast_id(link: str) -> EntityId:
    """Return the id of a link's forecast.

    >>> forecast_id("n1-n2")
    'urn:ngsi-ld:TrafficForecast:n1-n2'
    """
    return entity_id("TrafficForecast", link)
