import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.korean.masking import MASK, masked

PERSONAL = (
    "010-1234-5678",
    "01012345678",
    "+82 10 1234 5678",
    "053-803-1234",
    "900101-1234567",
    "9001011234567",
    "kim.cheolsu@example.co.kr",
    "12가 3456",
    "대구 12가3456",
    "123-456-789012",
    "110123456789",
    "1234-5678-9012-3456",
    "M12345678",
    "０１０－１２３４－５６７８",
)
HARMLESS = (
    "달구벌대로 2450",
    "2026-11-30까지",
    "15,000원",
    "09:00~18:00",
    "중앙로 125길 3-2",
    "급행1번 버스 20분",
    "120에 전화",
    "종량제 봉투 20리터 630원",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_what_tells_who_somebody_is_goes(text):
    assert masked(f"제 것은 {text} 입니다") == f"제 것은 {MASK} 입니다"


@pytest.mark.parametrize("text", HARMLESS)
def test_streets_dates_and_prices_stay(text):
    assert masked(text) == text


@given(st.text(max_size=80))
def test_a_masked_text_masks_to_itself(text):
    assert masked(masked(text)) == masked(text)
