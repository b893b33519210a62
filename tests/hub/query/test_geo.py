"""Geo-queries: the box never loses a match, the relation is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.errors import HubError
from dalgu.hub.query.geo import box_of, compile_geo
from dalgu.kernel.geo import distance_m


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]}
BESIDE = {"type": "Polygon", "coordinates": [[[-1, -1], [9, -1], [9, 9], [-1, -1]]]}
AROUND = {"type": "Polygon", "coordinates": [[[-9, -9], [30, -9], [-9, 30], [-9, -9]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]}


@pytest.mark.parametrize(
    ("georel", "geometry", "holds"),
    [
        ("within", point(1, 1), True),
        ("within", point(5, 1), False),
        ("intersects", {"type": "LineString", "coordinates": [[-1, 2], [9, 2]]}, True),
        ("disjoint", point(5, 5), True),
        ("disjoint", point(1, 1), False),
        ("equals", SQUARE, True),
        ("contains", BESIDE, False),
        ("contains", AROUND, True),
        ("overlaps", {"type": "Polygon", "coordinates": [[[2, 2], [9, 2], [9, 9], [2, 2]]]}, True),
    ],
)  # fmt: skip
def test_a_relation_holds_from_the_entity_to_the_query(georel, geometry, holds):
    assert compile_geo(georel, SQUARE).matches(geometry) is holds


def test_a_polygon_that_crosses_itself_is_asked_all_the_same():
    assert compile_geo("within", BOW_TIE).matches(point(1, 2)) in (True, False)
    assert compile_geo("intersects", SQUARE).matches(BOW_TIE)


@given(
    st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90),
    st.floats(1, 3e6),
)  # fmt: skip
def test_the_box_holds_all_that_is_near(lon, lat, other_lon, other_lat, limit_m):
    near = compile_geo(f"near;maxDistance=={limit_m:.3f}", point(lon, lat))
    is_near = distance_m((lon, lat), (other_lon, other_lat)) <= float(f"{limit_m:.3f}")
    assert near.matches(point(other_lon, other_lat)) is is_near
    west, south, east, north = near.box or (-180, -90, 180, 90)
    assert not is_near or (west <= other_lon <= east and south <= other_lat <= north)


def test_far_is_the_other_side_of_near():
    far = compile_geo("near;minDistance==1000", point(128.6, 35.87))
    assert far.box is None
    assert far.matches(point(128.6, 35.88))
    assert not far.matches(point(128.6, 35.871))


def test_the_nearest_point_of_an_area_counts():
    near = compile_geo("near;maxDistance==1000", point(4.005, 2))
    assert near.matches(SQUARE)
    assert not compile_geo("near;maxDistance==500", point(4.005, 2)).matches(SQUARE)


def test_one_of_several_instances_is_enough():
    within = compile_geo("within", SQUARE)
    place = {"type": "GeoProperty", "value": point(9, 9)}
    assert not within.accepts({"location": place})
    assert within.accepts({"location": [place, {"type": "GeoProperty", "value": point(1, 1)}]})
    assert not within.accepts({})


@pytest.mark.parametrize(
    "georel", ["", "near", "near;maxDistance", "near;maxDistance==-1", "touches"]
)
def test_an_unknown_relation_is_refused(georel):
    with pytest.raises(HubError):
        compile_geo(georel, point(1, 1))


def test_the_box_of_a_geometry_is_tight():
    assert box_of(SQUARE) == (0, 0, 4, 4)
