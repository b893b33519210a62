"""After the hall: the report, what the department says to it, items to do and their clocks."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.kernel.terms import Owed, Term, TermExtended, TermMet, TermStarted, applied
from dalgu.kernel.text import Text
from dalgu.services.citizens.proposals.proposals import Draft, Proposals
from dalgu.services.citizens.roundtables.deeds import (
    Closed,
    FollowUp,
    ItemAnswered,
    ItemEnded,
    PlanAnswered,
    Reported,
)
from dalgu.services.citizens.roundtables.fold import subject_of
from dalgu.services.citizens.roundtables.ledger import (
    ITEM_RULE,
    PLAN_RULE,
    ROOM,
    RULES,
    Ledger,
    must_be,
)
from dalgu.services.citizens.roundtables.plan import Stage
from dalgu.services.citizens.roundtables.refusals import (
    ConclusionMissing,
    ItemNotExisting,
    ItemsOpen,
    RoundtableTextMissing,
)
from dalgu.services.citizens.roundtables.state import Item, Roundtable

LONGEST_CONCLUSION = 500  # signs
MOST_CONCLUSIONS = 30
AFTER = (Stage.REPORTED, Stage.FOLLOWING)


class Following:
    """Reports and what becomes of them."""

    def __init__(self, ledger: Ledger, proposals: Proposals) -> None:
        self._ledger, self._proposals = ledger, proposals

    async def report(self, actor: Actor, number: int, conclusions: Sequence[str]) -> None:
        """Hand the hall's conclusions to the city; its clock starts, the hall is closed."""
        told = tuple(line.strip()[:LONGEST_CONCLUSION] for line in conclusions if line.strip())
        if not told:
            raise ConclusionMissing

        def decide(at: datetime) -> list[Noted]:
            must_be(self._ledger.get(number), Stage.LIVE)
            subject = subject_of(number)
            reported = Noted(subject, Reported(number, told[:MOST_CONCLUSIONS]))
            return [reported, Noted(subject, TermStarted(PLAN_RULE, self._ledger.today))]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    async def answer(self, actor: Actor, number: int, text: str) -> None:
        """Let the department say how it carries the conclusions out."""
        said = _required(text, "text")

        def decide(at: datetime) -> list[Noted]:
            one = self._ledger.get(number)
            must_be(one, *AFTER)
            subject = subject_of(number)
            return [
                Noted(subject, PlanAnswered(number, said)),
                *self._met(subject, one.terms.get(PLAN_RULE)),
            ]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    async def follow(
        self, actor: Actor, number: int, *, title: str, text: str, department: str
    ) -> int:
        """Make a conclusion something to do, as a proposal; return the item's number."""
        one = self._ledger.get(number)
        must_be(one, *AFTER)
        _required(title, "title")
        office = department.strip() or one.plan.department
        draft = Draft(title=title, text=_required(text, "text"), follows=subject_of(number))
        proposal = await self._proposals.begin(actor, draft)

        def decide(at: datetime) -> list[Noted]:
            must_be(one, *AFTER)
            item = len(one.items) + 1
            deed = FollowUp(number, item, title.strip(), office, proposal)
            started = TermStarted(ITEM_RULE, self._ledger.today)
            return [
                Noted(subject_of(number), deed),
                Noted(subject_of(number, f"item:{item}"), started),
            ]

        entries = await self._ledger.ground.book.write(actor, ROOM, decide)
        found: int = entries[0].deed.item
        return found

    async def answer_item(self, actor: Actor, number: int, item: int, text: str) -> None:
        """Say what is done about an item; its clock stops."""
        said = _required(text, "text")

        def decide(at: datetime) -> list[Noted]:
            found = self._item(number, item)
            deed = Noted(subject_of(number), ItemAnswered(number, item, said))
            subject = subject_of(number, f"item:{item}")
            return [deed, *self._met(subject, found.terms.get(ITEM_RULE))]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    async def end_item(
        self, actor: Actor, number: int, item: int, text: str, *, is_done: bool
    ) -> None:
        """End an item: done, with what shows it, or given up with a reason."""
        said = _required(text, "text")

        def decide(at: datetime) -> list[Noted]:
            found = self._item(number, item)
            deed = Noted(subject_of(number), ItemEnded(number, item, is_done, said))
            subject = subject_of(number, f"item:{item}")
            return [deed, *self._met(subject, found.terms.get(ITEM_RULE))]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    async def extend(self, actor: Actor, number: int, reason: str, *, item: int = 0) -> None:
        """Give the plan's clock, or an item's, the time that its rule allows once more."""
        said = _required(reason, "reason")

        def decide(at: datetime) -> list[Noted]:
            owner = self._item(number, item) if item else self._ledger.get(number)
            rule = ITEM_RULE if item else PLAN_RULE
            deed = TermExtended(rule, self._ledger.today, said)
            applied(owner.terms, deed, RULES)  # refuses before anything is written
            return [Noted(subject_of(number, f"item:{item}" if item else ""), deed)]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    async def close(self, actor: Actor, number: int, text: str) -> None:
        """Close a roundtable with what became of it; raise `ItemsOpen` while items are."""
        said = _required(text, "text")

        def decide(at: datetime) -> list[Noted]:
            one = self._ledger.get(number)
            must_be(one, *AFTER)
            waiting = sum(item.is_done is None for item in one.items.values())
            if waiting:
                raise ItemsOpen(number, waiting)
            subject = subject_of(number)
            closed = Noted(subject, Closed(number, said))
            return [closed, *self._met(subject, one.terms.get(PLAN_RULE))]

        await self._ledger.ground.book.write(actor, ROOM, decide)

    def owed(self) -> Iterator[Owed]:
        """Yield the clocks of all roundtables, for the public record of terms."""
        for one in self._ledger.known.values():
            path = f"/roundtables/{one.number}"
            name = Text(one.plan.title, one.plan.title_en or one.plan.title)
            for term in one.terms.values():
                yield Owed(subject_of(one.number), name, path, one.plan.department, term)
            for item in one.items.values():
                for term in item.terms.values():
                    title = Text(item.title, item.title)
                    subject = subject_of(one.number, f"item:{item.number}")
                    yield Owed(subject, title, path, item.department, term)

    def _item(self, number: int, item: int) -> Item:
        one: Roundtable = self._ledger.get(number)
        must_be(one, *AFTER)
        found = one.items.get(item)
        if found is None or found.is_done is not None:
            raise ItemNotExisting(number, item)
        return found

    def _met(self, subject: str, term: Term | None) -> list[Noted]:
        if term is None or not term.is_open:
            return []
        today: date = self._ledger.today
        return [Noted(subject, TermMet(term.rule.id, today))]


def _required(text: str, part: str) -> str:
    if not text.strip():
        raise RoundtableTextMissing(part)
    return text.strip()
