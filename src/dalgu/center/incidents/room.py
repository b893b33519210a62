"""What the room of one incident shows: gathered from the incident, the hub and other rooms."""

from datetime import timedelta

from dalgu.access.actor import Actor
from dalgu.center.alarms.why import why
from dalgu.center.context import Center
from dalgu.center.documents import title, value
from dalgu.center.incidents.resources import Resource
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.rules import NEXT, open_steps
from dalgu.center.incidents.sheet import checklist
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.telling import Teller
from dalgu.center.incidents.words import Readiness, Status
from dalgu.center.links.rows import offered
from dalgu.cities import City
from dalgu.cities.places import dong_of
from dalgu.hub.hub import Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.geo import Position, distance_m
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language

SHOWN_ALERTS = 20
SHOWN_EVENTS = 200
NEAR_CAMERAS = 4
NEAR_RESOURCES = 30
VIEW_DEG = 0.006  # about 600 m: the streets around
MERGED_WITHIN = timedelta(hours=24)


class Around:
    """One incident, as one actor sees its room."""

    def __init__(
        self, center: Center, incident: Incident, actor: Actor, language: Language
    ) -> None:
        self.center = center
        self.incident = incident
        self.actor = actor
        self.language = language

    async def changing(self, teller: Teller) -> dict[str, JSON]:
        """Return what may change while somebody looks on."""
        incidents, one = self.center.rooms.incidents, self.incident
        entries = self.center.rooms.ground.logbook.about(one.id)[-SHOWN_EVENTS:]
        work = one.work
        return {
            "incident": one,
            "row": row(one, self.language),
            "place": place_of(self.center.city, one, self.language),
            "is_raised": one.status is Status.RAISED,
            "checklist": checklist(one, incidents.procedures, self.language),
            "open_steps": open_steps(one, incidents.procedures),
            "version": incidents.procedures.of(one),
            "newest": None
            if work.procedure is None
            else incidents.procedures.all[work.procedure].newest,
            "timeline": teller.timeline(one, entries),
            "escalated": sorted(work.escalated.items(), key=lambda each: each[1]),
            "bound": [
                (incidents.board.get(name), now, sorted(NEXT[now]))
                for name, now in work.resources.items()
                if self._is_here(name)
            ],
            "free": self._free(),
            "others": self._others(),
            "people": self._people(),
            "alerts": await self._alerts(),
        }

    async def all(self, teller: Teller) -> dict[str, JSON]:
        """Return everything, with what stays: map, cameras, why it came."""
        one = self.incident
        has_place = one.lon is not None and one.lat is not None
        lon, lat = one.lon or 0.0, one.lat or 0.0
        around = (lon - VIEW_DEG, lat - VIEW_DEG, lon + VIEW_DEG, lat + VIEW_DEG)
        return {
            **await self.changing(teller),
            "why": await why(self.center, one, self.language, self.actor),
            "label": teller.word("incidents.map_label", default="map"),
            "focus": around if has_place else None,
            "spot": (lon, lat) if has_place else None,
            "cameras": await self._cameras((lon, lat)) if has_place else [],
            "agency_links": offered(self.center.rooms.links, one),
        }

    def _is_here(self, resource: str) -> bool:
        return self.center.rooms.incidents.board.where(resource)[1] == self.incident.number

    def _free(self) -> list[tuple[Resource, float]]:
        """Return what is free, the nearest first, with its distance in metres."""
        board, one = self.center.rooms.incidents.board, self.incident
        if one.lon is None or one.lat is None:
            return []
        ready = (Readiness.FREE, Readiness.RELEASED)
        place = (one.lon, one.lat)
        found = [
            (each, distance_m(place, each.base))
            for each in board.all.values()
            if board.where(each.id)[0] in ready
        ]
        return sorted(found, key=lambda pair: pair[1])[:NEAR_RESOURCES]

    def _others(self) -> list[Incident]:
        """Return open incidents that this one may be the same as, the newest first."""
        one = self.incident
        near = [
            other
            for other in self.center.rooms.incidents.open_ones()
            if other is not one
            and other.drill == one.drill
            and abs(other.raised_at - one.raised_at) < MERGED_WITHIN
            and (other.district is None or self.actor.serves(other.district))
        ]
        return sorted(near, key=lambda other: other.raised_at, reverse=True)[:NEAR_RESOURCES]

    def _people(self) -> list[str]:
        """Return the pseudonyms that this incident knows, for whom it can be assigned to."""
        known = {step.actor for step in self.incident.steps} | set(self.incident.parts)
        known |= {self.incident.assignee or self.actor.id, self.actor.id}
        return sorted(known - {"system"})

    async def _alerts(self) -> list[Document]:
        ids = tuple(EntityId(one) for one in list(self.incident.alerts)[:SHOWN_ALERTS])
        if not ids or self.incident.is_drill:
            return []  # a drill's alerts never entered the hub
        page = await self.center.hub.query(Query(types=("Alert",), ids=ids, limit=SHOWN_ALERTS))
        return [
            {
                "id": one["id"],
                "title": title(one, self.language),
                "severity": value(one, "severity") or "informational",
                "status": value(one, "status") or "open",
                "source": value(one, "alertSource"),
                "at": value(one, "dateIssued"),
                "origin": value(one, "origin"),
            }
            for one in page.entities
        ]

    async def _cameras(self, place: Position) -> list[JSON]:
        return list(await self.center.rooms.cameras.near(*place, limit=NEAR_CAMERAS))


def place_of(city: City, incident: Incident, language: Language) -> str:
    """Return district and dong of an incident in words, empty where it lies in none."""
    if incident.district is None:
        return ""
    names = [district_name(city, incident.district, language)]
    dong = dong_of(city, incident.dong or "")
    if dong is not None:
        names.append(dong.name.say(language))
    return " ".join(names) if language == "ko" else ", ".join(reversed(names))


def district_name(city: City, code: str, language: Language) -> str:
    """Return the name of a district, its code where the city has none of it."""
    found = next((one for one in city.districts if one.code == code), None)
    return code if found is None else found.name.say(language)
