"""One list of checks for every city service. A new service is born red until it is whole.

A new decoder joins by one line in `EXAMPLES`: a message that its device really sends.
"""

import asyncio
import importlib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from dalgu import cities, services
from dalgu.access.actor import ANONYMOUS
from dalgu.access.policy import POLICY
from dalgu.devices.uplink import Uplink
from dalgu.devices.wmbus.address import address
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.model import Entity, Quantity
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import InvalidInput, NotExisting
from dalgu.kernel.ids import entity_id
from dalgu.kernel.units import UNITS
from dalgu.service import Asked, Page, Service
from dalgu.services.parking import wire as parking
from dalgu.services.traffic import tracking
from dalgu.services.traffic import wire as traffic
from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.services.traffic.pedestrians.turning import Turned
from dalgu.services.traffic.pedestrians.wire import Given, encode_turns, encode_watch
from dalgu.services.water import wire as water
from dalgu.services.water.billing.entities import WaterAccount, WaterBill
from dalgu.services.water.billing.links import set_link
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.web.frame import Frame
from dalgu.web.static import Static

NOW = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
HEADINGS = (
    "What it gives the city",
    "Standards",
    "Entity types",
    "Try it",
    "Measured",
    "Known limits",
)
HANGUL = re.compile(r"[가-힣]")
MANY = 10_000

SERVICES = services.load()
DECODERS = [(service, name) for service in SERVICES for name in service.decoders]
PAGES = [(service, page) for service in SERVICES for page in service.pages]
PAGES_OF_CITY = [(service, page) for service, page in PAGES if "{" not in page.path]
PAGES_OF_THINGS = [(service, page) for service, page in PAGES if "{" in page.path]
ENTITIES = [(service, entity) for service in SERVICES for entity in service.entities]


def an_uplink(kind: str, at: datetime = NOW, **parts) -> Uplink:
    return Uplink("test:1", entity_id(kind, "1"), at, at, **parts)


def five_minutes(at: datetime) -> dict:
    return traffic.encode_count("1", at - timedelta(minutes=5), at, {"car": 9})


# What the center lays around each page of a service: its map and the live stream.
AROUND = {
    "label": "map",
    "map_layers": [],
    "stream_layers": "",
    "picture": "",
    "focus": None,
    "asked": Asked(),
    "refusal": None,
}

# What a page that names a part in its path is asked for; `settle` puts these into a city.
PARTS = {
    "meter": entity_id("WaterMeter", "1"),
    "district": entity_id("DistrictMeteredArea", "1"),
    "account": entity_id("WaterAccount", "1"),
    "bill": entity_id("WaterBill", "1"),
    "secret": "S3cr3t-_" * 5 + "abc",
}

METER = address("KAM", "12345678", version=1, device_type=7)
# A push without a clock of its own: 8-0:1.0.0 = 12,345 L.
DLMS_PUSH = bytes.fromhex("0f0000000100 0201 0203 09060800010000ff 0600003039 02020ffd160d")
EXAMPLES: dict[str, Callable[[datetime], Uplink]] = {
    "water-oms": lambda at: an_uplink("WaterMeter", at, payload=water.encode_oms(METER, 1234)),
    "water-hourly": lambda at: an_uplink(
        "WaterMeter",
        at,
        payload=water.encode_hourly(HourlyFrame(at, tuple(range(9000, 8760, -10)))),
    ),
    "water-decoded": lambda at: an_uplink(
        "WaterMeter", at, values=water.encode_decoded([(at, 9.0), (at - timedelta(hours=1), 8.9)])
    ),
    "water-pressure": lambda at: an_uplink(
        "PressureLogger",
        at,
        values=water.encode_pressure([(at - timedelta(hours=k), 131.5 + k) for k in range(24)]),
    ),
    "water-dlms": lambda at: an_uplink("WaterMeter", at, payload=DLMS_PUSH),
    "parking-guidance": lambda at: an_uplink(
        "OffStreetParking", at, values=parking.encode_guidance("1", 12, 80)
    ),
    "parking-count": lambda at: an_uplink(
        "OnStreetParking", at, payload=parking.encode_count(20, 13)
    ),
    "camera-count": lambda at: an_uplink("TrafficFlowObserved", at, values=five_minutes(at)),
    "vehicle-position": lambda at: an_uplink(
        "Vehicle", at, values=tracking.encode_position(128.6, 35.87, speed_kph=31.0, heading=270.0)
    ),
    "crossing-watch": lambda at: an_uplink(
        "PedestrianCrossing",
        at,
        values=encode_watch(3, 1, 4.0, cautions=[Given("turning", 1.2, 2.4, 0.7)], encounters=[1.1])
        | encode_turns([Turned(TurnDuty.STOP, has_stopped=True)]),
    ),
}


