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


class WaterMeter(Entity):
    """A meter on one tap of the city's water; holds no name, no address and no customer."""

    name: Label = label()
    volume: Quantity = quantity("MTQ")  # the register: all water since it was built in
    flow: Quantity = quantity("MQH")
    temperature: Quantity = quantity("CEL")
    battery_level: Quantity = quantity("P1")  # 0-100, as the unit says
    alarms: list[str] | None = prop()  # what the meter reports: `wire.Alarm`
    usage: Plain = prop()  # household, business, public, bath, …
    district: Plain = prop()  # administrative dong code
    dma: Link = relationship()  # its DistrictMeteredArea
    is_active: Flag = prop()
    location: Place = place()


class DistrictMeteredArea(Entity):
    """A part of the network whose water is counted as one.

    The three figures speak of one hour and are observed at its end.
    """

    name: Label = label()
    district: Plain = prop()
    consumption: Quantity = quantity("MTQ")  # metered in the hour
    meter_count: Count = prop()  # active meters
    reads_received: Count = prop()  # of them with a known hour
    location: Place = place()
