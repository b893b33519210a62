"""What programs are shown of services, requests and updates, in the words of GeoReport v2."""

from dataclasses import dataclass
from datetime import date, datetime, time

from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.text import Language, Text
from dalgu.services.citizens.requests.catalogue import Catalogue, CityService, ServiceAttribute
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.requests.state import ServiceRequest, Step
from dalgu.services.citizens.requests.terms import RULES
from dalgu.services.citizens.requests.words import EXTENDED, REASONS, STATES, State

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
HIDDEN = Text("[운영 규칙에 따라 가려진 글입니다]", "[Hidden by the rules of moderation]")
CONTACT = Text("대구광역시 달구벌콜센터 120", "Daegu call centre 120")
KEYS = Text(
    "api_key 없이 쓸 수 있습니다. 앱을 운영한다면 시 데이터 담당에게 토큰을 받으십시오.",
    "No api_key is needed. Whoever runs an app can get a token from the city's data office.",
)


@dataclass(frozen=True, slots=True)
class View:
    """In which language, under which address, and how much is shown."""

    language: Language
    base: str  # of the site, without a slash at its end
    is_extended: bool = False

    def say(self, text: Text) -> str:
        """Return a phrase in the reader's language."""
        return text.say(self.language)


def w3(at: datetime) -> str:
    """Return an instant as the W3C writes it, in the city's zone, to the second."""
    return local(at).replace(microsecond=0).isoformat()


