"""The areas of a roll-out: what is known of a district before it has remote meters."""

from dalgu.hub.model import (
    Count,
    Entity,
    Label,
    Place,
    Plain,
    Quantity,
    label,
    place,
    prop,
    quantity,
)
from dalgu.kernel.text import Text


class WaterRolloutArea(
    Entity,
    unmodelled=Text(
        "원격검침 보급 계획의 구역을 나타내는 모델이 없다.",
        "No model describes an area of a metering roll-out.",
    ),
):
    """One dong or block that may get remote reading, as the waterworks' books have it."""

    name: Label = label()
    district: Plain = prop("행정동", "Administrative dong code")
    connections: Count = prop("급수전 수", "Service connections")
    unread_share: Quantity = quantity("C62", "미검침 비율", "Share of houses not read, 0 to 1")
    losses_daily: Quantity = quantity("MTQ", "하루 누수량", "Water lost on a mean day")
    ground: Plain = prop("지형", "urban, suburban, open: how far radio reaches")
    location: Place = place("위치", "A point amid its houses, or several")


ENTITIES = (WaterRolloutArea,)
