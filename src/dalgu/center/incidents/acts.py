"""What a person can ask to be done with an incident, from what was sent to the deeds it takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec

from dalgu.access.actor import Actor
from dalgu.center.incidents import deeds as d
from dalgu.center.incidents import work as w
from dalgu.center.incidents.deeds import IncidentDeed
from dalgu.center.incidents.incidents import releases
from dalgu.center.incidents.refusals import DeedUnknown, DeedUnreadable
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome, Part, Priority, Readiness, Status

S = TypeVar("S", bound=msgspec.Struct)

Minutes = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
LONGEST_TEXT = 2_000  # signs
MINUTES_OF_SHELVING = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, about which incident as it stands, and when."""

    incident: Incident
    at: datetime
    actor: Actor


class Nothing(msgspec.Struct, frozen=True):
    """A deed that needs no words."""


class To(msgspec.Struct, frozen=True):
    """Whom it is for; empty for oneself."""

    to: str = ""


class Closing(msgspec.Struct, frozen=True):
    """What it turned out to be."""

    outcome: Outcome = Outcome.RESOLVED
    note: str = ""
    override: str = ""


class Reason(msgspec.Struct, frozen=True):
    """Why."""

    reason: str = ""


class Comment(msgspec.Struct, frozen=True):
    """What somebody writes down."""

    text: str = ""


class Shelving(msgspec.Struct, frozen=True):
    """Until when, or for how many minutes, and why."""

    reason: str = ""
    until: Instant | None = None
    minutes: Minutes = MINUTES_OF_SHELVING


class Merging(msgspec.Struct, frozen=True):
    """As which incident it goes on."""

    into: int


class Change(msgspec.Struct, frozen=True):
    """What is set right."""

    title_ko: str | None = None
    title_en: str | None = None
    priority: Priority | None = None
    lon: float | None = None
    lat: float | None = None
    district: str | None = None  # both of the place, as the desk finds them
    dong: str | None = None


class TakingPart(msgspec.Struct, frozen=True):
    """Who is what in it; empty for oneself."""

    part: Part
    who: str = ""


class Arrival(msgspec.Struct, frozen=True):
    """When help came; now where nothing is said."""

    at: Instant | None = None


class Ticking(msgspec.Struct, frozen=True):
    """Which step of the checklist; a reason leaves it out."""

    step: str
    note: str = ""
    skip: bool = False
    reason: str = ""


class Giving(msgspec.Struct, frozen=True):
    """A task."""

    text: str = ""
    to: str = ""
    minutes: Minutes | None = None  # until it is due


class Task(msgspec.Struct, frozen=True):
    """Which task."""

    task: int


class Moving(msgspec.Struct, frozen=True):
    """Which resource goes on to what."""

    resource: str
    to: Readiness


class AskingAid(msgspec.Struct, frozen=True):
    """Whom to ask for what."""

    body: str = ""
    what: str = ""


class Answering(msgspec.Struct, frozen=True):
    """What the other said."""

    aid: int
    accepted: bool
    note: str = ""


class AidMoved(msgspec.Struct, frozen=True):
    """Which request for aid."""

    aid: int


class Choosing(msgspec.Struct, frozen=True):
    """Which procedure is followed from now on."""

    procedure: str
    version: int


def _seen_first(asked: Asked, deed: IncidentDeed) -> list[IncidentDeed]:
    """Return a deed, after seeing where nobody had: whoever acts has seen it."""
    return [d.Seen(), deed] if asked.incident.status is Status.RAISED else [deed]


def _assign(asked: Asked, sent: To) -> list[IncidentDeed]:
    return _seen_first(asked, d.Assigned(sent.to or asked.actor.id))


def _take(asked: Asked, sent: Nothing) -> list[IncidentDeed]:
    return _seen_first(asked, d.TakenInHand())


def _close(asked: Asked, sent: Closing) -> list[IncidentDeed]:
    closed = d.Closed(sent.outcome, sent.note, sent.override)
    return [*_seen_first(asked, closed), *releases(asked.incident)]


