"""A small city behind its real site on a real port, and a real browser to look at it."""

import asyncio
import base64
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from tests.pages.busy import made_busy

from dalgu import cities
from dalgu.access import passwords
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.app.site import site
from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.words import Priority
from dalgu.governance.entities import WaterSupplyRegister
from dalgu.hub.types import Alert, Device
from dalgu.kernel.clock import ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.services.parking.entities import OffStreetParking
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.web.static import VENDOR

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
NAME, PASSWORD = "chief", "three cats under a persimmon tree"
QUIET = (
    "--no-sandbox", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip  # none may reach for the network
# llvmpipe draws maps several times as fast as SwiftShader; pages without one cost the processor
# least where nothing plays a graphics card at all.
DRAWING = ("--use-angle=gl-egl", "--ignore-gpu-blocklist")
FLAT = ("--disable-gpu", "--disable-software-rasterizer")
GACHANG = "2231031"
METERS = 40
LOTS = 12
SEARCHES = 400  # tries of 25 ms until the port answers


@dataclass
class Town:
    """A running platform; `session` is an administrator's."""

    url: str
    platform: Platform
    loop: asyncio.AbstractEventLoop
    clock: ManualClock
    session: str = ""

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do work on the platform's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    @property
    def link(self) -> str:
        """The secret of a one-time link that nobody has used."""
        secret: str = self.run(self.platform.access.create_administrator_link())
        return secret

    def park(self, free: int) -> None:
        """Let a minute pass, and the guidance server of one car park speak."""
        self.run(self.clock.advance(timedelta(minutes=1)))
        at = self.clock.now()
        body = {"site": "bongsan", "at": iso(at), "lots": [{"lot": "1", "free": free, "total": 80}]}
        self.run(
            self.platform.intake.accept("parking", json.dumps(body).encode(), transport="http")
        )

    def raise_incident(self, title: str, priority: str = "P2", **more: Any) -> int:
        """Let somebody raise an incident; return its number."""
        deed = Raised(title, title, "water", "leak", Priority(priority), "hand", **more)
        raised = self.run(self.platform.rooms.incidents.raise_incident(deed))
        number: int = raised.number
        return number

    def raise_alert(self, key: str, severity: str = "high") -> str:
        """Let a rule suspect a leak."""
        alert = Alert(
            id=entity_id("Alert", "water", key),
            name=Text(f"누수 의심 {key}", f"Leak suspected {key}"),
            description=Text("밤에도 쉬지 않았습니다.", "It never rested at night."),
            category="water",
            severity=severity,
            status="open",
            alert_source=entity_id("WaterMeter", "0"),
            date_issued=iso(NOW),
            location={"type": "Point", "coordinates": [128.62, 35.8]},
        )
        self.run(self.platform.hub.upsert([alert]))
        return alert.id


def chirpstack(meter: int, at: datetime, volume_m3: float) -> bytes:
    """Return an uplink as ChirpStack sends it, its codec's fields in it."""
    return json.dumps(
        {
            "time": iso(at),
            "deviceInfo": {"devEui": f"{meter:016x}", "deviceName": f"meter {meter}"},
            "fCnt": 7,
            "fPort": 2,
            "data": base64.b64encode(b"Dalgu").decode(),
            "object": {"volume_m3": volume_m3},
        }
    ).encode()


async def furnish(platform: Platform) -> None:
    """Give the city registers and let its devices speak a week, by the door that all use."""
    await platform.registry.load()
    await platform.hub.upsert(registers())
    await platform.registry.register(devices())
    for hour in range(0, 169, 24):
        at = NOW - timedelta(hours=168 - hour)
        items = [
            ("chirpstack", chirpstack(meter, at, 100 + meter + hour * 0.02), at)
            for meter in range(METERS)
        ]
        await platform.intake.accept_many(items, transport="http")
    stranger = chirpstack(10_000, NOW, 1.0)
    await platform.intake.accept_many([("chirpstack", stranger, NOW)], transport="http")
    await platform.certification.assess()


def registers() -> list[Any]:
    place = {"type": "Point", "coordinates": [128.62, 35.8]}
    meters = [
        WaterMeter(
            id=entity_id("WaterMeter", str(meter)),
            name=Text(f"가창 계량기 {meter}", f"Gachang meter {meter}"),
            district=GACHANG,
            is_active=True,
            origin="synthetic",
            location={"type": "Point", "coordinates": [128.6 + meter / 1500, 35.8]},
        )
        for meter in range(METERS)
    ]
    lots = [
        OffStreetParking(
            id=entity_id("OffStreetParking", str(lot)),
            name=Text(f"봉산 주차장 {lot}", f"Bongsan car park {lot}"),
            total_spot_number=80,
            is_public=True,
            district="2201054",
            location={"type": "Point", "coordinates": [128.57 + lot / 200, 35.86 + lot % 4 / 100]},
        )
        for lot in range(LOTS)
    ]
    area = DistrictMeteredArea(
        id=entity_id("DistrictMeteredArea", "1"),
        name=Text("가창 1블록", "Gachang DMA 1"),
        district=GACHANG,
        consumption=12.5,
        meter_count=METERS,
        reads_received=METERS,
        origin="synthetic",
        location=place,
        observed_at=NOW,
    )
    register = WaterSupplyRegister(
        id=entity_id("WaterSupplyRegister", GACHANG), dong=GACHANG, active_meters=50
    )
    return [*meters, *lots, area, register]


def devices() -> list[Device]:
    meters = [
        Device(
            id=entity_id("Device", f"lorawan:{meter:016x}"),
            category="waterMeter",
            profile="water-decoded",
            controlled_asset=entity_id("WaterMeter", str(meter)),
            declared_interval=86_400.0,
            in_service=True,
        )
        for meter in range(METERS)
    ]
    guidance = Device(
        id=entity_id("Device", "parking:bongsan/1"),
        category="parkingSensor",
        profile="parking-guidance",
        controlled_asset=entity_id("OffStreetParking", "1"),
        declared_interval=600.0,
    )
    return [*meters, guidance]


async def serve(folder: Path, port: int, ready: threading.Event, town: list[Town]) -> None:
    clock = ManualClock(NOW)
    with Folder(folder) as kept:
        async with opened(Settings(data_dir=str(folder)), kept, lambda _: clock) as platform:
            await furnish(platform)
            app = site(platform, progress=lambda: None)
            server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
            server.config.timeout_graceful_shutdown = 1
            built = Town(f"http://localhost:{port}", platform, asyncio.get_running_loop(), clock)
            town.append(built)
            built.server = server  # type: ignore[attr-defined]
            access = platform.access
            session = await access.redeem_link(
                await access.create_administrator_link(), NAME, PASSWORD
            )
            built.session = session.secret
            ready.set()
            behind = [run for _, run in platform.rooms.works()]
            behind += [run for one in platform.opened.values() for run in one.works.values()]
            works = [asyncio.create_task(run()) for run in behind]
            await server.serve()
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)


