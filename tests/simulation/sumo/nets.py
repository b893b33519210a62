"""A small network as SUMO writes it: a crossing of two roads, one with a short stop-line lane."""

from pathlib import Path

# west comes over two edges, the last of them 5 m long and forking into through and left;
# south is one lane, through or right; the signal has two stages and amber between them
NET = """<net version="1.9">
<edge id=":j_0" function="internal"><lane id=":j_0_0" index="0" speed="10.0" length="12.0"/></edge>
<edge id=":j_1" function="internal"><lane id=":j_1_0" index="0" speed="10.0" length="14.0"/></edge>
<edge id=":j_2" function="internal"><lane id=":j_2_0" index="0" speed="10.0" length="12.0"/></edge>
<edge id=":j_3" function="internal"><lane id=":j_3_0" index="0" speed="10.0" length="9.0"/></edge>
<edge id=":f_0" function="internal"><lane id=":f_0_0" index="0" speed="10.0" length="1.0"/></edge>
<edge id=":f_1" function="internal"><lane id=":f_1_0" index="0" speed="10.0" length="1.0"/></edge>
<edge id="far" from="a" to="f"><lane id="far_0" index="0" speed="10.0" length="300.0"/></edge>
<edge id="west" from="f" to="j"><lane id="west_0" index="0" speed="10.0" length="5.0"/>
<lane id="west_1" index="1" speed="10.0" length="5.0"/></edge>
<edge id="south" from="b" to="j"><lane id="south_0" index="0" speed="10.0" length="90.0"/></edge>
<edge id="east" from="j" to="c"><lane id="east_0" index="0" speed="10.0" length="150.0"/></edge>
<edge id="north" from="j" to="d"><lane id="north_0" index="0" speed="10.0" length="150.0"/></edge>
<tlLogic id="j" type="static" programID="0" offset="0">
<phase duration="20" state="GgrG"/><phase duration="3" state="yyrG"/>
<phase duration="15" state="rrGG"/><phase duration="3" state="rryG"/></tlLogic>
<junction id="j" type="traffic_light" incLanes="west_0 west_1 south_0"
 intLanes=":j_0_0 :j_1_0 :j_2_0 :j_3_0">
<request index="0" response="0000" foes="0100"/><request index="1" response="0101" foes="0101"/>
<request index="2" response="0011" foes="0011"/><request index="3" response="0000" foes="0001"/>
</junction>
<connection from="far" to="west" fromLane="0" toLane="0" via=":f_0_0" dir="s"/>
<connection from="far" to="west" fromLane="0" toLane="1" via=":f_1_0" dir="s"/>
<connection from="west" to="east" fromLane="0" toLane="0" via=":j_0_0"
 tl="j" linkIndex="0" dir="s"/>
<connection from="west" to="north" fromLane="1" toLane="0" via=":j_1_0"
 tl="j" linkIndex="1" dir="l"/>
<connection from="south" to="north" fromLane="0" toLane="0" via=":j_2_0"
 tl="j" linkIndex="2" dir="s"/>
<connection from="south" to="east" fromLane="0" toLane="0" via=":j_3_0"
 tl="j" linkIndex="3" dir="r"/>
</net>"""


def written(folder: Path) -> Path:
    """Write the network and return where it is."""
    path = folder / "small.net.xml"
    path.write_text(NET, "utf-8")
    return path
