"""A device that names a codec has its bytes decoded by it; what is refused is replayed."""

import asyncio
import base64
import json
import struct
from datetime import timedelta

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse

from dalgu.devices.api import routes
from dalgu.devices.codecs.adding import Adding, NewCodec, add_codec, list_codecs
from dalgu.devices.codecs.entities import PayloadCodec
from dalgu.devices.codecs.errors import (
    CodecNameInvalid,
    CodecNameTaken,
    CodecUnknown,
    CodecUnloadable,
    MappingUnknown,
)
from dalgu.devices.codecs.shelf import codec_entity
from dalgu.devices.intake import Intake
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.services.water import wire

EUI = "70b3d50000000001"
DEVICE = f"lorawan:{EUI}"
DAY = timedelta(days=1)
SOURCE = "function decodeUplink(input) { return {data: {temperature: input.bytes[0] / 2}}; }"
HALF = NewCodec("half-degrees", SOURCE, vendor="Ours", licence="Apache-2.0")


def an_uplink(now, payload=b"\x2b", f_port=2) -> bytes:
    data = base64.b64encode(payload).decode()
    message = {"deviceInfo": {"devEui": EUI}, "time": iso(now), "data": data, "fPort": f_port}
    return json.dumps(message).encode()


async def add(c, new=HALF, **how):
    adding = Adding(c.clock.now(), "tester", **how)
    added = await add_codec(c.hub, c.registry.codecs.host, new, adding)
    await c.registry.codecs.refresh(added.id)
    return added


async def temperatures(c, asset):
    now, week = c.clock.now(), timedelta(days=7)
    return (await c.hub.series(asset, "temperature", now - week, now + week)).value.tolist()


def test_the_fields_of_a_codec_reach_the_profile(city) -> None:
    async def story() -> None:
        async with city() as c:
            added = await add(c)
            assert await c.hub.kept(added.digest) == SOURCE.encode()
            asset = await c.add(DEVICE, "fields", codec=codec_entity("half-degrees"))
            await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")
            assert await temperatures(c, asset) == [21.5]

    asyncio.run(story())


def test_what_came_before_the_codec_is_replayed_after_it(city) -> None:
    async def story() -> None:
        async with city() as c:
            asset = await c.add(DEVICE, "fields", codec=codec_entity("half-degrees"))
            body = an_uplink(c.clock.now())
            with pytest.raises(CodecUnknown):
                await c.intake.accept("chirpstack", body, transport="http")
            await add(c)
            [_] = await c.intake.replay_refused(DEVICE)
            assert await temperatures(c, asset) == [21.5]

    asyncio.run(story())


def test_a_codec_that_loops_refuses_its_messages_and_no_others(city) -> None:
    async def story() -> None:
        async with city() as c:
            await add(c, NewCodec("loop", "function decodeUplink(i) { while (true) {} }"))
            await c.add(DEVICE, "fields", codec=codec_entity("loop"))
            other = await c.add("lorawan:70b3d50000000002")
            second = an_uplink(c.clock.now()).replace(EUI.encode(), b"70b3d50000000002")
            items = [("chirpstack", an_uplink(c.clock.now()), None), ("chirpstack", second, None)]
            await c.intake.accept_many(items, transport="mqtt")
            assert await temperatures(c, other) == [43.0]
            [(_, refused)] = await c.hub.messages(refused=True)
            assert "'loop' was stopped" in refused.refusal
            await add(c, NewCodec("loop", SOURCE), replaces=True)
            assert len(await c.intake.replay_refused(DEVICE)) == 1

    asyncio.run(story())


def test_a_mapping_makes_the_read_canonical(city) -> None:
    async def story() -> None:
        async with city() as c:
            source = "function Decoder(bytes) { return {MeterReading: bytes[0]}; }"
            await add(c, NewCodec("taps", source, mapping="talkpool-oy1320"))
            await add(c, NewCodec("native-taps", native="talkpool-oy1320"))
            registered = [codec.mapping for codec in await list_codecs(c.hub)]
            assert registered == ["talkpool-oy1320", "talkpool-oy1320"]

    asyncio.run(story())


