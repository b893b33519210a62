"""A city's own frameworks: taken in whole, found by name, never overwritten."""

import pytest

from dalgu.certification.errors import FrameworkNotExisting
from dalgu.certification.framework.errors import (
    FolderNotNamed,
    FrameworkExisting,
    FrameworkNameInvalid,
    NothingToImport,
)
from dalgu.certification.framework.loading import load, names
from dalgu.certification.framework.shelf import Shelf
from dalgu.certification.framework.table import Mapping

HEADER = "지표코드,평가항목,지표명,구분,배점\n"


@pytest.fixture
def shelf(tmp_path):
    return Shelf.of_city(tmp_path / "city")


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "official.csv"
    first = load("kr-scc-2021").indicators[0]
    file.write_text(f"{HEADER}{first.code},{first.item},공식 이름,,30\n", "utf-8")
    return file


def judged(shelf, table, name="kr-scc-2026"):
    return shelf.judge(table, Mapping(), "kr-scc-2021", name, 2026)


def test_a_framework_taken_in_is_found_by_its_name(shelf, table):
    assert shelf.names() == names()
    adopted = judged(shelf, table)
    assert shelf.own() == ()  # judging writes nothing
    folder = shelf.put(adopted, table)
    assert shelf.own() == ("kr-scc-2026",)
    assert shelf.framework("kr-scc-2026") == adopted.framework
    assert (folder / "table.csv").read_bytes() == table.read_bytes()


def test_it_can_be_the_base_of_the_next(shelf, table):
    shelf.put(judged(shelf, table), table)
    adopted = shelf.judge(table, Mapping(), "kr-scc-2026", "kr-scc-2027", 2027)
    assert adopted.framework.supersedes == "kr-scc-2026"


def test_a_name_is_taken_once(shelf, table):
    adopted = judged(shelf, table)
    shelf.put(adopted, table)
    with pytest.raises(FrameworkExisting):
        shelf.put(adopted, table)
    with pytest.raises(FrameworkExisting):
        judged(shelf, table, "u4ssc")


@pytest.mark.parametrize("name", ["", "../x", "KR", "a b", "kr--x", "-x", "x" * 61])
def test_a_name_that_could_leave_the_folder_is_refused(shelf, table, name):
    with pytest.raises(FrameworkNameInvalid):
        judged(shelf, table, name)


def test_a_draft_left_by_a_power_cut_is_no_framework_and_is_begun_anew(shelf, table):
    draft = shelf.folder / ".kr-scc-2026"
    draft.mkdir(parents=True)
    (draft / "framework.toml").write_text("name = ", "utf-8")
    assert shelf.own() == ()
    shelf.put(judged(shelf, table), table)
    assert shelf.framework("kr-scc-2026").total_points == 30


def test_a_table_without_a_usable_row_makes_no_framework(shelf, tmp_path):
    table = tmp_path / "bad.csv"
    table.write_text(f"{HEADER}X,Z9,이름,정량,10\n", "utf-8")
    adopted = judged(shelf, table)
    with pytest.raises(NothingToImport, match="1 were rejected"):
        shelf.put(adopted, table)
    assert not shelf.folder.exists()


def test_an_unknown_framework_is_named_with_those_that_exist(shelf):
    with pytest.raises(FrameworkNotExisting, match="kr-scc-2021"):
        shelf.framework("kr-scc-1999")


def test_without_a_folder_there_are_the_shipped_ones_and_none_can_be_put(shelf, table):
    bare = Shelf()
    assert bare.names() == names()
    with pytest.raises(FrameworkNotExisting):
        bare.framework("kr-scc-2026")
    with pytest.raises(FolderNotNamed):
        bare.put(judged(shelf, table), table)
