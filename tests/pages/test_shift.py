"""The shift log as people use it: by keyboard, without a network, in a tab that dies."""

from datetime import timedelta

import pytest

from dalgu.access.actor import CONSOLE, SYSTEM, Role
from dalgu.center.incidents.deeds import Closed
from dalgu.center.incidents.words import Outcome

pytestmark = pytest.mark.page

READY = "shift-log[data-ready]"
SHELL_KEPT = """
async () => {
  const worker = (await navigator.serviceWorker.ready).active;
  if (worker.state === "activated") return;
  await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
}
"""  # to be evaluated: wait_for_function takes the promise itself for true


def entries(page):
    return page.locator(".entries .text").all_inner_texts()


def write(page, text):
    page.keyboard.press("Escape")  # out of the field, if it has the focus from the last entry
    page.keyboard.press("n")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.locator(".entries .text", has_text=text).first.wait_for()


def log_of(town):
    room = town.platform.rooms.shifts
    return [line.said.text for line in room.log.record(room.now().id).written()]


def pass_time(town, page, minutes):
    """Let minutes pass for the city and for the page, not for the test."""
    page.clock.fast_forward(minutes * 60_000)
    town.run(town.clock.advance(timedelta(minutes=minutes)))


@pytest.fixture
def colleague(town):
    """The session of another operator."""
    access = town.platform.access
    link = town.run(access.accounts.invite(CONSOLE, Role.OPERATOR))
    session = town.run(access.redeem_link(link, f"op-{link[:8]}", "감나무 아래 세 마리 고양이"))
    return session.secret


def test_an_entry_is_written_with_the_keyboard_and_stands_after_a_reload(reader, town):
    page = reader(signed_in=True).open("/ko/center/shift")
    page.wait_for_selector(READY)
    write(page, "신천대로 침수 우려 점검")
    page.locator(".entries li:not([data-state])", has_text="신천대로").wait_for()
    page.reload()
    assert "신천대로 침수 우려 점검" in entries(page)
    assert log_of(town).count("신천대로 침수 우려 점검") == 1


def test_fifteen_minutes_without_a_network_lose_nothing(reader, town):
    operator = reader(signed_in=True)
    page, context = operator.page, operator.context
    page.clock.install(time=town.clock.now())
    operator.open("/ko/center/shift")
    page.wait_for_selector(READY)
    page.evaluate(SHELL_KEPT)
    context.set_offline(True)
    written = []
    for minute in range(0, 15, 3):
        written.append(f"오프라인 기록 {minute}")
        write(page, written[-1])
        pass_time(town, page, 3)
    assert page.locator("[data-state=waiting]").count() == 5
    assert "오프라인" in page.locator("[data-part=state]").inner_text()

    page.reload()  # without a network: the shell
    page.wait_for_selector("shift-log[data-shell][data-ready]")
    assert entries(page) == written[::-1]
    write(page, "다시 연 뒤의 기록")
    page.close(run_before_unload=False)  # the tab dies

    again = context.new_page()
    context.set_offline(True)  # for the new page's network, too
    again.clock.install(time=town.clock.now())
    again.goto(f"{town.url}/ko/center/shift")
    again.wait_for_selector("shift-log[data-shell][data-ready]")
    assert "6건" in again.locator("[data-part=state]").inner_text()
    assert not [text for text in log_of(town) if text in written]

    context.set_offline(False)
    again.clock.fast_forward(10_000)
    again.wait_for_selector("shift-log[data-live]")  # the real page is back by itself
    ours = [*written, "다시 연 뒤의 기록"]
    assert [text for text in log_of(town) if text in ours] == ours
    assert [text for text in entries(again) if text in ours] == ours[::-1]


