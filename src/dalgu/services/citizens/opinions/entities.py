"""The entity that the hub knows of a question, so that it has history and indicators."""

from collections.abc import Iterable, Iterator, Sequence

from dalgu.access.logbook import Entry
from dalgu.hub.model import JSON, Count, Entity, Label, Plain, instant, label, prop
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.opinions.opinions import Opinions
from dalgu.services.citizens.opinions.question import Question
from dalgu.services.citizens.opinions.shown import LEAST_SHOWN


class OpinionQuestion(
    Entity,
    unmodelled=Text(
        "찬성·반대·넘김으로 의견 무리를 찾는 질문을 나타내는 모델이 없다.",
        "No model describes a question on which people agree, disagree or pass, and form groups.",
    ),
):
    """A question put to everybody, and how far opinion on it has formed."""

    name: Label = label("질문", "The question")
    status: Plain = prop("상태", "open or closed")
    asked_at: Plain = instant("질문한 시각", "When it was asked; ISO 8601")
    closed_at: Plain = instant("마감 시각", "When it was closed; ISO 8601")
    about: Plain = prop("관련 사안", "The matter it belongs to, as proposal:12")
    participant_count: Count = prop("참여자 수", "How many people voted")
    vote_count: Count = prop("투표 수", "How many votes were given, changes of mind included")
    statement_count: Count = prop("의견 수", "Statements that are voted on")
    group_count: Count = prop("의견 무리 수", "Groups of at least five people")
    group_sizes: list[int] | None = prop("무리별 인원", "People in each such group, largest first")
    consensus: list[str] | None = prop("모두의 공통 의견", "What every group agrees on")


ENTITIES = (OpinionQuestion,)


def draw(room: Opinions, entries: Sequence[Entry]) -> Iterator[Entity]:
    """Return the questions that entries changed, as they are now."""
    numbers: Iterable[int] = {entry.deed.number for entry in entries}
    for number in sorted(numbers):
        yield _entity(room, room.get(number))


def _entity(room: Opinions, question: Question) -> OpinionQuestion:
    sizes = [n for n in (question.cuts[-1].sizes if question.cuts else ()) if n >= LEAST_SHOWN]
    shared: JSON = [row.statement.text for row in room.results(question).all_share]
    return OpinionQuestion(
        id=entity_id("OpinionQuestion", str(question.number)),
        name=Text(question.title, question.title),
        status="open" if question.closed_at is None else "closed",
        asked_at=iso(question.asked_at),
        closed_at=None if question.closed_at is None else iso(question.closed_at),
        about=question.about_of or None,
        participant_count=question.participants,
        vote_count=len(question.log),
        statement_count=len(question.open),
        group_count=len(sizes),
        group_sizes=sizes,
        consensus=shared,
    )
