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


class OffStreetParking(Entity):
    """A car park: a lot, a garage or a part of one, with its own count of free spaces."""

    name: Label = label()
    total_spot_number: Count = prop()
    available_spot_number: Count = prop()
    occupied_spot_number: Count = prop()
    is_public: Flag = prop()
    status: Plain = prop()  # open, closed, full, …
    allowed_vehicle_type: list[str] | None = prop()  # DATEX II; the first the principal
    category: list[str] | None = prop()  # a list: public, underground, feeCharged, …
    price: Label = label()
    operator: Label = label()
    district: Plain = prop()  # administrative dong code
    forecast: list[ForecastStep] | None = prop()
    location: Place = place()


class OnStreetParking(Entity):
    """A stretch of kerb with marked spaces."""

    name: Label = label()
    total_spot_number: Count = prop()
    available_spot_number: Count = prop()
    occupied_spot_number: Count = prop()
    is_public: Flag = prop()
    status: Plain = prop()
    allowed_vehicle_type: list[str] | None = prop()
    category: list[str] | None = prop()
    price: Label = label()
    operator: Label = label()
    district: Plain = prop()
    forecast: list[ForecastStep] | None = prop()
    location: Place = place()