def test_another_process_sees_a_codec_by_the_events_of_the_hub(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.registry.load()
            await add_codec(c.hub, c.registry.codecs.host, HALF, Adding(c.clock.now(), None))
            await c.registry.catch_up()
            asset = await c.add(DEVICE, "fields", codec=codec_entity("half-degrees"))
            await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")
            assert await temperatures(c, asset) == [21.5]
            await c.hub.delete(codec_entity("half-degrees"))
            await c.registry.catch_up()
            with pytest.raises(CodecUnknown):
                await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")

    asyncio.run(story())


def test_the_same_text_twice_is_one_codec_and_another_must_be_asked_for(city) -> None:
    async def story() -> None:
        async with city() as c:
            first, second = await add(c), await add(c)
            assert first.digest == second.digest
            changed = NewCodec("half-degrees", SOURCE + "\n")
            with pytest.raises(CodecNameTaken):
                await add(c, changed)
            replaced = await add(c, changed, replaces=True)
            assert replaced.digest != first.digest
            assert await c.hub.kept(first.digest) == SOURCE.encode()

    asyncio.run(story())


def test_a_codec_without_its_text_keeps_no_city_from_starting(city) -> None:
    async def story() -> None:
        async with city() as c:
            lost = [None, "0" * 64, await c.hub.keep(b"\xff\xfe")]
            await c.hub.upsert(
                PayloadCodec(id=codec_entity(f"lost-{n}"), digest=digest)
                for n, digest in enumerate(lost)
            )
            await c.registry.load()
            for n, _ in enumerate(lost):
                await c.add(DEVICE, "fields", codec=codec_entity(f"lost-{n}"))
                with pytest.raises(DalguError):
                    await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")
            assert len(await c.hub.messages(refused=True)) == len(lost)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewCodec("Half Degrees", SOURCE), CodecNameInvalid),
        (NewCodec("a", "function ("), CodecUnloadable),
        (NewCodec("a"), CodecUnloadable),
        (NewCodec("a", native="nobody"), CodecUnknown),
        (NewCodec("a", SOURCE, mapping="nowhere"), MappingUnknown),
    ],
)
def test_what_cannot_be_used_is_not_added(city, new, error) -> None:
    async def story() -> None:
        async with city() as c:
            with pytest.raises(error):
                await add(c, new)
            assert await list_codecs(c.hub) == []

    asyncio.run(story())


def test_codecs_are_added_listed_and_tried_over_http(city) -> None:
    async def as_problem(_request, error):
        return JSONResponse(error.problem(), error.status)

    async def story() -> None:
        async with city() as c:
            table = routes(c.intake, c.registry, c.hub)
            app = Starlette(routes=table, exception_handlers={DalguError: as_problem})
            door = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=door, base_url="http://city") as client:
                sent = {"name": "half-degrees", "source": SOURCE, "title": {"en": "Half"}}
                added = (await client.post("/devices/codecs", json=sent)).json()
                assert len(added["digest"]) == 64
                listed = (await client.get("/devices/codecs")).json()
                assert listed["codecs"] == [added]
                assert "talkpool-oy1320" in listed["native"]
                trial = {"bytes": "2b", "f_port": 2}
                told = await client.post("/devices/codecs/half-degrees/try", json=trial)
                assert told.json()["data"] == {"temperature": 21.5}
                loop = {**trial, "source": "function Decoder() { while (true) {} }"}
                stopped = await client.post("/devices/codecs/any/try", json=loop)
                assert stopped.json()["type"].endswith("payload-codec-stopped")
                absent = await client.post("/devices/codecs/nobody/try", json=trial)
                assert absent.status_code == 404
                await client.post(
                    "/devices/registry", json={"device": DEVICE, "codec": "half-degrees"}
                )
                [device] = (await client.get("/devices/registry")).json()["devices"]
                assert device["codec"] == "half-degrees"

    asyncio.run(story())


def test_a_day_of_an_axioma_meter_becomes_24_registers_of_the_water_service(city) -> None:
    async def story() -> None:
        async with city() as c:
            await add(c, NewCodec("w1", native="axioma-qalcosonic-w1"))
            asset = EntityId("urn:ngsi-ld:WaterMeter:1")
            more = {"controlled_asset": asset, "codec": codec_entity("w1")}
            await c.add(DEVICE, "water-decoded", **more)
            at = c.clock.now()
            head = struct.pack("<BIBI", 1, int(at.timestamp()) + 754, 0x20, 5_938)
            deltas = sum(litres << 14 * n for n, litres in enumerate(range(23)))
            body = an_uplink(at, head + deltas.to_bytes(41, "little"), f_port=100)
            decoders = {wire.DECODED_PROFILE: wire.decode_decoded}
            water = Intake(c.hub, c.registry, decoders, c.clock)
            await water.accept("chirpstack", body, transport="http")
            series = await c.hub.series(asset, "volume", at - DAY, at + DAY)
            assert series.value.tolist() == [
                pytest.approx(5.938 + sum(range(n)) / 1000) for n in range(24)
            ]
            assert series.at_s[-1] == at.timestamp()
            assert (await c.hub.retrieve(asset))["alarms"]["value"] == ["leakage"]

    asyncio.run(story())
