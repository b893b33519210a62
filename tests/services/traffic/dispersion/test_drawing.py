import re

from tests.services.traffic.dispersion.blocks import blocks

from dalgu import cities
from dalgu.kernel.text import Text
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion.drawing import changes, picker, sheet_of
from dalgu.services.traffic.dispersion.pages import nearest_link

SIMULATED = d.Simulated(10.0, 100, 0)


def a_draft():
    return d.Draft(
        network="blocks", hour=8, links=("x22-x32",), capacity_share=0.0, cause="accident",
        place=Text("네거리", "Crossing"), incident="",
        reckoned=d.Reckoned(1.0, 2.0, 1.5, 1.2, 500.0, 0.0, 1e-6, 0.9),
        signs=(), overloads=(), plans=(), effect=d.Effect(SIMULATED, SIMULATED),
        changes=(
            d.LinkChange("x22-x23", 100.0, 500.0, 300.0),
            d.LinkChange("x12-x22", 600.0, 400.0, 200.0),
        ),
    )  # fmt: skip


def test_growing_and_shrinking_streets_differ_by_more_than_colour():
    sheet = sheet_of(blocks(), cities.load("daegu"))
    drawn = str(changes(sheet, a_draft(), advised=False, label="<map>"))
    assert 'class="more"' in drawn
    assert 'class="less"' in drawn
    assert 'class="closed"' in drawn
    assert "100 → 500" in drawn
    assert 'aria-label="&lt;map&gt;"' in drawn


def test_advice_draws_its_own_flows():
    sheet = sheet_of(blocks(), cities.load("daegu"))
    assert "100 → 300" in str(changes(sheet, a_draft(), advised=True, label="map"))


def test_every_link_can_be_pointed_at_but_not_tabbed_to():
    network = blocks()
    names = {link.id: link.id for link in network.links}
    drawn = str(picker(sheet_of(network, cities.load("daegu")), names, "x22-x32"))
    assert drawn.count('tabindex="-1"') == len(network.links)
    assert drawn.count('class="chosen"') == 1
    assert 'aria-hidden="true"' in drawn


def test_the_two_directions_of_a_street_lie_beside_each_other():
    sheet = sheet_of(blocks(), cities.load("daegu"))
    there, back = (re.findall(r"[\d.]+", sheet.path[link]) for link in ("x22-x32", "x32-x22"))
    assert there[:2] != back[2:]


def test_an_incident_is_on_the_link_nearest_to_it():
    network = blocks()
    at = {node.id: (node.lon, node.lat) for node in network.nodes}
    (x0, y0), (x1, y1) = at["x22"], at["x32"]
    place = ((x0 + x1) / 2 + 1e-5, (y0 + y1) / 2)
    assert nearest_link(network, place) in ("x22-x32", "x32-x22")
