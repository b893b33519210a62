"""The mandatory index of evidence."""

from datetime import date

import pytest

from dalgu.certification.papers.facts import IndexDocument, IndexEntry, IndexFacts
from dalgu.certification.papers.index import index_table
from dalgu.kernel.text import Text

DOCUMENT = IndexDocument(
    title="데이터 활용 결과보고서",
    file="evidence/report.pdf",
    pages="3–5, 12",
    digest="ab" * 32,
    issuer="데이터담당관",
    dated=date(2025, 11, 3),
    is_stamped=True,
)


def entry(at: int, *documents: IndexDocument, summary: str = "요약") -> IndexEntry:
    name = Text(f"지표 {at}", f"Indicator {at}")
    return IndexEntry(f"K63-{at:02d}", name, "quantitative", summary, documents)


@pytest.fixture
def index(head, read):
    """Print an index and read it back."""

    def printed(*entries: IndexEntry) -> list[str]:
        return read(index_table(IndexFacts(head, date(2025, 12, 31), entries)))

    return printed


def test_a_document_is_named_with_its_pages_and_origin(index):
    [page] = index(entry(1, DOCUMENT))
    for said in ("데이터 활용 결과보고서", "evidence/report.pdf", "데이터담당관 · 2025-11-03",
                 "3–5, 12", "있음 yes"):  # fmt: skip
        assert said in page
    assert "ab" * 32 in page.replace(" ", "")


def test_an_indicator_without_evidence_is_named_as_such(index):
    [page] = index(entry(1, DOCUMENT), entry(2))
    assert "K63-02" in page
    assert "증빙 없음 no evidence" in page
    assert "1 / 2 · 문서 1건 documents" in page


def test_each_document_stands_beside_the_code_of_its_indicator(index):
    [page] = index(entry(7, DOCUMENT, DOCUMENT, DOCUMENT))
    assert page.count("K63-07") == 3


def test_sixty_three_entries_break_over_pages_under_repeated_heads(index):
    printed = index(*(entry(at, DOCUMENT) for at in range(1, 64)))
    assert len(printed) > 3
    assert not [page for page in printed if "Stamped copy" not in page]
    assert "K63-63" in printed[-1]


def test_a_summary_taller_than_a_page_is_printed_whole(index):
    words = [f"낱말{at}" for at in range(2_000)]
    printed = " ".join(index(entry(1, DOCUMENT, summary=" ".join(words)), entry(2, DOCUMENT)))
    assert not [word for word in words if word not in printed]
    assert "K63-02" in printed


def test_an_index_of_nothing_prints(index):
    assert "0 / 0" in index()[0]
