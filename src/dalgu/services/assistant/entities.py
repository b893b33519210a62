"""What the hub knows of the assistant: sections, days, and what was handed over to people."""

from collections.abc import Iterable, Mapping

from dalgu.hub.model import Count, Entity, Flag, Label, Plain, instant, label, prop
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.assistant.answers.reply import Kind
from dalgu.services.assistant.handovers.handovers import PREFIX, Ticket
from dalgu.services.assistant.sections.section import Section


class AssistantSection(
    Entity,
    unmodelled=Text(
        "안내 문서의 절을 위한 표준 모델이 없습니다.",
        "No Smart Data Model describes a section of a city's guide.",
    ),
):
    """A section of the documents that the assistant quotes."""

    name: Label = label("제목", "Its title")
    document: Plain = prop("문서", "Name of its document")
    department: Label = label("부서", "Who answers for it")
    phone: Plain = prop("전화", "Telephone of the department")
    valid_from: Plain = prop("시작일", "First day it holds; ISO 8601")
    valid_to: Plain = prop("마지막 날", "Last day it holds; ISO 8601")
    is_withdrawn: Flag = prop("내림", "Whether it is quoted no more")


class AssistantDay(
    Entity,
    unmodelled=Text(
        "상담 건수를 위한 표준 모델이 없습니다.",
        "No Smart Data Model counts the questions a city's guide was asked.",
    ),
):
    """How many questions were asked on a day and what became of them."""

    asked: Count = prop("질문", "Questions")
    answered: Count = prop("답함", "Answered by a quotation")
    clarified: Count = prop("되물음", "Asked back")
    filed: Count = prop("민원 안내", "Led to a service request")
    elsewhere: Count = prop("다른 기관", "Told whose matter it is")
    handed_over: Count = prop("상담 연결 제안", "Offered a person")


class AssistantHandOver(
    Entity,
    unmodelled=Text(
        "상담 이관을 위한 표준 모델이 없습니다.",
        "No Smart Data Model describes a conversation handed over to a person.",
    ),
):
    """A conversation that a person answers. Its words are not here."""

    status: Plain = prop("상태", "waiting, taken or ended")
    opened_at: Plain = instant("연결 요청 시각", "When a person was asked for; ISO 8601")
    due: Plain = prop("기한", "Day by whose end it is answered; ISO 8601")
    answered_at: Plain = instant("첫 답 시각", "When a person first spoke; ISO 8601")
    ended_at: Plain = instant("마친 시각", "When it ended; ISO 8601")
    language: Plain = prop("언어", "ko or en")


ENTITIES = (AssistantSection, AssistantDay, AssistantHandOver)


def section_drawn(name: str, section: Section | None, before: Section) -> AssistantSection:
    """Return a section as the hub knows it; `section` is `None` where it was withdrawn."""
    shown = section or before
    return AssistantSection(
        id=EntityId(f"urn:ngsi-ld:AssistantSection:{name}"),
        name=shown.title,
        document=shown.document,
        department=shown.department,
        phone=shown.phone,
        valid_from=None if shown.valid_from is None else shown.valid_from.isoformat(),
        valid_to=None if shown.valid_to is None else shown.valid_to.isoformat(),
        is_withdrawn=section is None,
    )


def day_drawn(day: str, counts: Mapping[str, int]) -> AssistantDay:
    """Return the counts of a day."""
    return AssistantDay(
        id=EntityId(f"urn:ngsi-ld:AssistantDay:{day}"),
        asked=sum(counts.values()),
        answered=counts.get(Kind.ANSWER, 0),
        clarified=counts.get(Kind.CLARIFY, 0),
        filed=counts.get(Kind.FILE, 0),
        elsewhere=counts.get(Kind.ELSEWHERE, 0),
        handed_over=counts.get(Kind.HAND_OVER, 0),
    )


def tickets_drawn(tickets: Iterable[Ticket]) -> list[AssistantHandOver]:
    """Return tickets as the hub knows them."""
    return [
        AssistantHandOver(
            id=EntityId(f"{PREFIX}{one.number}"),
            status=one.state,
            opened_at=iso(one.opened_at),
            due=one.due.isoformat(),
            answered_at=None if one.answered_at is None else iso(one.answered_at),
            ended_at=None if one.ended_at is None else iso(one.ended_at),
            language=one.language,
        )
        for one in tickets
    ]