@contextmanager
def running_town(folder: Path) -> Iterator[Town]:
    """Let a town live in a thread of its own; it is there when this begins."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 64)
        passwords._hasher.cache_clear()
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        ready, built = threading.Event(), []
        thread = threading.Thread(target=lambda: asyncio.run(serve(folder, port, ready, built)))
        thread.start()
        assert ready.wait(60), "the city did not come up"
        for _ in range(SEARCHES):
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", port)) == 0:
                    break
            time.sleep(0.025)
        yield built[0]
        built[0].server.should_exit = True
        thread.join(20)
        passwords._hasher.cache_clear()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One city for all pages."""
    with running_town(tmp_path_factory.mktemp("town") / "city") as built:
        yield built


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[tuple[str, ...]], Any]]:
    """Debian's Chromium, without a screen: one for each way of drawing, begun when asked for."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        begun: dict[tuple[str, ...], Any] = {}

        def browser(drawing: tuple[str, ...]) -> Any:
            if drawing not in begun:
                args = [*QUIET, *drawing]
                begun[drawing] = playwright.chromium.launch(executable_path=path, args=args)
            return begun[drawing]

        yield browser
        for one in begun.values():
            one.close()


@pytest.fixture(scope="session")
def libraries() -> None:
    """Skip what needs the browser libraries where the build could not fetch them."""
    if not (VENDOR / "STAMP").is_file():
        pytest.skip("The browser libraries are not built: pip install . with npm's registry")


class Reader:
    """A person before the browser; remembers what the console complained of."""

    def __init__(self, context: Any, town: Town) -> None:
        self.context = context
        self.town = town
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open_plain(self, path: str) -> Any:
        """Go to a page that no script will change."""
        self.page.goto(self.town.url + path)
        return self.page

    def open(self, path: str) -> Any:
        """Go to a page and wait until its map, if it has one, is there."""
        self.page.goto(self.town.url + path, wait_until="load")
        if self.page.locator("city-map").count():
            self.page.wait_for_selector("city-map[data-state]", timeout=30_000)
        return self.page


@pytest.fixture
def reader(chromium: Any, town: Town, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a maker of readers: signed in or not, with script or without, in a theme.

    Maps cost seconds where the processor draws them, so only tests that ask for `libraries` have
    WebGL; to the others pages show the server's drawing.
    """
    contexts = []
    browser = chromium(DRAWING if "libraries" in request.fixturenames else FLAT)

    def make(
        *, signed_in: bool = False, theme: str = "", script: bool = True, width: int = 1280
    ) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        contexts.append(context)
        cookies = {"dalgu_session": town.session} if signed_in else {}
        cookies |= {"theme": theme} if theme else {}
        context.add_cookies([{"name": k, "value": v, "url": town.url} for k, v in cookies.items()])
        return Reader(context, town)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def city() -> cities.City:
    """The model city."""
    return cities.load("daegu")


@pytest.fixture(scope="module")
def busy(town: Town) -> dict[str, str]:
    """What goes on in the town, by the ids that addresses of pages name."""
    return made_busy(town)
