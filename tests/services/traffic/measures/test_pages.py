"""The pages on a small road, drawn from a report and a log as the field would have told them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.services.traffic.measures.logs import START_S, cycle
from tests.services.traffic.measures.streets import (
    GROUPS,
    INTERGREEN_S,
    MAIN,
    STAGES,
    WALK,
    network,
)

from dalgu import cities
from dalgu.access.actor import SYSTEM
from dalgu.devices.signals.report import BINS, Report
from dalgu.devices.signals.timing import Timing
from dalgu.kernel.clock import ManualClock
from dalgu.services import traffic
from dalgu.services.traffic.control.event_log import EventLog
from dalgu.services.traffic.control.flows import Interval
from dalgu.services.traffic.control.refusals import SignalNotExisting
from dalgu.services.traffic.control.state import Running
from dalgu.services.traffic.measures import pages
from dalgu.services.traffic.measures.intersection import intersection_of
from dalgu.web.frame import Frame
from dalgu.web.problem import handlers
from dalgu.web.static import Static

NOW_S = START_S + 3_600.0
DATA = Path(__file__).parent / "data"


class Control:
    """What `control` offers, over a real event log; only the compilation is put by hand."""

    def __init__(self, folder, is_heard=True):
        self.streets = network(offsets=(0.0, 40.0, 0.0))
        each = [intersection_of(self.streets, one) for one in self.streets.signals]
        lanes = [tuple(lane.lane.id for lane in one.lanes) for one in each]
        first = np.cumsum([0, *(len(one) for one in lanes)])
        self.compiled = SimpleNamespace(
            network=self.streets,
            timings=tuple(
                Timing(one.id, GROUPS, INTERGREEN_S, STAGES, one.plans, of)
                for one, of in zip(self.streets.signals, lanes, strict=True)
            ),
            layout=SimpleNamespace(
                lanes=tuple(lane for of in lanes for lane in of),
                lane_first=first,
                group_first=np.arange(4) * len(GROUPS),
            ),
        )
        log = EventLog(folder)
        log.append(events())
        size = int(first[-1])
        heard = [Interval(NOW_S, 300.0, np.full(size, 30.0), *([np.full(size, 0.4)] * 3))]
        self.live = SimpleNamespace(
            events=log,
            flows=SimpleNamespace(kept=heard) if is_heard else None,
            report=report(size) if is_heard else None,
        )
        self.proposed = {}

    def network(self):
        return self.streets

    def require(self):
        return self.compiled

    def position(self, signal):
        if signal not in ("s0", "s1", "s2"):
            raise SignalNotExisting(signal)
        return int(signal[1:])

    def mode_of(self, signal):
        return Running.PLAN

    def controller_of(self, signal):
        return ""

    def choices(self):
        return {}

    async def propose_plan(self, signal, plan, why, actor):
        self.proposed[signal] = plan
        return len(self.proposed)


def events():
    rows = []
    for place, offset in enumerate((0.0, 40.0, 0.0)):
        for at in range(0, 3_600, 80):
            rows += [(at + offset + t, place, c, p) for t, c, p in cycle(0.0, MAIN + 1, green=40.0)]
            rows += [(at + offset + t, place, c, p) for t, c, p in cycle(45.0, 2, green=25.0)]
            rows += [(at + offset + 40.0, place, 6, MAIN + 1)]
            rows += [(at + offset + t, place, 82, 101) for t in (3.0, 30.0, 60.0)]
            rows += [(at + offset + 45.0, place, 21, WALK + 1), (at + offset + 52.0, place, 22, 4)]
            rows += [(at + offset + 20.0, place, 90, WALK + 1)]
    return np.array([(START_S + at, *row) for at, *row in rows])


def report(lanes):
    groups = 3 * len(GROUPS)
    return Report(
        at_s=NOW_S,
        stage=np.zeros(3, int),
        stage_age_s=np.full(3, 12.0),
        changing_s=np.zeros(3),
        mode=np.zeros(3, int),
        cause=np.zeros(3, int),
        light=np.tile([2, 0, 1, 0], 3),
        light_age_s=np.full(groups, 12.0),
        called_s=np.tile([0.0, 0.0, 0.0, 9.0], 3),
        queue_veh=np.arange(lanes, dtype=float),
        arriving_veh=np.zeros((lanes, BINS)),
        waiting_s=np.zeros(lanes),
        passed_veh=np.zeros(lanes),
        speed_mps=np.full(lanes, np.nan),
        exit_room_veh=np.full(lanes, 50.0),
        fault=np.zeros(lanes, bool),
        events=np.empty((0, 4)),
    )


class AsSystem:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        scope["actor"] = SYSTEM
        await self.app(scope, receive, send)


@pytest.fixture
def control(tmp_path):
    return Control(tmp_path)


def client_of(control):
    clock = ManualClock(datetime.fromtimestamp(NOW_S, UTC))
    folder = Path(traffic.__file__).parent / "pages"
    frame = Frame(cities.load("daegu"), clock, Static(), folders={"traffic": folder})
    desk = SimpleNamespace(
        ground=SimpleNamespace(clock=clock), rooms=SimpleNamespace(control=control), frame=frame
    )
    routes = [
        Route(f"/{language}{one.path}", one.endpoint, methods=list(one.methods))
        for language in ("ko", "en")
        for one in pages.routes(desk)
    ]
    app = Starlette(routes=routes, exception_handlers=handlers(frame))
    return TestClient(AsSystem(app), follow_redirects=False)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "signals/s1",
        "signals/s1?hours=1&group=1&plan=night",
        "signals/s1?until=1970-01-01T00:00&hours=999999999&group=x",
        "signals/s1/now",
        "corridors",
        "corridors/main",
        "corridors/main?show=plan&from=s1&to=s2&minutes=5",
        "corridors/main?plan=night&better=fair",
        "replay",
    ],
)
def test_every_page_is_drawn(control, language, path):
    answer = client_of(control).get(f"/{language}/center/traffic/{path}")
    assert answer.status_code == 200


def test_an_intersection_shows_its_lights_saturation_and_measures(control):
    text = client_of(control).get("/en/center/traffic/signals/s1").text
    assert "Junction 1" in text
    assert 'class="head green"' in text
    assert text.count('class="lane"') == 10
    # 360 veh/h in each lane, 0.4 of the 80 s cycle: v/c of the main road
    assert f"{720 / (3_400 * 31 / 80):.2f}" in text
    assert "66 %" in text or "67 %" in text  # two of three arrivals meet green


def test_an_intersection_shows_how_long_was_waited_and_says_what_it_cannot_know(control):
    text = client_of(control).get("/en/center/traffic/signals/s1").text
    for title in ("Delay in red", "Cycle lengths of ", "From button to walk", "People who"):
        assert f'role="group" aria-label="{title}' in text
    assert "logs no calls of groups" in text
    assert "Which length was planned, this controller does not log" in text
    rows = events()
    control.live.events = EventLog(control.live.events._folder / "without")
    control.live.events.append(rows[rows[:, 2] != 90])
    text = client_of(control).get("/en/center/traffic/signals/s1").text
    assert "There is no pedestrian button here" in text
    assert "From button to walk" not in text


def test_without_a_field_the_page_says_so_and_still_shows_the_log(tmp_path):
    text = client_of(Control(tmp_path, is_heard=False)).get("/en/center/traffic/signals/s1").text
    assert "The controller is silent" in text
    assert 'class="area green"' in text


def test_a_corridor_whose_signals_alternate_has_full_bands_and_no_stops(control):
    text = client_of(control).get("/en/center/traffic/corridors/main").text
    assert text.count('<span data-part="value">40.0</span>') == 2
    assert "0.0 / 0.0" in text
    assert 'class="band out"' in text


def test_better_offsets_are_proposed_to_every_signal_that_must_change(control):
    control.streets = network(offsets=(0.0, 0.0, 0.0))
    control.compiled.network = control.streets
    control.compiled.timings = tuple(
        Timing(one.id, GROUPS, INTERGREEN_S, STAGES, one.plans, old.detectors)
        for one, old in zip(control.streets.signals, control.compiled.timings, strict=True)
    )
    client = client_of(control)
    page = client.get("/en/center/traffic/corridors/main?better=fair").text
    assert "No offsets give more." in page
    answer = client.post("/en/center/traffic/corridors/main/proposals?better=fair")
    assert answer.status_code == 303
    assert {signal: plan.offset_s for signal, plan in control.proposed.items()} == {"s1": 40.0}


def test_a_log_is_measured_from_its_file_and_detectors(control):
    files = {
        "events": ("log.csv.gz", (DATA / "controller_1136.csv.gz").read_bytes()),
        "detectors": ("detectors.csv", (DATA / "detectors_1136.csv").read_bytes()),
    }
    answer = client_of(control).post(
        "/en/center/traffic/replay", files=files, data={"phase": "6", "device": ""}
    )
    assert answer.status_code == 200
    assert "9,297" in answer.text
    assert "Coordination of 6" in answer.text
    assert "51 %" in answer.text
    assert answer.text.count('class="bars"') == 4  # in red, from call, from button, people
    assert "43.9" in answer.text  # s from call to green of phase 8


def test_a_file_that_is_no_log_is_refused_with_the_way_out(control):
    client = client_of(control)
    answer = client.post("/ko/center/traffic/replay", files={"events": ("x.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 400
    assert "time 열이 없습니다" in answer.text
    nothing = client.post("/en/center/traffic/replay", files={"events": ("", b"")})
    assert "is required" in nothing.text


def test_the_log_goes_back_to_when_it_is_asked_for(control):
    early = datetime.fromtimestamp(START_S, UTC) - timedelta(days=1)
    text = (
        client_of(control)
        .get("/en/center/traffic/signals/s1", params={"until": early.isoformat()})
        .text
    )
    assert "No events in this time." in text
