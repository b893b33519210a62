import pytest

from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.finding import Grave
from dalgu.services.traffic.network.importing import read_network
from dalgu.services.traffic.network.model import Turn
from dalgu.services.traffic.network.osm_file import OsmWay, lanes_of, speed_kmh, turn_lanes
from dalgu.services.traffic.network.refusals import NetworkFileUnreadable

# Metres east and north of a corner in Daegu, as nodes of an extract.
LON, LAT = 128.6, 35.87


def node(name, x, y, /, **tags):
    said = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
    return f'<node id="{name}" lon="{LON + x / 90_090}" lat="{LAT + y / 111_195}">{said}</node>'


def way(name, nodes, /, **tags):
    refs = "".join(f'<nd ref="{one}"/>' for one in nodes)
    said = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<way id="{name}">{refs}{said}</way>'


def osm(*parts):
    return ("<osm version='0.6'>" + "".join(parts) + "</osm>").encode()


NODES = (
    node(1, 0, 0, highway="traffic_signals"), node(2, -200, 0), node(3, 200, 0),
    node(4, 0, 200), node(5, 0, -200), node(6, -15, 0, highway="crossing"), node(7, 100, 3),
)  # fmt: skip
WEST = way(10, [2, 6, 1], highway="primary", lanes="4", name="국채보상로",
           name__en="Gukchaebosang-ro", turn__lanes__forward="left|through;right")  # fmt: skip
EAST = way(11, [1, 7, 3], highway="primary", lanes="4", maxspeed="60", name="국채보상로",
           name__en="Gukchaebosang-ro")  # fmt: skip
NORTH = way(12, [4, 1], highway="tertiary", name="북길")
SOUTH = way(13, [1, 5], highway="residential", oneway="yes")
NO_LEFT = (
    '<relation id="1"><member type="way" ref="11" role="from"/><member type="node" ref="1" '
    'role="via"/><member type="way" ref="13" role="to"/><tag k="type" v="restriction"/>'
    '<tag k="restriction" v="no_left_turn"/></relation>'
)
PLAIN = osm(*NODES, WEST, EAST, NORTH, SOUTH)


@pytest.fixture(scope="module")
def read():
    return read_network("corner.osm", PLAIN)


def at(network, start, end):
    return next(link for link in network.links if (link.start, link.end) == (start, end))


def test_roads_become_links_with_lanes_lengths_and_speeds(read):
    network = read.network
    assert len(network.links) == 7  # three roads both ways, one one way
    west, east = at(network, "2", "1"), at(network, "1", "3")
    assert west.length_m == pytest.approx(200, rel=0.01)
    assert (west.lanes, east.lanes) == (2, 2)
    assert east.free_speed_kmh == pytest.approx(60.0)
    assert west.name.ko == "국채보상로"
    assert len(east.geometry) == 3  # the bend is kept
    assert not any(link.start == "5" for link in network.links)


def test_painted_lanes_lead_where_they_are_painted_to(read):
    network = read.network
    west = at(network, "2", "1")
    turns = {}
    for one in network.movements:
        turns.setdefault(one.lane, set()).add(one.turn)
    assert turns[f"{west.id}_1"] == {Turn.LEFT}
    assert turns[f"{west.id}_0"] == {Turn.THROUGH, Turn.RIGHT}


def test_signals_are_designed_and_said_to_be_assumed(read):
    network = read.network
    (signal,) = network.signals
    assert signal.id == "1"
    assert signal.plans[0].name == "assumed"
    assert [one.rule for one in read.notes] == ["timing-assumed"]
    assert signal.name.ko == "국채보상로 · 북길"
    (crossing,) = network.crossings  # only where one is drawn
    assert at(network, "2", "1").id in crossing.over
    assert [one for one in read.findings() if one.grave is not Grave.NOTE] == []
    assert len(compile_network(network).layout.lanes) == 5


