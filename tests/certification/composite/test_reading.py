"""CSV files in COINr's column form; what is wrong in one is named by file, row and column."""

import numpy as np
import pytest

from dalgu.certification.composite.errors import DataFileInvalid, MetadataInvalid
from dalgu.certification.composite.reading import read_dataset

META = """Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,Parent,Type
1,jobs,Jobs,1,1,number,,people,City,Indicator
1,noise,Noise,-1,2,dB,40,,City,Indicator
2,City,City,1,1,,,,,Aggregate
,region,Region,,,,,,,Group
,people,People,,,,,,,Denominator
"""
ROWS = """uCode,uName,region,people,jobs,noise
a,Aville,north,100,50,60
b,Bville,south,200,,55
"""


@pytest.fixture
def read(tmp_path):
    def from_texts(data=ROWS, meta=META):
        (tmp_path / "data.csv").write_text(data, encoding="utf-8")
        (tmp_path / "meta.csv").write_text(meta, encoding="utf-8")
        return read_dataset(tmp_path / "data.csv", tmp_path / "meta.csv")

    return from_texts


def test_values_tree_groups_and_denominators_are_read(read):
    dataset = read()
    assert dataset.table.units == ("a", "b")
    assert dataset.names == ("Aville", "Bville")
    assert dataset.table.codes == ("jobs", "noise")
    np.testing.assert_array_equal(dataset.table.values, [[50, 60], [np.nan, 55]])
    assert dataset.groupings == {"region": ("north", "south")}
    assert dataset.denominators.column("people").tolist() == [100, 200]
    assert dataset.structure.element("noise").target == 40
    assert dataset.structure.element("noise").direction == -1
    assert dataset.structure.top == "City"


def test_a_mark_at_the_start_and_quoted_line_breaks_are_read(read):
    assert read("\ufeff" + ROWS.replace("Aville", '"A\nville"')).names[0] == "A\nville"


def test_a_time_column_makes_a_panel(read):
    rows = "uCode,Time,region,people,jobs,noise\na,2020,n,1,1,1\na,2021,n,1,2,1\n"
    assert read(rows).table.periods == (2020, 2021)


@pytest.mark.parametrize(
    ("before", "after", "row", "column", "reason"),
    [
        ("a,Aville,north,100,50", "a,Aville,north,100,many", 2, "jobs", "'many' is no number"),
        ("200,,55", "200,,inf", 3, "noise", "no finite number"),
        ("b,Bville", "a,Bville", 3, "uCode", "unit 'a' stands in row 2 already"),
        ("b,Bville", ",Bville", 3, "uCode", "a code is required"),
        ("200,,55", "200,,55,1", 3, "uCode", "7 cells, the header 6"),
        ("people,jobs", "people,work", 1, "jobs", "the column is required"),
        ("jobs,noise", "jobs,jobs", 1, "jobs", "stands twice"),
        ("uName", "label", 1, "label", "the metadata does not describe it"),
    ],
)
def test_bad_data_is_named_by_row_and_column(read, before, after, row, column, reason):
    with pytest.raises(DataFileInvalid, match=reason) as refused:
        read(ROWS.replace(before, after))
    assert refused.value.parts["file"] == "data.csv"
    assert (refused.value.parts["row"], refused.value.parts["column"]) == (row, column)


@pytest.mark.parametrize(
    ("before", "after", "row", "field", "reason"),
    [
        ("1,jobs", "one,jobs", 2, "Level", "'one' is no number"),
        ("1,jobs", "1.5,jobs", 2, "Level", "whole number"),
        ("1,jobs", "2,jobs", 2, "Level", "exactly at level 1"),
        ("Jobs,1,1", "Jobs,3,1", 2, "Direction", "must be 1 or -1"),
        ("Jobs,1,1", "Jobs,,1", 2, "Direction", "a number is required"),
        ("Noise,-1,2", "Noise,-1,-2", 3, "Weight", "zero or more"),
        ("people,City,Ind", "people,Town,Ind", 2, "Parent", "parent 'Town' of 'jobs' does not"),
        ("people,City,Ind", "people,,Ind", 2, "Parent", "a parent of 'jobs' is required"),
        ("people,City,Ind", "folk,City,Ind", 2, "Denominator", "'folk' of 'jobs' does not exist"),
        ("City,Indicator\n2", "City,Gauge\n2", 3, "Type", "must be one of"),
        ("1,noise", "1,jobs", 3, "iCode", "'jobs' stands twice"),
        ("2,City,City,1,1,,,,,Aggregate", "2,City,City,1,1,,,,X,Aggregate", 4, "Parent", "no par"),
        (",people,People,", ",region,People,", 6, "iCode", "once"),
        ("Level,iCode", "Height,iCode", 1, "Level", "the column is required"),
    ],
)
def test_bad_metadata_is_named_by_row_and_field(read, before, after, row, field, reason):
    assert before in META
    with pytest.raises(MetadataInvalid, match=reason) as refused:
        read(meta=META.replace(before, after))
    assert refused.value.parts["file"] == "meta.csv"
    assert (refused.value.parts["row"], refused.value.parts["field"]) == (row, field)


@pytest.mark.parametrize("text", ["", "uCode,region,people,jobs,noise\n"])
def test_an_empty_data_file_is_refused(read, text):
    with pytest.raises(DataFileInvalid, match="there is no row"):
        read(text)


def test_bytes_that_are_no_text_are_refused(read, tmp_path):
    read()
    (tmp_path / "data.csv").write_bytes(b"uCode\xff\xfe")
    with pytest.raises(DataFileInvalid, match="cannot be read as UTF-8"):
        read_dataset(tmp_path / "data.csv", tmp_path / "meta.csv")


def test_half_a_pair_of_goalposts_is_refused(read):
    posts = ("goalpost_lower,goalpost_upper", "1,", ",", ",", ",", ",")
    lines = [f"{line},{end}" for line, end in zip(META.splitlines(), posts, strict=True)]
    with pytest.raises(MetadataInvalid, match="or none"):
        read(meta="\n".join(lines))
