"""What runs by itself: reminders, steps up the chain, terms in the hub."""

from dalgu.kernel.schedule import every
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.citizens.clocks.clocks import Clocks


def job(room: Clocks) -> Job:
    """Return the hourly work of the room."""
    title = Text("답변 기한 알림과 상향", "Remind of terms, go up the chain")
    return Job("citizens.clocks", title, every(hours=1), room.run)
