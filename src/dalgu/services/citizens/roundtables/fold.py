"""What each deed does to a roundtable: a table from the kind of deed to a function."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.kernel.terms import TermDeed, TermRule, applied
from dalgu.services.citizens.roundtables import deeds
from dalgu.services.citizens.roundtables.plan import Stage
from dalgu.services.citizens.roundtables.state import (
    Applicant,
    BoxState,
    Item,
    Opinion,
    Roundtable,
    Theme,
)

Take = Callable[[Roundtable, Any, datetime], None]


def take(known: dict[int, Roundtable], rules: Mapping[str, TermRule], entry: Entry) -> int:
    """Fold one entry of the book into the roundtables; return the number of the one it is of."""
    deed = entry.deed
    if isinstance(deed, TermDeed):
        found = known[number_of(entry.subject)]
        item = item_of(entry.subject)
        owner = found if item is None else found.items[item]
        owner.terms = applied(owner.terms, deed, rules)
    elif isinstance(deed, deeds.Planned) and deed.number not in known:
        found = known[deed.number] = Roundtable(deed.number, deed.plan, entry.at)
        found.reached[Stage.PLANNED] = entry.at
    else:
        found = known[deed.number]
        _TAKES[type(deed)](found, deed, entry.at)
        if isinstance(deed, deeds.Said):
            found.opinions[deed.key].by = entry.actor
        if found.stage not in found.reached:
            found.reached[found.stage] = entry.at
    found.version += 1
    return found.number


def subject_of(number: int, part: str = "") -> str:
    """Return the subject of entries about a roundtable, or about one part of it.

    >>> subject_of(3), subject_of(3, "opinions")
    ('roundtable:3', 'roundtable:3:opinions')
    """
    return f"roundtable:{number}:{part}" if part else f"roundtable:{number}"


def opinion_subject(number: int, key: str) -> str:
    """Return the subject of one opinion.

    >>> opinion_subject(3, "k1")
    'roundtable:3:opinion:k1'
    """
    return subject_of(number, f"opinion:{key}")


def number_of(subject: str) -> int:
    """Return the number of the roundtable that a subject is of.

    >>> number_of("roundtable:3:opinions")
    3
    """
    return int(subject.split(":")[1])


def item_of(subject: str) -> int | None:
    """Return the number of the item that a subject is of, `None` where it is of no item.

    >>> item_of("roundtable:3:item:2"), item_of("roundtable:3")
    (2, None)
    """
    parts = subject.split(":")
    return int(parts[3]) if parts[2:3] == ["item"] else None


def _planned(one: Roundtable, deed: deeds.Planned, at: datetime) -> None:
    one.plan = deed.plan


def _called(one: Roundtable, deed: deeds.CallOpened, at: datetime) -> None:
    one.stage, one.until = Stage.CALLING, deed.until


def _applied(one: Roundtable, deed: deeds.Applied, at: datetime) -> None:
    one.applicants[deed.applicant] = Applicant(
        deed.applicant, deed.attributes, deed.by, at, deed.voice
    )
    if deed.voice:
        one.voices[deed.voice] = deed.applicant


def _withdrew(one: Roundtable, deed: deeds.Withdrew, at: datetime) -> None:
    one.withdrawn.add(deed.applicant)


def _call_closed(one: Roundtable, deed: deeds.CallClosed, at: datetime) -> None:
    one.stage, one.size = Stage.SELECTING, one.plan.size


def _quotas(one: Roundtable, deed: deeds.QuotasChosen, at: datetime) -> None:
    one.quotas, one.size, one.stage = deed.quotas, deed.size, Stage.SELECTING


def _committed(one: Roundtable, deed: deeds.Committed, at: datetime) -> None:
    one.stage = Stage.COMMITTED
    one.commitments.append((deed.commitment, at))


def _drawn(one: Roundtable, deed: deeds.Drawn, at: datetime) -> None:
    one.stage, one.witness, one.seed, one.proof = Stage.DRAWN, deed.witness, deed.seed, deed.proof
    one.drawn, one.panel = deed.panel, list(deed.panel)


def _replaced(one: Roundtable, deed: deeds.Replaced, at: datetime) -> None:
    one.absent[deed.gone] = deed.came
    if deed.gone in one.panel:
        place = one.panel.index(deed.gone)
        one.panel[place : place + 1] = [deed.came] if deed.came else []
    one.tables = tuple(
        tuple(_with_other(table, deed.gone, deed.came) for table in tables) for tables in one.tables
    )


def _with_other(table: tuple[str, ...], gone: str, came: str) -> tuple[str, ...]:
    named = (came if member == gone else member for member in table)
    return tuple(member for member in named if member)


def _seated(one: Roundtable, deed: deeds.Seated, at: datetime) -> None:
    one.tables = deed.rounds
    if one.stage is Stage.DRAWN:
        one.stage = Stage.SEATED


def _renewed(one: Roundtable, deed: deeds.CodeRenewed, at: datetime) -> None:
    one.renewals[deed.holder] = one.renewals.get(deed.holder, 0) + 1


def _survey_opened(one: Roundtable, deed: deeds.SurveyOpened, at: datetime) -> None:
    one.stage = Stage.SURVEYING


def _survey_answered(one: Roundtable, deed: deeds.SurveyAnswered, at: datetime) -> None:
    one.survey[deed.voice] = deed.answers


def _begun(one: Roundtable, deed: deeds.Begun, at: datetime) -> None:
    one.stage = Stage.LIVE


def _stepped(one: Roundtable, deed: deeds.StepTaken, at: datetime) -> None:
    one.step, one.step_at, one.step_minutes = deed.step, at, deed.minutes


def _said(one: Roundtable, deed: deeds.Said, at: datetime) -> None:
    order = len(one.opinions) + 1
    one.opinions[deed.key] = Opinion(
        deed.key, deed.table, deed.round, deed.text, deed.at, order, by=""
    )


def _theme_made(one: Roundtable, deed: deeds.ThemeMade, at: datetime) -> None:
    one.themes[deed.theme] = Theme(deed.theme, deed.title, is_suggested=deed.is_suggested)
    _place(one, deed.opinions, deed.theme, is_suggested=deed.is_suggested)


def _theme_renamed(one: Roundtable, deed: deeds.ThemeRenamed, at: datetime) -> None:
    theme = one.themes[deed.theme]
    theme.title, theme.is_suggested = deed.title, False


def _merged(one: Roundtable, deed: deeds.ThemesMerged, at: datetime) -> None:
    for gone in deed.gone:
        _place(one, tuple(one.themes[gone].opinions), deed.into, is_suggested=False)
        one.themes[gone].into = deed.into
    one.themes[deed.into].is_suggested = False


def _moved(one: Roundtable, deed: deeds.Moved, at: datetime) -> None:
    _place(one, deed.opinions, deed.theme, is_suggested=deed.is_suggested)


def _place(one: Roundtable, opinions: tuple[str, ...], theme: str, *, is_suggested: bool) -> None:
    for key in opinions:
        opinion = one.opinions[key]
        if opinion.theme:
            one.themes[opinion.theme].opinions.remove(key)
        opinion.theme = theme
        opinion.is_placed = opinion.is_placed or not is_suggested
        if theme:
            one.themes[theme].opinions.append(key)
    if theme and not is_suggested:
        one.themes[theme].is_suggested = False


def _boxes_opened(one: Roundtable, deed: deeds.BoxesOpened, at: datetime) -> None:
    for box in deed.boxes:
        one.boxes.setdefault(box, BoxState(box))


def _counted(one: Roundtable, deed: deeds.BoxCounted, at: datetime) -> None:
    one.boxes[deed.box] = BoxState(deed.box, deed.counts, deed.cast)


def _penalised(one: Roundtable, deed: deeds.Penalised, at: datetime) -> None:
    one.penalties.append(deed)


def _scored(one: Roundtable, deed: deeds.Scored, at: datetime) -> None:
    one.standings, one.firmness = deed.standings, deed.firmness


def _reported(one: Roundtable, deed: deeds.Reported, at: datetime) -> None:
    one.stage, one.conclusions = Stage.REPORTED, deed.conclusions


def _followed(one: Roundtable, deed: deeds.FollowUp, at: datetime) -> None:
    one.items[deed.item] = Item(deed.item, deed.title, deed.department, deed.proposal, at)
    one.stage = Stage.FOLLOWING


def _item_answered(one: Roundtable, deed: deeds.ItemAnswered, at: datetime) -> None:
    one.items[deed.item].answer = deed.text


def _item_ended(one: Roundtable, deed: deeds.ItemEnded, at: datetime) -> None:
    item = one.items[deed.item]
    item.is_done, item.outcome = deed.is_done, deed.text


def _answered(one: Roundtable, deed: deeds.PlanAnswered, at: datetime) -> None:
    one.answer = deed.text


def _closed(one: Roundtable, deed: deeds.Closed, at: datetime) -> None:
    one.stage, one.outcome = Stage.CLOSED, deed.text


def _cancelled(one: Roundtable, deed: deeds.Cancelled, at: datetime) -> None:
    one.stage, one.outcome = Stage.CANCELLED, deed.reason


_TAKES: Mapping[type, Take] = {
    deeds.Planned: _planned,
    deeds.CallOpened: _called,
    deeds.Applied: _applied,
    deeds.Withdrew: _withdrew,
    deeds.CallClosed: _call_closed,
    deeds.QuotasChosen: _quotas,
    deeds.Committed: _committed,
    deeds.Drawn: _drawn,
    deeds.Replaced: _replaced,
    deeds.Seated: _seated,
    deeds.CodeRenewed: _renewed,
    deeds.SurveyOpened: _survey_opened,
    deeds.SurveyAnswered: _survey_answered,
    deeds.Begun: _begun,
    deeds.StepTaken: _stepped,
    deeds.Said: _said,
    deeds.ThemeMade: _theme_made,
    deeds.ThemeRenamed: _theme_renamed,
    deeds.ThemesMerged: _merged,
    deeds.Moved: _moved,
    deeds.BoxesOpened: _boxes_opened,
    deeds.BoxCounted: _counted,
    deeds.Penalised: _penalised,
    deeds.Scored: _scored,
    deeds.Reported: _reported,
    deeds.FollowUp: _followed,
    deeds.ItemAnswered: _item_answered,
    deeds.ItemEnded: _item_ended,
    deeds.PlanAnswered: _answered,
    deeds.Closed: _closed,
    deeds.Cancelled: _cancelled,
}
