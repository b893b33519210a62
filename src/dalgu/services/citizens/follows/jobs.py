"""The digests of the morning."""

from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.citizens.follows.telling import Telling

MORNING = "07:00"  # local


def jobs(telling: Telling) -> tuple[Job, ...]:
    """Return the jobs of following."""
    title = Text("따라보는 것의 소식 모음", "Digests of what is followed")
    return (Job("citizens.digests", title, daily(MORNING), telling.digests),)
