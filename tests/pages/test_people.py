"""A person joins by mail, becomes a resident by a code, votes unseen, finds the ballot again."""

import email
from email.policy import default
from pathlib import Path

import pytest
from tests.pages.axe import violations_in_each_theme

from dalgu.access.actor import SYSTEM
from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.box import Box
from dalgu.services.citizens.ballots.recount import recount

pytestmark = pytest.mark.page

NUMBER = "900101-2345678"


@pytest.fixture(scope="module")
def rooms(town):
    return town.platform.opened["citizens"].rooms


def mailed_link(rooms, address):
    """The link in the newest mail to an address, out of the folder where mails lie."""
    found = []
    for path in Path(rooms.post.folder).glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        if message["To"] == address:
            found += [one for one in message.get_content().split() if "/join/" in one]
    return found[-1]


def joined(reader, town, rooms, address, *, script=False):
    """Somebody who has come by mail, before the page of oneself."""
    person = reader(script=script)
    page = person.open_plain("/en/join")
    page.get_by_label("Mail address").fill(address)
    page.keyboard.press("Enter")
    page.get_by_text("The mail is on its way.").wait_for()
    page.goto(mailed_link(rooms, address))
    page.get_by_label("New password").fill("the river is wide at Gangjeong")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My participation").wait_for()
    return person


def resident(reader, town, rooms, address, number, *, script=False):
    """The same with a code typed in, as the paper has it."""
    person = joined(reader, town, rooms, address, script=script)
    staff = reader(signed_in=True, script=False).open_plain("/en/center/citizens/vouch")
    staff.get_by_label("Resident registration number").fill(number)
    staff.get_by_label("District").select_option(index=3)
    staff.get_by_role("button", name="Make a code").press("Enter")
    code = staff.locator(".slip .code").inner_text()
    assert number not in staff.content()
    page = person.page
    page.get_by_role("link", name="Confirm my residence").press("Enter")
    page.get_by_label("Code", exact=True).fill(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.get_by_text("Confirmed:").wait_for()
    return person


def test_by_keyboard_from_a_mail_to_a_blind_ballot_and_its_recount(reader, town, rooms):
    person = resident(reader, town, rooms, "mina@example.org", NUMBER, script=True)
    box = Box("page-blind", Text("공원", "Where to put the park"), "choice", ("river", "hill"))
    town.run(rooms.ballots.open(SYSTEM, box))
    page = person.open_plain("/en/citizens/ballots/page-blind")
    page.get_by_text("even the city cannot tell").wait_for()
    page.get_by_label("river").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    receipt = page.locator("blind-ballot .receipt")
    receipt.wait_for(timeout=30_000)
    code = receipt.inner_text()
    assert rooms.ballots.count(box.id) == 1
    page.reload()
    page.get_by_text("Your token for this vote was handed out").wait_for()

    town.run(rooms.ballots.close(SYSTEM, box.id))
    page.reload()
    page.get_by_label("Receipt").fill(code)
    page.keyboard.press("Enter")
    assert "river" in page.get_by_text("It is there").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="ballots.jsonl").click()
    found = recount(Path(download.value.path()).read_bytes(), rooms.ballots.public_key)
    assert found.find(code).marks == {"river": 1}
    assert person.complaints == []
    for path in ("/ko/me", "/ko/me/resident", "/ko/citizens/ballots/page-blind"):
        assert violations_in_each_theme(person.open_plain(path)) == {}


def test_without_script_a_resident_votes_and_gets_a_receipt_once(reader, town, rooms):
    person = resident(reader, town, rooms, "jun@example.org", "850505-1234567")
    box = Box("page-plain", Text("길", "Which road"), "approval", ("north", "south"), most=2)
    town.run(rooms.ballots.open(SYSTEM, box))
    page = person.open_plain("/en/citizens/ballots/page-plain")
    page.get_by_role("button", name="Vote").click()
    assert "nothing is marked" in page.get_by_role("alert").inner_text()
    page.get_by_label("north").check()
    page.get_by_role("button", name="Vote").click()
    assert len(page.locator(".receipt").inner_text()) == 23
    page.goto(town.url + "/en/citizens/ballots/page-plain")
    page.get_by_text("Your token for this vote was handed out").wait_for()
    page.goto(town.url + "/en/me")
    assert "Which road" in page.get_by_role("main").inner_text()


def test_a_code_of_another_city_is_refused_and_leaving_erases(reader, town, rooms):
    person = joined(reader, town, rooms, "soyeon@example.org")
    page = person.page
    page.get_by_role("link", name="Confirm my residence").click()
    page.get_by_label("Code", exact=True).fill("ABCDE-FGHJK-MNPQR-STVWX")
    page.keyboard.press("Enter")
    assert "not one of this city" in page.get_by_role("alert").inner_text()
    page.goto(town.url + "/en/me")
    page.get_by_label("I know that this cannot be undone").check()
    page.get_by_role("button", name="Leave").click()
    page.goto(town.url + "/en/me")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert rooms.people.account_of("soyeon@example.org") is None
