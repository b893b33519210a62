"""The room of conversations: each question masked, answered, and the newest remembered a while."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from secrets import token_urlsafe

from dalgu.access.actor import SYSTEM
from dalgu.kernel.text import Language
from dalgu.korean.asking import ASKING
from dalgu.korean.masking import masked
from dalgu.korean.morphemes import morphemes
from dalgu.service import Ground
from dalgu.services.assistant.answers.deciding import reply_from, reply_to
from dalgu.services.assistant.answers.finding import Finder, language_of_text
from dalgu.services.assistant.answers.reply import Kind, Reply
from dalgu.services.assistant.asked.asked import Asked
from dalgu.services.assistant.handovers.deeds import Line
from dalgu.services.assistant.handovers.handovers import HandOvers, State, Ticket
from dalgu.services.assistant.sections.section import Section
from dalgu.services.assistant.sections.sections import Sections
from dalgu.services.assistant.talks.pace import Pace
from dalgu.services.assistant.talks.refusals import QuestionEmpty, QuestionTooLong
from dalgu.services.assistant.talks.rephrasing import Endpoint

LONGEST = 500  # letters of a question
LIFE = timedelta(minutes=30)  # without a word
MOST_TALKS, MOST_TURNS = 2_000, 40
LEAST_WORDS = 2  # with fewer, a question is read together with the one before


@dataclass(frozen=True, slots=True)
class Turn:
    """A masked question and its reply."""

    at: datetime
    asked: str
    reply: Reply


@dataclass(slots=True)
class Talk:
    """One conversation. Its code is known to who holds it and to nobody else."""

    code: str
    language: Language
    last_at: datetime
    turns: list[Turn] = field(default_factory=list)


class Talks:
    """All conversations of the last half hour."""

    def __init__(
        self, ground: Ground, sections: Sections, handovers: HandOvers, asked: Asked
    ) -> None:
        self._ground, self._sections = ground, sections
        self._handovers, self._asked = handovers, asked
        self._finder: Finder | None = None
        self._read: tuple[int, date] | None = None  # the revision and the day that the index holds
        self._indexing = asyncio.Lock()
        self._talks: OrderedDict[str, Talk] = OrderedDict()
        self._pace = Pace()
        self._endpoint = Endpoint.of(ground.settings.assistant)

    def find(self, code: str) -> Talk | None:
        """Return a conversation that is remembered."""
        self._forget()
        return self._talks.get(code)

    async def say(
        self, code: str, text: str, language: Language, *, remote: str = "", section: str = ""
    ) -> Talk:
        """Read a question and return its conversation with the reply; a new one without a code.

        `section` names the section that was chosen from those suggested. While a person has the
        conversation, the words go there.

        Raises
        ------
        QuestionEmpty, QuestionTooLong, TooManyQuestions, SectionUnknown, SectionExpired
        """
        now = self._ground.clock.now()
        question = _readable(text)
        self._pace.step(remote, now)
        talk = self._opened(code, language, now)
        ticket = self.ticket(talk.code)
        if ticket is not None and ticket.state is not State.ENDED:
            await self._handovers.hear(ticket.number, question)
            return talk
        reply = await self._reply(talk, masked(question), section)
        talk.turns = [*talk.turns[-MOST_TURNS + 1 :], Turn(now, masked(question), reply)]
        await self._asked.note(masked(question), reply)
        return talk

    async def hand_over(self, code: str, language: Language) -> Ticket:
        """Hand a conversation over to a person; raise `NothingToHandOver`."""
        talk = self.find(code)
        lines = [] if talk is None else [line for turn in talk.turns for line in _lines(turn)]
        return await self._handovers.open(SYSTEM, code, lines, language)

    def ticket(self, code: str) -> Ticket | None:
        """Return the ticket of a conversation; it lives longer than what is remembered here."""
        return self._handovers.of_talk(code) if code else None

    async def _reply(self, talk: Talk, question: str, section: str) -> Reply:
        if section:
            chosen = self._sections.quoted(section)
            reply = reply_from(chosen, question, self._sections.changed_on)
        else:
            finder = await self._index()
            whole = _in_context(question, talk.turns[-1] if talk.turns else None)
            reply = await asyncio.to_thread(reply_to, whole, finder, self._sections.changed_on)
        if reply.kind is Kind.ANSWER and self._endpoint is not None:
            return await self._endpoint.rephrased(question, reply)
        return reply

    async def _index(self) -> Finder:
        """Return the index of what holds today; the first time it takes some seconds."""
        async with self._indexing:
            wanted = self._sections.revision, self._sections.today
            if self._finder is None or self._read != wanted:
                held = self._sections.held()
                self._finder = await asyncio.to_thread(_indexed, self._finder, held)
                self._read = wanted
            return self._finder

    def _opened(self, code: str, language: Language, now: datetime) -> Talk:
        self._forget()
        talk = self._talks.get(code)
        if talk is None:
            known = code if self.ticket(code) is not None else token_urlsafe(18)
            talk = self._talks[known] = Talk(known, language, now)
        talk.last_at, talk.language = now, language
        self._talks.move_to_end(talk.code)
        return talk

    def _forget(self) -> None:
        now = self._ground.clock.now()
        while self._talks:
            oldest = next(iter(self._talks.values()))
            if len(self._talks) <= MOST_TALKS and now - oldest.last_at < LIFE:
                return
            del self._talks[oldest.code]


def _indexed(finder: Finder | None, held: list[Section]) -> Finder:
    finder = finder or Finder()
    finder.read(held)
    return finder


def _readable(text: str) -> str:
    question = " ".join(text.split())
    if not question:
        raise QuestionEmpty
    if len(question) > LONGEST:
        raise QuestionTooLong(len(question), LONGEST)
    return question


def _in_context(question: str, before: Turn | None) -> str:
    """Return a question, with the one before it where it is too short: "how much?"."""
    if before is None or before.reply.kind is Kind.TALK or language_of_text(question) == "en":
        return question
    words = [one for one in morphemes(question) if one not in ASKING]
    return f"{before.asked} {question}" if len(words) < LEAST_WORDS else question


def _lines(turn: Turn) -> list[Line]:
    return [Line("citizen", turn.asked), Line("assistant", turn.reply.in_words)]
