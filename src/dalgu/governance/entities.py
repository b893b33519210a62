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


class Department(Entity):
    """A department of the city; those in scope are expected to feed the hub."""

    name: Label = label()
    in_scope: Flag = prop()


class WaterSupplyRegister(Entity):
    """Active water meters of one dong, as the supply register has them."""

    name: Label = label()
    dong: Plain = prop()  # administrative dong code
    active_meters: Count = prop()
