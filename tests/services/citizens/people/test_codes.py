from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis.strategies import sampled_from, text

from dalgu.services.citizens.people.codes import SIGNS, CodeForeign, new_code, read_code
from dalgu.services.citizens.people.levels import Level, LevelTooLow
from dalgu.services.citizens.people.numbers import NumberInvalid, read_number
from dalgu.services.citizens.people.refusals import (
    AlreadyResident,
    DistrictUnknown,
    RegistrationNumberInvalid,
    VoiceTaken,
    VouchCodeInvalid,
    VouchCodeStale,
    VouchCodeUsed,
)

NUMBER, OTHER = "900101-2345678", "850505-1234567"


def made(town, number=NUMBER, district="22060"):
    return town.run(town.rooms.people.make_code(town.staff, number, district))[0]


def use(town, actor, code):
    return town.run(town.rooms.people.use_code(actor, code))


def test_a_code_makes_a_resident_of_whom_the_card_said(town):
    reader = town.citizen(Level.EMAIL)
    person = use(town, reader, made(town).lower().replace("-", " "))
    assert (person.level, person.district, person.birth_year, person.sex) == (
        Level.RESIDENT, "22060", 1990, "f",
    )  # fmt: skip
    assert town.again().people.person(reader) == person


def test_a_code_works_once_and_for_a_week(town):
    one, other, third = (town.citizen(Level.EMAIL) for _ in range(3))
    code = made(town)
    use(town, one, code)
    with pytest.raises(VouchCodeUsed):
        use(town, other, code)
    with pytest.raises(AlreadyResident):
        use(town, one, made(town, OTHER))
    stale = made(town, "700707-1234567")
    town.wait(days=7)
    with pytest.raises(VouchCodeStale):
        use(town, third, stale)


def test_a_person_has_one_voice_whatever_account_and_however_the_number_is_typed(town):
    use(town, town.citizen(Level.EMAIL), made(town))
    with pytest.raises(VoiceTaken):
        made(town, NUMBER.replace("-", " "))


def test_two_codes_of_one_person_make_one_resident(town):
    first, second = made(town), made(town)
    use(town, town.citizen(Level.EMAIL), first)
    with pytest.raises(VoiceTaken):
        use(town, town.citizen(Level.EMAIL), second)


def test_a_code_of_another_city_is_known_at_once(town):
    foreign = new_code(lambda told: "abcdef0123456789" * 2)
    with pytest.raises(VouchCodeInvalid):
        use(town, town.citizen(Level.EMAIL), foreign)
    with pytest.raises(LevelTooLow):
        use(town, town.staff, made(town))


def test_only_residents_of_this_city_are_vouched_for(town):
    with pytest.raises(DistrictUnknown):
        made(town, district="11000")
    with pytest.raises(RegistrationNumberInvalid):
        made(town, "900231-2345678")


def test_neither_number_nor_code_is_anywhere_on_disk(town):
    code = made(town)
    use(town, town.citizen(Level.EMAIL), code)
    kept = b"".join(one.read_bytes() for one in town.folder.iterdir() if one.is_file())
    assert b'"birth_year":1990' in kept  # the search finds what is there
    for secret in (NUMBER, NUMBER.replace("-", ""), "2345678", code, code.replace("-", "")):
        assert secret.encode() not in kept


def test_climbing_and_coming_back_keep_the_voice(town):
    people = town.rooms.people
    reader = town.citizen(Level.EMAIL)
    before = people.voice_in(people.person(reader), "proposal:1")
    use(town, reader, made(town))
    assert people.voice_in(people.person(reader), "proposal:1") == before
    town.run(people.leave(reader))
    again = town.citizen(Level.EMAIL)
    use(town, again, made(town))
    assert people.voice_in(people.person(again), "proposal:1") == before
    assert people.voice_in(people.person(again), "proposal:2") != before


def keyed(told):
    return sha256(f"key {told}".encode()).hexdigest()[:32]


@given(sign=sampled_from(SIGNS), at=sampled_from(range(20)))
def test_a_code_with_one_wrong_sign_is_foreign(sign, at):
    code = new_code(keyed).replace("-", "")
    assume(code[at] != sign)
    with pytest.raises(CodeForeign):
        read_code(keyed, code[:at] + sign + code[at + 1 :])


@given(text(max_size=40))
def test_any_text_is_a_code_or_refused(typed):
    with pytest.raises(CodeForeign):
        read_code(keyed, typed)


@pytest.mark.parametrize(
    "typed", ["", "900101", "900101-234567x", "９００１０１２３４５６７８", "991301-1234567"]
)
def test_what_is_no_registration_number_is_refused(typed):
    with pytest.raises(NumberInvalid):
        read_number(typed)


@pytest.mark.parametrize(
    ("typed", "year", "sex"),
    [("051231-4000000", 2005, "f"), ("051231-7000000", 2005, "m"), ("991231-9000000", 1899, "m")],
)
def test_the_seventh_digit_tells_century_and_sex(typed, year, sex):
    read = read_number(typed)
    assert (read.birth_year, read.sex) == (year, sex)
