"""The control desk in a real browser: choose by keys alone, be refused, read a decision."""

from datetime import UTC, datetime

import pytest
from tests.pages.axe import violations_in_each_theme
from tests.services.traffic.control.conftest import ByHand
from tests.services.traffic.measures.streets import network

from dalgu.access.actor import SYSTEM
from dalgu.devices.signals.field import Field
from dalgu.hub.types import Alert
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.control.control import Wish
from dalgu.services.traffic.control.state import Running
from dalgu.services.traffic.measures.detector_habits import Ailment, Finding
from dalgu.services.traffic.measures.detector_watch import alert_id
from dalgu.services.traffic.measures.detector_words import described, name_of
from dalgu.simulation.street import QueueStreet

pytestmark = pytest.mark.page

DESK = "/center/traffic/control"
SECONDS = 90


@pytest.fixture(scope="module")
def led(town):
    """Three signals that a controller has led for some time; the moment of a decision."""
    control = town.platform.opened["traffic"].rooms.control
    town.run(control.take_network(network(), SYSTEM))
    wish = Wish(("s0", "s1", "s2"), "horizon", Running.LIVE, "a fair try")
    town.run(control.choose(wish, SYSTEM))
    compiled, at_s = control.require(), float(int(town.clock.now().timestamp())) - SECONDS
    driver = ByHand(Field(compiled.timings, QueueStreet(compiled, at_s, 1)), at_s)
    driver.seconds = SECONDS
    town.run(control.live.follow(driver, compiled))
    frames = control.live.decisions.frames(at_s, at_s + SECONDS)
    town.run(town.platform.hub.upsert([a_fault()]))
    return datetime.fromtimestamp(frames[-1].at_s, UTC)


def a_fault():
    """A loop that counted nothing, as the nightly work tells of it."""
    finding = Finding(0, Ailment.SILENT, 0, 4_210, 17, 24, -1.0)
    return Alert(
        id=alert_id("w-s0_0"),
        name=name_of(finding, "w-s0_0", is_advance=False),
        description=described(finding, "2026-11-21"),
        category="traffic",
        sub_category="sensorFault",
        severity="medium",
        alert_source=entity_id("SignalController", "s0"),
        date_issued="2026-11-21T20:00:00Z",
        status="open",
    )


@pytest.mark.parametrize("language", ["ko"])  # the walk over all pages reads English
@pytest.mark.parametrize("path", ["", "/s1/decisions", "/s1/decisions/{at}"])
def test_axe_finds_nothing_in_any_theme(reader, led, language, path):
    made = reader(signed_in=True)
    page = made.open(f"/{language}{DESK}{path.format(at=led.isoformat().replace('+00:00', 'Z'))}")
    assert violations_in_each_theme(page) == {}
    assert made.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_decision_is_found_from_the_desk_and_made_again(reader, led):
    page = reader(signed_in=True).open(f"/en{DESK}")
    page.get_by_role("link", name="See decisions Junction 1").click()
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/decisions/*")
    assert page.get_by_text("Replayed: identical").is_visible()
    assert page.locator("ul.reasons li").count() >= 2
    assert page.locator("section", has=page.locator("#weighed")).locator("tbody tr").count() == 3


def test_the_desk_tells_which_detector_lies_and_why(reader, led):
    page = reader(signed_in=True).open(f"/en{DESK}")
    faults = page.locator("section", has=page.locator("#faults"))
    assert "Loop of lane w-s0_0: suspected dead" in faults.inner_text()
    assert "it counted 0 where 4,210 are usual" in faults.inner_text()
    faults.get_by_role("link", name="Junction 0").click()
    page.wait_for_url("**/signals/s0")


def test_a_controller_is_put_in_shadow_by_keys_alone_and_may_not_go_live_at_once(reader, led):
    page = reader(signed_in=True).open(f"/en{DESK}")
    page.locator("#scope").select_option("signal:s2")
    page.locator("#controller").select_option("learned")
    page.locator("#why").focus()
    page.keyboard.type("a try at the third")
    page.keyboard.press("Enter")
    page.wait_for_url("**chosen=1")
    assert page.get_by_text("a try at the third").is_visible()
    page.locator("#scope").select_option("signal:s2")
    page.locator("#controller").select_option("learned")
    page.locator("#mode").select_option("live")
    page.locator("#why").fill("now at once")
    page.get_by_role("button", name="Apply").click()
    refused = page.get_by_role("alert")
    assert "30 minutes" in refused.inner_text()
    assert page.locator("#why").input_value() == "now at once"
