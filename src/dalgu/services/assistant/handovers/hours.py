"""When people answer: call centre 120, working days from 09 to 18."""

from datetime import date, datetime, time, timedelta

from dalgu.kernel.clock import local
from dalgu.kernel.deadlines import is_working_day, next_working_day

PHONE = "120"
OPENS, CLOSES = time(9), time(18)


def is_open(now: datetime) -> bool:
    """Tell whether somebody answers at an instant."""
    here = local(now)
    return is_working_day(here.date()) and OPENS <= here.time() < CLOSES


def answered_by(now: datetime) -> date:
    """Return the day by whose end a question is answered: today, or the next working day."""
    here = local(now)
    if is_working_day(here.date()) and here.time() < CLOSES:
        return here.date()
    return next_working_day(here.date() + timedelta(days=1))
