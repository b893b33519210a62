"""The process of certification at the machine: what there is, the log, and steps by the console."""

from datetime import date
from typing import NamedTuple

from dalgu.access.actor import CONSOLE
from dalgu.access.seals import BookHead
from dalgu.app.commands.opening import city
from dalgu.app.platform import Platform
from dalgu.certification.office.submission import Submission
from dalgu.certification.process.codec import decode
from dalgu.certification.process.desk import BOOK, Done
from dalgu.certification.process.due import Deadline, deadlines_of
from dalgu.certification.process.errors import SubjectNotExisting
from dalgu.certification.process.state import Case, Entry
from dalgu.kernel.clock import local
from dalgu.kernel.settings import Settings
from dalgu.store.tables import Tables


class Line(NamedTuple):
    """One case, with its next deadline."""

    case: Case
    due: Deadline | None


class Verified(NamedTuple):
    """The log as it is found: the first tampered entry, none when it is whole, and the newest."""

    first_tampered: int | None
    head: BookHead | None


async def cases(settings: Settings) -> list[Line]:
    """Return all cases in the order in which they were opened."""
    async with city(settings) as platform:
        world = await platform.offices.desk.world()
        today = local(platform.clock.now()).date()
        lines = []
        for case in world.cases.values():
            due = deadlines_of(world, case, today)
            lines.append(Line(case, min(due, key=lambda one: one.due, default=None)))
        return lines


async def timeline(settings: Settings, case: str) -> list[Entry]:
    """Return the log of a case, oldest first; raise `SubjectNotExisting`."""
    async with city(settings) as platform:
        world = await platform.offices.desk.world()
        if case not in world.cases:
            raise SubjectNotExisting("case", case)
        numbers = world.log.get(case, ())
        return await platform.store.scan(lambda tables: _numbered(platform, tables, numbers))


async def do(settings: Settings, command: str, body: bytes) -> Done:
    """Follow a command in the name of the console; raise as the process does."""
    async with city(settings) as platform:
        return await platform.offices.office.do_json(CONSOLE, command, body)


async def verify_log(settings: Settings) -> Verified:
    """Verify every entry of the sealed log."""
    async with city(settings) as platform:
        desk = platform.offices.desk
        return Verified(await desk.verify(), desk.head())


async def submission(settings: Settings, framework: str, reference: date) -> Submission:
    """Measure this hub's city as of the end of a day, for a certifier elsewhere."""
    async with city(settings) as platform:
        office = platform.offices.office
        measured_by = platform.certification.framework(framework)
        return await office.submission(measured_by, reference)


def _numbered(platform: Platform, tables: Tables, numbers: tuple[int, ...]) -> list[Entry]:
    book = platform.access.book(BOOK)
    found = []
    for number in numbers:
        [one] = book.entries(tables, after=number - 1, limit=1)
        found.append(decode(one.seq, one.content, one.digest))
    return found
