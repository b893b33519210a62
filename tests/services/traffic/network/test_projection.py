import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.network.projection import location, utm_to_degrees


def test_a_known_tower_is_found():
    # CN Tower, Toronto: 17T 630084 4833438 is 43°38'33.24" N 79°23'13.7" W.
    lon, lat = utm_to_degrees(630_084, 4_833_438, 17)
    assert (lon, lat) == pytest.approx((-79.387139, 43.642567), abs=1e-5)


def test_the_pole_and_the_equator_are_where_they_are():
    # The quarter meridian of WGS 84 is 10,001,965.729 m; UTM shortens it by 0.9996.
    assert utm_to_degrees(500_000, 10_001_965.729 * 0.9996, 31)[1] == pytest.approx(90.0)
    assert utm_to_degrees(500_000, 10_000_000, 31, is_south=True) == (3.0, 0.0)


@given(st.floats(-300_000, 300_000), st.floats(0, 8_000_000), st.integers(1, 60))
def test_east_and_west_of_the_middle_mirror_each_other(east, north, zone):
    middle = zone * 6 - 183
    one, other = (utm_to_degrees(500_000 + sign * east, north, zone) for sign in (1, -1))
    assert one[0] - middle == pytest.approx(middle - other[0], abs=1e-6)
    assert one[1] == pytest.approx(other[1])


def test_what_is_not_utm_stays_in_metres():
    assert not location("!", (0, 0)).is_geographic
    assert location("!", (0, 0)).place()(3.0, 4.0) == (3.0, 4.0)
    assert location("-", (1.0, 2.0)).place()(129.0, 38.0) == (128.0, 36.0)
    assert not location("+proj=tmerc +lat_0=38 +lon_0=127", (0, 0)).is_geographic
