"""The table of rounds 2019 to 2025, against the counts that public sources give."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.certification.process.history.rounds import (
    CAVEAT,
    Mark,
    history,
    rounds,
    who_held_a_valid_certificate,
)
from dalgu.certification.process.words import CertificateStatus, ProgrammeKind

OF_2021 = {"daegu", "daejeon", "bucheon", "seoul", "anyang", "gangnam", "guro", "seongdong"}


def names(day):
    return {holder.city for holder in who_held_a_valid_certificate(day)}


def test_27_cities_were_certified_from_2021_to_2024_as_the_operator_counted():
    certified = [one for one in rounds() if one.kind is ProgrammeKind.CERTIFICATION]
    assert {one.year: len(one.cities) for one in certified} == {
        2021: 8,
        2022: 9,
        2023: 6,
        2024: 4,
        2025: 9,
    }
    assert sum(len(one.cities) for one in certified if one.year <= 2024) == 27


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2019, 12, 31), 0),
        (date(2021, 9, 9), 0),
        (date(2021, 9, 10), 8),
        (date(2022, 9, 29), 17),
        (date(2023, 12, 21), 23),
        (date(2024, 9, 30), 22),
        (date(2024, 11, 25), 26),
        (date(2025, 11, 23), 19),
        (date(2025, 11, 24), 28),
    ],
)
def test_so_many_held_a_certificate_on_a_day(day, count):
    assert len(names(day)) == count


def test_the_pilot_of_2019_and_the_mock_round_of_2020_granted_nothing_in_law():
    assert [one.kind for one in rounds()[:2]] == [ProgrammeKind.PILOT, ProgrammeKind.MOCK]
    assert len(rounds()[0].cities) == 10
    assert names(date(2020, 6, 1)) == set()


def test_all_eight_of_2021_got_grade_3():
    found = who_held_a_valid_certificate(date(2022, 1, 1))
    assert {holder.city for holder in found} == OF_2021
    assert {holder.grade for holder in found} == {3}


def test_all_eight_of_2021_were_extended_and_came_back_as_new_or_not_at_all():
    extended = {
        holder.city
        for holder in who_held_a_valid_certificate(date(2024, 1, 1))
        if holder.status is CertificateStatus.EXTENDED
    }
    assert extended == OF_2021
    again = {"daegu", "anyang", "bucheon", "seongdong", "guro", "gangnam"}
    late = {
        holder.city: holder.status for holder in who_held_a_valid_certificate(date(2025, 12, 1))
    }
    assert {late[city] for city in again} == {CertificateStatus.VALID}
    assert "daejeon" not in late


def test_suwon_lapsed_and_was_new_again():
    assert "suwon" in names(date(2024, 9, 29))
    assert "suwon" not in names(date(2025, 1, 1))
    assert "suwon" in names(date(2025, 12, 1))


def test_what_sources_do_not_say_is_marked_and_told():
    found = {holder.city: holder for holder in who_held_a_valid_certificate(date(2025, 1, 1))}
    unsure = [city for city, holder in found.items() if holder.mark is Mark.UNCERTAIN]
    assert len(unsure) == 8  # of which seven were extended
    assert "Seven of the nine" in found["osan"].note.en
    assert found["goyang"].mark is Mark.VERIFIED
    seoul = [one for one in who_held_a_valid_certificate(date(2026, 1, 1)) if one.city == "seoul"]
    assert [one.mark for one in seoul] == [Mark.INFERRED]


def test_everything_has_a_source_and_both_languages():
    known = history()
    for past in known.round:
        assert set(past.sources) <= set(known.sources)
        assert past.sources
        assert set(past.cities) <= set(known.cities)
    assert all(text.ko and text.en for text in (CAVEAT, *known.cities.values()))


def test_an_extension_names_at_least_as_many_cities_as_were_extended():
    for past in rounds():
        for extension in past.extension:
            assert len(extension.cities) >= extension.count


@settings(deadline=None)
@given(st.dates(date(2019, 1, 1), date(2030, 1, 1)))
def test_nobody_holds_two_certificates_at_once(day):
    found = [holder.city for holder in who_held_a_valid_certificate(day)]
    assert len(found) == len(set(found))


@settings(deadline=None)
@given(st.dates(date(2021, 9, 10), date(2027, 1, 1)))
def test_a_holder_of_a_day_held_it_on_each_day_of_its_period(day):
    for holder in who_held_a_valid_certificate(day):
        middle = holder.since + timedelta(days=(holder.until - holder.since).days // 2)
        assert holder in who_held_a_valid_certificate(middle)
