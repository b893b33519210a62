"""The table of layouts: every row says where it comes from; wrong rows are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken, LayoutTableInvalid
from dalgu.devices.wmbus.decoders.layout import read_layout
from dalgu.devices.wmbus.decoders.table import layouts, read_table

ROW = '[[layout]]\nname = "a"\nsource = "a test"\n'


def test_every_layout_names_its_source_and_holds_something():
    assert len(layouts()) >= 15
    assert all(len(layout.source) > 20 and layout.size for layout in layouts().values())


@given(name=st.sampled_from(sorted(layouts())), data=st.binary(min_size=50, max_size=60))
def test_any_bytes_give_all_fields_of_a_layout_or_are_refused(name, data):
    layout = layouts()[name]
    expected = {*layout.values, *layout.words, *layout.sums} - set(layout.hidden)
    try:
        found = set(read_layout(layout, data, "ABC.12345678"))
    except DecoderLayoutBroken:
        found = expected
    assert found == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("layout = [", "Table of layouts is invalid"),
        (ROW + 'values.b = { at = 0, size = 1, form = "guess" }', "form"),
        (ROW + "values.b = { at = 0, size = 1, colour = 2 }", "colour"),
        (ROW + "values.b = { at = 0, size = 1 }\n" + ROW, "'a' is invalid: it exists twice"),
        (ROW + 'sums.total = ["b"]', "'total' adds no values of one unit"),
        (
            ROW
            + "values.b = { at = 0, size = 1 }\nvalues.c = { at = 0, size = 1, divisor = 10 }\n"
            + 'sums.total = ["b", "c"]',
            "'total' adds no values of one unit",
        ),
    ],
)
def test_a_wrong_row_is_refused_by_name(text, reason):
    with pytest.raises(LayoutTableInvalid, match=reason):
        read_table(text)
