"""A budget is voted on with the keyboard, counted, and its result proves itself on the page."""

from datetime import timedelta

import msgspec
import pytest
from tests.pages.axe import violations_in_each_theme
from tests.pages.talk import Resident

from dalgu.services.citizens.budgets import demonstration

pytestmark = pytest.mark.page


class Purse:
    """A demonstration round with few voters, its vote open."""

    def __init__(self, town, voters=40):
        told = demonstration.script()
        few = msgspec.structs.replace(told.round, voters=voters)
        self.town = town
        self.rooms = town.platform.opened["citizens"].rooms
        self.room = self.rooms.budgets
        self.chief = town.run(town.platform.access.actor_of_session(town.session))
        kept, demonstration.script = (
            demonstration.script,
            lambda: msgspec.structs.replace(told, round=few),
        )
        try:
            self.number = town.run(
                demonstration.begin(self.room._ground, self.room, self.rooms.ballots, self.chief)
            )
        finally:
            demonstration.script = kept

    def count(self):
        self.town.run(self.town.clock.advance(timedelta(days=15)))
        self.town.run(self.room.count(self.chief, self.number))


@pytest.fixture(scope="module")
def purse(town):
    return Purse(town)


def test_a_ballot_is_filled_and_cast_with_the_keyboard_alone(reader, town, purse):
    made = reader()
    made.context.add_cookies([Resident(town, "jiwoo").cookie(town)])
    page = made.open(f"/en/budgets/{purse.number}/vote")
    page.wait_for_selector("budget-basket:defined")
    first = page.get_by_role("checkbox").first
    first.focus()
    page.keyboard.press("Space")
    assert "1 of 8, 180,000,000 won together" in page.get_by_role("status").last.inner_text()
    for _ in range(7):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    said = page.locator("[data-part='sum']").inner_text()
    assert "All 8 are chosen" in said
    assert page.get_by_role("checkbox", disabled=True).count() == 8
    assert violations_in_each_theme(page) == {}
    before = purse.rooms.ballots.count(f"budget-{purse.number}")
    page.locator("form .main").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".receipt")
    assert purse.rooms.ballots.count(f"budget-{purse.number}") == before + 1
    assert made.complaints == []


def test_without_script_the_form_casts_too_and_says_what_is_wrong(reader, town, purse):
    made = reader(script=False)
    made.context.add_cookies([Resident(town, "seoyun").cookie(town)])
    page = made.open_plain(f"/en/budgets/{purse.number}/vote")
    for box in page.get_by_role("checkbox").all()[:9]:
        box.check()
    page.locator("form .main").click()
    assert "at most 8" in page.get_by_role("alert").first.inner_text()
    assert page.get_by_role("checkbox", checked=True).count() == 9
    page.get_by_role("checkbox", checked=True).first.uncheck()
    page.locator("form .main").click()
    assert page.locator(".receipt").inner_text()


def test_the_result_stands_side_by_side_with_a_proof_for_each_winner(reader, town, purse):
    purse.count()
    found = purse.room.get(purse.number)
    page = reader(script=False).open_plain(f"/en/budgets/{purse.number}/result")
    words = page.get_by_role("main").inner_text()
    assert f"{len(found.winners)} projects are funded by 'Equal shares'" in words
    assert page.locator(".budget-rows .payers").count() == len(found.counted.equal)
    page.locator(".budget-rows th a").first.click()
    tally = town.run(purse.room.tally(found))
    paid = tally.bought[found.ideas[int(page.url.rpartition("/")[2])].option]
    assert str(paid.price) in page.get_by_role("main").inner_text()


def test_axe_finds_no_fault_and_no_page_is_wider_than_a_phone(reader, purse):
    visitor = reader(signed_in=True)
    public, desk = f"/ko/budgets/{purse.number}", "/ko/center/citizens/budgets"
    for path in (public, f"{public}/result", f"{public}/projects/1", desk, f"{desk}/1"):
        page = visitor.open(path)
        assert violations_in_each_theme(page) == {}, path
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert visitor.complaints == []
