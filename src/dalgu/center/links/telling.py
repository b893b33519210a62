"""Gathers what could be told of an incident; the link's own fields then choose from it."""

import base64
from dataclasses import dataclass, field
from datetime import datetime

from dalgu.access.actor import Actor
from dalgu.center.cameras.cameras import Asked, Cameras, Seen
from dalgu.center.incidents.state import Incident
from dalgu.center.links.kinds import Link
from dalgu.center.outside import CameraSilent
from dalgu.cities import City
from dalgu.cities.places import dong_of
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso

NEAR = 4  # cameras told of
GRANT_MINUTES = 30

Known = dict[str, JSON]


@dataclass(frozen=True, slots=True)
class Telling:
    """What somebody wants an agency to be told: of which incident, and what they add."""

    incident: int
    note: str = ""
    extra: dict[str, str] = field(default_factory=dict)  # person, age_band, appearance, …


def known_of(city: City, incident: Incident, telling: Telling) -> Known:
    """Return all that could be told but images; `None` where it is not known."""
    dong = dong_of(city, incident.dong or "")
    has_place = incident.lon is not None and incident.lat is not None
    return {
        **telling.extra,
        "incident": incident.number,
        "category": incident.category,
        "sub_category": incident.sub_category,
        "priority": incident.priority,
        "status": incident.status,
        "title_ko": incident.title.ko,
        "title_en": incident.title.en,
        "position": {"lon": incident.lon, "lat": incident.lat} if has_place else None,
        "dong": None if dong is None else dong.name.ko,
        "raised_at": iso(incident.raised_at),
        "note": telling.note.strip(),
        "alerts": len(incident.alerts),
        "things": len(incident.things),
    }


async def images_of(
    cameras: Cameras, actor: Actor, link: Link, incident: Incident, address: str
) -> Known:
    """Return what a link carries of cameras: which are near, a grant's link, stills.

    Raises
    ------
    DistrictNotAllowed, IncidentOver and what else `Cameras.grant` and `Cameras.see` raise.
    """
    if incident.lon is None or incident.lat is None or "cameras" not in link.fields:
        return {}
    near = await cameras.near(incident.lon, incident.lat, limit=NEAR)
    near = [one for one in near if actor.serves(one.camera.district or "")]
    found: Known = {"cameras": [_camera(one) for one in near]}
    if link.grants and near:
        found |= await _granted(cameras, actor, link, near, (incident.number, address))
    seeing = [one for one in near if one.sees][: link.stills]
    stills = [await _still(cameras, actor, one, link.purpose, incident.number) for one in seeing]
    found["stills"] = [one for one in stills if one is not None]
    return found


def sample(city: City, at: datetime) -> Known:
    """Return what a test message says."""
    lon, lat = city.centre
    return {
        "incident": 0,
        "category": "test",
        "priority": "P4",
        "title_ko": "연계 시험",
        "title_en": "Test of the link",
        "position": {"lon": lon, "lat": lat},
        "raised_at": iso(at),
        "note": "연계 시험입니다. 출동하지 마십시오. / A test of the link: nobody moves.",
    }


async def _granted(
    cameras: Cameras, actor: Actor, link: Link, near: list[Seen], about: tuple[int, str]
) -> Known:
    incident, address = about
    ids = tuple(one.camera.id for one in near if one.sees) or (near[0].camera.id,)
    asked = Asked(incident, link.receiver, link.ko, link.purpose, GRANT_MINUTES, ids)
    grant, secret = await cameras.grant(actor, asked)
    return {"video_link": f"{address}/grants/{secret}", "video_until": iso(grant.until)}


async def _still(
    cameras: Cameras, actor: Actor, seen: Seen, purpose: str, incident: int
) -> Known | None:
    try:
        picture = await cameras.see(actor, seen.camera, purpose, incident)
    except CameraSilent:  # help must not wait for a camera
        return None
    return {
        "camera": seen.camera.id,
        "taken_at": iso(picture.taken_at),
        "media_type": picture.media_type,
        "is_synthetic": picture.is_synthetic,
        "base64": base64.b64encode(picture.body).decode(),
    }


def _camera(seen: Seen) -> Known:
    return {
        "id": seen.camera.id,
        "name": seen.name.ko,
        "distance_m": round(seen.distance_m, 1),
        "sees": seen.sees,
    }
