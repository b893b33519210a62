import msgspec
import pytest
from tests.services.traffic.network.corners import crossroads

from dalgu.services.traffic.network.refusals import NetworkNotKept
from dalgu.services.traffic.network.shelf import CACHED, Shelf

NETWORK = crossroads(1)


def test_what_is_kept_is_read_by_another_process(tmp_path):
    digest = Shelf(tmp_path).keep(NETWORK)
    assert Shelf(tmp_path).network(digest) == NETWORK
    assert (tmp_path / "networks" / f"{digest}.json").exists()


def test_the_same_network_has_the_same_digest_and_another_has_not(tmp_path):
    shelf = Shelf(tmp_path)
    assert shelf.keep(NETWORK) == shelf.keep(crossroads(1))
    assert shelf.keep(crossroads(2)) != shelf.keep(NETWORK)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 64, "x" * 63 + "/"])
def test_what_was_never_kept_is_told(tmp_path, digest):
    with pytest.raises(NetworkNotKept):
        Shelf(tmp_path).network(digest)


def test_a_file_that_was_changed_is_refused(tmp_path):
    digest = Shelf(tmp_path).keep(NETWORK)
    path = tmp_path / "networks" / f"{digest}.json"
    path.write_bytes(path.read_bytes().replace(b"three", b"seven"))
    with pytest.raises(NetworkNotKept):
        Shelf(tmp_path).network(digest)


def test_few_networks_stay_in_memory(tmp_path):
    shelf = Shelf(tmp_path)
    kept = [shelf.keep(msgspec.structs.replace(NETWORK, name=str(n))) for n in range(CACHED + 3)]
    assert len(shelf._cache) == CACHED
    assert shelf.network(kept[0]).name == "0"
