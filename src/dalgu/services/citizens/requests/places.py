"""Where a request is: a position, or what an address or a dong's code says of it."""

import re
from dataclasses import dataclass

from dalgu.cities import City, Dong
from dalgu.cities.places import dong_at
from dalgu.services.citizens.requests.refusals import (
    RequestPlaceOutside,
    RequestPlaceRequired,
    RequestPlaceUnknown,
)

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """A position with the dong that it lies in."""

    lon: float
    lat: float
    dong: str
    district: str
    address: str = ""
    address_id: str = ""
    is_coarse: bool = False  # a dong's centre


def place_of(
    city: City, *, lon: float | None, lat: float | None, address: str = "", address_id: str = ""
) -> Place:
    """Return where something is; a position says more than a code, a code more than words.

    Raises
    ------
    RequestPlaceRequired, RequestPlaceOutside, RequestPlaceUnknown
    """
    if lon is not None and lat is not None:
        here = dong_at(city, lon, lat)
        if here is None:
            raise RequestPlaceOutside(lat, lon)
        return Place(lon, lat, here.code, here.district, address, here.code)
    if address_id:
        found = next((one for one in city.dongs if one.code == address_id), None)
        if found is None:
            raise RequestPlaceUnknown(address_id[:60])
        return _centre(found, address)
    if address:
        named = dong_named(city, address)
        if named is None:
            raise RequestPlaceUnknown(address[:60])
        return _centre(named, address)
    raise RequestPlaceRequired


def _centre(dong: Dong, address: str) -> Place:
    lon, lat = dong.centre
    return Place(lon, lat, dong.code, dong.district, address, dong.code, is_coarse=True)


def dong_named(city: City, address: str) -> Dong | None:
    """Return the dong that an address names, by its administrative or its older name.

    Where several districts have one of the name, the district in the address decides. A district
    alone is as good as its dong in the middle.
    """
    told = address.casefold()
    districts = _districts_in(city, told)
    for names in (_own_names, _older_names):
        found = [one for one in city.dongs if any(name in told for name in names(one))]
        here = [one for one in found if one.district in districts] or found
        if here:
            return max(here, key=lambda one: len(one.name.ko))
    middle = [city.district(code) for code in districts[:1]]
    return next((_nearest(city, one.centre, one.code) for one in middle), None)


def _districts_in(city: City, told: str) -> list[str]:
    """Return the districts that a text names; one within another's name (서구, 달서구) is none."""
    named = {
        name: one.code
        for one in city.districts
        for name in (one.name.ko, one.name.en.casefold())
        if name in told
    }
    return [
        code
        for name, code in named.items()
        if not any(name != longer and name in longer for longer in named)
    ]


def _own_names(dong: Dong) -> tuple[str, ...]:
    return dong.name.ko, dong.name.en.casefold()


def _older_names(dong: Dong) -> tuple[str, ...]:
    return (_DIGITS.sub("", dong.name.ko).replace("·", ""),)


def _nearest(city: City, at: tuple[float, float], district: str) -> Dong:
    here = (one for one in city.dongs if one.district == district)
    return min(here, key=lambda one: abs(one.centre[0] - at[0]) + abs(one.centre[1] - at[1]))
