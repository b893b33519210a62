"""The parking entity types (Smart Data Models, dataModel.Parking).

`forecast` is our addition: a list of `{"minutes", "free", "low", "high", "method"}`, in
spaces, made at the instant of its `observedAt`; `low` to `high` holds eight of ten outcomes.
"""

from dalgu.hub.model import JSON, Count, Entity, Flag, Label, Place, Plain, label, place, prop


class OffStreetParking(Entity):
    """A car park: a lot, a garage or a part of one, with its own count of free spaces."""

    name: Label = label()
    total_spot_number: Count = prop()
    available_spot_number: Count = prop()
    occupied_spot_number: Count = prop()
    is_public: Flag = prop()
    status: Plain = prop()  # open, closed, full, …
    allowed_vehicle_type: JSON = prop()  # a list of DATEX II vehicle types, the first the principal
    category: JSON = prop()  # a list: public, underground, feeCharged, …
    price: Label = label()
    operator: Label = label()
    district: Plain = prop()  # administrative dong code
    forecast: JSON = prop()
    location: Place = place()


class OnStreetParking(Entity):
    """A stretch of kerb with marked spaces."""

    name: Label = label()
    total_spot_number: Count = prop()
    available_spot_number: Count = prop()
    occupied_spot_number: Count = prop()
    is_public: Flag = prop()
    status: Plain = prop()
    allowed_vehicle_type: JSON = prop()
    category: JSON = prop()
    price: Label = label()
    operator: Label = label()
    district: Plain = prop()
    forecast: JSON = prop()
    location: Place = place()
