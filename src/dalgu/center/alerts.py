"""The life of an alert on the wall: open, acknowledged, closed; who and when at each step."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dalgu.center.documents import instance, short_id, title, value
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import Document
from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language

SEVERITY_ORDER = ("critical", "high", "medium", "low", "informational")
WALL_LIMIT = 200


class Step(StrEnum):
    """What a person can do to an alert."""

    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"


NEXT_STATUS = {Step.ACKNOWLEDGE: "acknowledged", Step.CLOSE: "closed"}
STEPS_FROM = {
    "open": (Step.ACKNOWLEDGE, Step.CLOSE),
    "acknowledged": (Step.CLOSE,),
    "closed": (),
}


class StepNotPossible(DalguError):
    """The alert has gone past this step already."""

    status = 409
    slug = "step-not-possible"
    title = "The step is not possible"

    def __init__(self, alert: str, status: str, step: str) -> None:
        super().__init__(
            f"Alert '{alert}' is {status}; the step '{step}' is not possible any more.",
            alert=alert,
            alert_status=status,
            step=step,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """An alert as the wall shows it."""

    id: str
    title: str
    description: str
    severity: str
    status: str
    category: str
    issued_at: str | None
    handled_by: str | None
    handled_at: str | None
    source: str | None
    subject: str
    origin: str | None
    steps: tuple[Step, ...]


def row(document: Document, language: Language) -> Row:
    """Return the row of an alert."""
    status = value(document, "status") or "open"
    past = {"closed": "closed", "acknowledged": "acknowledged"}.get(status, "")
    description = instance(document, "description") or {}
    return Row(
        id=document["id"],
        title=title(document, language),
        description=description.get("languageMap", {}).get(language, ""),
        severity=value(document, "severity") or "informational",
        status=status,
        category=value(document, "category") or "",
        issued_at=value(document, "dateIssued") or document.get("createdAt"),
        handled_by=value(document, f"{past}By") if past else None,
        handled_at=value(document, f"{past}At") if past else None,
        source=value(document, "alertSource"),
        subject=short_id(value(document, "alertSource") or ""),
        origin=value(document, "origin"),
        steps=STEPS_FROM.get(status, ()),
    )


async def read_wall(hub: Hub, language: Language, *, status: str, category: str = "") -> list[Row]:
    """Return the alerts of a status, the gravest first, then the newest."""
    q = f'status=="{status}"' + (f';category=="{category}"' if category else "")
    page = await hub.query(Query(types=("Alert",), q=q, limit=WALL_LIMIT))
    rows = [row(document, language) for document in page.entities]
    rows.sort(key=lambda one: one.issued_at or "", reverse=True)
    return sorted(rows, key=lambda one: _gravity(one.severity))


def _gravity(severity: str) -> int:
    return SEVERITY_ORDER.index(severity) if severity in SEVERITY_ORDER else len(SEVERITY_ORDER)


def stepped(document: Document, step: Step, actor: str, now: datetime) -> Alert:
    """Return what a step changes; raise `StepNotPossible` past its time."""
    status = value(document, "status") or "open"
    if step not in STEPS_FROM.get(status, ()):
        raise StepNotPossible(document["id"], status, step)
    alert = EntityId(document["id"])
    if step is Step.CLOSE:
        return Alert(id=alert, status="closed", closed_by=actor, closed_at=iso(now))
    return Alert(id=alert, status="acknowledged", acknowledged_by=actor, acknowledged_at=iso(now))
