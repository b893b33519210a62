import re

import pytest
from shapely.geometry import Point, shape

from dalgu import cities
from dalgu.cities import CityNotExisting
from dalgu.kernel.geo import to_metric


@pytest.fixture(scope="module")
def daegu():
    return cities.load("daegu")


def test_the_city_has_the_parts_that_are_published(daegu):
    assert len(daegu.districts) == 9
    assert len(daegu.dongs) == 149
    assert len(daegu.car_parks) == 766
    assert len(daegu.stations) == 56
    assert len(daegu.cameras) == 3_444
    assert sum(dong.residents for dong in daegu.dongs) == 2_408_265
    assert sum(dong.elderly for dong in daegu.dongs) == 466_338


def test_districts_have_their_official_english_names(daegu):
    assert [district.name.en for district in daegu.districts] == [
        "Jung-gu", "Dong-gu", "Seo-gu", "Nam-gu", "Buk-gu", "Suseong-gu", "Dalseo-gu",
        "Dalseong-gun", "Gunwi-gun",
    ]  # fmt: skip


def test_every_dong_has_an_english_name_and_lies_in_its_district(daegu):
    for dong in daegu.dongs:
        assert re.fullmatch(r"[A-Z][a-z]+( [\d·]+(ga)?)?-(dong|eup|myeon)", dong.name.en)
        district = shape(daegu.district(dong.district).geometry)
        assert district.buffer(1e-4).contains(Point(dong.centre))
        assert shape(dong.geometry).contains(Point(dong.centre))


def test_gachang_is_as_large_as_the_city_says(daegu):
    [gachang] = [dong for dong in daegu.dongs if dong.name.ko == "가창면"]
    assert gachang.name.en == "Gachang-myeon"
    assert to_metric(shape(gachang.geometry)).area / 1e6 == pytest.approx(111, rel=0.02)
    assert daegu.settlements[gachang.code]


def test_car_parks_have_unique_ids_and_lie_in_the_dong_they_name(daegu):
    assert len({park.id for park in daegu.car_parks}) == 766
    assert sum(park.position is None for park in daegu.car_parks) == 9
    for park in daegu.car_parks:
        assert park.spaces > 0
        assert (park.dong is None) == (park.position is None)
        assert park.price.ko
        assert park.price.en
    assert sum(park.public for park in daegu.car_parks) == 580


def test_no_private_operator_is_named(daegu):
    operators = {park.managed_by.en for park in daegu.car_parks if not park.public}
    assert operators == {"Private"}


def test_every_file_of_the_city_says_where_it_comes_from(daegu):
    told = {source.file for source in daegu.sources}
    own = {"SOURCES.md", "sources.json"}
    assert {path.name for path in daegu.folder.iterdir()} - own == told
    page = (daegu.folder / "SOURCES.md").read_text(encoding="utf-8")
    for source in daegu.sources:
        assert f"`{source.file}`" in page
        assert source.licence in page


def test_the_city_is_small(daegu):
    assert sum(path.stat().st_size for path in daegu.folder.iterdir()) < 4_000_000


def test_the_base_map_is_a_vector_archive_of_the_city(daegu):
    head = daegu.basemap.read_bytes()[:127]
    assert head[:8] == b"PMTiles\x03"
    assert (head[100], head[101]) == (6, 14)  # zooms, PMTiles v3 header
    west = int.from_bytes(head[102:106], "little", signed=True) / 1e7
    assert west == pytest.approx(daegu.bbox[0], abs=1e-4)


def test_an_unknown_city_is_refused_by_name():
    with pytest.raises(CityNotExisting, match="'atlantis' does not exist"):
        cities.load("atlantis")