def ids(pairs):
    return [
        f"{service.name}-{getattr(it, 'path', None) or getattr(it, 'type', it)}"
        for service, it in pairs
    ]


def folder_of(service: Service) -> Path:
    module = importlib.import_module(f"dalgu.services.{service.name}")
    return Path(module.__file__).parent


def tell(folder: Path, story):
    """Run a story, a coroutine function of a fresh hub and its clock."""

    async def whole():
        clock = ManualClock(NOW)
        hub = LocalHub.open(folder / "city.db", clock)
        try:
            return await story(hub, clock)
        finally:
            await hub.close()

    return asyncio.run(whole())


async def remembered(hub: LocalHub) -> list:
    """All that the hub holds, without when it was touched."""
    held = []
    for kind in await hub.types():
        async for document in hub.every(kind):
            held.append({k: v for k, v in document.items() if k not in ("modifiedAt", "createdAt")})
            for attribute in document:
                if isinstance(document[attribute], dict):
                    rows = await hub.history(document["id"], attribute, last=1000)
                    held.append((document["id"], attribute, len(rows)))
    return held


async def fill(hub: LocalHub, service: Service) -> None:
    """Let every kind of device of the service speak for four days."""
    for name, decode in service.decoders.items():
        for hours in range(96, -1, -1):
            uplink = EXAMPLES[name](NOW - timedelta(hours=hours))
            message = Message(uplink.received_at, "http", "test", uplink.device, b"{}")
            await hub.ingest([Delivery(message, decode(uplink))])


async def settle(hub: LocalHub, clock: ManualClock) -> None:
    """Put into a city what its pages of things are asked for."""
    account, meter = PARTS["account"], PARTS["meter"]
    await hub.upsert(
        [
            WaterMeter(id=meter, dma=PARTS["district"], is_active=True),
            DistrictMeteredArea(id=PARTS["district"], mains_length=5e3, connections=9),
            WaterAccount(id=account, meter=meter, usage_class="household"),
            WaterBill(
                id=PARTS["bill"],
                account=account,
                meter=meter,
                period="2026-02",
                register_from=1.0,
                register_to=9.0,
                consumption=8.0,
                amount=9000,
                status="draft",
                period_from="2026-02-01",
                period_to="2026-02-28",
                tariff="daegu",
                tariff_digest="0" * 64,
            ),
        ]
    )
    await set_link(hub, clock, ANONYMOUS, account, PARTS["secret"])


