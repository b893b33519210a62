import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu import cities
from dalgu.korean.masking import MASK, masked
from dalgu.services.citizens.requests import catalogue, terms
from dalgu.services.citizens.requests.catalogue import Datatype
from dalgu.services.citizens.requests.draft import answered
from dalgu.services.citizens.requests.places import dong_named, place_of
from dalgu.services.citizens.requests.refusals import RequestAttributeInvalid

DAEGU = cities.load("daegu")


@pytest.mark.parametrize("dong", DAEGU.dongs, ids=lambda one: one.code)
def test_each_dong_is_found_by_its_full_name_and_by_its_code(dong):
    district = DAEGU.district(dong.district)
    assert (
        dong_named(DAEGU, f"대구 {district.name.ko} {dong.name.ko} 12-3").district == dong.district
    )
    place = place_of(DAEGU, lon=None, lat=None, address_id=dong.code)
    assert (place.dong, place.is_coarse) == (dong.code, True)


@pytest.mark.parametrize(
    ("address", "district"),
    [("달서구 어딘가", "달서구"), ("서구 어딘가", "서구"), ("Dalseo-gu, somewhere", "달서구")],
)
def test_a_district_within_the_name_of_another_is_not_meant(address, district):
    assert DAEGU.district(dong_named(DAEGU, address).district).name.ko == district


def test_an_address_of_elsewhere_names_nothing():
    assert dong_named(DAEGU, "Rue de Rivoli, Paris") is None


PHONES = st.builds(
    lambda head, a, b, sign: sign.join((head, a, b)),
    st.sampled_from(["010", "011", "02", "053", "070"]),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    st.sampled_from(["-", " ", ".", ""]),
)
PLATES = st.from_regex(r"[0-9]{2,3}[가나다라마거너더러머] ?[0-9]{4}", fullmatch=True)
NUMBERS = st.from_regex(r"[0-9]{6}-[1-8][0-9]{6}", fullmatch=True)
MAILS = st.from_regex(r"[a-z]{2,8}@[a-z]{2,8}\.(com|kr)", fullmatch=True)


@given(secret=st.one_of(PHONES, PLATES, NUMBERS, MAILS))
def test_what_tells_who_somebody_is_is_masked_wherever_it_stands(secret):
    told = masked(f"가로등이 꺼졌습니다. {secret} 연락 주세요")
    assert told == f"가로등이 꺼졌습니다. {MASK} 연락 주세요"


@given(text=st.text(max_size=200))
def test_masking_twice_is_masking_once(text):
    assert masked(masked(text)) == masked(text)


HARMLESS = (
    "달구벌대로 2450 앞", "2026-11-29 10:30", "101동 1203호", "우편번호 41911",
    "가로등 12개, 2차로", "120으로 전화했습니다",
)  # fmt: skip


@pytest.mark.parametrize("harmless", HARMLESS)
def test_numbers_of_places_and_days_stay(harmless):
    assert masked(harmless) == harmless


SERVICES = list(catalogue.load().services.values())


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.code)
def test_each_service_has_a_term_and_a_department_and_says_it_in_both_languages(service):
    assert service.term in terms.RULES
    assert service.department in catalogue.load().departments
    assert service.title.ko != service.title.en
    asked = [one for one in service.attributes if one.is_variable]
    assert all(bool(one.values) == (one.datatype in (Datatype.ONE, Datatype.MANY)) for one in asked)
    codes = [one.code for one in service.attributes]
    assert len(set(codes)) == len(codes)


def test_emergencies_are_sent_on_and_not_filed():
    phones = {one.phone for one in catalogue.load().guidance}
    assert {"119", "112"} <= phones


@pytest.mark.parametrize(
    ("code", "attribute", "value"),
    [
        ("dumping", "bags", "many"),
        ("dumping", "bags", "1e400"),
        ("signal", "seen", "gestern"),
        ("streetlight", "pole", "x" * 201),
        ("sidewalk", "kind", "purple"),
    ],
)
def test_an_answer_of_another_kind_is_refused(code, attribute, value):
    service = catalogue.load().get(code)
    required = {one.code: [next(iter(one.values))] for one in service.attributes if one.is_required}
    with pytest.raises(RequestAttributeInvalid):
        answered(service, required | {attribute: [value]})


def test_an_answer_is_kept_masked_and_what_was_not_asked_is_left_out():
    service = catalogue.load().get("streetlight")
    sent = {"fault": ["out"], "pole": ["A-12, 010-1234-5678"], "colour": ["red"]}
    assert answered(service, sent) == {"fault": ("out",), "pole": (f"A-12, {MASK}",)}
