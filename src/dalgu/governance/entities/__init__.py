"""The entity types of the registers, a module for each subject.

Types that devices keep alive may gain live attributes from a service; what files look like and
how they are read is not here.
"""

from dalgu.governance.entities import (
    city,
    data,
    economy,
    facilities,
    finance,
    networks,
    people,
    plans,
    records,
    services,
)
from dalgu.governance.entities.city import Department, WaterSupplyRegister
from dalgu.governance.entities.sourced import Sourced
from dalgu.hub.model import Entity

SUBJECTS = (city, people, records, economy, plans, finance, data, services, facilities, networks)
TYPES: tuple[type[Entity], ...] = tuple(
    kind
    for subject in SUBJECTS
    for kind in vars(subject).values()
    if isinstance(kind, type) and issubclass(kind, Entity) and kind.__module__ == subject.__name__
)

__all__ = ["SUBJECTS", "TYPES", "Department", "Sourced", "WaterSupplyRegister"]
