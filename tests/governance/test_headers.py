"""Headers as offices write them, and units that must not pass unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.governance.errors import RegisterMapInvalid
from dalgu.governance.headers import Matcher
from dalgu.governance.mapping import load_mapping, parse_mapping
from dalgu.governance.register import register, registers

ALL = list(registers().values())


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_each_language_names_every_column(one):
    for headers in (
        [column.ko for column in one.columns],
        [column.en for column in one.columns],
        [column.name for column in one.columns],
    ):
        matched = Matcher(one).match(headers)
        assert [matched.places[c.name].index for c in one.columns] == list(range(len(headers)))


@given(one=st.sampled_from(ALL), data=st.data())
def test_the_order_of_the_columns_does_not_matter(one, data):
    headers = data.draw(st.permutations([column.ko for column in one.columns]))
    places = Matcher(one).match(headers).places
    assert {name: headers[place.index] for name, place in places.items()} == {
        column.name: column.ko for column in one.columns
    }


@pytest.mark.parametrize(
    ("name", "header", "column", "factor"),
    [
        ("expenditures", "집행액(천원)", "executed", 1_000),
        ("expenditures", "집행액 (백만원)", "executed", 1_000_000),
        ("expenditures", "집행액(달러)", None, 1),
        ("road-links", "길이", "length", 1),
        ("road-links", "길이(m)", "length", 1),
        ("road-links", "길이(km)", None, 1),
        ("population", "세대 수(세대)", "households", 1),
        ("population", "세대 수(천세대)", None, 1),
        ("staff", "직원 번호", "staff_number", 1),
        ("staff", "STAFF_NUMBER", "staff_number", 1),
        ("staff", "사번 / Staff number", "staff_number", 1),
        ("departments", "부서명(영문)", "name_en", 1),
    ],
)
def test_a_unit_in_the_header_is_known_harmless_or_refused(name, header, column, factor):
    matched = Matcher(register(name)).match([header])
    found = {one: place.factor for one, place in matched.places.items()}
    assert found == ({} if column is None else {column: factor})
    assert matched.ignored == ((header,) if column is None else ())


def test_the_better_of_two_headers_wins():
    matched = Matcher(register("city-problems")).match(["번호", "과제 번호"])
    assert matched.places["problem_number"].index == 1
    assert matched.ignored == ("번호",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[columns]\n"가" = "nothing"', "nothing"),
        ("[constants]\nnothing = 1", "nothing"),
        ("columns = 3", "columns"),
        ("other = 3", "other"),
        ("[columns", "TOML"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_the_key(text, told):
    with pytest.raises(RegisterMapInvalid, match=told):
        parse_mapping(text, register("staff"))


def test_a_mapping_file_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(RegisterMapInvalid, match="cannot be read"):
        load_mapping(tmp_path / "none.toml", register("staff"))