def an_entity(kind: type[Entity], number: int) -> Entity:
    """An entity with a value in every numeric and countable attribute."""
    hints = get_type_hints(kind)
    values = {a.field: 5.0 for a in kind.attributes if hints[a.field] == Quantity}
    values |= {a.field: 5 for a in kind.attributes if hints[a.field] == int | None}
    values |= {a.field: True for a in kind.attributes if hints[a.field] == bool | None}
    at = NOW - timedelta(minutes=5)
    return kind(id=entity_id(kind.type, str(number)), observed_at=at, origin="synthetic", **values)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_readme_says_what_a_city_wants_to_know(service):
    text = (folder_of(service) / "README.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert tuple(headings) == HEADINGS
    assert all(entity.type in text for entity in service.entities)
    assert all(f"`{name}`" in text for name in service.decoders)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_title_speaks_korean_and_english(service):
    parts = [*service.jobs, *service.pages]
    texts = [service.title, service.summary, *(part.title for part in parts)]
    assert all(HANGUL.search(text.ko) for text in texts)
    assert all(text.en and not HANGUL.search(text.en) for text in texts)


@pytest.mark.parametrize(("service", "kind"), ENTITIES, ids=ids(ENTITIES))
def test_every_quantity_has_a_unit_and_nothing_else_is_measured(service, kind):
    hints = get_type_hints(kind)
    for attribute in kind.attributes:
        assert (hints[attribute.field] == Quantity) == (attribute.unit is not None)
        assert attribute.unit is None or attribute.unit in UNITS


def test_no_two_services_claim_one_name():
    for named in (
        [service.name for service in SERVICES],
        [entity.type for service in SERVICES for entity in service.entities],
        [name for _, name in DECODERS],
        [job.name for service in SERVICES for job in service.jobs],
        [page.path for _, page in PAGES],
    ):
        assert len(named) == len(set(named))


def test_every_route_names_its_operation():
    assert all(route.name in POLICY for service in SERVICES for route in service.routes)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_journey_goes_through_the_service(service):
    journeys = Path(__file__).parents[1] / "journeys"
    told = [path.read_text("utf-8") for path in journeys.glob("test_*.py")]
    assert any(f"dalgu.services.{service.name}" in text for text in told)


@pytest.mark.parametrize(("service", "name"), DECODERS, ids=ids(DECODERS))
def test_a_decoder_gives_dated_entities_of_its_service(service, name):
    uplink = EXAMPLES[name](NOW)
    decoded = service.decoders[name](uplink)
    assert decoded[0].id == uplink.entity  # what else it tells of are events of that thing
    for entity in decoded:
        assert type(entity) in service.entities
        assert entity.observed_at is not None
        assert entity.observed_at <= NOW


@pytest.mark.parametrize(("service", "name"), DECODERS, ids=ids(DECODERS))
def test_what_is_decoded_survives_its_ngsi_ld_document(service, name):
    for entity in service.decoders[name](EXAMPLES[name](NOW)):
        assert type(entity).from_document(entity.to_document()) == entity


@pytest.mark.parametrize(("service", "name"), DECODERS, ids=ids(DECODERS))
@given(
    payload=st.binary(max_size=60),
    values=st.dictionaries(
        st.sampled_from(
            ["free", "total", "from", "to", "counts", "values", "volume_m3", "data", "lon", "lat"]
        ),
        st.none() | st.integers() | st.floats() | st.text(max_size=6) | st.lists(st.none()),
    ),
)
def test_a_decoder_reads_noise_or_refuses_it_with_a_type(service, name, payload, values):
    uplink = replace(EXAMPLES[name](NOW), payload=payload, values=values)
    with suppress(InvalidInput):
        service.decoders[name](uplink)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_jobs_pass_on_an_empty_city_and_write_nothing(service, tmp_path):
    async def story(hub, clock):
        for job in service.jobs:
            await job.run(hub, clock)
        return await hub.head()

    assert tell(tmp_path, story) == 0


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_job_that_runs_twice_leaves_what_one_run_left(service, tmp_path):
    async def story(hub, clock):
        await fill(hub, service)
        for job in service.jobs:
            await job.run(hub, clock)
        once = await remembered(hub)
        for job in service.jobs:
            await job.run(hub, clock)
        return once, await remembered(hub)

    once, twice = tell(tmp_path, story)
    assert once == twice


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_jobs_speak_of_entities_the_hub_can_show(service, tmp_path):
    async def story(hub, clock):
        await fill(hub, service)
        for job in service.jobs:
            await job.run(hub, clock)
        return [kind for kind in await hub.types() if kind != "Alert"]

    assert set(tell(tmp_path, story)) <= {entity.type for entity in service.entities}


@pytest.mark.parametrize(("service", "page"), PAGES_OF_CITY, ids=ids(PAGES_OF_CITY))
def test_a_page_is_drawn_for_an_empty_and_for_a_living_city(service, page, tmp_path):
    async def story(hub, clock):
        empty = in_both(service, page, await page.data(hub, clock, Asked()), clock)
        await fill(hub, service)
        for job in service.jobs:
            await job.run(hub, clock)
        return [*empty, *in_both(service, page, await page.data(hub, clock, Asked()), clock)]

    for title, html in tell(tmp_path, story):
        assert title in html
        assert "None" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize(("service", "page"), PAGES_OF_THINGS, ids=ids(PAGES_OF_THINGS))
def test_a_page_of_a_thing_is_drawn_where_it_is_and_refused_where_not(service, page, tmp_path):
    async def story(hub, clock):
        with pytest.raises(NotExisting):
            await page.data(hub, clock, Asked(PARTS))
        await settle(hub, clock)
        await fill(hub, service)
        for job in service.jobs:
            await job.run(hub, clock)
        return in_both(service, page, await page.data(hub, clock, Asked(PARTS)), clock)

    for title, html in tell(tmp_path, story):
        assert title in html
        assert "None" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_pages_hold_ten_thousand_entities(service, tmp_path):
    async def story(hub, clock):
        first, *others = service.entities
        await hub.upsert([an_entity(first, number) for number in range(MANY)])
        for kind in others:
            await hub.upsert([an_entity(kind, number) for number in range(MANY // 10)])
        await settle(hub, clock)
        return [
            (page, drawn(service, page, await page.data(hub, clock, Asked(PARTS)), clock, "ko"))
            for page in service.pages
        ]

    for page, html in tell(tmp_path, story):
        assert page.title.ko in html
        assert len(html) < 2_000_000, page.path


def in_both(service: Service, page: Page, data, clock: ManualClock) -> list[tuple[str, str]]:
    """The page's title and text in Korean and in English."""
    return [
        (page.title.say(language), drawn(service, page, data, clock, language))
        for language in ("ko", "en")
    ]


def drawn(service: Service, page: Page, data, clock: ManualClock, language: str) -> str:
    """The page as a reader gets it."""
    frame = Frame(
        cities.load("daegu"), clock, Static(), folders={service.name: folder_of(service) / "pages"}
    )
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/{language}{page.path}",
        "query_string": b"",
        "headers": [],
    }
    answer = frame.render(Request(scope), f"{service.name}/{page.template}", **{**AROUND, **data})
    return answer.body.decode()
