"""The work behind `dalgu center`: each opens the city of a folder and asks the center's rooms."""

from dataclasses import dataclass

from dalgu.access.access import Access
from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.commands.opening import city, store_alone
from dalgu.app.folder import Folder
from dalgu.center.ground import BOOK
from dalgu.center.learning.account import account
from dalgu.center.learning.figures import figures
from dalgu.center.learning.filing import span_words
from dalgu.center.learning.reading import read_cases
from dalgu.center.learning.report import report
from dalgu.center.learning.timeline import check_export
from dalgu.center.learning.timeline import timeline as lines_of
from dalgu.center.learning.times import Measure, Spread
from dalgu.kernel.clock import SystemClock, local
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Language
from dalgu.web.language import phrase

ALL = "all"
Row = tuple[str, str, Spread, str, str]  # group, measure, spread, median and p90 in words


@dataclass(frozen=True, slots=True)
class Verified:
    """What is so with the center's book."""

    entries: int
    digest: str
    broken: int | None


async def verified(settings: Settings) -> Verified:
    """Hold the center's book to its seals; no room is opened, which a broken entry would stop."""
    async with store_alone(settings) as store:
        key_file = Folder(settings.data_path).key_file
        book = Access(store, SystemClock(), key_file=key_file).book(BOOK)
        entries, digest = book.last(store.read())
        return Verified(entries, digest, await store.scan(book.verify))


def checked(file: bytes) -> tuple[int, int | None]:
    """Return entries and the first broken one of an exported timeline; `TimelineUnreadable`."""
    return check_export(file)


async def timeline_rows(
    settings: Settings, number: int, language: Language
) -> list[tuple[int, str, str, str, str]]:
    """Return number, time, room, words and actor of each entry; raise `IncidentNotExisting`."""
    async with city(settings) as platform:
        incident = platform.rooms.incidents.get(number)
        await platform.access.audit(
            CONSOLE, Operation.INCIDENT_READ, incident.id, purpose="timeline"
        )
        return [
            (
                line.entry.seq,
                f"{local(line.entry.at):%Y-%m-%d %H:%M:%S}",
                line.room,
                line.words,
                line.entry.actor,
            )
            for line in lines_of(incident, platform.rooms, language)
        ]


async def report_paper(settings: Settings, number: int, language: Language) -> bytes:
    """Return the after-action report of an incident; raise `IncidentNotExisting`."""
    async with city(settings) as platform:
        incident = platform.rooms.incidents.get(number)
        await platform.access.audit(CONSOLE, Operation.INCIDENT_READ, incident.id, purpose="report")
        told = await account(incident, platform.rooms, language)
        return report(told, platform.city, language)


async def time_rows(settings: Settings, language: Language, *, drills: bool) -> list[Row]:
    """Return the spreads of all incidents and of each priority."""
    async with city(settings) as platform:
        every = platform.rooms.incidents.all.values()
        cases = await read_cases(platform.hub, [one for one in every if one.is_drill is drills])
    found = figures(cases)
    if not found.n:
        return []
    groups = [(ALL, found.overall)]
    groups += [(one.key, one.spreads) for one in found.divisions["priority"]]
    return [
        (
            key,
            phrase(language, f"learning.measure.{measure}"),
            spreads[measure],
            span_words(spreads[measure].p50_s, language),
            span_words(spreads[measure].p90_s, language),
        )
        for key, spreads in groups
        for measure in Measure
    ]
