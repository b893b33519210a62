"""A term as an entity: its history shows how timely the city answers."""

from datetime import date

from dalgu.hub.model import Count, Entity, Label, Plain, Quantity, label, prop, quantity
from dalgu.kernel.ids import entity_id, iri_part
from dalgu.kernel.terms import Owed
from dalgu.kernel.text import Text


class AnswerTerm(
    Entity,
    unmodelled=Text(
        "행정 기관의 답변 기한과 그 준수를 나타내는 모델이 없다.",
        "No model describes how long an office has to answer, and whether it did.",
    ),
):
    """What an office owes citizens by a day, and what became of it."""

    name: Label = label("기한의 종류", "Which term it is")
    subject: Plain = prop("대상", "What it concerns, as the citizens' book calls it")
    rule: Plain = prop("규칙", "Id of the rule that it counts by")
    basis: Label = label("법적 근거", "The law or rule that it stands on")
    department: Plain = prop("담당 부서", "The department that owes it")
    status: Plain = prop("상태", "running, paused, overdue, met, met_late or ended")
    started_on: Plain = prop("시작일", "The day on which it began; ISO 8601")
    due_on: Plain = prop("기한", "Its last day; absent while it rests; ISO 8601")
    met_on: Plain = prop("처리일", "The day on which the office acted; ISO 8601")
    extension_count: Count = prop("연장 횟수", "How often it was extended")
    days_over: Quantity = quantity("DAY", "넘긴 날", "Calendar days past its last day")
    chain_step: Count = prop("상향 단계", "How far up the chain a breach was told")


ENTITIES: tuple[type[Entity], ...] = (AnswerTerm,)


def term_entity(owed: Owed, today: date, step: int) -> AnswerTerm:
    """Return a term as it stands on a day."""
    term = owed.term
    due, met = term.due, term.met_on
    return AnswerTerm(
        id=entity_id(
            "AnswerTerm", iri_part(owed.subject), iri_part(term.rule.id), term.started.isoformat()
        ),
        name=term.rule.title,
        subject=owed.subject,
        rule=term.rule.id,
        basis=term.rule.basis,
        department=owed.department,
        status=term.state(today),
        started_on=term.started.isoformat(),
        due_on=None if due is None else due.isoformat(),
        met_on=None if met is None else met.isoformat(),
        extension_count=len(term.extensions),
        days_over=float(term.days_over(today)),
        chain_step=step,
    )
