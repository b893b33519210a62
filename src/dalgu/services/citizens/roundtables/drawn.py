"""Draws roundtables into the hub: for each entry of the book the entities that it changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.hub.model import Entity
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text
from dalgu.services.citizens.roundtables import deeds, entities
from dalgu.services.citizens.roundtables.fold import number_of
from dalgu.services.citizens.roundtables.ledger import Ledger
from dalgu.services.citizens.roundtables.state import Opinion, Roundtable, Theme
from dalgu.services.citizens.roundtables.voting import box_id

ABOUT_SHOWN = 500  # signs of the description

Shown = Callable[[Roundtable, Opinion], str]
Touched = dict[tuple[int, str, str], None]  # number, kind, id


def drawer(ledger: Ledger, shown: Shown) -> Callable[[Sequence[Entry]], Iterable[Entity]]:
    """Return what draws entries as the mirror asks; `shown` gives an opinion's text."""

    def draw(entries: Sequence[Entry]) -> Iterator[Entity]:
        touched: Touched = {}
        for entry in entries:
            number = number_of(entry.subject)
            touched |= dict.fromkeys(_touched(ledger.known[number], entry))
        for number, kind, id in touched:
            yield from _entities(ledger.known[number], kind, id, shown)

    return draw


def _touched(one: Roundtable, entry: Entry) -> Iterator[tuple[int, str, str]]:
    yield one.number, "roundtable", ""
    parts = _PARTS.get(type(entry.deed))
    if parts is not None:
        yield from ((one.number, kind, id) for kind, id in parts(one, entry.deed))


def _placed(one: Roundtable, opinions: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from (("opinion", key) for key in opinions)
    yield from (("theme", theme) for theme in one.themes)  # also those that the opinions left


def _questions(one: Roundtable, deed: Any) -> Iterator[tuple[str, str]]:
    yield from (("question", question.id) for question in one.plan.questions)


_PARTS: Mapping[type, Callable[[Roundtable, Any], Iterable[tuple[str, str]]]] = {
    deeds.Said: lambda one, deed: [("opinion", deed.key)],
    deeds.ThemeMade: lambda one, deed: _placed(one, deed.opinions),
    deeds.Moved: lambda one, deed: _placed(one, deed.opinions),
    deeds.ThemeRenamed: lambda one, deed: [("theme", deed.theme)],
    deeds.ThemesMerged: lambda one, deed: _placed(one, one.themes[deed.into].opinions),
    deeds.BoxesOpened: _questions,
    deeds.BoxCounted: _questions,
    deeds.Scored: lambda one, deed: [("candidate", s.candidate) for s in one.standings],
}


def _entities(one: Roundtable, kind: str, id: str, shown: Shown) -> Iterable[Entity]:
    draw: Mapping[str, Callable[[], Entity]] = {
        "roundtable": lambda: _roundtable(one),
        "opinion": lambda: _opinion(one, one.opinions[id], shown),
        "theme": lambda: _theme(one, one.themes[id]),
        "question": lambda: _question(one, id),
        "candidate": lambda: _candidate(one, id),
    }
    return [draw[kind]()]


def roundtable_id(number: int) -> EntityId:
    """Return the id of a roundtable's entity.

    >>> roundtable_id(3)
    'urn:ngsi-ld:Roundtable:3'
    """
    return entity_id("Roundtable", str(number))


def _part_id(kind: str, one: Roundtable, id: str) -> EntityId:
    return entity_id(kind, str(one.number), id)


def _roundtable(one: Roundtable) -> Entity:
    plan = one.plan
    return entities.Roundtable(
        id=roundtable_id(one.number),
        name=Text(plan.title, plan.title_en or plan.title),
        description=plan.about[:ABOUT_SHOWN],
        stage=str(one.stage),
        department=plan.department,
        starts_at=iso(plan.starts_at),
        applicants=len(one.applicants),
        members=len(one.members),
        tables=one.table_count,
        commitment=one.commitments[-1][0] if one.commitments else None,
        proof=one.proof or None,
        opinions=len(one.opinions),
        themes=len(one.standing_themes()),
        conclusions=len(one.conclusions),
        follow_ups=len(one.items),
        outcome=one.outcome or None,
        origin=plan.origin or None,
    )


def _theme(one: Roundtable, theme: Theme) -> Entity:
    standing = "suggested" if theme.is_suggested else "standing"
    return entities.RoundtableTheme(
        id=_part_id("RoundtableTheme", one, theme.id),
        name=Text(theme.title, theme.title),
        roundtable=roundtable_id(one.number),
        opinions=len(theme.opinions),
        status="merged" if theme.into else standing,
        merged_into=_part_id("RoundtableTheme", one, theme.into) if theme.into else None,
        origin=one.plan.origin or None,
    )


def _opinion(one: Roundtable, opinion: Opinion, shown: Shown) -> Entity:
    theme = _part_id("RoundtableTheme", one, opinion.theme) if opinion.theme else None
    return entities.RoundtableOpinion(
        id=_part_id("RoundtableOpinion", one, str(opinion.order)),
        text=shown(one, opinion),
        roundtable=roundtable_id(one.number),
        theme=theme,
        table=opinion.table,
        round=opinion.round,
        said_at=iso(opinion.at),
        origin=one.plan.origin or None,
    )


def _question(one: Roundtable, id: str) -> Entity:
    question = next(asked for asked in one.plan.questions if asked.id == id)
    return entities.RoundtableQuestion(
        id=_part_id("RoundtableQuestion", one, id),
        name=Text(question.title, question.title),
        roundtable=roundtable_id(one.number),
        options=list(question.options),
        before=_counts(one, id, "before", question.option_ids),
        after=_counts(one, id, "after", question.option_ids),
        origin=one.plan.origin or None,
    )


def _counts(
    one: Roundtable, question: str, when: str, options: tuple[str, ...]
) -> list[int] | None:
    box = one.boxes.get(box_id(one.number, question, when))
    return None if box is None or box.counts is None else [box.counts[o] for o in options]


def _candidate(one: Roundtable, id: str) -> Entity:
    found = next(standing for standing in one.standings if standing.candidate == id)
    title = next(choice.title for choice in one.plan.candidates if choice.id == id)
    return entities.RoundtableCandidate(
        id=_part_id("RoundtableCandidate", one, id),
        name=Text(title, title),
        roundtable=roundtable_id(one.number),
        points=found.points,
        penalty=found.penalty,
        total=found.total,
        rank=found.rank,
        origin=one.plan.origin or None,
    )
