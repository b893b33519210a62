"""The result paper."""

from datetime import date

import msgspec
import pytest

from dalgu.certification.papers.facts import (
    AreaResult,
    DecisionFacts,
    IndicatorResult,
    ItemResult,
    Member,
    ResultFacts,
    Vote,
)
from dalgu.certification.papers.result import result_paper
from dalgu.kernel.text import Text

ITEMS = 10
INDICATORS = 63


def indicator(at: int) -> IndicatorResult:
    return IndicatorResult(
        code=f"K63-{at:02d}",
        name=Text(f"지표 {at} <b>", f"Indicator {at} &amp;"),
        kind="quantitative",
        status=Text("측정", "measured"),
        official_status="attested",
        points=12.25,
        full=30,
        value=54.321,
        unit=Text("%", "%"),
        numerator=1234567,
        denominator=2345678,
        evidence=(f"증빙 {at}호 p. 3–5",),
    )


@pytest.fixture(scope="module")
def result(head) -> ResultFacts:
    shares = [range(1 + i, INDICATORS + 1, ITEMS) for i in range(ITEMS)]
    items = tuple(
        ItemResult(f"I{i}", Text(f"항목 {i}", f"Item {i}"), 100, 200, tuple(map(indicator, one)))
        for i, one in enumerate(shares)
    )
    return ResultFacts(
        head=head,
        city_type=Text("대도시", "Large city"),
        reference_on=date(2025, 12, 31),
        points=1432.5,
        total_points=2000,
        grade=3,
        is_certified=True,
        grade_probability=0.87,
        score_digest="5" * 64,
        areas=(
            AreaResult("INN", Text("혁신성", "Innovation"), 500, 1000, items[:5]),
            AreaResult("SVC", Text("서비스", "Services"), 500, 1000, items[5:]),
        ),
        committee=(
            Member("홍길동", "도시대학교", Text("위원장", "Chair"), was_present=True),
            Member("김철수", "자료연구소", Text("위원", "Member"), True, was_recused=True),
        ),
        votes=(Vote(Text("3등급 인증", "Certify"), date(2026, 2, 10), 5, 1, 0, 4, True),),
        decision=DecisionFacts(
            Text("인증", "Certified"), Text("장관", "Minister"), date(2026, 2, 18)
        ),
    )


@pytest.fixture(scope="module")
def pdf(result) -> bytes:
    return result_paper(result)


def test_every_indicator_is_printed_with_its_parts(pdf, read):
    text = " ".join(read(pdf))
    assert not [at for at in range(1, INDICATORS + 1) if f"K63-{at:02d}" not in text]
    for said in ("54.32 %", "1,234,567 / 2,345,678", "12.25 / 30", "증빙 63호 p. 3–5", "attested"):
        assert said in text


def test_pages_are_counted_and_heads_stand_again_on_each(pdf, read):
    printed = read(pdf)
    count = len(printed)
    assert count > 5
    assert not [at for at, page in enumerate(printed, 1) if f"{at} / {count}" not in page]
    tables = [page for page in printed if "K63-" in page]
    assert not [page for page in tables if "Numerator / denominator" not in page]


def test_every_page_says_on_what_it_stands_and_that_it_is_a_pilot(pdf, read):
    for page in read(pdf):
        assert "재구성한 지표에 따른 것" in page
        assert "Legal effect: none (pilot)" in page


def test_committee_votes_and_decision_are_printed(pdf, read):
    text = " ".join(read(pdf))
    for said in ("홍길동", "제척·회피 recused", "5 · 1 · 0", "가결", "18 February 2026", "87%"):
        assert said in text


def test_markup_in_names_is_printed_as_it_is(pdf, read):
    assert "지표 7 <b> Indicator 7 &amp;" in " ".join(read(pdf))


def test_what_is_missing_is_shown_as_missing(result, read):
    none = msgspec.structs.replace(
        indicator(1), value=None, numerator=None, denominator=None, points=0, evidence=(),
        status=Text("측정 안 됨", "not available"),
    )  # fmt: skip
    item = ItemResult("I1", Text("항목", "Item"), 0, 30, (none,))
    bare = msgspec.structs.replace(
        result,
        areas=(AreaResult("INN", Text("혁신성", "Innovation"), 0, 30, (item,)),),
        grade=None,
        is_certified=False,
        decision=None,
    )
    text = " ".join(read(result_paper(bare)))
    for said in ("not available", "없음 none", "0.00 / 30", "Not decided yet", "not certified"):
        assert said in text


def test_a_review_shows_its_median_and_how_many_reviewed(result, read):
    reviewed = msgspec.structs.replace(indicator(1), kind="qualitative", median=3.5, reviewers=3)
    item = ItemResult("I1", Text("항목", "Item"), 10, 30, (reviewed,))
    one = AreaResult("INN", Text("혁신성", "Innovation"), 10, 30, (item,))
    text = " ".join(read(result_paper(msgspec.structs.replace(result, areas=(one,)))))
    assert "3.5 (n = 3)" in text


def test_the_same_facts_give_the_same_bytes_in_embedded_nanum(result, pdf, fonts_of):
    assert result_paper(result) == pdf
    assert all("Nanum" in name and embedded for name, embedded in fonts_of(pdf).items())


def test_an_empty_result_prints(result, read):
    empty = msgspec.structs.replace(result, areas=(), committee=(), votes=())
    assert read(result_paper(empty))
