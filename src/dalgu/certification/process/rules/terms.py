"""How long the law gives: each term with its basis."""

from datetime import date

from dalgu.kernel.deadlines import add_days

MINISTRY_ANSWER_DAYS = 10  # the ministry answers the operator's report (operator's portal, step 7)
# General Act on Public Administration, art. 36: the guideline knows objections, but no term.
OBJECTION_DAYS = 30
OBJECTION_ANSWER_DAYS = 14


def ministry_answer(reported_on: date) -> date:
    """Return until when the ministry answers a report."""
    return _end(reported_on, MINISTRY_ANSWER_DAYS)


def objection_end(decided_on: date) -> date:
    """Return the last day to object to a decision."""
    return _end(decided_on, OBJECTION_DAYS)


def objection_answer(filed_on: date) -> date:
    """Return until when an objection is answered."""
    return _end(filed_on, OBJECTION_ANSWER_DAYS)


def _end(start: date, days: int) -> date:
    return add_days(start, days) or start  # without a pause there always is an end
