"""The sheet of a certificate."""

import msgspec
import pytest

from dalgu.certification.papers.certificate import certificate_paper, qr_content
from dalgu.kernel.text import Text

ISSUER = Text("달구 도시인증 운영기관", "Dalgu City Certification Body")
KEY = "ab" * 32


def changed(facts, **values):
    return msgspec.structs.replace(facts, **values)


def test_the_sheet_states_its_facts_in_both_languages(facts, read):
    [sheet] = read(certificate_paper(facts, ISSUER, KEY))
    for said in (
        "제 2026-0001 호", "No. 2026-0001", "대구광역시", "Daegu Metropolitan City",
        "1,432.50", "2,000", "3등급 · Grade 3", "2026년 3월 1일", "29 February 2028",
        "kr-scc-2021", facts.framework_hash, facts.score_digest, ISSUER.ko, ISSUER.en, KEY,
        facts.verification_address,
    ):  # fmt: skip
        assert said in sheet


def test_a_pilot_says_that_it_has_no_legal_effect(facts, read):
    [sheet] = read(certificate_paper(facts, ISSUER, KEY))
    assert "법적 효력: 없음 (시범)" in sheet
    assert "Legal effect: none (pilot)" in sheet
    assert "제32조" not in sheet


def test_a_certificate_with_legal_effect_names_the_law_and_no_pilot(facts, read):
    [sheet] = read(certificate_paper(changed(facts, legal_effect=True), ISSUER, KEY))
    assert "「법」 제32조" in sheet
    assert "Legal effect: none" not in sheet


@pytest.mark.parametrize(
    ("status", "ko", "en"),
    [
        ("official", "공식 고시된 평가지표에 따른", "officially published indicators"),
        ("attested", "공식 고시된 지표표는 아닙니다", "are not the officially published table"),
        ("reconstructed", "공식 고시된 지표가 아닙니다", "not on the officially published ones"),
    ],
)
def test_the_sheet_says_on_what_points_and_grade_stand(facts, read, status, ko, en):
    [sheet] = read(certificate_paper(changed(facts, official_status=status), ISSUER, KEY))
    assert ko in sheet
    assert en in sheet


def test_the_same_facts_give_the_same_bytes(facts):
    assert certificate_paper(facts, ISSUER, KEY) == certificate_paper(facts, ISSUER, KEY)


def test_only_nanum_gothic_is_used_and_it_is_embedded(facts, fonts_of):
    used = fonts_of(certificate_paper(facts, ISSUER, KEY))
    assert len(used) == 2
    assert all("NanumGothic" in name and embedded for name, embedded in used.items())


def test_long_names_stay_on_one_sheet(facts, read):
    long = changed(
        facts,
        legal_effect=True,
        city=Text("아주 긴 이름의 특별자치시범도시 " * 4, "A very long named model city " * 4),
        legal_basis=Text("「스마트도시법」 제32조 " * 12, "Act, article 32 " * 12),
        framework_title=Text("스마트도시 인증 2021 " * 8, "Smart City Certification 2021 " * 8),
    )
    assert len(read(certificate_paper(long, ISSUER, KEY))) == 1


def test_markup_in_names_is_printed_as_it_is(facts, read):
    odd = changed(facts, framework_title=Text("<b>&amp; 체계", "</para> A & B"))
    [sheet] = read(certificate_paper(odd, ISSUER, KEY))
    assert "<b>&amp; 체계" in sheet
    assert "</para> A & B" in sheet


def test_the_code_holds_address_number_and_key(facts):
    asked = f"https://city.example/certification/verify?number=2026-0001&key={KEY}"
    assert qr_content(facts, KEY) == asked
    other = changed(facts, number="가 1", verification_address="https://x.example/?a=b")
    assert qr_content(other, "k") == "https://x.example/?a=b&number=%EA%B0%80+1&key=k"
