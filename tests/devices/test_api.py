"""The device entrance over HTTP, in process."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse

from dalgu.access.actor import Actor, Role
from dalgu.access.policy import Operation
from dalgu.devices.api import routes
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError

EUI = "70b3d50000000001"
DEVICE = f"lorawan:{EUI}"
TELEGRAM = b"1E44A5112233445516077A00000000"


async def as_problem(_request, error):
    return JSONResponse(error.problem(), error.status)


@asynccontextmanager
async def a_client(city):
    async with city() as c:
        app = Starlette(
            routes=routes(c.intake, c.registry, c.hub), exception_handlers={DalguError: as_problem}
        )
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
            yield c, client


def an_uplink(now) -> dict:
    return {"deviceInfo": {"devEui": EUI}, "time": iso(now), "data": "FRQ="}


def test_a_message_is_answered_with_its_receipt(city) -> None:
    async def story() -> None:
        async with a_client(city) as (c, client):
            await c.add(DEVICE)
            sent = an_uplink(c.clock.now())
            answer = await client.post("/devices/chirpstack?event=up", json=sent)
            assert answer.status_code == 200
            receipt = answer.json()
            assert receipt["refused"] == []
            assert json.loads((await c.hub.message(receipt["message_id"])).body) == sent
            again = (await client.post("/devices/chirpstack", json=sent)).json()
            assert (again["stored"], again["duplicates"]) == (0, receipt["stored"])
            joined = await client.post("/devices/chirpstack?event=join", json=sent)
            assert joined.status_code == 200

    asyncio.run(story())


def test_bare_hex_is_accepted_as_text(city) -> None:
    async def story() -> None:
        async with a_client(city) as (c, client):
            await c.add("wmbus:DME.55443322", "heartbeat")
            answer = await client.post(
                "/devices/oms", content=TELEGRAM, headers={"content-type": "text/plain"}
            )
            assert answer.status_code == 200

    asyncio.run(story())


@pytest.mark.parametrize(
    ("path", "content", "content_type", "status", "problem"),
    [
        ("/devices/chirpstack", b"{", "application/json", 400, "device-json-invalid"),
        ("/devices/chirpstack", b"{}", "application/json", 400, "device-field-invalid"),
        ("/devices/chirpstack?event=x", b"{}", "", 404, "device-format-unknown"),
        ("/devices/telex", b"", "text/plain", 404, "device-format-unknown"),
        ("/devices/oms", TELEGRAM, "text/plain", 404, "device-unknown"),
        ("/devices/oms", TELEGRAM, "image/png", 415, "device-content-type-unsupported"),
        ("/devices/oms", b"0" * 1_048_577, "text/plain", 413, "device-body-too-large"),
        ("/devices/registry", b'{"device":"a b"}', "application/json", 400, "device-field-invalid"),
        ("/devices/registry", b'{"device":"a:b","key":"x"}', "", 400, "device-field-invalid"),
        ("/devices/registry", b'{"device":"a:b","key":"00"}', "", 401, "sign-in-required"),
        ("/devices/registry", b'{"device":"a:b","kee":"00"}', "", 400, "device-field-invalid"),
        ("/devices/refused/replay?device=a:b", b"", "", 404, "device-unknown"),
    ],
)
def test_what_cannot_be_used_is_a_typed_problem(
    city, path, content, content_type, status, problem
) -> None:
    async def story() -> None:
        async with a_client(city) as (_, client):
            headers = {"content-type": content_type} if content_type else {}
            answer = await client.post(path, content=content, headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (
                status,
                f"urn:dalgu:problem:{problem}",
            )

    asyncio.run(story())


def test_a_refused_message_is_listed_and_replayed_after_registration(city) -> None:
    async def story() -> None:
        async with a_client(city) as (c, client):
            sent = an_uplink(c.clock.now())
            assert (await client.post("/devices/chirpstack", json=sent)).status_code == 404
            [refused] = (await client.get("/devices/refused")).json()["refused"]
            assert (refused["device"], refused["format"]) == (DEVICE, "chirpstack")
            registration = {
                "device": DEVICE,
                "profile": "hourly",
                "controlled_asset": "urn:ngsi-ld:Thermometer:t1",
                "declared_interval_s": 3600,
                "name": {"ko": "온도계", "en": "Thermometer"},
            }
            answer = await client.post("/devices/registry", json=[registration])
            assert answer.json() == {"registered": 1}
            replayed = await client.post(f"/devices/refused/replay?device={DEVICE}")
            assert replayed.json()["replayed"] == 1
            assert (await c.hub.types())["Thermometer"] == 1

    asyncio.run(story())


def test_the_registry_lists_pages_and_forgets(city) -> None:
    async def story() -> None:
        async with a_client(city) as (c, client):
            await c.add("parking:dongin/b1", "parking-guidance")
            await c.add("parking:dongin/b2", "parking-guidance")
            page = (await client.get("/devices/registry?limit=1&offset=1")).json()
            assert page["total"] == 2
            assert [one["device"] for one in page["devices"]] == ["parking:dongin/b2"]
            assert (await client.get("/devices/registry?limit=x")).status_code == 400
            gone = await client.delete("/devices/registry/parking:dongin/b1")
            assert gone.status_code == 204
            again = await client.delete("/devices/registry/parking:dongin/b1")
            assert again.status_code == 404
            assert len(c.registry) == 1

    asyncio.run(story())


def test_each_route_names_an_operation_of_the_policy(city) -> None:
    async def story() -> None:
        async with city() as c:
            assert {route.name for route in routes(c.intake, c.registry, c.hub)} <= set(Operation)

    asyncio.run(story())


@pytest.mark.parametrize(("role", "status"), [(Role.OPERATOR, 403), (Role.ADMINISTRATOR, 400)])
def test_only_who_may_keep_keys_registers_a_device_with_one(city, role, status) -> None:
    async def story() -> None:
        async with city() as c:
            inner = Starlette(
                routes=routes(c.intake, c.registry, c.hub),
                exception_handlers={DalguError: as_problem},
            )

            async def app(scope, receive, send):
                await inner({**scope, "actor": Actor("person:1", role)}, receive, send)

            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
                sent = {"device": DEVICE, "key": "00" * 16}
                answer = await client.post("/devices/registry", json=sent)
                # The administrator passes, and learns that this platform has no key ring.
                assert answer.status_code == status

    asyncio.run(story())
