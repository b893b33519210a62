"""Folds the room's entries into questions."""

from dalgu.access.logbook import Entry
from dalgu.services.citizens.opinions.deeds import (
    Asked,
    Closed,
    Grouped,
    LetIn,
    OpinionDeed,
    Stated,
    TakenOut,
    Voted,
)
from dalgu.services.citizens.opinions.question import Question, Standing, Statement
from dalgu.services.citizens.opinions.refusals import QuestionNotExisting


class Questions:
    """All questions, by number."""

    def __init__(self) -> None:
        self.questions: dict[int, Question] = {}

    @property
    def next_number(self) -> int:
        """The number of the next question."""
        return len(self.questions) + 1

    def get(self, number: int) -> Question:
        """Return a question; raise `QuestionNotExisting`."""
        if number not in self.questions:
            raise QuestionNotExisting(number)
        return self.questions[number]

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        deed: OpinionDeed = entry.deed
        if isinstance(deed, Asked):
            self.questions[deed.number] = Question(
                deed.number, deed.title, deed.about, deed.about_of, entry.at, entry.actor,
                deed.closes_on,
            )  # fmt: skip
            return
        question = self.questions[deed.number]
        match deed:
            case Stated():
                question.statements[deed.statement] = _stated(deed, entry)
            case LetIn():
                question.statements[deed.statement].standing = Standing.OPEN
                question.statements[deed.statement].out = None
            case TakenOut():
                question.statements[deed.statement].standing = Standing.OUT
                question.statements[deed.statement].out = deed
            case Voted():
                question.take_vote(deed.voice, deed.statement, deed.value)
            case Grouped():
                question.cuts.append(deed)
            case Closed():
                question.closed_at, question.summary = entry.at, deed.summary


def _stated(deed: Stated, entry: Entry) -> Statement:
    return Statement(
        number=deed.statement,
        text=deed.text,
        at=entry.at,
        author="" if deed.is_seed else entry.actor,
        is_seed=deed.is_seed,
        standing=Standing.OPEN if deed.is_seed else Standing.WAITING,
    )
