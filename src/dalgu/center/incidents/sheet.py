"""Everything about one incident as plain JSON: for programs, reports and the incident room."""

from collections.abc import Iterable

import msgspec

from dalgu.access.logbook import Entry
from dalgu.center.incidents.procedures import Procedures
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.rules import NEXT, POSSIBLE_FROM, open_steps, tag_of
from dalgu.center.incidents.state import Incident
from dalgu.center.rooms import Rooms
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language


def sheet(incident: Incident, rooms: Rooms, language: Language) -> Document:
    """Return an incident with its steps, checklist, work and timeline."""
    work, incidents = incident.work, rooms.incidents
    return {
        **row(incident, language),
        "rule": incident.rule,
        "cause": incident.cause,
        "drill": incident.drill,
        "shelvedFor": incident.shelved_for,
        "steps": [
            {"status": step.status, "at": iso(step.at), "by": step.actor} for step in incident.steps
        ],
        "possible": possible(incident),
        "parts": [{"who": who, "part": part} for who, part in incident.parts.items()],
        "procedure": work.procedure,
        "procedureVersion": work.version,
        "checklist": checklist(incident, incidents.procedures, language),
        "openMandatory": open_steps(incident, incidents.procedures),
        "tasks": [_task(number, incident) for number in work.tasks],
        "resources": [
            {"id": one, "name": incidents.board.get(one).name.say(language), "readiness": now,
             "next": sorted(NEXT[now])}
            for one, now in work.resources.items()
        ],
        "aid": [
            {"aid": n, "body": aid.body, "what": aid.what, "status": aid.status, "note": aid.note,
             "askedAt": iso(aid.asked_at)}
            for n, aid in work.aid.items()
        ],
        "alertIds": list(incident.alerts),
        "thingIds": list(incident.things),
        "timeline": [event(entry) for entry in rooms.ground.logbook.about(incident.id)],
    }  # fmt: skip


def possible(incident: Incident) -> list[str]:
    """Return the tags of the deeds that its status allows."""
    return sorted(
        str(kind.__struct_config__.tag)
        for kind, statuses in POSSIBLE_FROM.items()
        if incident.status in statuses and issubclass(kind, msgspec.Struct)
    )


def checklist(incident: Incident, procedures: Procedures, language: Language) -> list[Document]:
    """Return the steps of its procedure, each with when it is due and what became of it."""
    version, since = procedures.of(incident), incident.work.since
    if version is None or since is None:
        return []
    found = []
    for step in version.steps:
        check = incident.work.checks.get(step.key)
        due = None if step.limit_s is None else since.timestamp() + step.limit_s
        found.append(
            {
                "key": step.key,
                "text": step.text.say(language),
                "who": step.who,
                "mandatory": step.mandatory,
                "room": step.room,
                "limitS": step.limit_s,
                "dueAt": None if due is None else iso(since.fromtimestamp(due, since.tzinfo)),
                "doneAt": None if check is None else iso(check.at),
                "doneBy": None if check is None else check.actor,
                "note": "" if check is None else check.note,
                "skipped": check is not None and check.skipped,
                "escalated": max(
                    (level for of, level in incident.work.escalated if of == step.key), default=0
                ),
            }
        )
    return found


def _task(number: int, incident: Incident) -> Document:
    task = incident.work.tasks[number]
    return {
        "task": number,
        "text": task.text,
        "to": task.to,
        "due": None if task.due is None else iso(task.due),
        "givenAt": iso(task.given_at),
        "givenBy": task.given_by,
        "doneAt": None if task.done_at is None else iso(task.done_at),
        "doneBy": task.done_by,
    }


def event(entry: Entry) -> Document:
    """Return an entry of the book as plain JSON: its room, its tag, its fields."""
    told = msgspec.to_builtins(entry.deed)
    fields = {k: v for k, v in told.items() if k != "type"} if isinstance(told, dict) else {}
    return {
        "seq": entry.seq,
        "at": iso(entry.at),
        "room": entry.room,
        "by": entry.actor,
        "deed": tag_of(entry.deed) if isinstance(entry.deed, msgspec.Struct) else told.get("type"),
        "fields": fields,
    }


def gathered(events: Iterable[Document]) -> list[Document]:
    """Return events with those of one kind that follow each other at once put into one."""
    found: list[Document] = []
    for one in events:
        last = found[-1] if found else None
        if last is not None and last["deed"] == one["deed"] == "joined":
            last["fields"] = {
                k: [*last["fields"].get(k, ()), *one["fields"].get(k, ())] for k in one["fields"]
            }
            last["at"] = one["at"]
            continue
        found.append(dict(one))
    return found
