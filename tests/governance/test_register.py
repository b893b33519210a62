"""The declarations of the registers: whole, readable back, and true to the entity types."""

import pytest

from dalgu.governance.blanks import KINDS
from dalgu.governance.entities import TYPES
from dalgu.governance.entities.city import Register as RegisterEntity
from dalgu.governance.errors import RegisterInvalid, RegisterUnknown
from dalgu.governance.register import parse, register, registers

ALL = list(registers().values())
SMALL = """
type = "Ordinance"
title = { ko = "조례", en = "Ordinances" }
source = { ko = "가", en = "a" }
renewed_days = 1
key = ["number"]
[[columns]]
name = "number"
kind = "text"
ko = "번호"
en = "Number"
required = true
"""


def test_every_register_type_can_be_filled_from_a_file():
    filled = {one.entity for one in ALL}
    assert set(TYPES) - filled == {RegisterEntity}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_register_speaks_both_languages(one):
    texts = [one.title, one.source, *(column.title for column in one.columns)]
    assert all(text.ko and text.en for text in texts)
    assert all(column.kind in KINDS for column in one.columns)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_attribute_of_a_type_has_a_column_in_some_register(one):
    columns = {
        column.attribute for other in ALL if other.entity is one.entity for column in other.columns
    }
    declared = {attribute.name for attribute in one.entity.attributes}
    assert declared - columns <= {"origin"}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_key_is_read_back_from_an_id(one):
    parts = [f"한 글:{n}/x" for n, _ in enumerate(one.key)]
    assert list(one.key_of(one.id_of(parts)).values()) == parts


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_those_that_others_link_to_come_first(one):
    before = list(registers())[: list(registers()).index(one.name)]
    filled = {registers()[name].entity.type for name in before}
    assert one.links <= filled


def test_a_person_column_is_personal_and_no_other_is():
    personal = {(one.name, column.name) for one in ALL for column in one.columns if column.scope}
    assert personal == {
        ("staff", "staff_number"),
        ("trainings", "staff"),
        ("participation", "person"),
        ("living-labs", "member"),
    }


def test_an_unknown_register_names_those_that_are():
    with pytest.raises(RegisterUnknown, match="ordinances"):
        register("ordinance")


def test_a_small_declaration_is_enough():
    assert [column.name for column in parse("x", SMALL).columns][:1] == ["number"]


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ('type = "Ordinance"', 'type = "Law"', "no entity type 'Law'"),
        ('key = ["number"]', "key = []", "key"),
        ('name = "number"', 'name = "numbre"', "key"),
        ("required = true", "required = false", "must be required"),
        ('kind = "text"', 'kind = "code"', "codes belong"),
        ('kind = "text"', 'kind = "link"', "'link' must name"),
        ('kind = "text"', 'kind = "person"', "needs a 'scope'"),
        ('kind = "text"', 'kind = "prose"', "prose"),
        ("renewed_days = 1", "renewed = 1", "renewed"),
        ("renewed_days = 1", "renewed_days = ", "not TOML"),
    ],
)
def test_a_declaration_that_cannot_be_used_names_the_place(wrong, right, told):
    with pytest.raises(RegisterInvalid, match=told):
        parse("x", SMALL.replace(wrong, right))
