"""An incident as one row of the wall and one sign of the map: plain JSON in one language."""

from dalgu.center.incidents.state import Incident
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language


def row(incident: Incident, language: Language) -> Document:
    """Return what screens know of an incident without asking again."""
    return {
        "id": incident.id,
        "number": incident.number,
        "title": incident.title.say(language),
        "category": incident.category,
        "subCategory": incident.sub_category,
        "priority": incident.priority,
        "status": incident.status,
        "raisedAt": iso(incident.raised_at),
        "changedAt": iso(incident.steps[-1].at),
        "alerts": len(incident.alerts),
        "things": len(incident.things),
        "district": incident.district,
        "dong": incident.dong,
        "lon": incident.lon,
        "lat": incident.lat,
        "assignee": incident.assignee,
        "shelvedUntil": None if incident.shelved_until is None else iso(incident.shelved_until),
        "outcome": incident.outcome,
        "mergedInto": incident.merged_into,
        "escalated": max((level for _, level in incident.work.escalated), default=0),
        "isDrill": incident.is_drill,
        "origin": incident.origin,
        "seq": incident.changed,
    }
