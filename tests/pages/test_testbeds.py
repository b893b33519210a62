"""A rule goes from its test bed to the whole city: proposed by one person, decided by another."""

import pytest

pytestmark = pytest.mark.page

BED = "/en/center/testbeds/suseong-alpha"


def test_a_rule_is_rolled_out_by_another_person_and_taken_back(reader, town):
    page = reader(signed_in=True, script=False).open_plain(BED)
    page.get_by_label("Reason").first.fill("four weeks without a false alarm")
    page.get_by_role("button", name="Propose for the whole city").first.click()
    assert "another administrator decides" in page.get_by_role("main").inner_text()
    assert page.get_by_role("button", name="Roll out city-wide").count() == 0

    access = town.platform.access
    second = town.run(access.redeem_link(town.link, "deputy", "a long sentence about a persimmon"))
    deputy = reader(script=False)
    cookie = {"name": "dalgu_session", "value": second.secret, "url": town.url}
    deputy.context.add_cookies([cookie])
    other = deputy.open_plain(BED)
    other.get_by_role("button", name="Roll out city-wide").click()
    beds, rule = town.platform.rooms.testbeds, "no-use-two-days"
    assert "in force city-wide" in other.get_by_role("main").inner_text()
    assert beds.is_on(rule, "suseong-alpha", 128.55, 35.87)

    other.get_by_placeholder("Reason").first.fill("too many in winter")
    other.get_by_role("button", name="Take back").click()
    assert "too many in winter" in other.get_by_role("main").inner_text()
    assert not beds.is_on(rule, "suseong-alpha", 128.55, 35.87)
