"""What is done with incidents in somebody's name: rights first, then rules, then the book."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from dalgu.access.access import Access
from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.center.incidents.acts import Asked, Change, Merging, convert, read
from dalgu.center.incidents.deeds import IncidentDeed, Raised
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.refusals import PlaceUnknown, WordsRequired
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority
from dalgu.cities import City
from dalgu.cities.places import dong_at, dong_of

BY_HAND = "hand"  # the rule of incidents that a person raised
CATEGORIES = (
    "fire", "gas", "medical", "crime", "crowd", "missing", "care", "flood", "traffic", "water",
    "power", "network", "devices", "tamper", "parking", "environment", "facility", "other",
)  # fmt: skip


class Told(msgspec.Struct, frozen=True):
    """What a person says of an incident that they raise."""

    what: str = ""
    category: str = "other"
    sub_category: str = "byHand"
    priority: Priority = Priority.P3
    dong: str | None = None
    lon: float | None = None
    lat: float | None = None


class Desk:
    """Does what actors ask for, where they may."""

    def __init__(self, incidents: Incidents, access: Access, city: City) -> None:
        self.incidents = incidents
        self._access = access
        self._city = city

    async def read(self, actor: Actor, number: int) -> Incident:
        """Return one incident to somebody who may see it, and write down that they did."""
        incident = self.incidents.get(number)
        await self._access.require(
            actor, Operation.INCIDENT_READ, incident.id, district=incident.district
        )
        return incident

    async def do(self, actor: Actor, number: int, name: str, sent: Mapping[str, Any]) -> Incident:
        """Do a deed in the actor's name; return the incident as it is then.

        Raises `IncidentNotExisting`, `DeedUnknown`, `DeedUnreadable`, `DistrictNotAllowed` and
        what the rules of the deed refuse.
        """
        await self._require(actor, self.incidents.get(number))
        fields, make = read(name, sent)
        if isinstance(fields, Change):
            fields = await self._placed(actor, fields)
        if isinstance(fields, Merging):
            await self._require(actor, self.incidents.get(fields.into))
            await self.incidents.merge(number, fields.into, actor)
            return self.incidents.get(number)

        def made(incident: Incident, at: datetime) -> Sequence[IncidentDeed]:
            return make(Asked(incident, at, actor), fields)

        return await self.incidents.act(number, made, actor)

    async def raise_by_hand(self, actor: Actor, sent: Mapping[str, Any]) -> Incident:
        """Begin an incident that a person tells of; return it.

        Raises `DeedUnreadable`, `WordsRequired`, `PlaceUnknown` or `DistrictNotAllowed`.
        """
        told = convert(sent, Told)
        if not told.what.strip():
            raise WordsRequired("what")
        if told.category not in CATEGORIES:
            raise WordsRequired("category")
        raised = self._raised(told)
        await self._access.require(
            actor, Operation.INCIDENT_HANDLE, "new incident", district=raised.district
        )
        return await self.incidents.raise_incident(raised, actor=actor)

    def _raised(self, told: Told) -> Raised:
        has_point = told.lon is not None and told.lat is not None
        if has_point:
            dong = dong_at(self._city, told.lon or 0.0, told.lat or 0.0)
        else:
            dong = dong_of(self._city, told.dong or "")
        if dong is None:
            raise PlaceUnknown
        lon, lat = (told.lon, told.lat) if has_point else dong.centre
        return Raised(
            told.what,
            told.what,
            told.category,
            told.sub_category,
            told.priority,
            BY_HAND,
            lon=lon,
            lat=lat,
            district=dong.district,
            dong=dong.code,
        )

    async def _placed(self, actor: Actor, change: Change) -> Change:
        """Return a change with the dong and district that its place lies in."""
        if change.lon is None or change.lat is None:
            return msgspec.structs.replace(change, lon=None, lat=None, district=None, dong=None)
        dong = dong_at(self._city, change.lon, change.lat)
        if dong is None:
            raise PlaceUnknown
        await self._access.require(
            actor, Operation.INCIDENT_HANDLE, "moved incident", district=dong.district
        )
        return msgspec.structs.replace(change, district=dong.district, dong=dong.code)

    async def _require(self, actor: Actor, incident: Incident) -> None:
        await self._access.require(
            actor, Operation.INCIDENT_HANDLE, incident.id, district=incident.district
        )


def visible(actor: Actor, incidents: Iterable[Incident]) -> list[Incident]:
    """Return those that lie in the actor's districts; what lies in none is for actors of all."""
    if not actor.districts:
        return list(incidents)
    return [one for one in incidents if one.district is not None and actor.serves(one.district)]
