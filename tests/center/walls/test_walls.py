import asyncio
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dalgu.access.actor import Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.logbook import Logbook
from dalgu.access.seals import SealedBook
from dalgu.center.ground import BOOK, Ground
from dalgu.center.walls import forms
from dalgu.center.walls.layout import (
    COLUMNS,
    Layout,
    LayoutInvalid,
    Panel,
    PanelKind,
    WallPage,
    checked,
    shipped,
)
from dalgu.center.walls.panels import content_of
from dalgu.center.walls.walls import LayoutExisting, LayoutNotExisting, Walls
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
CHIEF = Actor("person:chief", Role.ADMINISTRATOR)


def fields(layout):
    """Return what the editor's form sends for a layout."""
    sent = {"ko": [layout.ko], "en": [layout.en]}
    for p, page in enumerate(layout.pages, 1):
        sent |= {f"p{p}-screen": [str(page.screen)], f"p{p}-seconds": [str(page.seconds)]}
        for k, one in enumerate(page.panels, 1):
            key = f"p{p}-{k}"
            sent |= {f"{key}-{side}": [str(getattr(one, side))] for side in "xywh"}
            focus = "" if one.focus is None else " ".join(map(str, one.focus))
            sent |= {f"{key}-kind": [one.kind], f"{key}-layers": [" ".join(one.layers)],
                     f"{key}-focus": [focus], f"{key}-path": [one.path]}  # fmt: skip
    return sent


@pytest.fixture
def opened(tmp_path):
    store = Store.open(tmp_path / "city.db")
    book = SealedBook.named(create_keys(tmp_path / "keys"), BOOK)

    def again():
        logbook = Logbook(store, ManualClock(NOW), book)
        room = Walls(Ground(None, store, ManualClock(NOW), None, None, (), logbook))
        logbook.load()
        return room

    yield again
    asyncio.run(store.close())


@pytest.mark.parametrize("layout", shipped().values(), ids=lambda one: one.name)
def test_a_shipped_layout_survives_its_form(layout):
    assert forms.layout_of(layout.name, fields(layout)) == layout


@given(
    x=some.integers(1, 12), y=some.integers(1, 12), w=some.integers(1, 12), h=some.integers(1, 12)
)
def test_a_panel_is_taken_exactly_where_it_lies_on_the_grid(x, y, w, h):
    page = WallPage(panels=(Panel(kind=PanelKind.CLOCK, x=x, y=y, w=w, h=h),))
    layout = Layout(name="one", ko="하나", en="One", pages=(page,))
    fits = all(1 <= c <= 12 and 1 <= r <= 12 for c, r in page.panels[0].cells())
    assert is_taken(layout) == fits


def is_taken(layout):
    try:
        return checked(layout) is layout
    except LayoutInvalid:
        return False


def test_panels_that_cover_each_other_are_refused():
    one = Panel(kind=PanelKind.CLOCK, x=1, y=1, w=3, h=3)
    other = msgspec.structs.replace(one, x=3, y=3)
    beside = msgspec.structs.replace(one, x=4)
    layout = Layout(name="one", ko="하나", en="One", pages=(WallPage(panels=(one, beside)),))
    assert checked(layout) is layout
    with pytest.raises(LayoutInvalid, match="covers another"):
        checked(msgspec.structs.replace(layout, pages=(WallPage(panels=(one, other)),)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"p1-seconds": ["0"]}, "seconds"),
        ({"p1-screen": ["9"]}, "screen"),
        ({"p1-1-x": ["twelve"]}, "number"),
        ({"p1-1-kind": ["film"]}, "kind"),
        ({"p1-1-kind": ["page"], "p1-1-path": [""]}, "path"),
        ({"p1-3-focus": ["128 35"]}, "focus"),
        ({"en": [" "]}, "title"),
    ],
)
def test_a_form_that_cannot_be_a_layout_says_why(change, reason):
    sent = fields(shipped()["situation"]) | change
    with pytest.raises(LayoutInvalid) as refused:
        checked(forms.layout_of("situation", sent))
    assert refused.value.parts["reason"] == reason


def test_what_is_to_go_is_left_out_and_what_is_added_finds_a_free_place():
    layout = shipped()["night"]
    sent = fields(layout) | {"p1-2-gone": ["on"], "p2-gone": ["on"]}
    kept = forms.layout_of("night", sent)
    assert [len(page.panels) for page in kept.pages] == [3]
    more = forms.with_page(forms.with_panel(kept, 1))
    assert [len(page.panels) for page in checked(more).pages] == [4, 1]
    assert more.pages[1].panels[0].w == COLUMNS


def test_each_saving_is_a_version_and_none_is_lost(opened):
    room = opened()
    old = room.get("night")
    changed = msgspec.structs.replace(old.layout, en="Nights")
    asyncio.run(room.save(CHIEF, changed))
    asyncio.run(room.save(CHIEF, old.layout))
    later = opened()
    assert [one.number for one in later.versions("night")] == [2, 1, 0]
    assert later.get("night", 1).layout.en == "Nights"
    assert later.get("night").by == "person:chief"


def test_a_new_layout_needs_a_name_of_its_own(opened):
    room = opened()
    layout = room.get("night").layout
    with pytest.raises(LayoutExisting):
        asyncio.run(room.save(CHIEF, layout, is_new=True))
    with pytest.raises(LayoutInvalid):
        asyncio.run(room.save(CHIEF, msgspec.structs.replace(layout, name="../x"), is_new=True))
    asyncio.run(room.save(CHIEF, msgspec.structs.replace(layout, name="lobby-2"), is_new=True))
    assert opened().get("lobby-2").number == 1
    with pytest.raises(LayoutNotExisting):
        room.get("hall")


def test_a_services_page_is_shown_without_its_frame_heading_and_maps():
    content = '<h1>Water</h1><city-map a="b"><svg/></city-map><p>5</p>'
    html = f'<nav>x</nav><main id="content">{content}</main>'
    assert content_of(html) == "<p>5</p>"
