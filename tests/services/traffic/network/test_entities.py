import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.services.traffic.network.corners import crossroads

from dalgu.kernel.ids import iri_part
from dalgu.services.traffic.network.checking import check
from dalgu.services.traffic.network.entities import RoadSegment, SignalController, entities_of
from dalgu.services.traffic.network.identifiers import is_plain, with_plain_ids
from dalgu.services.traffic.network.model import Node

NETWORK = crossroads(2)


def test_links_and_signals_are_told():
    found = list(entities_of(NETWORK))
    segments = [one for one in found if isinstance(one, RoadSegment)]
    signals = [one for one in found if isinstance(one, SignalController)]
    assert len(segments) == len(NETWORK.links)
    assert [one.id for one in signals] == [
        "urn:ngsi-ld:SignalController:x001", "urn:ngsi-ld:SignalController:x002",
    ]  # fmt: skip
    into = next(one for one in segments if one.id.endswith(":w-x001"))
    assert into.ref_signal == signals[0].id
    assert into.location["type"] == "LineString"
    document = into.to_document()
    assert document["length"] == {"type": "Property", "value": 380.0, "unitCode": "MTR"}
    assert RoadSegment.from_document(document) == into
    assert signals[0].stage_count == 4
    assert signals[0].ref_intersection == "urn:ngsi-ld:Intersection:x001"


def test_a_network_in_metres_has_no_place_on_the_ground():
    flat = msgspec.structs.replace(NETWORK, is_geographic=False)
    assert all(one.location is None for one in entities_of(flat))


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=6, unique=True))
def test_any_identifiers_become_plain_and_stay_apart(names):
    nodes = tuple(Node(name, 0.0, 0.0) for name in names)
    network = with_plain_ids(msgspec.structs.replace(NETWORK, nodes=(*NETWORK.nodes, *nodes)))
    made = [node.id for node in network.nodes]
    assert len(set(made)) == len(set([node.id for node in NETWORK.nodes] + names))
    assert all(is_plain(name) for name in made)
    assert all(iri_part(name) == name for name in made)


def test_references_follow_their_things():
    odd = msgspec.structs.replace(
        NETWORK,
        links=tuple(msgspec.structs.replace(one, id=f"{one.id}#1") for one in NETWORK.links),
        lanes=tuple(msgspec.structs.replace(one, link=f"{one.link}#1") for one in NETWORK.lanes),
        movements=tuple(
            msgspec.structs.replace(one, exit=f"{one.exit}#1") for one in NETWORK.movements
        ),
        crossings=tuple(
            msgspec.structs.replace(one, over=tuple(f"{link}#1" for link in one.over))
            for one in NETWORK.crossings
        ),
        inflows=tuple(
            msgspec.structs.replace(one, link=f"{one.link}#1") for one in NETWORK.inflows
        ),
    )
    assert check(odd)
    assert check(with_plain_ids(odd)) == []
