import numpy as np
import pytest

from dalgu.certification.comparison.peers import nearest_peers


def test_peers_are_the_nearest_profiles_by_their_distance():
    shares = np.array([[0.0, 0.0], [0.3, 0.4], [1.0, 1.0], [0.3, 0.4]])
    found = nearest_peers(["a", "b", "c", "d"], shares, 2)
    assert [peer.city for peer in found["a"]] == ["b", "d"]
    assert found["a"][0].distance == pytest.approx(0.5 / np.sqrt(2))
    assert found["b"][0] == found["b"][0].__class__("d", 0.0)
    assert [peer.city for peer in found["c"]] == ["b", "d"]
