"""The moderation room: screens what is written before it stands, and hides what must not stand.

Every step stands in the sealed book, and those that take something off or put it back in the
public log, with rule and reason. Reports hide by number until a person has looked once.
"""

from collections.abc import Sequence
from datetime import datetime

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.following import Follower
from dalgu.access.logbook import Entry, Noted
from dalgu.service import Ground
from dalgu.services.citizens.moderation.case import Case, Step, Tombstone, fold
from dalgu.services.citizens.moderation.deeds import (
    Appealed,
    Held,
    Hidden,
    Kept,
    ModerationDeed,
    Overturned,
    Reported,
    ReportedAway,
    Upheld,
)
from dalgu.services.citizens.moderation.refusals import (
    DecidedBySame,
    NothingToModerate,
    NotTheAuthor,
    ReasonNeeded,
    RuleUnknown,
    StepNotNow,
    TextEmpty,
    TextTooLong,
)
from dalgu.services.citizens.moderation.screening import Screen, suspicion
from dalgu.services.citizens.moderation.things import Thing, Things
from dalgu.services.citizens.moderation.words import Standing, rules

ROOM = "moderation"
LONGEST_REASON = 500
LOGGED = ("reported_away", "held", "hidden", "kept", "appealed", "upheld", "overturned")
LOOKED = "citizens.moderation"  # how far the suspicion has read the book
GATHER_S = 0.1


