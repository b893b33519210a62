"""What the panel is asked before it meets: choices, and the issue that matters most to each."""

from collections.abc import Mapping
from datetime import datetime

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.services.citizens.roundtables.deeds import Said, SurveyAnswered, SurveyOpened
from dalgu.services.citizens.roundtables.fold import opinion_subject, subject_of
from dalgu.services.citizens.roundtables.hall import LONGEST_OPINION, written
from dalgu.services.citizens.roundtables.ledger import ROOM, Ledger, must_be
from dalgu.services.citizens.roundtables.plan import Stage
from dalgu.services.citizens.roundtables.refusals import SurveyAnswerInvalid
from dalgu.services.citizens.roundtables.state import Roundtable

AT_HOME = 0  # the table and the round of what was said before the hall met
KEY_SIGNS = 24


class Survey:
    """Asks the panel."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._voice = ledger.ground.access.keyed("citizens.roundtable.survey")

    async def open(self, actor: Actor, number: int) -> None:
        """Let the seats answer until the hall opens."""
        await self._ledger.move(actor, number, SurveyOpened(number), Stage.SEATED)

    def voice(self, number: int, seat: str) -> str:
        """Return the voice of a seat in the survey: no other one of it can be joined with it."""
        return self._voice(f"{number}|{seat}")

    def answers_of(self, number: int, seat: str) -> Mapping[str, str]:
        """Return what a seat has answered, for its own page."""
        return self._ledger.get(number).survey.get(self.voice(number, seat), {})

    async def answer(
        self, actor: Actor, number: int, seat: str, answers: Mapping[str, str], issue: str = ""
    ) -> None:
        """Keep a seat's answers in place of earlier ones, and its issue among the opinions.

        Raises
        ------
        SurveyAnswerInvalid
            When an answer is none of those offered.
        """
        voice = self.voice(number, seat)
        text = issue.strip()
        if text:
            text = written(text, LONGEST_OPINION)

        def decide(at: datetime) -> list[Noted]:
            one = self._ledger.get(number)
            must_be(one, Stage.SURVEYING)
            given = _checked(one, answers)
            noted = [Noted(subject_of(number, "survey"), SurveyAnswered(number, voice, given))]
            key = f"s{voice[:KEY_SIGNS]}"
            if text and key not in one.opinions:
                said = Said(number, key, AT_HOME, AT_HOME, text, at)
                noted.append(Noted(opinion_subject(number, key), said))
            return noted

        await self._ledger.ground.book.write(actor, ROOM, decide)

    def counts(self, number: int) -> dict[str, dict[str, int]]:
        """Return how often each option of each question was chosen."""
        one = self._ledger.get(number)
        found = {question.id: dict.fromkeys(question.option_ids, 0) for question in one.plan.survey}
        for answers in one.survey.values():
            for question, option in answers.items():
                found[question][option] += 1
        return found


def _checked(one: Roundtable, answers: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for question in one.plan.survey:
        option = answers.get(question.id, "")
        if option and option not in question.option_ids:
            raise SurveyAnswerInvalid(question.id)
        if option:
            given[question.id] = option
    return given
