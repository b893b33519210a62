"""Whom an area covers: whole dongs whole, parts by their share, nobody outside."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import union_all
from shapely.geometry import box, shape
from tests.center.warnings.around import BEOMEO, NOW, a_warning

from dalgu import cities
from dalgu.center.warnings.cap.checking import check
from dalgu.center.warnings.cap.rules import Rule
from dalgu.center.warnings.cap.shapes import area_of
from dalgu.center.warnings.compose import Envelope, compose
from dalgu.center.warnings.content import Shape, Where, hazards, words_of
from dalgu.center.warnings.cover import covered, geometry, name_of
from dalgu.center.warnings.errors import AreaInvalid
from dalgu.center.warnings.korean import LONG_SIGNS, broadcast, cell_text
from dalgu.center.warnings.office import office_of
from dalgu.web.language import catalogue

CITY = cities.load("daegu")
SUSEONG = tuple(dong.code for dong in CITY.dongs if dong.district == "22060")


def of_dongs(*codes):
    return covered(CITY, geometry(CITY, Where(Shape.DONGS, dongs=codes)))


def test_the_whole_city_is_everybody():
    everybody = of_dongs(*(dong.code for dong in CITY.dongs))
    assert everybody.residents == sum(dong.residents for dong in CITY.dongs)
    assert name_of(CITY, everybody.parts) == CITY.name


def test_one_dong_is_its_own_people_and_not_its_neighbours():
    alone, dong = of_dongs(BEOMEO), CITY.dong(BEOMEO)
    assert [part.dong.code for part in alone.parts] == [BEOMEO]
    told = (alone.residents, alone.households, alone.elderly)
    assert told == (dong.residents, dong.households, dong.elderly)


def test_a_whole_district_is_called_by_its_name():
    assert name_of(CITY, of_dongs(*SUSEONG).parts).ko == "수성구"
    assert name_of(CITY, of_dongs(*SUSEONG[:5]).parts).ko.endswith("외 2개 동")


@settings(max_examples=25, deadline=None)
@given(
    lon=st.floats(128.55, 128.6), lat=st.floats(35.85, 35.9), size=st.floats(0.01, 0.05),
    cut=st.floats(0.2, 0.8),
)  # fmt: skip
def test_two_halves_cover_what_the_whole_does(lon, lat, size, cut):
    middle = lon + size * cut
    whole = covered(CITY, box(lon, lat, lon + size, lat + size))
    halves = [
        covered(CITY, box(lon, lat, middle, lat + size)),
        covered(CITY, box(middle, lat, lon + size, lat + size)),
    ]
    parts = sum(len(half.parts) for half in halves)
    lost = sum(dong.residents for dong in CITY.dongs) * 2e-5 + parts
    assert sum(half.residents for half in halves) == pytest.approx(whole.residents, abs=lost)


def test_a_share_is_that_of_the_ground_inside():
    dong = shape(CITY.dong(BEOMEO).geometry)
    west, south, east, north = dong.bounds
    half = box(west, south, (west + east) / 2, north)
    [part] = [one for one in covered(CITY, half).parts if one.dong.code == BEOMEO]
    assert part.share == pytest.approx(dong.intersection(half).area / dong.area)


def test_where_inhabited_cells_are_known_people_count_by_them():
    [code] = CITY.settlements
    cells = CITY.settlements[code]
    lon, lat, weight = cells[0]
    found = covered(CITY, box(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4))
    [part] = [one for one in found.parts if one.dong.code == code]
    assert part.is_by_cells
    assert part.share == pytest.approx(weight / sum(cell[2] for cell in cells))


def test_a_circle_has_its_own_area():
    where = Where(Shape.CIRCLE, centre=(128.6, 35.87), radius_km=2.0)
    assert covered(CITY, geometry(CITY, where)).area_km2 == pytest.approx(4 * math.pi, rel=0.005)


def test_a_small_place_in_a_wide_dong_is_still_in_it():
    wide = max(CITY.dongs, key=lambda dong: dong.area_km2)
    where = Where(Shape.CIRCLE, centre=wide.centre, radius_km=0.05)
    assert [part.dong for part in covered(CITY, geometry(CITY, where)).parts] == [wide]


def test_nobody_lives_in_the_sea():
    with pytest.raises(AreaInvalid):
        covered(CITY, box(131, 36, 132, 37))


@pytest.mark.parametrize("hazard", hazards())
def test_every_standard_sentence_makes_a_sound_message_that_fits_a_phone(hazard):
    people, kind = of_dongs(*SUSEONG[:5]), hazards()[hazard]
    ko, en = words_of(kind, name_of(CITY, people.parts))
    content = a_warning(
        hazard=hazard, ko=ko, en=en, where=Where(Shape.DONGS, dongs=SUSEONG[:5]),
        severity=kind.severity, is_exercise=kind.is_exercise,
    )  # fmt: skip
    office = office_of(CITY)
    alert = compose(CITY, office, content, people, Envelope("D-1", NOW))
    assert check(alert) == []
    assert b"cap:1.1" in broadcast(alert)
    assert cell_text(content, office, "ko").signs <= LONG_SIGNS


def test_the_message_covers_the_very_area_that_was_looked_at():
    area = geometry(CITY, Where(Shape.DONGS, dongs=SUSEONG))
    content = a_warning(where=Where(Shape.DONGS, dongs=SUSEONG))
    alert = compose(CITY, office_of(CITY), content, of_dongs(*SUSEONG), Envelope("D-1", NOW))
    told = area_of(alert)
    assert told.symmetric_difference(union_all(area)).area / area.area < 0.002


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_rule_of_cap_is_told_in_the_readers_language(language):
    assert {f"warnings.rule.{rule}" for rule in Rule} <= set(catalogue(language))