class Moderation:
    """Screens texts, and keeps what became of those that somebody found wrong."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._screen = Screen()
        self.things = Things()
        self.cases: dict[str, Case] = {}
        place = (LOOKED, "seq")
        self._reading = Follower(ground.store, ground.book, place, self._suspect, gather_s=GATHER_S)
        ground.book.open_room(ROOM, ModerationDeed, self._take)

    # -- what the other rooms ask ---------------------------------------------------------

    def screen(
        self, actor: Actor, text: str, *, most: int, by: str = "", may_repeat: bool = False
    ) -> str:
        """Return a text as it may stand.

        `most` is its most letters; `by` names the writer where the actor does not (a guest's
        remote address). `may_repeat` is for what many write in the same words: reports by an
        app's template, reasons of applicants.

        Raises
        ------
        TextEmpty, TextTooLong, TooManyAtOnce, TooManyLinks, TextRepeated
        """
        written = text.replace("\r\n", "\n").strip()
        if not written:
            raise TextEmpty
        if len(written) > most:
            raise TextTooLong(len(written), most)
        now = self._ground.clock.now()
        self._screen.check(by or actor.id, written, now, may_repeat=may_repeat)
        return written

    def is_hidden(self, subject: str) -> bool:
        """Tell whether something was taken off the pages; its tombstone stands there."""
        case = self.cases.get(subject)
        return case is not None and case.is_hidden

    def tombstone(self, subject: str) -> Tombstone | None:
        """Return what stands in the place of a hidden text, `None` where nothing is hidden."""
        case = self.cases.get(subject)
        if case is None or not case.is_hidden:
            return None
        return Tombstone(subject, case.standing, case.rule, case.reason, case.since)

    async def hold_if_suspect(self, subject: str, text: str, author: str = "") -> bool:
        """Hold a text until a person has looked, when it seems to abuse; return whether."""
        word, case = suspicion(text), self.cases.get(subject)
        was_seen = case is not None and (case.is_judged or case.standing is not Standing.SHOWN)
        if not word or was_seen:
            return False
        await self._write(SYSTEM, subject, Held("word list", author))
        return True

    # -- what citizens do -----------------------------------------------------------------

    async def report(self, actor: Actor, voice: str, subject: str, rule: str) -> Case:
        """Take a report of a voice; so many different ones hide the text until a person looks.

        A voice reports once: the second time changes nothing.

        Raises
        ------
        NothingToModerate, RuleUnknown

        """
        self._rule(rule)
        thing = self.thing(subject)

        def decide(at: datetime) -> Sequence[Noted]:
            case = self._case(subject)
            if voice in case.reporters:
                return []
            noted = [Noted(subject, Reported(voice, rule))]
            enough = self._ground.settings.citizens.reports_hide
            voices = len(case.reporters) + 1
            if voices >= enough and not case.is_judged and not case.is_hidden:
                most = max({rule: 0} | case.rules, key=lambda one: case.rules.get(one, 0))
                noted.append(Noted(subject, ReportedAway(most, voices, thing.author)))
            return noted

        await self._ground.book.write(actor, ROOM, decide)
        return self._case(subject)

    async def appeal(self, actor: Actor, subject: str, words: str) -> None:
        """Let the author ask another person to look again, once.

        Raises
        ------
        NothingToModerate, NotTheAuthor, StepNotNow, TextEmpty, TextTooLong

        """
        words = self.screen(actor, words, most=LONGEST_REASON)

        def decide(at: datetime) -> Sequence[Noted]:
            case = self.case(subject)
            if not case.author or case.author != actor.id:
                raise NotTheAuthor
            if not case.is_hidden or case.has_appealed:
                raise StepNotNow("appeal", case.standing)
            return [Noted(subject, Appealed(words))]

        await self._ground.book.write(actor, ROOM, decide)

    # -- what the city's moderators do ----------------------------------------------------

    async def hide(self, actor: Actor, subject: str, rule: str, reason: str) -> None:
        """Take something off the pages by a published rule.

        Raises
        ------
        NothingToModerate, RuleUnknown, ReasonNeeded, StepNotNow

        """
        self._rule(rule)
        reason, thing = _stated(reason), self.thing(subject)

        def decide(at: datetime) -> Sequence[Noted]:
            case = self._case(subject)
            if case.standing is Standing.HIDDEN:
                raise StepNotNow("hide", case.standing)
            return [Noted(subject, Hidden(rule, reason, thing.author))]

        await self._ground.book.write(actor, ROOM, decide)

    async def keep(self, actor: Actor, subject: str, reason: str) -> None:
        """Leave something standing, or let it stand again; appeals are decided, not kept.

        Raises
        ------
        NothingToModerate, ReasonNeeded, StepNotNow

        """
        reason = _stated(reason)

        def decide(at: datetime) -> Sequence[Noted]:
            case = self.case(subject)
            if case.appeal or not (case.is_waiting or case.is_hidden):
                raise StepNotNow("keep", case.standing)
            return [Noted(subject, Kept(reason))]

        await self._ground.book.write(actor, ROOM, decide)

    async def decide_appeal(
        self, actor: Actor, subject: str, reason: str, *, stays_off: bool
    ) -> None:
        """Judge an appeal; whoever took the text off does not.

        Raises
        ------
        NothingToModerate, ReasonNeeded, StepNotNow, DecidedBySame

        """
        reason = _stated(reason)
        deed = Upheld(reason) if stays_off else Overturned(reason)

        def decide(at: datetime) -> Sequence[Noted]:
            case = self.case(subject)
            if not case.appeal:
                raise StepNotNow("appeal decision", case.standing)
            if case.hidden_by == actor.id:
                raise DecidedBySame
            return [Noted(subject, deed)]

        await self._ground.book.write(actor, ROOM, decide)

    # -- what pages draw ------------------------------------------------------------------

    def thing(self, subject: str) -> Thing:
        """Return the thing of a subject; raise `NothingToModerate`."""
        found = self.things.find(subject)
        if found is None:
            raise NothingToModerate(subject)
        return found

    def case(self, subject: str) -> Case:
        """Return what is so with a subject; raise `NothingToModerate`."""
        if subject not in self.cases:
            raise NothingToModerate(subject)
        return self.cases[subject]

    def queue(self) -> list[Case]:
        """Return what waits for a person: appeals first, then by number of reports."""
        waiting = [case for case in self.cases.values() if case.is_waiting]
        return sorted(waiting, key=lambda one: (not one.appeal, -len(one.reporters)))

    def log(self) -> list[tuple[Case, Step]]:
        """Return every public step, the newest first."""
        steps = [(case, step) for case in self.cases.values() for step in case.steps]
        return sorted(steps, key=lambda pair: -pair[1].seq)

    def of_author(self, account: str) -> list[Case]:
        """Return what is hidden of an author's."""
        return [one for one in self.cases.values() if one.is_hidden and one.author == account]

    # -- suspicion ------------------------------------------------------------------------

    async def run(self) -> None:
        """Suspect what is written, as it is written, until cancelled."""
        await self._reading.run()

    async def look(self) -> None:
        """Hold what seems to abuse among all that was written since the last look."""
        await self._reading.catch_up()

    async def _suspect(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.room == ROOM:
                continue
            thing = self.things.find(entry.subject, entry.room)
            if thing is not None and thing.text and thing.author in ("", entry.actor):
                await self.hold_if_suspect(thing.subject, thing.text, thing.author)

    # -- inside ---------------------------------------------------------------------------

    async def _write(self, actor: Actor, subject: str, deed: ModerationDeed) -> None:
        await self._ground.book.write(actor, ROOM, lambda at: [Noted(subject, deed)])

    def _case(self, subject: str) -> Case:
        return self.cases.setdefault(subject, Case(subject))

    def _rule(self, rule: str) -> None:
        if rule not in rules():
            raise RuleUnknown(rule)

    def _take(self, entry: Entry) -> None:
        case = self._case(entry.subject)
        deed: ModerationDeed = entry.deed
        fold(case, entry, deed)
        kind = deed.__struct_config__.tag
        if kind in LOGGED:
            rule = getattr(deed, "rule", "")
            case.steps.append(Step(entry.at, entry.seq, str(kind), rule, _public(deed)))


def _public(deed: ModerationDeed) -> str:
    """Return what the log says: an appeal's own words are between author and city."""
    return "" if isinstance(deed, Appealed | Held) else getattr(deed, "reason", "")


def _stated(reason: str) -> str:
    plain = " ".join(reason.split())[:LONGEST_REASON]
    if not plain:
        raise ReasonNeeded
    return plain
