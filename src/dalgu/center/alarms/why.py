"""Why an alarm came: the rule, the data that it looked at with its age, and what the past says."""

from dataclasses import dataclass
from datetime import datetime

from dalgu.access.actor import Actor
from dalgu.center.alarms.past import Case, Precedent, precedent
from dalgu.center.alarms.reading import documents
from dalgu.center.alarms.rules import Rule
from dalgu.center.alarms.signals import ENDED
from dalgu.center.context import Center
from dalgu.center.documents import instance, label_of, observed, title, value
from dalgu.center.incidents.state import Incident
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language
from dalgu.web.language import catalogue

SHOWN_ALERTS = 12
STALE_S = 3_600.0  # figures older than this are shown as stale


@dataclass(frozen=True, slots=True)
class Evidence:
    """One alert as the reader of the reasons sees it."""

    id: str
    name: str
    text: str
    thing: str
    kind: str
    severity: str
    at: datetime | None
    age_s: float | None
    source: str  # the service that tells
    origin: str | None
    is_ended: bool
    is_stale: bool
    figures: tuple[tuple[str, str], ...]


async def why(
    center: Center, incident: Incident, language: Language, actor: Actor
) -> dict[str, JSON]:
    """Return what `center/alarms/why.html` shows under the name `why`.

    Past cases of districts that the actor does not serve are not told.
    """
    rooms = center.rooms
    past = [one for one in rooms.incidents.all.values() if _is_open_to(actor, one)]
    rule = rooms.alarms.rules.rule(incident.rule)
    shown = list(incident.alerts)[:SHOWN_ALERTS]
    held = await documents(center.hub, shown)
    now = center.clock.now()
    return {
        "rule": rule,
        "rule_name": incident.rule,
        "kinds": () if rule is None else kinds(rule, language),
        "evidence": [_evidence(one, language, now) for one in held],
        "unshown": len(incident.alerts) - len(held),
        "is_drill": incident.is_drill,
        "cause": incident.cause,
        "quiet_since": rooms.alarms.quiet_since(incident.number),
        "precedent": precedent(incident, past),
        "quality": _quality(held, now),
    }


def kinds(rule: Rule, language: Language) -> tuple[str, ...]:
    """Return what people call the kinds of alert that a rule looks at."""
    named = dict.fromkeys((*rule.starts, *rule.parent_starts, *rule.joins))
    return tuple(kind_of(kind, language) for kind in named)


def kind_of(kind: str, language: Language) -> str:
    """Return what people call a kind of alert; its last word where nobody named it."""
    word = kind.rpartition("/")[2]
    found = catalogue(language).get(f"alarms.kinds.{word}")
    return found or label_of(word, language)


def as_json(told: dict[str, JSON], language: Language) -> Document:
    """Return the same for programs."""
    rule: Rule | None = told["rule"]
    past: Precedent = told["precedent"]
    quiet: datetime | None = told["quiet_since"]
    return {
        "rule": None if rule is None else _rule(rule, language),
        "kinds": list(told["kinds"]),
        "cause": told["cause"],
        "evidence": [_evidence_json(one) for one in told["evidence"]],
        "unshown": told["unshown"],
        "quality": told["quality"],
        "quietSince": None if quiet is None else iso(quiet),
        "past": {
            "count": past.count,
            "falseAlarms": past.false_alarms,
            "outcomes": past.outcomes,
            "cases": [_case(case, language) for case in past.cases],
        },
    }


def _is_open_to(actor: Actor, one: Incident) -> bool:
    return not actor.districts or (one.district is not None and actor.serves(one.district))


def _evidence(alert: Document, language: Language, now: datetime) -> Evidence:
    told = value(alert, "dateIssued") or alert.get("createdAt")
    at = observed(alert, "data") or observed(alert, "status") or _instant(told)
    age_s = None if at is None else max(0.0, (now - at).total_seconds())
    figures = value(alert, "data")
    words = (instance(alert, "description") or {}).get("languageMap", {})
    return Evidence(
        id=alert["id"],
        name=title(alert, language),
        text=str(words.get(language, "")),
        thing=str(value(alert, "alertSource") or ""),
        kind=kind_of(str(value(alert, "subCategory") or value(alert, "category") or ""), language),
        severity=str(value(alert, "severity") or "informational"),
        at=at,
        age_s=age_s,
        source=str(value(alert, "category") or ""),
        origin=value(alert, "origin"),
        is_ended=value(alert, "status") in ENDED,
        is_stale=age_s is None or age_s > STALE_S,
        figures=_figures(figures, language),
    )


def _figures(figures: JSON, language: Language) -> tuple[tuple[str, str], ...]:
    if not isinstance(figures, dict):
        return ()
    words = catalogue(language)
    return tuple(
        (words.get(f"fields.{name}") or label_of(name, language), _said(found))
        for name, found in figures.items()
        if isinstance(found, str | int | float)
    )


def _said(found: str | float) -> str:
    return f"{found:,.2f}".rstrip("0").rstrip(".") if isinstance(found, float) else str(found)


def _instant(text: JSON) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _quality(alerts: list[Document], now: datetime) -> dict[str, int]:
    """Return how many of the alerts are fresh, simulated, ended."""
    each = [_evidence(one, "en", now) for one in alerts]
    return {
        "shown": len(each),
        "stale": sum(one.is_stale for one in each),
        "synthetic": sum(one.origin == "synthetic" for one in each),
        "ended": sum(one.is_ended for one in each),
        "with_figures": sum(bool(one.figures) for one in each),
    }


def _rule(rule: Rule, language: Language) -> Document:
    said = {
        name: getattr(rule, name).text.say(language)
        for name in ("title", "why", "action", "consequence")
    }
    return {"name": rule.name, **said, "radiusM": rule.radius_m, "windowS": rule.window_s}


def _evidence_json(one: Evidence) -> Document:
    return {
        "id": one.id,
        "name": one.name,
        "thing": one.thing,
        "kind": one.kind,
        "severity": one.severity,
        "at": None if one.at is None else iso(one.at),
        "ageS": one.age_s,
        "source": one.source,
        "origin": one.origin,
        "ended": one.is_ended,
        "stale": one.is_stale,
        "figures": dict(one.figures),
    }


def _case(case: Case, language: Language) -> Document:
    one = case.incident
    return {
        "number": one.number,
        "title": one.title.say(language),
        "raisedAt": iso(one.raised_at),
        "outcome": one.outcome,
        "points": case.points,
        "likeness": list(case.likeness),
    }
