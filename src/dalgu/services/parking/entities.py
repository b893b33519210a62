"""The parking entity types (Smart Data Models, dataModel.Parking).

`forecast` is our addition: a list of `{"minutes", "free", "low", "high", "method"}`, in
spaces, made at the instant of its `observedAt`; `low` to `high` holds eight of ten outcomes.
"""

from typing import TypedDict

from dalgu.hub.model import Count, Entity, Flag, Label, Place, Plain, label, place, prop


class ForecastStep(TypedDict):
    """Free spaces expected so many minutes ahead, with the range of eight in ten outcomes."""

    minutes: int
    free: int
    low: int
    high: int
    method: str


class OffStreetParking(Entity, model="dataModel.Parking/OffStreetParking"):
    """A car park: a lot, a garage or a part of one, with its own count of free spaces."""

    name: Label = label()
    total_spot_number: Count = prop("전체 주차면", "All spaces")
    available_spot_number: Count = prop("빈 주차면", "Free spaces")
    occupied_spot_number: Count = prop("사용 중인 주차면", "Taken spaces")
    is_public: Flag = prop("공영 여부", "Whether the public may park here")
    status: Plain = prop("운영 상태", "open, closed, full, …")
    allowed_vehicle_type: list[str] | None = prop("허용 차종", "DATEX II; the first the principal")
    category: list[str] | None = prop("구분", "A list: public, underground, feeCharged, …")
    price: Label = label("요금", "What parking costs, in words")
    operator: Label = label("운영 기관", "Who runs it")
    district: Plain = prop("행정동", "Administrative dong code")
    forecast: list[ForecastStep] | None = prop("예측", "Free spaces expected in the next hours")
    location: Place = place()


class OnStreetParking(Entity, model="dataModel.Parking/OnStreetParking"):
    """A stretch of kerb with marked spaces."""

    name: Label = label()
    total_spot_number: Count = prop("전체 주차면", "All spaces")
    available_spot_number: Count = prop("빈 주차면", "Free spaces")
    occupied_spot_number: Count = prop("사용 중인 주차면", "Taken spaces")
    is_public: Flag = prop("공영 여부", "Whether the public may park here")
    status: Plain = prop("운영 상태", "open, closed, full, …")
    allowed_vehicle_type: list[str] | None = prop("허용 차종", "DATEX II; the first the principal")
    category: list[str] | None = prop("구분", "A list: public, underground, feeCharged, …")
    price: Label = label("요금", "What parking costs, in words")
    operator: Label = label("운영 기관", "Who runs it")
    district: Plain = prop("행정동", "Administrative dong code")
    forecast: list[ForecastStep] | None = prop("예측", "Free spaces expected in the next hours")
    location: Place = place()
