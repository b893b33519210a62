"""A layout of the video wall as data: pages that take turns on each screen, panels on a grid."""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.text import Text

LAYOUTS = Path(__file__).parent / "layouts"
COLUMNS = ROWS = 12
MOST_PAGES, MOST_PANELS, MOST_SCREENS = 12, 12, 8
LEAST_S, MOST_S = 5, 3_600  # how long a page stays


class PanelKind(StrEnum):
    """What a panel shows."""

    MAP = "map"
    EVENTS = "events"
    FIGURES = "figures"
    CAMERAS = "cameras"
    PAGE = "page"  # the page of a service
    CLOCK = "clock"
    WARNINGS = "warnings"
    REPLAY = "replay"


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One panel: its place on a grid of 12 by 12 cells, counted from 1, and what it shows."""

    kind: PanelKind
    x: int
    y: int
    w: int
    h: int
    layers: tuple[str, ...] = ()  # of a map
    focus: tuple[float, float, float, float] | None = None  # west south east north, of a map
    path: str = ""  # of a service's page

    def cells(self) -> set[tuple[int, int]]:
        """Return the cells that it covers."""
        return {
            (c, r) for c in range(self.x, self.x + self.w) for r in range(self.y, self.y + self.h)
        }


class WallPage(msgspec.Struct, frozen=True, kw_only=True):
    """What one screen shows at a time."""

    panels: tuple[Panel, ...]
    screen: int = 1
    seconds: int = 30


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """One layout of the wall."""

    name: str  # in its address: small letters, digits, hyphens
    ko: str
    en: str
    pages: tuple[WallPage, ...]

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def screens(self) -> list[int]:
        """The screens that it fills."""
        return sorted({page.screen for page in self.pages})

    def on(self, screen: int) -> list[WallPage]:
        """Return the pages of one screen, in their order."""
        return [page for page in self.pages if page.screen == screen]


class LayoutInvalid(InvalidInput):
    """A layout cannot be shown as it is."""

    slug = "layout-invalid"
    title = "The layout is invalid"

    def __init__(self, reason: str, page: int, panel: int, detail: str) -> None:
        super().__init__(detail, reason=reason, page=page, panel=panel)


def checked(layout: Layout) -> Layout:
    """Return a layout that can be shown; raise `LayoutInvalid` otherwise."""
    name = layout.name
    if not (0 < len(name) <= 40 and name.isascii() and name.replace("-", "").isalnum()
            and name == name.lower()):  # fmt: skip
        raise LayoutInvalid("name", 0, 0, "The name takes small letters, digits and hyphens.")
    if not layout.ko.strip() or not layout.en.strip():
        raise LayoutInvalid("title", 0, 0, "A title in Korean and in English is required.")
    if not 0 < len(layout.pages) <= MOST_PAGES:
        raise LayoutInvalid("pages", 0, 0, f"A layout has 1 to {MOST_PAGES} pages.")
    for number, page in enumerate(layout.pages, start=1):
        _check_page(number, page)
    return layout


def _check_page(number: int, page: WallPage) -> None:
    if not LEAST_S <= page.seconds <= MOST_S:
        sentence = f"Page {number} must stay {LEAST_S} to {MOST_S} s."
        raise LayoutInvalid("seconds", number, 0, sentence)
    if not 1 <= page.screen <= MOST_SCREENS:
        sentence = f"Page {number} must be on a screen from 1 to {MOST_SCREENS}."
        raise LayoutInvalid("screen", number, 0, sentence)
    if not 0 < len(page.panels) <= MOST_PANELS:
        raise LayoutInvalid("panels", number, 0, f"Page {number} has 1 to {MOST_PANELS} panels.")
    taken: set[tuple[int, int]] = set()
    for index, panel in enumerate(page.panels, start=1):
        _check_panel(number, index, panel)
        if taken & panel.cells():
            sentence = f"Panel {index} of page {number} covers another one."
            raise LayoutInvalid("overlap", number, index, sentence)
        taken |= panel.cells()


def _check_panel(page: int, index: int, panel: Panel) -> None:
    is_inside = panel.x + panel.w - 1 <= COLUMNS and panel.y + panel.h - 1 <= ROWS
    if min(panel.x, panel.y, panel.w, panel.h) < 1 or not is_inside:
        sentence = f"Panel {index} of page {page} must lie within the {COLUMNS} by {ROWS} cells."
        raise LayoutInvalid("outside", page, index, sentence)
    if panel.kind is PanelKind.PAGE and not panel.path:
        sentence = f"Panel {index} of page {page} must name the page that it shows."
        raise LayoutInvalid("path", page, index, sentence)


@cache
def shipped(folder: Path = LAYOUTS) -> dict[str, Layout]:
    """Return the layouts that come with the platform, by name."""
    return {file.stem: read(file) for file in sorted(folder.glob("*.toml"))}


def read(file: Path) -> Layout:
    """Return the layout of one file; raises where it does not hold."""
    told = tomllib.loads(file.read_text("utf-8"))
    return checked(msgspec.convert({"name": file.stem, **told}, Layout))
