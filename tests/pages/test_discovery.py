"""Problems as people use the pages: the past is loaded, a round is called, a citizen applies."""

import pytest
from tests.pages.axe import violations

from dalgu.services.citizens.discovery.discovery import Discovery

pytestmark = pytest.mark.page


def room_of(town) -> Discovery:
    return town.platform.opened["citizens"].rooms.discovery


@pytest.fixture
def citizen(town):
    """The session of a citizen whose address answered."""
    access = town.platform.access
    session = town.run(
        access.redeem_link(
            town.run(access.accounts.citizen_link()), "plum-citizen", "three plums on a windowsill"
        )
    )
    actor = town.run(access.actor_of_session(session.secret))
    people = town.platform.opened["citizens"].rooms.people
    town.run(people.join(actor, "bora@example.org", "보라"))
    return {"name": "dalgu_session", "value": session.secret, "url": town.url}


def test_the_record_is_loaded_a_round_called_and_applied_for_without_script(reader, town, citizen):
    desk = reader(signed_in=True, script=False).open_plain("/en/center/citizens/discovery")
    desk.get_by_role("button", name="Load the record").click()
    desk.get_by_label("Title in Korean").fill("4기")
    desk.get_by_role("button", name="Call", exact=True).click()
    assert room_of(town).round(4).seats == 80

    someone = reader(script=False)
    someone.context.add_cookies([citizen])
    page = someone.open_plain("/en/problems")
    assert (
        "161 citizen scientists defined 36 problems"
        in page.locator(".sankey title").first.text_content()
    )
    page.get_by_role("link", name="Apply").click()
    page.keyboard.press("Tab")
    page.get_by_label("Why you want to take part").focus()
    page.keyboard.type("I have counted the cars at the market.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("main").filter(has_text="Applied").wait_for()
    assert len(room_of(town).round(4).applications) == 1

    narrow = reader(width=320).open_plain("/ko/problems")
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not narrow.evaluate(wider)
    assert violations(narrow) == {}
