"""Warnings over HTTP: the pages' way from a form to the feed, and the door for those of others."""

import pytest
from tests.app.conftest import a_house, cheap_hashes  # noqa: F401 - a fixture
from tests.center.warnings.around import BEOMEO
from tests.center.warnings.test_in import a_message

from dalgu.access.actor import Role
from dalgu.center.incidents.deeds import Raised
from dalgu.center.warnings.cap.feeds import read_feed
from dalgu.center.warnings.cap.reading import read
from dalgu.center.warnings.cap.words import Version
from dalgu.center.warnings.cap.writing import write

FORM = {"hazard": "fire", "shape": "dongs", "dong": BEOMEO}
PAGE = {"accept": "text/html"}


@pytest.fixture
def house(tmp_path, cheap_hashes):  # noqa: F811
    with a_house(tmp_path / "city") as built:
        built.headers["operator"] = built.sign_up(Role.OPERATOR)
        built.headers["suseong"] = built.sign_up(Role.OPERATOR, "22060")
        built.headers["dalseo"] = built.sign_up(Role.OPERATOR, "22070")
        built.headers["viewer"] = built.sign_up(Role.VIEWER)
        built.headers["chief"] = built.sign_up(Role.ADMINISTRATOR)
        built.headers["program"] = built.token(Role.SERVICE)
        yield built


def post(house, path, who="operator", **form):
    return house.ask("POST", f"/en/center/warnings{path}", who, data=form, headers=PAGE)


def test_a_warning_goes_from_the_form_to_the_feed_and_to_citizens(house):
    kept = post(house, "", **FORM)
    assert kept.status_code == 303
    page = kept.headers["location"]
    shown = house.ask("GET", page, "operator", headers=PAGE)
    assert "Fire in Beomeo 1-dong, Suseong-gu" in shown.text  # the standard sentence
    assert (
        house.ask("GET", "/en/warnings/1", headers=PAGE).status_code == 404
    )  # drafts are nobody's
    assert house.ask("GET", page, "viewer", headers=PAGE).status_code == 404
    assert post(house, "/1/send").status_code == 303

    feed = house.ask("GET", "/cap/feed.atom")
    [found] = read_feed(feed.content).found
    assert found.alert.infos[0].headline == "수성구 범어1동 화재 발생"
    tag = {"if-none-match": feed.headers["etag"]}
    assert house.ask("GET", "/cap/feed.atom", headers=tag).status_code == 304
    address = f"/cap/{found.alert.identifier}.xml"
    assert read(house.ask("GET", address).content) == found.alert
    assert read(house.ask("GET", f"{address}?version=1.1").content).version is Version.CAP11
    assert house.ask("GET", f"{address}?version=9").status_code == 400
    assert house.ask("GET", "/cap/none.xml").status_code == 404
    for path in ("/en/warnings", "/en/warnings/1", f"/ko/warnings?dong={BEOMEO}"):
        public = house.ask("GET", path, headers=PAGE)
        assert public.status_code == 200
    assert "범어1동 화재 발생" in public.text

    assert post(house, "/1/cancel", why_en="It is out.").status_code == 303
    assert "It is out." in house.ask("GET", "/en/warnings/1", headers=PAGE).text
    assert len(read_feed(house.ask("GET", "/cap/feed.atom").content).found) == 2


def test_the_preview_counts_whom_it_reaches_and_keeps_nothing(house):
    shown = post(house, "/preview", **FORM)
    dong = house.platform.city.dong(BEOMEO)
    assert f"{dong.residents:,}" in shown.text
    assert "urn:oasis:names:tc:emergency:cap:1.2" in shown.text
    half = post(house, "/preview", hazard="fire", shape="circle")
    assert "must be a latitude and a longitude" in half.text
    assert house.platform.rooms.warnings.known.warnings == {}


