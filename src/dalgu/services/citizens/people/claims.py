"""What an identity provider's claims say of a resident; the names of the claims are settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from dalgu.cities import City
from dalgu.kernel.settings import Settings
from dalgu.services.citizens.people.refusals import ClaimMissing, DistrictUnknown

SEXES = {"female": "f", "f": "f", "2": "f", "male": "m", "m": "m", "1": "m"}
OLDEST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Said:
    """Who it is, in words that are hashed at once, and what a resident shows."""

    person: str
    district: str
    birth_year: int
    sex: str


def said_of(claims: Mapping[str, object], issuer: str, settings: Settings, city: City) -> Said:
    """Return what claims say of a resident.

    A subject is one of its provider alone; any other claim (a registration number, say) names
    the same person as a community centre's desk does.

    Raises
    ------
    ClaimMissing, DistrictUnknown

    """
    names = settings.citizens
    person = _told(claims, names.claim_person)
    if names.claim_person == "sub":
        person = f"{issuer}\n{person}"
    district = _district(_told(claims, names.claim_district), city)
    year = _told(claims, names.claim_birth)[:4]
    if not (year.isascii() and year.isdecimal()) or int(year) < OLDEST_YEAR:
        raise ClaimMissing(names.claim_birth)
    return Said(person, district, int(year), SEXES.get(str(claims.get(names.claim_sex, "")), ""))


def _told(claims: Mapping[str, object], path: str) -> str:
    """Return a claim, or a part of one: `address.region`."""
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    if not isinstance(found, str | int) or isinstance(found, bool) or not str(found).strip():
        raise ClaimMissing(path)
    return str(found).strip()


def _district(told: str, city: City) -> str:
    for one in city.districts:
        if told in (one.code, one.name.ko, one.name.en):
            return one.code
    raise DistrictUnknown(told)