def test_the_end_of_the_session_keeps_what_waits_and_only_its_writer_sends_it(
    reader, town, colleague
):
    operator = reader(signed_in=True)
    page, context = operator.open("/en/center/shift"), operator.context
    page.wait_for_selector(READY)
    cookies = context.cookies()
    context.clear_cookies()
    write(page, "Written after the session ended")
    page.wait_for_selector('shift-log[data-state="session"]')
    page.get_by_role("link", name="Sign in").wait_for()
    context.add_cookies([{"name": "dalgu_session", "value": colleague, "url": town.url}])
    page.goto(f"{town.url}/en/center/shift")
    page.wait_for_selector(READY)
    assert "somebody else" in page.locator("[data-part=state]").inner_text()
    assert "Written after the session ended" not in page.inner_text("main")
    context.clear_cookies()
    context.add_cookies(cookies)
    page.goto(f"{town.url}/en/center/shift")
    page.locator(".entries li:not([data-state])", has_text="after the session ended").wait_for()
    assert log_of(town).count("Written after the session ended") == 1


def test_two_windows_send_one_entry_once(reader, town):
    operator = reader(signed_in=True)
    page = operator.open("/ko/center/shift")
    page.wait_for_selector(READY)
    operator.context.set_offline(True)
    write(page, "두 창의 기록")
    other = operator.context.new_page()
    operator.context.set_offline(False)
    other.goto(f"{town.url}/ko/center/shift")
    other.locator(".entries li:not([data-state])", has_text="두 창의 기록").wait_for()
    page.evaluate("document.querySelector('shift-log').sync()")
    page.locator(".entries li:not([data-state])", has_text="두 창의 기록").wait_for()
    assert log_of(town).count("두 창의 기록") == 1


def test_a_correction_strikes_the_entry_on_the_open_page(reader, town):
    page = reader(signed_in=True).open("/ko/center/shift")
    page.wait_for_selector(READY)
    write(page, "부상 3명")
    line = page.locator(".entries li:not([data-state])", has_text="부상 3명")
    line.get_by_role("button", name="고쳐 쓰기").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("부상 2명")
    page.keyboard.press("Enter")
    page.locator(".entries li[data-struck] del", has_text="부상 3명").wait_for()
    page.locator(".entries li:not([data-state])", has_text="부상 2명").wait_for()
    page.reload()
    assert page.locator(".entries del", has_text="부상 3명").count() == 1


def test_what_a_browser_keeps_holds_nobodys_data(reader, town):
    operator = reader(signed_in=True)
    page = operator.open("/ko/center/shift")
    page.wait_for_selector(READY)
    write(page, "남의 눈에 띄면 안 될 기록")
    page.evaluate(SHELL_KEPT)
    kept = page.evaluate(
        "async () => { const said = []; for (const name of await caches.keys()) {"
        " const store = await caches.open(name); for (const one of await store.keys())"
        " said.push([new URL(one.url).pathname, await (await store.match(one)).text()]); }"
        " return said; }"
    )
    actor = page.locator("shift-log").get_attribute("data-actor")
    assert len(kept) > 5
    assert not [path for path, text in kept if actor in text or "띄면 안 될" in text]
    assert not [
        path for path, _ in kept if not path.startswith("/static/") and "offline" not in path
    ]


def test_two_people_hand_the_room_over(reader, town, colleague):
    incidents = town.platform.rooms.incidents
    for one in incidents.open_ones():  # what other tests left open would have to be spoken of
        town.run(incidents.note(one.number, [Closed(Outcome.NO_ACTION, "another test")], SYSTEM))
    page = reader(signed_in=True).open("/ko/center/shift")
    page.get_by_role("link", name="인계서").click()
    page.get_by_label("덧붙일 말").fill("열쇠는 서랍에")
    page.get_by_role("button", name="인계자로 서명").click()
    page.get_by_text("인수자는 다른 사람이어야").wait_for()
    second = reader()
    second.context.add_cookies([{"name": "dalgu_session", "value": colleague, "url": town.url}])
    other = second.open("/ko/center/shift")
    other.get_by_role("link", name="읽고 서명하기").first.click()
    assert "열쇠는 서랍에" in other.inner_text("main")
    other.get_by_role("button", name="인수자로 서명").click()
    other.wait_for_url("**/center/shift")
    assert "인계 완료" in other.inner_text("main")


def test_it_is_written_without_script_too(reader, town):
    page = reader(signed_in=True, script=False).open_plain("/en/center/shift")
    page.get_by_label("What happened").fill("Written without script")
    page.get_by_role("button", name="Write", exact=True).click()
    assert "Written without script" in page.inner_text(".entries")
