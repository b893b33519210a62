"""The model cities that ship with the platform: boundaries, residents, registers, base map.

Only facts and their attribution live here (`SOURCES.md` in each city's folder); what a
simulation invents on top of them lives in `dalgu.simulation`.
"""

from functools import cache
from pathlib import Path

from dalgu.cities.city import CarPark, City, District, Dong, Source, Station
from dalgu.kernel.errors import NotExisting

__all__ = ["CarPark", "City", "CityNotExisting", "District", "Dong", "Source", "Station", "load"]

CITIES = ("daegu",)


class CityNotExisting(NotExisting):
    """No model city has this name."""

    slug = "city-not-existing"
    title = "The city does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"City '{name}' does not exist in this package; it has {', '.join(CITIES)}.", city=name
        )


@cache
def load(name: str) -> City:
    """Return a model city; its parts are read when they are first asked for.

    Raises
    ------
    CityNotExisting
        When the package has no city of that name.

    Examples
    --------
    >>> load("daegu").name.en
    'Daegu'

    """
    if name not in CITIES:
        raise CityNotExisting(name)
    return City(name, Path(__file__).parent / name)
