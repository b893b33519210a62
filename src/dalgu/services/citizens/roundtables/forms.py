"""Plans and quotas as forms carry them: text in, values out, and back for a form that is drawn."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dalgu.kernel.clock import LOCAL, local
from dalgu.services.citizens.roundtables.plan import (
    AgendaStep,
    Attribute,
    Choice,
    Criterion,
    Plan,
    Question,
    QuotaSet,
    StepKind,
)
from dalgu.services.citizens.roundtables.refusals import RoundtablePlanInvalid

Sent = Mapping[str, Sequence[str]]

BAR = "|"  # between the parts of a line
SPARE_STEPS = 3  # empty lines of the agenda that a form offers
WHENEVER = "%Y-%m-%dT%H:%M"  # as browsers send a local instant
USUAL_AGENDA = (
    (StepKind.OPENING, 15), (StepKind.BALLOT_BEFORE, 10), (StepKind.DISCUSSION, 50),
    (StepKind.THEMES, 15), (StepKind.DISCUSSION, 50), (StepKind.BALLOT_AFTER, 10),
    (StepKind.CLOSING, 10),
)  # fmt: skip


def plan_of(sent: Sent) -> Plan:
    """Return the plan that a form carries; raise `RoundtablePlanInvalid` where a part cannot be."""
    return Plan(
        title=_one(sent, "title"),
        title_en=_one(sent, "title_en"),
        about=_one(sent, "about"),
        steering=_one(sent, "steering"),
        department=_one(sent, "department"),
        place=_one(sent, "place"),
        starts_at=_instant(_one(sent, "starts_at")),
        size=_whole(sent, "size"),
        table_size=_whole(sent, "table_size"),
        trim_pct=_whole(sent, "trim_pct", 5),
        survey=_questions(_one(sent, "survey"), "s"),
        questions=_questions(_one(sent, "questions"), "q"),
        candidates=tuple(
            Choice(f"p{place}", line)
            for place, line in enumerate(lines_of(_one(sent, "candidates")), start=1)
        ),
        criteria=_criteria(_one(sent, "criteria")),
        agenda=_agenda(sent),
    )


def fields_of(plan: Plan) -> dict[str, str]:
    """Return a plan as the fields of its form; the agenda is apart."""
    return {
        "title": plan.title,
        "title_en": plan.title_en,
        "about": plan.about,
        "steering": plan.steering,
        "department": plan.department,
        "place": plan.place,
        "starts_at": local(plan.starts_at).strftime(WHENEVER),
        "size": str(plan.size),
        "table_size": str(plan.table_size),
        "trim_pct": str(plan.trim_pct),
        "survey": _as_lines((one.title, *one.options) for one in plan.survey),
        "questions": _as_lines((one.title, *one.options) for one in plan.questions),
        "candidates": "\n".join(one.title for one in plan.candidates),
        "criteria": _as_lines((one.title, str(one.weight)) for one in plan.criteria),
    }


def agenda_rows(agenda: Iterable[AgendaStep]) -> list[tuple[str, str, int | str]]:
    """Return an agenda as rows of a form, with some to spare."""
    rows: list[tuple[str, str, int | str]] = [
        (str(step.kind), step.title, step.minutes) for step in agenda
    ]
    return [*rows, *([("", "", "")] * SPARE_STEPS)]


def quotas_of(sent: Sent) -> tuple[QuotaSet, ...]:
    """Return the quotas of a form's fields `least:sex:f` and `most:sex:f`; empty ones are none."""
    found = []
    for name in sent:
        kind, _, rest = name.partition(":")
        attribute, _, value = rest.partition(":")
        if kind != "least" or attribute not in set(Attribute) or not value:
            continue
        least, most = _one(sent, name), _one(sent, f"most:{rest}")
        if least or most:
            found.append(
                QuotaSet(
                    Attribute(attribute),
                    value,
                    _digits(least or "0", "quotas"),
                    _digits(most or least, "quotas"),
                )
            )
    return tuple(found)


def lines_of(text: str) -> list[str]:
    """Return the lines of a field that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _questions(text: str, prefix: str) -> tuple[Question, ...]:
    found = []
    for place, line in enumerate(lines_of(text), start=1):
        title, *options = (part.strip() for part in line.split(BAR))
        found.append(Question(f"{prefix}{place}", title, tuple(options)))
    return tuple(found)


def _criteria(text: str) -> tuple[Criterion, ...]:
    found = []
    for place, line in enumerate(lines_of(text), start=1):
        title, _, weight = line.rpartition(BAR)
        if not title.strip():
            raise RoundtablePlanInvalid("criteria", "each name a criterion, a bar and its weight")
        found.append(Criterion(f"c{place}", title.strip(), _digits(weight.strip(), "criteria")))
    return tuple(found)


def _agenda(sent: Sent) -> tuple[AgendaStep, ...]:
    kinds, titles = sent.get("kind", ()), sent.get("step_title", ())
    minutes = sent.get("minutes", ())
    if not len(kinds) == len(titles) == len(minutes):
        raise RoundtablePlanInvalid("agenda", "have a kind, a title and minutes in each line")
    found = []
    for kind, title, lasting in zip(kinds, titles, minutes, strict=True):
        if not kind:
            continue
        if kind not in set(StepKind):
            raise RoundtablePlanInvalid("agenda", "have steps of the kinds offered")
        found.append(AgendaStep(StepKind(kind), title.strip(), _digits(lasting, "agenda")))
    return tuple(found)


def _as_lines(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f" {BAR} ".join(row) for row in rows)


def _one(sent: Sent, name: str) -> str:
    found = sent.get(name)
    return found[0].strip() if found else ""


def _whole(sent: Sent, name: str, otherwise: int | None = None) -> int:
    text = _one(sent, name)
    return otherwise if not text and otherwise is not None else _digits(text, name)


def _digits(text: str, part: str) -> int:
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise RoundtablePlanInvalid(part, "be a whole number")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        found = datetime.strptime(text, WHENEVER)  # noqa: DTZ007 - the city's zone is put in
    except ValueError:
        raise RoundtablePlanInvalid("starts_at", "be a day and a time") from None
    return found.replace(tzinfo=LOCAL)
