import gzip
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dalgu.devices.signals.cycles import cycle_s
from dalgu.devices.signals.timing import GroupKind, Timing
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.finding import Grave
from dalgu.services.traffic.network.importing import read_network
from dalgu.services.traffic.network.model import DetectorKind, Turn
from dalgu.services.traffic.network.refusals import NetworkFileUnreadable
from dalgu.services.traffic.network.sumo_net import SumoPhase, SumoProgram
from dalgu.services.traffic.network.sumo_program import Lamp, held, programmed

RESCO = ("cologne1", "cologne3", "cologne8", "ingolstadt1", "ingolstadt7")
# A road from west to east with a side road from the south, and a crossing over the western arm.
NET = """<net version="1.20">
<location netOffset="-500000.00,-3970000.00" projParameter="+proj=utm +zone=52 +ellps=WGS84"/>
<edge id=":j_c0" from="j" to="j" function="crossing" crossingEdges="wj jw">
 <lane id=":j_c0_0" index="0" allow="pedestrian" speed="1.39" length="11.00"
  shape="0,0 0,11"/></edge>
<edge id="wj" from="w" to="j" priority="9" type="highway.primary" name="Main Street">
 <lane id="wj_0" index="0" allow="pedestrian" speed="13.89" length="200.00" shape="0,0 200,0"/>
 <lane id="wj_1" index="1" disallow="pedestrian" speed="13.89" length="200.00"
  shape="0,3 200,3"/>
 <lane id="wj_2" index="2" disallow="pedestrian" speed="13.89" length="200.00"
  shape="0,6 200,6"/></edge>
<edge id="jw" from="j" to="w" priority="9"><lane id="jw_0" index="0" speed="13.89"
  length="200.00" shape="200,9 0,9"/></edge>
<edge id="ej" from="e" to="j" priority="9"><lane id="ej_0" index="0" speed="13.89"
  length="150.00" shape="400,9 210,9"/></edge>
<edge id="je#1" from="j" to="e" priority="9"><lane id="je#1_0" index="0" speed="13.89"
  length="150.00" shape="210,3 400,3"/></edge>
<edge id="sj" from="s" to="j" priority="4"><lane id="sj_0" index="0" speed="8.33"
  length="90.00" shape="205,-90 205,0"/></edge>
<edge id="js" from="j" to="s" priority="4"><lane id="js_0" index="0" speed="8.33"
  length="90.00" shape="200,0 200,-90"/></edge>
<tlLogic id="j" type="static" programID="a" offset="7">
 <phase duration="30" state="GGgGrrr"/><phase duration="4" state="yyyGrrr"/><phase duration="2"
  state="rrrGrrr"/>
 <phase duration="20" state="rrrGGGG"/><phase duration="4" state="rrrGyyr"/></tlLogic>
<tlLogic id="j" type="static" programID="half" offset="0">
 <phase duration="30" state="GGgGrrr"/><phase duration="4" state="yyyGrrr"/></tlLogic>
<junction id="j" type="traffic_light" x="205" y="5" incLanes="wj_1 wj_2 ej_0 sj_0 :j_w0_0"
  intLanes="">
 <request index="0" response="0000000" foes="1100000" cont="0"/>
 <request index="1" response="0000000" foes="1010100" cont="0"/>
 <request index="2" response="0000010" foes="0010010" cont="0"/>
 <request index="3" response="0000000" foes="1000000" cont="0"/>
 <request index="4" response="0000110" foes="1000110" cont="0"/>
 <request index="5" response="0000001" foes="0000001" cont="0"/>
 <request index="6" response="0000000" foes="0011011" cont="0"/></junction>
<junction id="w" type="dead_end" x="0" y="5" incLanes="jw_0" intLanes=""/>
<junction id="e" type="dead_end" x="400" y="5" incLanes="je#1_0" intLanes=""/>
<junction id="s" type="dead_end" x="203" y="-90" incLanes="js_0" intLanes=""/>
<connection from="wj" to="js" fromLane="1" toLane="0" tl="j" linkIndex="0" dir="r" state="O"/>
<connection from="wj" to="je#1" fromLane="1" toLane="0" tl="j" linkIndex="1" dir="s" state="O"/>
<connection from="ej" to="js" fromLane="0" toLane="0" tl="j" linkIndex="2" dir="l" state="o"/>
<connection from="ej" to="jw" fromLane="0" toLane="0" tl="j" linkIndex="3" dir="s" state="O"/>
<connection from="sj" to="jw" fromLane="0" toLane="0" tl="j" linkIndex="4" dir="l" state="o"/>
<connection from="sj" to="je#1" fromLane="0" toLane="0" tl="j" linkIndex="5" dir="r" state="o"/>
<connection from=":j_w0" to=":j_c0" fromLane="0" toLane="0" tl="j" linkIndex="6" dir="s"
  state="M"/>
</net>"""


