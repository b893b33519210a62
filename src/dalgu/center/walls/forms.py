"""A layout as the fields of a form, and back: what an editor without script sends."""

from collections.abc import Mapping

from dalgu.center.walls.layout import (
    COLUMNS,
    MOST_PAGES,
    MOST_PANELS,
    ROWS,
    Layout,
    LayoutInvalid,
    Panel,
    PanelKind,
    WallPage,
)

Sent = Mapping[str, list[str]]


def layout_of(name: str, sent: Sent) -> Layout:
    """Return the layout that a form describes; raise `LayoutInvalid` where a field cannot be."""
    pages = [
        page
        for number in range(1, MOST_PAGES + 1)
        if f"p{number}-seconds" in sent and f"p{number}-gone" not in sent
        for page in [_page(number, sent)]
    ]
    return Layout(name=name, ko=_first(sent, "ko"), en=_first(sent, "en"), pages=tuple(pages))


def _page(number: int, sent: Sent) -> WallPage:
    panels = [
        _panel(number, index, sent)
        for index in range(1, MOST_PANELS + 1)
        if f"p{number}-{index}-kind" in sent and f"p{number}-{index}-gone" not in sent
    ]
    return WallPage(
        panels=tuple(panels),
        screen=_whole(sent, f"p{number}-screen", number, 0),
        seconds=_whole(sent, f"p{number}-seconds", number, 0),
    )


def _panel(page: int, index: int, sent: Sent) -> Panel:
    key = f"p{page}-{index}"
    try:
        kind = PanelKind(_first(sent, f"{key}-kind"))
    except ValueError:
        sentence = f"Panel {index} of page {page} is of no kind."
        raise LayoutInvalid("kind", page, index, sentence) from None
    x, y, w, h = (_whole(sent, f"{key}-{side}", page, index) for side in "xywh")
    is_map = kind is PanelKind.MAP
    return Panel(
        kind=kind, x=x, y=y, w=w, h=h,
        layers=tuple(_first(sent, f"{key}-layers").split()) if is_map else (),
        focus=_focus(_first(sent, f"{key}-focus"), page, index) if is_map else None,
        path=_first(sent, f"{key}-path") if kind is PanelKind.PAGE else "",
    )  # fmt: skip


def _focus(text: str, page: int, index: int) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = map(float, text.split())
    except ValueError:
        sentence = (
            f"The view of panel {index} of page {page} is four degrees: west south east north."
        )
        raise LayoutInvalid("focus", page, index, sentence) from None
    return west, south, east, north


def with_panel(layout: Layout, page: int) -> Layout:
    """Return a layout with one more panel on a page, on the first free cells."""
    pages = list(layout.pages)
    old = pages[page - 1]
    taken = set().union(*(panel.cells() for panel in old.panels)) if old.panels else set()
    free = (
        (x, y) for y in range(1, ROWS + 1) for x in range(1, COLUMNS + 1) if (x, y) not in taken
    )
    x, y = next(free, (1, 1))
    new = Panel(kind=PanelKind.CLOCK, x=x, y=y, w=1, h=1)
    pages[page - 1] = WallPage(panels=(*old.panels, new), screen=old.screen, seconds=old.seconds)
    return Layout(name=layout.name, ko=layout.ko, en=layout.en, pages=tuple(pages))


def with_page(layout: Layout) -> Layout:
    """Return a layout with one more page, filled by the event wall."""
    screen = layout.pages[-1].screen if layout.pages else 1
    panel = Panel(kind=PanelKind.EVENTS, x=1, y=1, w=COLUMNS, h=ROWS)
    page = WallPage(panels=(panel,), screen=screen)
    return Layout(name=layout.name, ko=layout.ko, en=layout.en, pages=(*layout.pages, page))


def _first(sent: Sent, name: str) -> str:
    return sent.get(name, [""])[0].strip()


def _whole(sent: Sent, name: str, page: int, index: int) -> int:
    text = _first(sent, name)
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        sentence = f"A number of page {page}, panel {index} is not whole."
        raise LayoutInvalid("number", page, index, sentence)
    return int(text)
