"""From rows to entries: what is written comes back, whatever the row."""

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from tests.governance.conftest import keyed

from dalgu.governance.headers import Matcher, Place
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import register, registers
from dalgu.governance.rows import Translator, sort_rows
from dalgu.governance.sheets import read_table
from dalgu.hub.model import Entity

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
PSEUDONYMS = Pseudonyms(keyed)
DAY = st.dates(date(1990, 1, 1), date(2026, 11, 21)).map(date.isoformat)
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
CELLS = {
    "text": WORDS,
    "label": WORDS,
    "label_en": WORDS,
    "person": WORDS,
    "link": WORDS,
    "int": st.integers(1990, 2100),
    "won": st.integers(0, 10**13),
    "number": st.integers(1, 90),
    "share": st.floats(0, 1),
    "date": DAY,
    "month": DAY.map(lambda day: day[:7]),
    "instant": DAY.map(lambda day: f"{day} 10:30"),
    "flag": st.sampled_from(["예", "아니오", "Y", "N"]),
}


def a_cell(column):
    plain = CELLS.get(column.kind)
    if plain is None:
        plain = st.sampled_from([word for words in column.codes.values() for word in words])
    if column.kind in ("int", "number") and column.max is not None:
        plain = st.integers(int(column.min or 0), int(column.max))
    return plain if column.required else st.none() | plain


def a_row(one):
    return st.tuples(*(a_cell(column) for column in one.columns))


def translated(one, cells):
    places = {column.name: Place(n) for n, column in enumerate(one.columns)}
    return Translator(one, PSEUDONYMS, places, now=NOW).entity(list(cells))


ONE_ROW = st.sampled_from(list(registers().values())).flatmap(
    lambda one: st.tuples(st.just(one), a_row(one))
)


@given(ONE_ROW)
def test_a_row_becomes_an_entry_that_its_document_tells_again(pair):
    one, cells = pair
    entity, problems = translated(one, cells)
    wrong = {problem.reason.en for problem in problems}
    assert wrong <= {"it lies before since", "it lies before certificate since",
                        "it lies before called at"}  # fmt: skip
    told = [] if entity is None else [entity]
    for known in told:
        assert isinstance(known, Entity)
        assert type(known).from_document(known.to_document()) == known
        assert list(one.key_of(known.id)) == list(one.key)


@given(ONE_ROW)
def test_the_same_row_makes_the_same_entry(pair):
    one, cells = pair
    assert translated(one, cells) == translated(one, cells)


@given(person=WORDS)
def test_a_pseudonym_is_stable_and_tells_nothing(person):
    first, again = PSEUDONYMS.of("staff", person), PSEUDONYMS.of("staff", f" {person} ")
    assert first == again == PSEUDONYMS.of("staff", first)
    assert first != PSEUDONYMS.of("participation", person)
    assert Pseudonyms(lambda text: keyed(f"other {text}")).of("staff", person) != first


@given(numbers=st.lists(st.integers(0, 9), max_size=30))
def test_every_row_is_stored_repeated_or_rejected(numbers):
    one = register("ordinances")
    rows = [
        {"ordinance_number": str(n), "name": "가", "topic": "bigData", "since": f"20{n:02d}-01-01"}
        if n
        else {"ordinance_number": ""}
        for n in numbers
    ]
    rows.append({"ordinance_number": "x", "name": "", "topic": "", "since": ""})
    table = read_table("a.json", json.dumps(rows).encode(), Matcher(one))
    found = sort_rows(table, Translator(one, PSEUDONYMS, table.matched.places, now=NOW), one)
    rejected = {rejection.row for rejection in found.rejections}
    assert len(found.entries) + found.repeated + len(rejected) == len(rows)
    assert len(found.entries) == len(set(numbers) - {0})