@pytest.fixture(scope="module")
def read():
    return read_network("town.net.xml", NET.encode())


def test_links_lanes_and_places_are_those_of_the_file(read):
    network = read.network
    assert [link.id for link in network.links] == ["wj", "jw", "ej", "je-1", "sj", "js"]
    assert [lane.id for lane in network.lanes if lane.link == "wj"] == ["wj_1", "wj_2"]
    link = network.links[0]
    assert (link.length_m, link.lanes, link.road_class, link.name.en) == (
        200.0, 2, "primary", "Main Street",
    )  # fmt: skip
    assert link.free_speed_kmh == pytest.approx(50.0, abs=0.01)
    node = next(node for node in network.nodes if node.id == "j")
    # x 205, y 5 with the offset is 500205 E, 3970005 N of zone 52: beside its middle, 129° E.
    assert (node.lon, node.lat) == pytest.approx((129.00227, 35.8743), abs=1e-4)


def test_turns_groups_and_shares_are_told(read):
    network = read.network
    turns = {(one.lane, one.exit): one.turn for one in network.movements}
    assert turns[("wj_1", "js")] is Turn.RIGHT
    assert turns[("ej_0", "jw")] is Turn.THROUGH
    (signal,) = network.signals
    names = [group.name for group in signal.groups]
    by_turn = {(one.lane, one.turn.value): one for one in network.movements}
    assert names[by_turn["wj_1", "through"].group] == "W"
    assert by_turn["ej_0", "through"].group == -1  # green in every stage
    assert by_turn["ej_0", "left"].permissive
    assert not by_turn["wj_1", "through"].permissive
    ways = sum(one.share for one in network.movements if one.lane == "ej_0")
    assert ways == pytest.approx(1.0)


def test_stages_and_the_plan_follow_the_program(read):
    (signal,) = read.network.signals
    (plan,) = signal.plans
    timing = Timing("j", signal.groups, signal.intergreen_s, signal.stages, signal.plans)
    assert plan.name == "a"
    assert cycle_s(timing, plan) == 60.0
    # Pedestrians need 11 s to clear and 1 s of red, the program leaves them 4: what that takes
    # more is less green of 30 s for the road. The other stage begins 6 s after it as before.
    assert [step.green_s for step in plan.steps] == [22.0, 20.0]
    assert plan.offset_s == 15.0  # the program's 7 s, and all is green those 8 s later
    walk = next(group for group in signal.groups if group.kind is GroupKind.PEDESTRIAN)
    assert walk.amber_s == 11.0


def test_a_program_that_serves_not_all_is_left_out_and_said(read):
    assert [one.rule for one in read.notes] == ["program-left-out"]
    assert "'half'" in read.notes[0].text.en


def test_intergreens_are_what_the_program_leaves(read):
    (signal,) = read.network.signals
    at = {group.name: n for n, group in enumerate(signal.groups)}
    assert signal.intergreen_s[at["W"]][at["S"]] == 6.0  # 4 s of yellow and 2 of red
    assert signal.intergreen_s[at["S"]][at["W"]] == 4.0


def test_the_crossing_is_kept_and_the_network_is_sound(read):
    (crossing,) = read.network.crossings
    assert crossing.over == ("wj", "jw")
    assert crossing.length_m == 11.0
    assert {one.grave for one in read.findings()} <= {Grave.WARNING}
    assert len(compile_network(read.network).layout.lanes) == 3


def test_packed_files_and_detectors_are_read():
    more = b"""<additional><inductionLoop id="d1" lane="wj_1" pos="-10" period="60" file="x"/>
    <laneAreaDetector id="d2" lane="wj_2" pos="50" endPos="190" period="60" file="x"/>
    <inductionLoop id="d3" lane="nowhere" pos="1" period="60" file="x"/></additional>"""
    read = read_network("town.net.xml.gz", gzip.compress(NET.encode()), None, [more])
    one, other = read.network.detectors
    assert (one.kind, one.from_m, one.to_m) == (DetectorKind.LOOP, 8.0, 10.0)
    assert (other.kind, other.from_m, other.to_m) == (DetectorKind.CAMERA, 10.0, 150.0)