def test_a_forbidden_turn_has_no_movement(read):
    forbidden = read_network("corner.osm", osm(*NODES, WEST, EAST, NORTH, SOUTH, NO_LEFT)).network
    south = at(forbidden, "1", "5").id
    east = at(forbidden, "3", "1").id

    def turns(network):
        return {(one.lane[: len(east)], one.exit) for one in network.movements}

    assert (east, south) in turns(read.network)
    assert (east, south) not in turns(forbidden)


def test_an_only_turn_forbids_all_others():
    only = NO_LEFT.replace("no_left_turn", "only_left_turn")
    network = read_network("corner.osm", osm(*NODES, WEST, EAST, NORTH, SOUTH, only)).network
    east = at(network, "3", "1").id
    exits = {one.exit for one in network.movements if one.lane.startswith(f"{east}_")}
    assert exits == {at(network, "1", "5").id}


def test_the_corners_of_a_divided_road_are_one_intersection():
    body = osm(
        node(1, 0, 0, highway="traffic_signals"), node(2, 0, 12, highway="traffic_signals"),
        node(3, -200, 0), node(4, 200, 0), node(5, 200, 12), node(6, -200, 12),
        node(7, 0, 200), node(8, 0, -200),
        way(10, [3, 1, 4], highway="primary", oneway="yes", lanes="2"),
        way(11, [5, 2, 6], highway="primary", oneway="yes", lanes="2"),
        way(12, [7, 2, 1, 8], highway="secondary"),
    )  # fmt: skip
    network = read_network("divided.osm", body).network
    (signal,) = network.signals
    assert len(network.links) == 8
    assert {link.length_m > 100 for link in network.links} == {True}
    # From the west one may go straight on, to the north over the inner piece, and to the south.
    west = next(link for link in network.links if link.start == "3")
    turns = sorted(one.turn for one in network.movements if one.lane.startswith(west.id))
    assert set(turns) == {Turn.LEFT, Turn.THROUGH, Turn.RIGHT}
    assert len(signal.stages) in (3, 4)


def test_a_signal_at_the_stop_line_belongs_to_the_junction_behind_it():
    body = osm(
        node(1, 0, 0), node(2, -200, 0), node(3, 200, 0), node(4, 0, 200),
        node(5, -20, 0, highway="traffic_signals"), node(6, 20, 0, highway="traffic_signals"),
        way(10, [2, 5, 1, 6, 3], highway="secondary"), way(11, [4, 1], highway="tertiary"),
    )  # fmt: skip
    network = read_network("stopline.osm", body).network
    assert [signal.nodes for signal in network.signals] == [("1",)]


def test_minor_roads_give_way_where_there_is_no_signal():
    body = osm(
        node(1, 0, 0), node(2, -200, 0), node(3, 200, 0), node(4, 0, 200),
        way(10, [2, 1, 3], highway="secondary"), way(11, [4, 1], highway="residential"),
    )  # fmt: skip
    network = read_network("minor.osm", body).network
    north = at(network, "4", "1").id
    for one in network.movements:
        assert one.permissive is one.lane.startswith(north)


def test_lanes_and_speeds_are_tagged_or_usual():
    way_ = OsmWay("1", (), {"highway": "primary", "lanes": "5", "lanes:forward": "3"})
    assert lanes_of(way_, forward=True) == 3
    assert lanes_of(way_, forward=False) == 2
    assert lanes_of(OsmWay("1", (), {"highway": "residential"}), forward=True) == 1
    painted = OsmWay("1", (), {"highway": "primary", "turn:lanes": "left|none|", "oneway": "yes"})
    assert turn_lanes(painted, forward=True) == [{"left"}, set(), set()]
    assert speed_kmh(OsmWay("1", (), {"highway": "residential", "maxspeed": "walk"})) == 30.0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18", "osmium cat"),
        (b"<osm><way", "no XML"),
        (osm(*NODES), "no road"),
        (b"<osm><node id='1' lon='east' lat='0'/></osm>", "broken"),
    ],
)
def test_what_is_no_extract_is_refused_with_the_way_out(body, says):
    with pytest.raises(NetworkFileUnreadable, match=says):
        read_network("a.osm", body, "osm")