def discovery(catalogue: Catalogue, view: View, *, is_test: bool) -> Document:
    """Return which endpoints there are (Service Discovery)."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{view.base}/open311/v2",
        "changeset": catalogue.changeset,
        "type": "test" if is_test else "production",
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": catalogue.changeset,
        "contact": view.say(CONTACT),
        "key_service": view.say(KEYS),
        "endpoints": [endpoint],
    }


def service(one: CityService, catalogue: Catalogue, view: View) -> Document:
    """Return one line of the list of services."""
    return {
        "service_code": one.code,
        "service_name": view.say(one.title),
        "description": view.say(one.about),
        "metadata": bool(one.attributes),
        "type": "realtime",
        "keywords": ", ".join(one.keywords),
        "group": view.say(catalogue.groups[one.group]),
    }


def definition(one: CityService, view: View) -> Document:
    """Return what a service asks."""
    asked = [_attribute(each, place, view) for place, each in enumerate(one.attributes, 1)]
    return {"service_code": one.code, "attributes": asked}


def _attribute(one: ServiceAttribute, order: int, view: View) -> Document:
    made: Document = {
        "variable": one.is_variable,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.is_required,
        "datatype_description": view.say(one.hint),
        "order": order,
        "description": view.say(one.title),
    }
    if one.values:
        made["values"] = [{"key": key, "name": view.say(name)} for key, name in one.values.items()]
    return made


def request(room: Requests, one: ServiceRequest, view: View) -> Document:
    """Return one request; with extensions also its attributes, photos and notes."""
    kind, filed, standing = room.catalogue.get(one.filed.code), one.filed, room.standing(one)
    made: Document = {
        "service_request_id": str(one.number),
        "status": "open" if room.is_open(one) else "closed",
        "status_notes": status_notes(one, view),
        "service_name": view.say(kind.title),
        "service_code": kind.code,
        "description": view.say(HIDDEN) if room.is_hidden(one) else filed.description,
        "agency_responsible": view.say(room.department(standing)),
        "service_notice": notice(kind, view),
        "requested_datetime": w3(one.at),
        "updated_datetime": w3(_updated(one, standing)),
        "expected_datetime": expected(standing.term.due),
        "address": address(room, one, view),
        "address_id": filed.address_id,
        "zipcode": None,
        "lat": filed.lat,
        "long": filed.lon,
        "media_url": next(iter(media(room, one, view)), filed.media_url),
    }
    return made | _extensions(room, one, view) if view.is_extended else made


def _updated(one: ServiceRequest, standing: ServiceRequest) -> datetime:
    """Return when it changed last; of what is closed, when it was closed."""
    return standing.ended_at or max(one.changed_at, standing.changed_at)


def _extensions(room: Requests, one: ServiceRequest, view: View) -> Document:
    attributes = [
        {"code": code, "value": ", ".join(values)} for code, values in one.filed.attributes.items()
    ]
    return {
        "attributes": attributes,
        "extended_attributes": {
            "detailed_status": EXTENDED[one.state],
            "state": one.state,
            "duplicate_of": str(one.parent) if one.parent else None,
            "followers": len(one.followers),
            "channel": one.filed.channel,
            "is_place_approximate": one.filed.is_coarse,
            "photos": [{"media_url": url} for url in media(room, one, view)],
        },
        "notes": [
            {"datetime": w3(step.at), "description": step_text(room, one, step, view),
             "type": "updated" if step.is_update else step.state}
            for step in one.steps
        ],
    }  # fmt: skip


def status_notes(one: ServiceRequest, view: View) -> str:
    """Return in words why a request is where it is, never just "closed"."""
    parts = [view.say(STATES[one.state])]
    if one.moved is not None:
        parts += _told(one, view)
    elif one.state is State.REOPENED:
        parts.append(one.steps[-1].text)
    return ": ".join(part for part in parts if part)


def _told(one: ServiceRequest, view: View) -> list[str]:
    moved = one.moved
    if moved is None:
        return []
    if moved.state is State.DUPLICATE:
        return [f"#{moved.parent}", moved.done]
    reason = view.say(REASONS[moved.reason]) if moved.reason else ""
    return [moved.transferred_to, reason, moved.done, moved.remedy]


def notice(kind: CityService, view: View) -> str:
    """Return what a reporter can expect: the term and its law."""
    rule = RULES[kind.term]
    return f"{view.say(rule.title)} ({view.say(rule.basis)})"


def expected(due: date | None) -> str | None:
    """Return the end of the last day of a term; `None` while it rests."""
    if due is None:
        return None
    return datetime.combine(due, time(23, 59, 59), LOCAL).isoformat()


def address(room: Requests, one: ServiceRequest, view: View) -> str:
    """Return where it is in words, the narrowest first."""
    city, filed = room.ground.city, one.filed
    places = (city.dong(filed.dong).name, city.district(filed.district).name, city.name)
    return ", ".join([*filter(None, [filed.address]), *map(view.say, places)])


def media(room: Requests, one: ServiceRequest, view: View) -> list[str]:
    """Return the addresses of its photos as all may see them."""
    if room.is_hidden(one):
        return []
    shown = (photo.clear if coarse in one.clear else coarse for coarse, photo in one.photos.items())
    return [f"{view.base}/open311/v2/media/{digest}.jpg" for digest in shown]


def step_text(room: Requests, one: ServiceRequest, step: Step, view: View) -> str:
    """Return what a line of the timeline says."""
    if room.is_hidden(one) and step.by != "staff":
        return view.say(HIDDEN)
    return step.text or view.say(STATES[step.state])


def update(room: Requests, one: ServiceRequest, step: Step, view: View) -> Document:
    """Return one line of a timeline as FixMyStreet's extension has it."""
    return {
        "update_id": str(step.seq),
        "service_request_id": str(one.number),
        "status": EXTENDED[step.state],
        "updated_datetime": w3(step.at),
        "description": step_text(room, one, step, view),
        "media_url": step.media_url,
    }


def errors(code: int, description: str) -> list[Document]:
    """Return what went wrong."""
    return [{"code": code, "description": description}]


def receipt(number: int, said: str) -> list[dict[str, JSON]]:
    """Return what a new request is answered with."""
    return [{"service_request_id": str(number), "service_notice": said, "account_id": None}]
