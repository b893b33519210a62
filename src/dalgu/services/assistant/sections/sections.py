"""The room of documents: sections as they read now, and every version before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.clock import local
from dalgu.service import Ground
from dalgu.services.assistant.sections.deeds import SectionDeed, SectionSet, SectionWithdrawn
from dalgu.services.assistant.sections.files import handbook
from dalgu.services.assistant.sections.refusals import SectionExpired, SectionUnknown
from dalgu.services.assistant.sections.section import Section

ROOM = "sections"


@dataclass(frozen=True, slots=True)
class Version:
    """A section as somebody set it; `None` where it was withdrawn."""

    at: datetime
    actor: str
    section: Section | None


class Sections:
    """All sections. `revision` grows with each change, for those who keep an index."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[str, Section] = {}
        self._versions: dict[str, list[Version]] = {}
        self.revision = 0
        ground.book.open_room(ROOM, SectionDeed, self._take)

    @property
    def today(self) -> date:
        """The city's local day."""
        return self._ground.today

    def all(self) -> list[Section]:
        """Return every section that was not withdrawn, past ones too."""
        return list(self._known.values())

    def held(self) -> list[Section]:
        """Return the sections that may be quoted today."""
        today = self.today
        return [one for one in self._known.values() if one.holds(today)]

    def get(self, name: str) -> Section:
        """Return a section; raise `SectionUnknown`."""
        if name not in self._known:
            raise SectionUnknown(name)
        return self._known[name]

    def quoted(self, name: str) -> Section:
        """Return a section that may be quoted; raise `SectionUnknown` or `SectionExpired`."""
        section = self.get(name)
        if not section.holds(self.today):
            raise SectionExpired(name)
        return section

    def changed_on(self, name: str) -> date | None:
        """Return the local day on which a section was last set."""
        versions = self._versions.get(name)
        return local(versions[-1].at).date() if versions else None

    def versions(self, name: str) -> Sequence[Version]:
        """Return the versions of a section, the newest first."""
        return self._versions.get(name, [])[::-1]

    async def set(self, actor: Actor, sections: Iterable[Section]) -> int:
        """Write sections as they read from now on; return how many differ from before."""

        def decide(_: datetime) -> Sequence[Noted]:
            return [
                Noted(_subject(one.id), SectionSet(one))
                for one in sections
                if self._known.get(one.id) != one
            ]

        return len(await self._ground.book.write(actor, ROOM, decide))

    async def withdraw(self, actor: Actor, name: str) -> None:
        """Quote a section no more; raise `SectionUnknown`."""

        def decide(_: datetime) -> Sequence[Noted]:
            self.get(name)
            return [Noted(_subject(name), SectionWithdrawn(name))]

        await self._ground.book.write(actor, ROOM, decide)

    async def begin(self) -> None:
        """Write the handbook that ships into an empty book, once."""
        if not self._versions:
            await self.set(SYSTEM, handbook())

    def _take(self, entry: Entry) -> None:
        deed: SectionDeed = entry.deed
        self.revision += 1
        match deed:
            case SectionSet():
                name = deed.section.id
                self._known[name] = deed.section
                version = Version(entry.at, entry.actor, deed.section)
            case SectionWithdrawn():
                name = deed.section
                self._known.pop(name, None)
                version = Version(entry.at, entry.actor, None)
        self._versions.setdefault(name, []).append(version)


def _subject(name: str) -> str:
    return f"urn:ngsi-ld:AssistantSection:{name}"
