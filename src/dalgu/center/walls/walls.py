"""Layouts of the video wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.center.ground import Ground
from dalgu.center.walls.layout import Layout, checked, shipped
from dalgu.kernel.errors import AlreadyExisting, NotExisting

ROOM = "walls"


class Saved(msgspec.Struct, frozen=True, tag="saved"):
    """Somebody saved a layout: its next version."""

    layout: Layout


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a layout; 0 is the one that came with the platform."""

    number: int
    layout: Layout
    at: datetime | None = None
    by: str | None = None


class LayoutNotExisting(NotExisting):
    """No layout has this name."""

    slug = "layout-not-existing"
    title = "The layout does not exist"

    def __init__(self, layout: str) -> None:
        super().__init__(f"Layout '{layout[:60]}' does not exist.", layout=layout[:60])


class LayoutExisting(AlreadyExisting):
    """A new layout has the name of one that exists."""

    slug = "layout-existing"
    title = "The layout already exists"

    def __init__(self, layout: str) -> None:
        super().__init__(f"Layout '{layout}' already exists; choose another name.", layout=layout)


class Walls:
    """The layouts of the video wall, each with its versions."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._versions = {name: [Version(0, one)] for name, one in shipped().items()}
        ground.logbook.open_room(ROOM, Saved, self._take)

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled: nothing."""

    def every(self) -> list[Version]:
        """Return the newest version of every layout, by name."""
        return [versions[-1] for _, versions in sorted(self._versions.items())]

    def get(self, name: str, version: int | None = None) -> Version:
        """Return a version of a layout, the newest by default; raise `LayoutNotExisting`."""
        found = self._versions.get(name, [])
        wanted = [one for one in found if version is None or one.number == version]
        if not wanted:
            raise LayoutNotExisting(name)
        return wanted[-1]

    def versions(self, name: str) -> list[Version]:
        """Return all versions of a layout, newest first."""
        return list(reversed(self._versions.get(name, [])))

    async def save(self, actor: Actor, layout: Layout, *, is_new: bool = False) -> Version:
        """Save a layout as its next version; raise `LayoutInvalid` or `LayoutExisting`."""
        checked(layout)

        def decide(at: datetime) -> Sequence[Noted]:
            if is_new and layout.name in self._versions:
                raise LayoutExisting(layout.name)
            return [Noted(f"wall:{layout.name}", Saved(layout))]

        await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(layout.name)

    def _take(self, entry: Entry) -> None:
        layout: Layout = entry.deed.layout
        versions = self._versions.setdefault(layout.name, [])
        number = versions[-1].number + 1 if versions else 1
        versions.append(Version(number, layout, entry.at, entry.actor))
