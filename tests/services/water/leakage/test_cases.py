from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.services.water.leakage.town import town_inp

from dalgu.kernel.ids import entity_id
from dalgu.services.water.leakage.calibration import Fit
from dalgu.services.water.leakage.cases import cases
from dalgu.services.water.leakage.closure import customers_by_node
from dalgu.services.water.leakage.drawing import WIDTH, draw
from dalgu.services.water.leakage.entities import WaterNetwork
from dalgu.services.water.leakage.localisation import Ranked
from dalgu.services.water.leakage.model import read_network
from dalgu.services.water.leakage.repair import prices
from dalgu.services.water.leakage.status import LeakStatus, LeakStepInvalid, stepped
from dalgu.services.water.leakage.watching import Outcome, Suspect

PIPES = read_network(town_inp())
NETWORK = WaterNetwork(id=entity_id("WaterNetwork", "grid"))
SINCE = datetime(2026, 3, 1, 15, tzinfo=UTC)  # midnight in Seoul


def a_suspect(since=20, pipe="h11", **more):
    at = PIPES.link(pipe)
    usual = {"reported": since + 2, "until": None, "flow_m3h": 5.0, "certainty": 0.9}
    return Suspect(since=since, pipe=at, first_pipe=at, ranked=[Ranked(at, 0.97)], **(usual | more))


def cases_of(*suspects, held=None):
    outcome = Outcome(suspects, Fit(0.1, 0.01), np.ones(len(PIPES.pipes)))
    return cases(outcome, NETWORK, PIPES, SINCE, (held or {}, prices()))


def test_days_are_local_days():
    [case] = cases_of(a_suspect())
    assert case.started_at == "2026-03-21T15:00:00Z"
    assert case.reported_at == "2026-03-24T15:00:00Z"
    assert case.name.en == "Leak suspected on 2026-03-24, pipe h11"


def test_the_larger_leak_is_first_and_a_repaired_one_has_no_place():
    small, large, past = cases_of(
        a_suspect(flow_m3h=2.0), a_suspect(since=30, flow_m3h=9.0), a_suspect(since=5, until=12)
    )
    assert (small.priority, large.priority, past.priority) == (2, 1, None)
    assert past.status == LeakStatus.REPAIRED


def test_what_a_person_said_is_kept_until_the_leak_has_stopped():
    [case] = cases_of(a_suspect())
    said = {case.id: replace(case, status="confirmed")}
    assert cases_of(a_suspect(), held=said)[0].status == "confirmed"
    assert cases_of(a_suspect(until=40), held=said)[0].status == "repaired"
    dismissed = {case.id: replace(case, status="dismissed")}
    assert cases_of(a_suspect(until=40), held=dismissed)[0].status == "dismissed"


def test_a_case_goes_only_where_it_may():
    assert stepped("a", None, "confirmed") is LeakStatus.CONFIRMED
    assert stepped("a", "repaired", "suspected") is LeakStatus.SUSPECTED
    with pytest.raises(LeakStepInvalid, match="confirmed"):
        stepped("a", "repaired", "confirmed")


def test_the_drawing_holds_the_whole_network_north_up():
    drawing = draw(PIPES, [("1", {"h11": 0.7, "gone": 0.3})])
    assert [one.pipe for one in drawing.likely] == ["h11"]
    points = [
        tuple(map(float, point.split()))
        for line in drawing.pipes.split(" M")
        for point in line.removeprefix("M").split("L")
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= drawing.height for x, y in points)
    south, north = (draw(PIPES, [("1", {p: 1.0})]).likely[0].path for p in ("h00", "h03"))
    assert float(south.split("L")[0].split()[1]) > float(north.split("L")[0].split()[1])


def in_degrees():
    text = town_inp().decode()
    head, tail = text.split("[COORDINATES]")
    body, _ = tail.split("[END]")
    lines = [line.split() for line in body.splitlines() if line.strip()]
    moved = "\n".join(
        f" {name} {128.6 + float(x) / 1e5:.6f} {35.8 + float(y) / 1e5:.6f}" for name, x, y in lines
    )
    inp = f"{head}[COORDINATES]\n{moved}\n\n[END]\n".encode()
    return read_network(inp)


def test_a_network_in_degrees_gives_a_place_and_its_true_shape():
    network = in_degrees()
    outcome = Outcome([a_suspect()], Fit(0.1, 0.01), np.ones(34))
    [case] = cases(outcome, NETWORK, network, SINCE, ({}, prices()))
    assert case.location["coordinates"] == pytest.approx([128.6018, 35.8012], abs=1e-4)
    flat, round_earth = draw(PIPES, []), draw(network, [])
    # 36 degrees north: the same streets stand a quarter taller than in a flat drawing.
    assert round_earth.height / flat.height == pytest.approx(1 / 0.811, rel=0.02)


def test_each_tap_hangs_at_the_nearest_junction():
    network = in_degrees()
    near_b2, near_j00 = [128.60721, 35.80361], [128.60002, 35.79999]
    taps = np.array([near_b2, near_b2, near_j00])
    assert customers_by_node(network, taps) == {"b2": 2, "j00": 1}
    assert customers_by_node(PIPES, taps) == {}  # a drawing in metres has no place on the earth
