"""The papers of a case say what the log says."""

import io

import pytest
from tests.certification.office.rounds import CASE, FRAMEWORK, MEMBERS, person

from dalgu.certification.office.results import pages


def text_of(pdf):
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def paper(house, who, name):
    return text_of(house.run(house.platform.offices.paperwork.paper(person(who), CASE, name)))


def test_the_result_paper_holds_contents_points_and_grade(decided):
    told = paper(decided, "mayor", "result")
    assert "1,600.00" in told
    assert "2등급" in told
    assert "대구광역시" in told
    assert CASE in told
    assert all(member in told for member in MEMBERS)
    assert all(one.code in told for one in FRAMEWORK.indicators)


def test_the_index_names_every_indicator_with_its_pages_and_the_digest(decided):
    told = paper(decided, "mayor", "index")
    assert all(one.code in told for one in FRAMEWORK.indicators)
    [file] = decided.world.cases[CASE].files
    assert file[:20] in told.replace("\n", "")
    assert "1–2" in told


@pytest.mark.parametrize("who", ["operator", "ministry", "c1", "r1"])
def test_whoever_judges_reads_the_same_points(decided, who):
    assert "1,600.00" in paper(decided, who, "result")


@pytest.mark.parametrize(
    ("numbers", "written"), [((), ""), ((2,), "2"), ((3, 2, 2, 9), "2–3, 9"), ((1, 3), "1, 3")]
)
def test_pages_are_written_as_people_do(numbers, written):
    assert pages(numbers) == written
