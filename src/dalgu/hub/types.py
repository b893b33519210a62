"""The entity types that every part uses; a service's own types live in its `entities.py`."""

from dalgu.hub.model import (
    JSON,
    Entity,
    Flag,
    Label,
    Link,
    Place,
    Plain,
    Quantity,
    instant,
    label,
    place,
    prop,
    quantity,
    relationship,
)


class Device(Entity):
    """A thing in the city that speaks (Smart Data Models, dataModel.Device).

    Each accepted message is one observation of `device_state`, so the history of that
    attribute is the record of when the device was heard.
    """

    name: Label = label()
    category: Plain = prop()  # waterMeter, parkingSensor, camera, gateway, careGateway, …
    profile: Plain = prop()  # names the decoder of its messages
    controlled_asset: Link = relationship()  # the entity its messages speak of
    feed: Link = relationship()
    declared_interval: Quantity = quantity("SEC")
    in_service: Flag = prop()
    device_state: Plain = prop()  # online
    location: Place = place()


class Feed(Entity):
    """A stream of observations that one department gives the hub."""

    name: Label = label()
    department: Link = relationship()
    device_category: Plain = prop()
    declared_interval: Quantity = quantity("SEC")
    is_active: Flag = prop()


class Alert(Entity):
    """Something that a person should look at (Smart Data Models, dataModel.Alert)."""

    name: Label = label()
    description: Label = label()
    category: Plain = prop()  # the service that speaks: water, parking, devices, …
    sub_category: Plain = prop()  # continuousFlow, noUse, …
    severity: Plain = prop()  # informational, low, medium, high, critical
    alert_source: Link = relationship()
    date_issued: Plain = instant()  # ISO 8601
    valid_to: Plain = instant()
    status: Plain = prop()  # open, acknowledged, closed
    acknowledged_by: Plain = prop()  # the actor's pseudonym
    acknowledged_at: Plain = instant()  # ISO 8601
    closed_by: Plain = prop()
    closed_at: Plain = instant()
    location: Place = place()
    data: JSON = prop()  # what the rule saw: the figures behind the alert


class KeyPerformanceIndicator(Entity):
    """One measured indicator (Smart Data Models, dataModel.KeyPerformanceIndicator)."""

    name: Label = label()
    framework: Plain = prop()
    current_standing: Plain = prop()
    kpi_value: Quantity = quantity("C62")
    points: Quantity = quantity("C62")
    coverage: Quantity = quantity("C62")
    measurement: Plain = prop()  # digest of the frozen snapshot
