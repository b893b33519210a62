import pytest

from dalgu.access.actor import Actor, Role
from dalgu.service import Asked
from dalgu.services.water.validation.editing import EditInvalid
from dalgu.services.water.validation.pages import (
    FORMS,
    meter_validation,
    take_edit,
    take_withdrawal,
)
from dalgu.services.water.validation.words import STANDINGS, WORDS

ACTOR = Actor("person:7", Role.OPERATOR)
SENT = {
    "first_hour": "2026-03-30T06:00",
    "values": "35, 35",
    "reason": "Customer's own photograph of the dial",
}


@pytest.fixture
def ready(town):
    town.read_all(but=[31 * 24 + 12])
    town.validate()
    return town


def shown(town, days=7):
    document = town.run(town.hub.retrieve(town.meters[0]))
    return town.run(meter_validation(town.hub, town.clock, document, days))


def asked(town, **more):
    return Asked({"meter": town.meters[0]}, {}, SENT | more)


def test_read_estimated_and_edited_hours_stand_on_lines_of_their_own(ready):
    ready.run(take_edit(ready.hub, ready.clock, ACTOR, asked(ready)))
    page = shown(ready)
    values = {one["key"]: [point["value"] for point in one["points"]] for one in page["lines"]}
    known = [
        sum(value is not None for value in each) for each in zip(*values.values(), strict=True)
    ]
    assert known == [1] * 7 * 24
    assert sum(value is not None for value in values["edited"]) == 2
    assert sum(value is not None for value in values["estimated"]) == 2


def test_days_tell_rules_in_words_versions_and_registers(ready):
    newest, *_, oldest = shown(ready)["days"]
    assert newest["day"] == "2026-03-31"
    assert newest["end_l"] - newest["start_l"] == newest["total_l"] == 270
    gap = next(day for day in shown(ready)["days"] if day["rules"])
    assert gap["rules"][0]["title"].ko
    assert gap["rules"][0]["clause"].startswith("California")
    assert (gap["estimated_hours"], oldest["version"], oldest["rules"]) == (2, 1, [])


def test_an_edit_and_its_withdrawal_are_listed(ready):
    ready.run(take_edit(ready.hub, ready.clock, ACTOR, asked(ready)))
    [made] = shown(ready)["edits"]
    assert (made["total_l"], made["by"], made["withdrawn_by"]) == (70, "person:7", None)
    path = {"meter": ready.meters[0], "edit": made["id"]}
    ready.run(take_withdrawal(ready.hub, ready.clock, ACTOR, Asked(path)))
    assert shown(ready)["edits"][0]["withdrawn_by"] == "person:7"


def test_a_form_that_says_no_edit_is_refused(ready):
    for sent in (
        {"values": "many"},
        {"values": ""},
        {"values": "-3"},
        {"values": "9" * 40},
        {"first_hour": "soon"},
        {"first_hour": ""},
        {"first_hour": "0001-01-01T00:00"},
        {"reason": ""},
    ):
        with pytest.raises(EditInvalid):
            ready.run(take_edit(ready.hub, ready.clock, ACTOR, asked(ready, **sent)))


def test_a_meter_without_a_validated_day_shows_none(town):
    page = shown(town)
    assert (page["lines"], page["days"], page["edits"]) == ([], [], [])


def test_every_word_is_in_both_languages_and_forms_belong_to_the_page():
    assert all(word.ko and word.en for word in (*WORDS.values(), *STANDINGS.values()))
    assert {form.page for form in FORMS} == {"/center/water/meters/{meter}"}
