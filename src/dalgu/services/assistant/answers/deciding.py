"""From a question to a reply: quote, ask back, lead to a request, or offer a person."""

from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from dalgu.services.assistant.answers.finding import Finder, Found, language_of_text
from dalgu.services.assistant.answers.quoting import quoted
from dalgu.services.assistant.answers.reply import Citation, Kind, Reply, Suggestion
from dalgu.services.assistant.answers.tables import report_code, small_talk
from dalgu.services.assistant.sections.section import Section

# Chances from which a section is quoted, and from which it is worth asking back: at 0.7 at most 2 %
# of all questions got a wrong answer (benchmarks/citizens/assistant.py).
SURE = 0.7
WORTH_ASKING = 0.02
SUGGESTED = 3

ChangedOn = Callable[[str], date | None]


def reply_to(question: str, finder: Finder, changed_on: ChangedOn) -> Reply:
    """Return the reply to a masked question."""
    talk = small_talk(question)
    if talk is not None and talk.name == "person":
        return Reply(kind=Kind.HAND_OVER)
    if talk is not None:
        return Reply(kind=Kind.TALK, said=talk.say)
    return _about(question, finder.ask(question), changed_on)


def _about(question: str, found: Found, changed_on: ChangedOn) -> Reply:
    sections = found.sections
    if found.elsewhere is not None and found.chance >= WORTH_ASKING:
        return Reply(
            kind=Kind.ELSEWHERE,
            office=found.elsewhere.office,
            phone=found.elsewhere.phone,
            chance=found.chance,
        )
    if found.elsewhere is None and sections and found.chance >= SURE:
        return _answer(question, found, changed_on)
    code = report_code(question)
    if code:
        return Reply(kind=Kind.FILE, service_code=code, chance=found.chance)
    if sections and found.chance >= WORTH_ASKING:
        offered = _suggested(sections[:SUGGESTED])
        return Reply(kind=Kind.CLARIFY, suggestions=offered, chance=found.chance)
    return Reply(kind=Kind.HAND_OVER, chance=found.chance)


def _answer(question: str, found: Found, changed_on: ChangedOn) -> Reply:
    section, *others = found.sections[:SUGGESTED]
    reply = reply_from(section, question, changed_on)
    return msgspec.structs.replace(reply, suggestions=_suggested(others), chance=found.chance)


def reply_from(section: Section, question: str, changed_on: ChangedOn) -> Reply:
    """Return what a section says to a question."""
    language = language_of_text(question)
    return Reply(
        kind=Kind.ANSWER,
        quotes=quoted(section, question, language),
        quotes_language="en" if language == "en" and section.text.en else "ko",
        citations=(cited(section, changed_on(section.id)),),
        service_code=section.service_code,
        chance=1.0,
    )


def cited(section: Section, changed_on: date | None) -> Citation:
    """Return the citation of a section: since when it holds, or reads so."""
    return Citation(
        section.id,
        section.document,
        section.title,
        section.department,
        section.phone,
        section.valid_from or changed_on,
    )


def _suggested(sections: Iterable[Section]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(one.id, one.title) for one in sections)
