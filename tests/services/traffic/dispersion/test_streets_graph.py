import numpy as np
import pytest
from tests.services.traffic.dispersion.blocks import blocks, compiled_blocks

from dalgu.services.traffic.dispersion.city_demand import city_site, usual_hour
from dalgu.services.traffic.dispersion.effect import Turns, turn_shares
from dalgu.services.traffic.dispersion.estimation import geh
from dalgu.services.traffic.dispersion.naming import Names
from dalgu.services.traffic.dispersion.placing import sign_places
from dalgu.services.traffic.dispersion.retiming import Loaded, whole_seconds
from dalgu.services.traffic.dispersion.streets_graph import green_share, street_graph
from dalgu.services.traffic.queues.simulation import Queues


@pytest.fixture(scope="module")
def compiled():
    return compiled_blocks()


@pytest.fixture(scope="module")
def streets(compiled):
    return street_graph(compiled)


def test_a_link_leads_over_its_lane_group_to_the_links_after_it(compiled, streets):
    position = {link: n for n, link in enumerate(streets.links)}
    link = position["x11-x21"]
    [arc] = np.flatnonzero(streets.approach_link == link)
    turns = streets.turn_exit[streets.turn_group == arc]
    assert {streets.links[n] for n in turns} == {"x21-x31", "x21-x22", "x21-o20"}
    assert streets.approach[arc].saturation_vph == 3_600.0
    assert streets.costs.free_flow_s[arc] == pytest.approx(350.0 / (50.0 / 3.6))


def test_green_is_what_the_phase_machine_gives(compiled):
    # 30 s held of a cycle of 70 s; 3 s of amber come after green, the rest of a change is red.
    timing = compiled.timings[0]
    assert green_share(timing, timing.plans[0], 0) == pytest.approx(30.0 / 70.0)


def test_flows_of_a_usual_hour_go_on_as_they_turn(compiled):
    hour = usual_hour(compiled.streets, 8)
    assert hour.leaving_vph.sum() == pytest.approx(hour.entering_vph.sum())
    assert hour.counted_vph.min() > 0


def test_demand_of_the_hour_explains_the_flows_of_its_links(compiled, streets):
    hour = usual_hour(compiled.streets, 8)
    found = city_site(streets, hour)
    explained = geh(streets.link_flow(found.equilibrium.flow_vph), hour.counted_vph)
    assert np.mean(explained < 5.0) > 0.85  # what UK TAG M3.1 asks of a model


def test_turn_shares_follow_flows_and_stay_usual_where_nobody_drives(compiled):
    queues = Queues(compiled.streets, compiled.layout, np.random.default_rng(0))
    own = queues.ways.turns
    link = int(own.link[0])
    rows = np.flatnonzero(own.link == link)
    vph = np.arange(1.0, len(rows) + 1.0)
    turns = Turns(own.link[rows], own.exit[rows], vph)
    shares = turn_shares(queues, turns)
    assert shares[rows] == pytest.approx(vph / vph.sum())
    others = np.flatnonzero(own.link != link)
    assert shares[others] == pytest.approx(own.share[others])


def test_a_loaded_direction_gets_more_green_and_the_cycle_stays(compiled, streets):
    flow = np.zeros(streets.graph.arcs)
    for arc, group in enumerate(streets.approach):
        if group.signal == "x22":
            flow[arc] = 1_450.0 if group.group == 0 else 500.0
    [(signal, before, after)] = Loaded(compiled, streets, flow).retimed(["x22", "x33"])
    assert signal == "x22"
    assert sum(step.green_s for step in after.steps) == sum(step.green_s for step in before.steps)
    assert after.steps[0].green_s > before.steps[0].green_s + 5.0
    assert after.offset_s == before.offset_s


def test_whole_seconds_keep_the_least_greens():
    greens = whole_seconds(60.0, np.array([7.0, 7.0, 7.0]), np.array([1.0, 30.0, 30.0]))
    assert greens.tolist() == [7.0, 27.0, 26.0] or greens.tolist() == [7.0, 26.0, 27.0]


def test_signs_stand_well_apart_on_the_busiest_streets():
    network = blocks()
    flow = np.arange(len(network.links), dtype=float)
    places = sign_places(network, flow, 5)
    assert len(places) == 5
    assert places[0] == network.links[-1].id


def test_a_detour_is_named_after_the_crossing_in_its_middle():
    names = Names(blocks())
    assert names.place(["x22-x32"]).ko == "2가2로네거리"
    assert names.via(["x22-x23", "x23-x33", "x33-x32"], ["x22-x32"]).ko == "3가3로네거리"
    assert names.link("x22-x32").ko == "x22-x32"