def _shelve(asked: Asked, sent: Shelving) -> list[IncidentDeed]:
    until = sent.until or asked.at + timedelta(minutes=sent.minutes)
    return [d.Shelved(until, sent.reason)]


def _step(asked: Asked, sent: Ticking) -> list[IncidentDeed]:
    if sent.skip:
        return [w.StepSkipped(sent.step, sent.reason)]
    return [w.StepDone(sent.step, sent.note)]


def _task(asked: Asked, sent: Giving) -> list[IncidentDeed]:
    number = len(asked.incident.work.tasks) + 1
    due = None if sent.minutes is None else asked.at + timedelta(minutes=sent.minutes)
    return [w.TaskGiven(number, sent.text, sent.to, due)]


def _move(asked: Asked, sent: Moving) -> list[IncidentDeed]:
    moved = w.ResourceMoved(sent.resource, sent.to)
    is_first = sent.to is Readiness.ON_SITE and asked.incident.arrived_at is None
    return [moved, d.Arrived(asked.at)] if is_first else [moved]


Make = Callable[[Asked, Any], Sequence[IncidentDeed]]
ACTS: Mapping[str, tuple[type[msgspec.Struct], Make]] = {
    "seen": (Nothing, lambda asked, sent: [d.Seen()]),
    "assign": (To, _assign),
    "take": (Nothing, _take),
    "close": (Closing, _close),
    "reopen": (Reason, lambda asked, sent: [d.Reopened(sent.reason)]),
    "comment": (Comment, lambda asked, sent: [d.Commented(sent.text)]),
    "shelve": (Shelving, _shelve),
    "unshelve": (Nothing, lambda asked, sent: [d.Unshelved()]),
    "merge": (Merging, lambda asked, sent: [d.Merged(sent.into)]),
    "change": (Change, lambda asked, sent: [d.Changed(**msgspec.structs.asdict(sent))]),
    "part": (
        TakingPart,
        lambda asked, sent: [d.PartTaken(sent.who or asked.actor.id, sent.part)],
    ),
    "arrived": (Arrival, lambda asked, sent: [d.Arrived(sent.at or asked.at)]),
    "procedure": (
        Choosing,
        lambda asked, sent: [w.ProcedureChosen(sent.procedure, sent.version)],
    ),
    "step": (Ticking, _step),
    "task": (Giving, _task),
    "task-done": (Task, lambda asked, sent: [w.TaskDone(sent.task)]),
    "resource": (Moving, _move),
    "aid": (
        AskingAid,
        lambda asked, sent: [w.AidAsked(len(asked.incident.work.aid) + 1, sent.body, sent.what)],
    ),
    "aid-answer": (
        Answering,
        lambda asked, sent: [w.AidAnswered(sent.aid, sent.accepted, sent.note)],
    ),
    "aid-arrived": (AidMoved, lambda asked, sent: [w.AidArrived(sent.aid)]),
    "aid-returned": (AidMoved, lambda asked, sent: [w.AidReturned(sent.aid)]),
}


def read(name: str, sent: Mapping[str, Any]) -> tuple[msgspec.Struct, Make]:
    """Return what was sent with a deed, and what makes the deeds of it.

    Raises `DeedUnknown`, or `DeedUnreadable` where a field is not what it must be.
    """
    if name not in ACTS:
        raise DeedUnknown(name, ", ".join(ACTS))
    kind, make = ACTS[name]
    return convert(sent, kind), make


def convert(sent: Mapping[str, Any], kind: type[S]) -> S:
    """Return fields as a struct; a form's words become numbers. Raises `DeedUnreadable`."""
    too_long = next(
        (k for k, v in sent.items() if isinstance(v, str) and len(v) > LONGEST_TEXT), ""
    )
    if too_long:
        raise DeedUnreadable(f"field '{too_long[:40]}' is longer than {LONGEST_TEXT} signs")
    try:
        return msgspec.convert(sent, type=kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise DeedUnreadable(str(wrong)) from None
