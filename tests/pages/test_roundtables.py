"""A phone by keyboard, a tablet without a network, a desk without script: a hall as it is used."""

import pytest
from tests.pages.halls import Hall

from dalgu.services.citizens.roundtables.plan import StepKind
from dalgu.services.citizens.roundtables.voting import box_id

pytestmark = pytest.mark.page

SHELL_KEPT = """
async () => {
  const worker = (await navigator.serviceWorker.ready).active;
  if (worker.state === "activated") return;
  await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
}
"""


@pytest.fixture(scope="module")
def hall(town):
    return Hall(town)


def texts(hall):
    return [opinion.text for opinion in hall.one.opinions.values()]


def test_a_ballot_is_cast_by_keyboard_and_once(reader, hall):
    hall.step(StepKind.BALLOT_BEFORE)
    box = box_id(hall.number, "q1", "before")
    page = reader(width=320).open(hall.path("seat", hall.one.members[0]))
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    receipt = page.locator(".receipt[role=status]")
    receipt.wait_for()
    assert "영수증" in receipt.inner_text()
    assert hall.rooms.ballots.count(box) == 1
    page.reload()
    assert page.get_by_role("radio").count() == 0
    hall.step(StepKind.DISCUSSION)
    assert hall.one.boxes[box].counts == {"o1": 0, "o2": 1, "o3": 0}


def test_a_ballot_is_cast_without_script(reader, hall):
    hall.step(StepKind.BALLOT_AFTER)
    page = reader(script=False).open_plain(hall.path("seat", hall.one.members[1], "en"))
    page.get_by_label("북쪽").check()
    page.get_by_role("button", name="Vote").click()
    assert "Your ballot is in" in page.get_by_role("main").inner_text()
    assert hall.rooms.ballots.count(box_id(hall.number, "q1", "after")) == 1
    hall.step(StepKind.DISCUSSION)


def test_a_tablet_without_a_network_loses_nothing_and_sends_nothing_twice(reader, hall):
    facilitator = reader()
    page, context = facilitator.page, facilitator.context
    facilitator.open(hall.path("table", "table:1"))
    page.wait_for_selector("roundtable-table[data-ready]")
    page.evaluate(SHELL_KEPT)
    said = page.locator("#said")
    said.fill("연결된 동안 한 말")
    said.press("Enter")
    page.locator(".said li:not([data-state])").first.wait_for()

    context.set_offline(True)
    for text in ("끊긴 동안 첫째", "끊긴 동안 둘째"):
        said.fill(text)
        said.press("Enter")
        page.locator(".said li[data-state=waiting]", has_text=text).wait_for()
    page.reload()  # the shell, from the worker
    page.wait_for_selector("roundtable-table[data-shell][data-ready]")
    assert page.locator("[data-state=waiting]").count() == 2
    assert "테이블 1" in page.locator("[data-part=where]").inner_text()
    page.locator("#said").fill("다시 연 뒤에 한 말")
    page.locator("#said").press("Enter")
    page.locator("[data-state=waiting]", has_text="다시 연").wait_for()
    assert texts(hall) == ["연결된 동안 한 말"]

    context.set_offline(False)
    page.wait_for_selector("roundtable-table:not([data-shell])[data-ready]")
    expected = ["연결된 동안 한 말", "끊긴 동안 첫째", "끊긴 동안 둘째", "다시 연 뒤에 한 말"]
    assert texts(hall) == expected
    page.wait_for_function("document.querySelectorAll('.said li:not([data-state])').length === 4")


def test_the_screen_shows_a_theme_that_the_team_made_without_script(reader, hall):
    screen = reader().open(f"/en/roundtables/{hall.number}/screen")
    screen.wait_for_selector("roundtable-hall[data-seen]")
    desk = reader(signed_in=True, script=False).open_plain(
        f"/en/center/citizens/roundtables/{hall.number}/themes"
    )
    desk.get_by_label("끊긴 동안 첫째").check()
    desk.get_by_label("New theme").fill("끊긴 동안")
    desk.get_by_role("button", name="Make a theme").click()
    assert "끊긴 동안" in [theme.title for theme in hall.one.standing_themes()]
    screen.locator("[data-part=themes] li", has_text="끊긴 동안").wait_for(timeout=5_000)
