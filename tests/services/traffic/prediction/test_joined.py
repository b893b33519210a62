import numpy as np

from dalgu.services.traffic.network.model import Lane, Link, Movement, Network, Turn
from dalgu.services.traffic.prediction.joined import joined, lane_inflow


def a_network(turns, shares=None):
    names = sorted({link for turn in turns for link in turn})
    links = tuple(Link(one, "n", "m", 100.0, 2) for one in names)
    lanes = tuple(
        Lane(f"{one}:{k}", one, k, 100.0, share=(shares or {}).get(f"{one}:{k}", 0.0))
        for one in names
        for k in range(2)
    )
    movements = tuple(
        Movement(f"{start}>{end}", f"{start}:0", end, Turn.THROUGH) for start, end in turns
    )
    return Network("test", (), links, lanes, movements, ())


def test_links_join_past_those_that_nobody_observes():
    network = a_network([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")])
    assert joined(network, ["a", "c"]).tolist() == [[0, 1], [1, 0]]


def test_a_long_way_unobserved_joins_nothing():
    ways = [("a", "b1"), ("b1", "b2"), ("b2", "b3"), ("b3", "b4"), ("b4", "z")]
    assert joined(a_network(ways), ["a", "z"]).shape == (0, 2)
    assert joined(a_network(ways[1:]), ["b1", "z"]).tolist() == [[0, 1]]


def test_a_loop_of_unobserved_links_comes_to_an_end():
    assert joined(a_network([("a", "b"), ("b", "c"), ("c", "b")]), ["a"]).shape == (0, 2)


def test_lanes_have_their_share_of_the_link():
    network = a_network([("a", "b"), ("b", "a")], {"a:0": 0.75, "a:1": 0.25})
    found = lane_inflow(network, ["a:0", "a:1", "b:1"], {"a": 400.0})
    assert found[:2].tolist() == [300.0, 100.0]
    assert np.isnan(found[2])
    assert lane_inflow(network, ["b:0"], {"b": 90.0}).tolist() == [45.0]
