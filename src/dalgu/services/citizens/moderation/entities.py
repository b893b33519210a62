"""What moderation did with a text, as an entity; and the text's own entity drawn anew with it."""

from collections.abc import Iterable, Sequence

from dalgu.access.logbook import Entry, Logbook
from dalgu.hub.mirror import Mirror
from dalgu.hub.model import Count, Document, Entity, Plain, instant, prop
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.moderation.case import Case
from dalgu.services.citizens.moderation.moderation import ROOM, Moderation


class ModerationCase(
    Entity,
    unmodelled=Text(
        "시민이 쓴 글을 규칙에 따라 내리고 되돌리는 일을 나타내는 모델이 없다.",
        "No model describes how texts of citizens are taken off by a rule and put back.",
    ),
):
    """One text that somebody reported or took off the pages; never who reported it."""

    subject: Plain = prop("대상", "What it is about, as its room names it")
    status: Plain = prop("상태", "shown, held, reported_away, hidden or restored")
    rule: Plain = prop("규칙", "The published rule that it breaks")
    reason: Plain = prop("까닭", "Why, as the public log says it")
    report_count: Count = prop("신고 수", "How many different people reported it")
    is_appealed: Plain = prop("이의", "waiting, decided or none")
    since: Plain = instant("언제부터", "Since when it stands so; ISO 8601")


ENTITIES = (ModerationCase,)


def draw(
    mirror: Mirror, book: Logbook, room: Moderation, entries: Sequence[Entry]
) -> Iterable[Entity | Document]:
    """Yield the cases that entries changed, and the things that they are about."""
    for subject in dict.fromkeys(entry.subject for entry in entries):
        yield _case(room.cases[subject])
        own = [entry for entry in book.about(subject) if entry.room != ROOM]
        if own:
            yield from mirror.redrawn(own[-1])


def _case(case: Case) -> ModerationCase:
    appeal = "waiting" if case.appeal else "decided" if case.has_appealed else "none"
    return ModerationCase(
        id=entity_id("ModerationCase", case.subject),
        subject=case.subject,
        status=str(case.standing),
        rule=case.rule or None,
        reason=case.reason or None,
        report_count=len(case.reporters),
        is_appealed=appeal,
        since=None if case.since is None else iso(case.since),
    )
