"""The open data of a city: written every night, kept for a while, read by anybody."""

import asyncio
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dalgu.hub.hub import Hub
from dalgu.hub.model import Entity
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Ground, Job
from dalgu.services.citizens.opendata.gathered import Sources, gathered, of_entities
from dalgu.services.citizens.opendata.refusals import ExportFileNotExisting
from dalgu.services.citizens.opendata.writing import write

FOLDER = Path("citizens") / "open-data"
NIGHT = "03:20"  # local
KEPT_DAYS = 31  # older ones stay from the first of each month
OWN_TABLES = ("AnswerTerm",)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file that can be fetched."""

    name: str
    size: int  # bytes


class OpenData:
    """Writes and finds the exports."""

    def __init__(self, ground: Ground, rooms: Sources) -> None:
        self._ground, self._rooms = ground, rooms
        self.folder = ground.folder / FOLDER

    async def export(self, folder: Path, hub: Hub | None = None, *, own: bool = True) -> list[str]:
        """Write everything into a folder and return the names of the files.

        Another tenant of the hub (`own` is false) has entities alone: the rooms are the city's.
        """
        hub = hub or self._ground.hub
        await self._rooms.mirror.catch_up()
        tables = (
            await gathered(self._ground, self._rooms, kinds(), hub)
            if own
            else await of_entities(self._rooms, kinds(), hub)
        )
        today = self._ground.today
        city = self._ground.city.name.ko
        return await asyncio.to_thread(write, folder, tables, day=today, city=city)

    async def nightly(self, hub: Hub, clock: Clock) -> None:
        """Write today's export and let old ones go: a job."""
        today = local(clock.now()).date()
        partial = self.folder / f".{today.isoformat()}"
        await self.export(partial, hub)
        await asyncio.to_thread(self._settle, partial, today)

    def days(self) -> list[str]:
        """Return the days of which there is an export, the newest first."""
        if not self.folder.is_dir():
            return []
        return sorted((one.name for one in self.folder.iterdir() if _DAY.fullmatch(one.name)),
                      reverse=True)  # fmt: skip

    def files(self, day: str) -> list[Kept]:
        """Return the files of a day."""
        place = self.folder / day
        if not _DAY.fullmatch(day) or not place.is_dir():
            raise ExportFileNotExisting(day)
        return [Kept(one.name, one.stat().st_size) for one in sorted(place.iterdir())]

    def file(self, day: str, name: str) -> Path:
        """Return the path of a file; raise `ExportFileNotExisting`."""
        if name not in {one.name for one in self.files(day)}:
            raise ExportFileNotExisting(f"{day}/{name}")
        return self.folder / day / name

    def job(self) -> Job:
        """Return the job of the night."""
        title = Text("시민 참여 공개 자료 만들기", "Open data of the citizens' service")
        return Job("citizens.open-data", title, daily(NIGHT), self.nightly)

    def _settle(self, partial: Path, today: date) -> None:
        place = self.folder / today.isoformat()
        shutil.rmtree(place, ignore_errors=True)
        partial.replace(place)
        for day in self.days():
            written = date.fromisoformat(day)
            if today - written > timedelta(days=KEPT_DAYS) and written.day != 1:
                shutil.rmtree(self.folder / day, ignore_errors=True)


def kinds() -> Sequence[type[Entity]]:
    """Return the types of entities that the citizens' service owns, but what has its own table."""
    from dalgu.services.citizens.service import SERVICE  # it stands above its rooms

    return [kind for kind in SERVICE.entities if kind.__name__ not in OWN_TABLES]
