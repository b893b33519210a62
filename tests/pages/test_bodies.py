"""A committee meets and decides on the pages, without script."""

import pytest
from tests.pages.axe import violations

pytestmark = pytest.mark.page
BODY = "/en/center/bodies/citizens-committee"


def test_members_are_seated_and_a_meeting_decides(reader, town):
    page = reader(signed_in=True, script=False).open_plain("/en/center/bodies")
    page.get_by_role("button", name="Register the usual bodies").click()
    for name in ("Kim Hana", "Lee Dul", "Park Set"):
        page.goto(town.url + BODY)
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Seat", exact=True).click()
    page.get_by_label("When", exact=True).fill("2026-11-22T12:00")
    page.get_by_label("Where", exact=True).fill("City hall")
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("link", name="Meeting 1").click()
    page.get_by_label("Matter", exact=True).fill("Light for twelve lanes")
    page.get_by_role("button", name="Put on the agenda").click()
    for box in page.locator("input[name=seat][type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Note attendance").click()
    page.get_by_label("For", exact=True).fill("2")
    page.get_by_label("Against", exact=True).fill("0")
    page.get_by_role("button", name="Decide", exact=True).click()
    assert "The count holds 2 votes, and 3 members" in page.get_by_role("alert").inner_text()
    page.get_by_label("For", exact=True).fill("3")
    page.get_by_role("button", name="Decide", exact=True).click()

    public = reader(width=320).open_plain("/en/bodies/citizens-committee/meetings/1")
    text = public.get_by_role("main").inner_text()
    assert "Adopted" in text
    assert "Kim Hana" not in text
    assert violations(public) == {}
