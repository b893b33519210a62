"""Forms follow from commands: every field has a name, a shape, and comes back as it was meant."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.center.pages.process.fields import Option, fields_of, kept, number, parts_of
from dalgu.certification.process.codec import command_of
from dalgu.certification.process.table import SPECS
from dalgu.kernel.text import Text
from dalgu.web.language import catalogue

COMMANDS = [spec.name for spec in SPECS if not spec.is_internal]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_field_of_every_command_has_a_label_in_both_languages(command):
    for field in fields_of(command, {}, {}, {}):
        for language in ("ko", "en"):
            assert f"process.field.{field.key}" in catalogue(language)


def test_a_form_becomes_the_command_that_it_was_filled_in_for():
    fields = fields_of("open_application", {"round": "r26"}, {}, {})
    sent = {
        "government.code": ["27000"],
        "government.kind": ["metropolitan_city"],
        "government.name_ko": ["대구광역시"],
        "government.name_en": ["Daegu"],
        "government.population": ["2360000"],
        "reference_date": ["2025-12-31"],
        "contact": [" p:1 "],
    }
    command = command_of("open_application", msgspec.json.encode(parts_of(fields, sent)))
    assert (command.round, command.government.population) == ("r26", 2_360_000)
    assert command.contact == "p:1"


def test_what_the_address_fixes_cannot_be_sent_otherwise():
    fields = fields_of("announce_call", {"round": "r26"}, {}, {})
    assert parts_of(fields, {"round": ["r27"]}) == {"round": "r26"}


def test_an_optional_part_that_says_nothing_is_left_out():
    fields = fields_of("reply_supplement", {"case": "c"}, {}, {})
    assert parts_of(fields, {"answer": ["보완함"]}) == {"case": "c", "answer": "보완함"}
    given_ = {"declaration.is_sealed": ["yes"], "declaration.signed_on": ["2026-06-01"]}
    parts = parts_of(fields, {"answer": ["보완함"], **given_})
    assert parts["declaration"] == {"is_sealed": True, "signed_on": "2026-06-01"}
    assert not any(field.is_required for field in fields if field.name.startswith("declaration"))


def test_lists_are_ticked_or_written_a_line_each():
    offered = {"reviewers": [Option("r1", Text("r1", "r1")), Option("r2", Text("r2", "r2"))]}
    by_name = {one.name: one for one in fields_of("assign_reviewers", {}, offered, {})}
    assert by_name["reviewers"].kind == "choices"
    items = {one.name: one for one in fields_of("request_supplement", {}, {}, {})}["items"]
    assert items.kind == "lines"
    assert parts_of([items], {"items": ["직인 누락\r\n\r\n 쪽수 누락 "]}) == {
        "items": ["직인 누락", "쪽수 누락"]
    }


def test_a_refused_form_keeps_what_was_written():
    fields = fields_of("refuse_review", {"case": "c"}, {}, {})
    again = {one.name: one for one in kept(fields, {"reason": ["미비"], "case": ["other"]})}
    assert (again["reason"].value, again["case"].value) == ("미비", "c")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were(value):
    assert number(repr(value)) == value


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "x", "1 2"])
def test_what_is_no_number_stays_a_text_for_the_command_to_refuse(text):
    assert number(text) == text
