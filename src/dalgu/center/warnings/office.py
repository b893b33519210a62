"""Who the city is to other warning systems, and what its rule about a second person says."""

import msgspec

from dalgu.cities import City


class Office(msgspec.Struct, frozen=True):
    """The sender of the city's warnings."""

    sender: str  # CAP 1.2, 3.2.1: unique among all, no spaces or commas
    name_ko: str
    name_en: str
    contact: str = ""
    needs_second: bool = True  # a second person for what is extreme and no exercise


def office_of(city: City) -> Office:
    """Return what holds until an administrator says otherwise."""
    return Office(
        sender=f"operation-center@{city.id}.example",
        name_ko=f"{city.name.ko} 도시통합운영센터",
        name_en=f"{city.name.en} Integrated Operation Center",
    )
