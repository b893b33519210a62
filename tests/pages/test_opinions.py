"""Questions: answered with three keys, or without script; groups by map, table and axe."""

import pytest
from tests.pages.axe import violations, violations_in_each_theme

from dalgu.access.actor import Actor, Role
from dalgu.services.citizens.opinions.opinions import Draft

pytestmark = pytest.mark.page

STAFF = Actor("person:staff", Role.OPERATOR)
TITLE = "신천 둔치를 어떻게 쓰면 좋겠습니까?"
SEEDS = (
    "둔치의 주차장을 없애고 나무를 심어야 합니다.",
    "자전거 길과 걷는 길을 나누어야 합니다.",
    "밤에도 밝게 불을 켜 두어야 합니다.",
    "물놀이터를 여름마다 열어야 합니다.",
    "낚시는 금지해야 합니다.",
    "상점과 카페를 들여야 합니다.",
    "비가 많이 올 때는 더 일찍 막아야 합니다.",
    "화장실을 더 지어야 합니다.",
)
CAMPS, AGREED = ((16, 11), (7, 8))


def asked_and_answered(town):
    """Ask, and let two camps of citizens answer; return the number of the question."""
    rooms = town.platform.opened["citizens"].rooms
    draft = Draft(TITLE, "시는 2027년에 둔치를 새로 꾸밉니다.", SEEDS)
    number = town.run(rooms.opinions.ask(STAFF, draft))
    for side, size in zip(("agree", "disagree"), CAMPS, strict=True):
        for i in range(size):
            actor = Actor(f"person:{side}{number}-{i}", Role.CITIZEN)
            town.run(rooms.people.join(actor, f"{side}{number}-{i}@example.org"))
            for statement in range(1, len(SEEDS) + 1):
                own = side if (statement + i) % 5 else "pass"
                value = "agree" if statement in AGREED else own
                town.run(rooms.opinions.vote(actor, number, statement, value))
    town.run(rooms.opinions.regroup(rooms.opinions.get(number)))
    return number


def as_citizen(reader, town, name, **look):
    """Return a reader who is signed in as a citizen with a confirmed address."""
    access, rooms = town.platform.access, town.platform.opened["citizens"].rooms
    link = town.run(access.accounts.citizen_link())
    session = town.run(access.redeem_link(link, name, "a long sentence about a persimmon"))
    town.run(rooms.people.join(session.actor, f"{name}@example.org"))
    found = reader(**look)
    cookie = {"name": "dalgu_session", "value": session.secret, "url": town.url}
    found.context.add_cookies([cookie])
    return found


@pytest.fixture(scope="module")
def number(town):
    return asked_and_answered(town)


def test_three_keys_answer_and_the_mind_may_change(reader, town, number):
    page = as_citizen(reader, town, "key-voter").open(f"/en/opinions/{number}")
    page.wait_for_function("() => !!customElements.get('opinion-vote')")
    for key, said in (("a", "Agree"), ("d", "Disagree"), ("p", "Pass")):
        statement = page.locator("#card").inner_text()
        page.keyboard.press(key)
        page.wait_for_function("told => document.querySelector('#card').innerText !== told",
                               arg=statement)  # fmt: skip
        assert said in page.locator(".own li", has_text=statement).inner_text()
    assert "3 of 8" in page.locator(".vote-progress").inner_text()
    page.get_by_label("Statement", exact=True).fill("add a place to play")
    page.keyboard.press("Enter")  # letters in a field are letters, not votes
    assert "somebody has looked" in page.locator(".refusal").inner_text()
    assert page.locator(".own li").count() == 3
    page.get_by_role("link", name="Change").first.press("Enter")
    page.locator(".vote-card").filter(has_text="Answer so far").wait_for()


def test_all_is_answered_without_script_and_what_waits_is_let_in(reader, town, number):
    voter = as_citizen(reader, town, "plain-voter", script=False)
    page = voter.open_plain(f"/en/opinions/{number}")
    for _ in SEEDS:
        page.get_by_role("button", name="Agree", exact=False).first.click()
    assert "Every statement is answered" in page.get_by_role("main").inner_text()
    page.get_by_label("Statement", exact=True).fill("Put benches in the shade.")
    page.get_by_role("button", name="Send").click()
    staff = reader(signed_in=True, script=False, width=320)
    desk = staff.open_plain("/en/center/citizens/opinions")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 320
    waiting = desk.locator(".waiting li", has_text="Put benches in the shade.")
    waiting.get_by_role("button", name="Let in").click()
    page.goto(f"{town.url}/en/opinions/{number}")
    assert "Put benches in the shade." in page.locator("#card").inner_text()


def test_groups_are_told_by_map_and_table_and_the_reader_alone_sees_where_they_are(
    reader, town, number
):
    guest = reader().open(f"/ko/opinions/{number}/groups")
    assert guest.locator(".groups-map ellipse").count() == 2
    assert "16" in guest.locator(".groups-map table").inner_text()
    assert guest.locator(".groups-map .here").count() == 0
    assert SEEDS[6] in guest.locator(".shared").inner_text()
    assert violations_in_each_theme(guest) == {}
    narrow = reader(width=320).open(f"/ko/opinions/{number}/groups")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
    card = as_citizen(reader, town, "narrow-voter", width=320).open(f"/ko/opinions/{number}")
    assert card.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(card) == {}
