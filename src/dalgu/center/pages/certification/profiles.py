"""Profiles of cities that this city keeps beside its own, to compare itself with them."""

from collections.abc import Iterable

from dalgu.certification.comparison.profile import CityProfile, read_profile, write_profile
from dalgu.kernel.errors import TooLarge
from dalgu.store.sqlite import Store

COLLECTION = "city-profile"
MOST = 400  # cities times years; all cities and gu of Korea are some 230


class ProfilesTooMany(TooLarge):
    """No further profile fits beside those that are kept."""

    slug = "city-profiles-too-many"
    title = "Too many city profiles are kept"

    def __init__(self, kept: int) -> None:
        super().__init__(
            f"The city keeps {kept} profiles already. Remove one that is not needed.", kept=kept
        )


class Profiles:
    """Kept in the city's store, one for each framework version, city and reference date."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[CityProfile]:
        """Return all profiles, by framework, city and date."""
        found = self._store.read().records.all(COLLECTION)
        return [read_profile(body, key) for key, body in found]

    async def put(self, profile: CityProfile) -> None:
        """Keep a profile in place of any of the same city, version and date."""
        kept = {key_of(one) for one in self.all()}
        if len(kept | {key_of(profile)}) > MOST:
            raise ProfilesTooMany(len(kept))
        body = write_profile(profile)
        await self._store.write(
            lambda tables: tables.records.put(COLLECTION, key_of(profile), body)
        )

    async def remove(self, key: str) -> None:
        """Forget a profile; one that is not there is forgotten already."""
        await self._store.write(lambda tables: tables.records.delete(COLLECTION, key))


def key_of(profile: CityProfile) -> str:
    """Return what a profile is kept under."""
    return f"{profile.framework}/{profile.city}/{profile.reference_date}"


def newest(profiles: Iterable[CityProfile]) -> list[CityProfile]:
    """Return the newest profile of each city, by code."""
    found: dict[str, CityProfile] = {}
    for one in sorted(profiles, key=lambda profile: profile.reference_date):
        found[one.city] = one
    return [found[city] for city in sorted(found)]
