import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dalgu.cities import load
from dalgu.simulation.chance import stream
from dalgu.simulation.placing import quotas, scatter


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=40), st.integers(0, 500))
def test_quotas_share_out_everything_nearly_by_weight(weights, total):
    weight = np.array(weights)
    shares = quotas(weight, total)
    assert shares.sum() == total
    assert (np.abs(shares - weight / weight.sum() * total) < 1 + 1e-6).all()


def test_scattered_places_lie_in_their_dong():
    from shapely.geometry import Point, shape

    dongs = list(load("daegu").dongs[:3])
    places = scatter(stream(1, "x"), dongs, np.array([4, 0, 2]))
    assert places.shape == (6, 2)
    for place, dong in zip(places, [dongs[0]] * 4 + [dongs[2]] * 2, strict=True):
        assert shape(dong.geometry).buffer(2e-5).contains(Point(place))