def test_districts_hold_on_every_door(house):
    assert post(house, "", "dalseo", **FORM).status_code == 403
    assert post(house, "", "suseong", **FORM).status_code == 303
    assert house.ask("GET", "/en/center/warnings/1", "dalseo", headers=PAGE).status_code == 404
    assert post(house, "/1/send", "dalseo").status_code == 404
    assert post(house, "/1", "dalseo", **FORM).status_code == 404
    assert post(house, "/1/send", "suseong").status_code == 303
    assert post(house, "/1/cancel", "dalseo").status_code == 403
    assert house.platform.rooms.warnings.get(1).is_active


def test_a_form_that_is_refused_comes_again_with_what_was_sent(house):
    again = post(house, "", **(FORM | {"hours": "-1", "headline_en": "Smoke <b>"}))
    assert again.status_code == 400
    assert "Smoke &lt;b&gt;" in again.text


def test_others_send_by_token_and_learn_which_rule_they_break(house):
    body = write(a_message())
    assert house.ask("POST", "/cap", content=body).status_code == 401
    assert house.ask("POST", "/cap", "viewer", content=body).status_code == 403
    taken = house.ask("POST", "/cap", "program", content=body)
    assert (taken.status_code, taken.json()["taken"][0]["verdict"]) == (202, "raised")
    wrong = house.ask(
        "POST",
        "/cap",
        "program",
        content=body.replace(b"Actual", b"Real").replace(b"KMA-1", b"KMA-2"),
    )
    assert (wrong.status_code, wrong.json()["rule"]) == (400, "status")
    assert wrong.json()["clause"] == "3.2.1 status"
    page = house.ask("GET", "/ko/center/warnings?show=received", "operator", headers=PAGE)
    assert "status가 목록에 없습니다." in page.text


def test_a_hundred_megabytes_are_hung_up_on(house):
    async def endless():
        for _ in range(100):
            yield b" " * 2**20

    answer = house.ask("POST", "/cap", "program", content=endless())
    assert answer.status_code == 413


def test_the_chief_sets_partners_whose_tokens_are_never_shown(house):
    form = {"name": "radio", "url": "https://radio.example/cap", "token": "very-secret"}
    assert post(house, "/settings/partner", "chief", **form).status_code == 303
    shown = house.ask("GET", "/en/center/warnings/settings", "chief", headers=PAGE)
    assert "https://radio.example/cap" in shown.text
    assert "very-secret" not in shown.text
    assert post(house, "/settings/partner", "operator", **form).status_code == 403
    for what, wrong in (("partner", {"name": "Big Radio", "url": "ftp://x"}), ("moon", {})):
        assert post(house, f"/settings/{what}", "chief", **wrong).status_code in (400, 404)
    for what, name in (("partner-gone", "radio"),):
        assert post(house, f"/settings/{what}", "chief", name=name).status_code == 303
    assert house.platform.rooms.warnings.known.partners == {}


def test_all_pages_are_drawn_in_both_languages_also_when_there_is_nothing(house):
    post(house, "", **FORM)
    post(house, "/1/send")
    for language in ("ko", "en"):
        for path in ("", "?show=drafts", "?show=past", "?show=received", "/new", "/1", "/1/edit"):
            page = house.ask("GET", f"/{language}/center/warnings{path}", "operator", headers=PAGE)
            assert page.status_code == 200, path
        assert house.ask("GET", f"/{language}/center/warnings/settings", "chief").status_code == 200


def test_a_warning_of_a_drill_is_an_exercise_whatever_the_form_says(house):
    told = Raised(
        "훈련", "Drill", "fire", "smoke", "P1", "drill", 128.63, 35.858, "22060", BEOMEO, drill="1"
    )
    house.run(house.platform.rooms.incidents.raise_incident(told))
    assert post(house, "", incident="1", **FORM).status_code == 303
    assert post(house, "/1/send").status_code == 303
    warning = house.platform.rooms.warnings.get(1)
    assert warning.newest.alert.status == "Exercise"
    assert warning.newest.alert.incidents == "urn:ngsi-ld:Incident:1"
    page = house.ask("GET", "/ko/warnings/1", headers=PAGE)
    assert "실제 상황이 아닙니다." in page.text