@pytest.mark.parametrize(
    "body",
    [
        b"<net",
        b"<net></net>",
        b'<net><edge id="a"><lane id="a_0" index="0"/></edge></net>',
        b'<!DOCTYPE net [<!ENTITY a "b">]><net><edge id="&a;"><lane/></edge></net>',
        gzip.compress(b"<net>" * 9, mtime=0)[:-4],
    ],
)
def test_what_is_no_network_is_refused_in_words(body):
    with pytest.raises(NetworkFileUnreadable):
        read_network("town.net.xml", body, "sumo")


def a_program(*phases):
    return SumoProgram("j", "0", 0.0, tuple(SumoPhase(*phase) for phase in phases))


def test_the_end_of_a_program_meets_its_beginning():
    # The first stage goes on from the last phase: it is one stage of 25 s.
    program = a_program((10.0, "Gr"), (3.0, "yr"), (20.0, "rG"), (3.0, "ry"), (15.0, "Gr"))
    first, second = held(program)
    assert {first.seconds, second.seconds} == {25.0, 20.0}


def test_without_foes_whatever_is_never_green_together_conflicts():
    program = a_program((10.0, "Gr"), (3.0, "yr"), (20.0, "rG"), (3.0, "ry"))
    made = programmed([program], [Lamp(0, "a"), Lamp(1, "b")], frozenset())
    assert made.timing.intergreen_s == ((0.0, 3.0), (3.0, 0.0))


@pytest.mark.parametrize("name", RESCO)
def test_real_networks_are_read_without_an_error(name):
    if "DALGU_TEST_DATA" not in os.environ:
        pytest.skip("set DALGU_TEST_DATA; nets are of RESCO, see benchmarks/traffic/resco")
    body = Path(
        os.environ["DALGU_TEST_DATA"], "traffic-resco", name, f"{name}.net.xml"
    ).read_bytes()
    read = read_network(f"{name}.net.xml", body)
    root = ElementTree.fromstring(body)  # the oracle counts for itself
    lights = {one.get("id") for one in root.iter("tlLogic")}
    edges = [one for one in root.iter("edge") if one.get("function") is None]
    assert len(read.network.signals) == len(lights)
    assert len(read.network.links) == len(edges)
    errors = [one.text.en for one in read.findings() if one.grave is Grave.ERROR]
    assert errors == []
    compiled = compile_network(read.network)
    assert compiled.layout.signals == tuple(one.id for one in read.network.signals)


@pytest.mark.parametrize("walks", [False, True])
def test_a_generated_grid_has_as_many_signals_and_crossings_as_sumo_says(tmp_path, walks):
    tool = shutil.which("netgenerate") or shutil.which("netgenerate", path=_beside_python())
    if tool is None:
        pytest.skip("netgenerate of SUMO is not installed: pip install eclipse-sumo")
    file = tmp_path / "grid.net.xml"
    extra = ["--crossings.guess", "--sidewalks.guess"] if walks else []
    subprocess.run(
        [tool, "--grid", "--grid.number=3", "--grid.length=150", "-L2", "--turn-lanes=1",
         "--default-junction-type=traffic_light", "--no-turnarounds", *extra, "-o", str(file)],
        check=True, capture_output=True,
        env=os.environ | {"SUMO_HOME": str(Path(tool).parent)},
    )  # fmt: skip
    body = file.read_bytes()
    read = read_network("grid.net.xml", body)
    root = ElementTree.fromstring(body)
    crossings = [one for one in root.iter("edge") if one.get("function") == "crossing"]
    driven = [one for one in root.iter("edge") if one.get("function") is None]
    # Where nothing ever shows red, as at corners without pedestrians, there is nothing to rule.
    ruled = {
        light.get("id")
        for light in root.iter("tlLogic")
        if any("r" in phase.get("state") for phase in light.iter("phase"))
    }
    assert {signal.id for signal in read.network.signals} == ruled
    assert len(ruled) in (5, 9)
    assert len(read.network.crossings) == len(crossings)
    assert len(read.network.links) == len(driven)
    assert [one.text.en for one in read.findings() if one.grave is Grave.ERROR] == []


def _beside_python():
    import sys

    return str(Path(sys.executable).parent)
