"""A real client over CoAP on the loopback: it registers, is observed, sends, leaves."""

import asyncio
import json

import aiocoap
import aiocoap.resource
import cbor2
import pytest

from dalgu.devices.errors import CoapAddressInvalid
from dalgu.devices.intake import Intake
from dalgu.devices.lwm2m.records import SENML_CBOR
from dalgu.devices.lwm2m.server import Lwm2mServer, address_of
from dalgu.devices.registry import Registry, device_entity
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device
from dalgu.kernel.clock import SystemClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water import wire

METER = entity_id("WaterMeter", "1")
PORT = 56831


class MeterObject(aiocoap.resource.ObservableResource):
    """Object 3424 instance 0 of a simulated meter."""

    def __init__(self):
        super().__init__()
        self.volume_m3 = 12.5

    async def render_get(self, request):
        pack = [{-2: "/3424/0/", 0: "1", 2: self.volume_m3}, {0: "10", 4: self.volume_m3 > 13}]
        return aiocoap.Message(payload=cbor2.dumps(pack), content_format=SENML_CBOR)


async def told(folder, story):
    clock = SystemClock()
    hub = LocalHub.open(folder / "city.db", clock)
    registry = Registry(hub)
    await registry.register(
        [Device(id=device_entity("lwm2m:meter-1"), controlled_asset=METER, profile="water-decoded")]
    )
    intake = Intake(hub, registry, {"water-decoded": wire.decode_decoded}, clock)
    server = Lwm2mServer(intake, f"coap://127.0.0.1:{PORT}", clock)
    running = asyncio.create_task(server.run())
    await server.is_listening.wait()
    site, meter = aiocoap.resource.Site(), MeterObject()
    site.add_resource(("3424", "0"), meter)
    client = await aiocoap.Context.create_server_context(site, bind=("127.0.0.1", PORT + 1))
    try:
        async with asyncio.timeout(20):
            return await story(client, meter, hub, server)
    finally:
        await client.shutdown()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await hub.close()


async def ask(client, code, path, payload=b"", **options):
    message = aiocoap.Message(
        code=code, uri=f"coap://127.0.0.1:{PORT}{path}", payload=payload, **options
    )
    return await client.request(message).response


async def volumes(hub, wanted):
    """Wait until the meter has so many values, and return them, newest first."""
    while True:
        rows = await hub.history(METER, "volume") if await hub.count("WaterMeter") else []
        if len(rows) >= wanted:
            return [document["value"] for document, _ in rows]
        await asyncio.sleep(0.02)


def test_a_meter_registers_is_observed_and_sends(tmp_path):
    async def story(client, meter, hub, server):
        answer = await ask(client, aiocoap.POST, "/rd?ep=meter-1&lt=300", b"</3424/0>")
        assert answer.code == aiocoap.CREATED
        location = "/" + "/".join(answer.opt.location_path)
        await volumes(hub, 1)
        meter.volume_m3 = 13.25
        meter.updated_state()
        assert sorted(await volumes(hub, 2)) == [12.5, 13.25]
        assert (await hub.retrieve(METER))["alarms"]["value"] == ["leakage"]
        body = cbor2.dumps([{-2: "/3424/0/", 0: "1", 2: 14.0}])
        sent = await ask(client, aiocoap.POST, "/dp", body, content_format=SENML_CBOR)
        assert sent.code == aiocoap.CHANGED
        assert 14.0 in await volumes(hub, 3)
        assert (await ask(client, aiocoap.POST, location)).code == aiocoap.CHANGED
        assert (await ask(client, aiocoap.DELETE, location)).code == aiocoap.DELETED
        assert (await ask(client, aiocoap.POST, location)).code == aiocoap.NOT_FOUND
        [(_, message), *_] = await hub.messages(device="lwm2m:meter-1")
        assert message.transport == "coap"
        assert bytes.fromhex(json.loads(message.body)["payload"]) == body

    asyncio.run(told(tmp_path, story))


def test_who_has_not_registered_sends_nothing(tmp_path):
    async def story(client, meter, hub, server):
        answer = await ask(client, aiocoap.POST, "/dp", b"[]", content_format=110)
        assert answer.code == aiocoap.NOT_FOUND
        refused = await ask(client, aiocoap.POST, "/rd?lt=60", b"</3424/0>")
        assert refused.code == aiocoap.BAD_REQUEST
        assert b"endpoint" in refused.payload

    asyncio.run(told(tmp_path, story))


def test_a_broken_payload_is_refused_kept_and_stops_nobody(tmp_path):
    async def story(client, meter, hub, server):
        await ask(client, aiocoap.POST, "/rd?ep=meter-1", b"")
        answer = await ask(client, aiocoap.POST, "/dp", b"\xff\xff", content_format=SENML_CBOR)
        assert answer.code == aiocoap.BAD_REQUEST
        [(_, message)] = await hub.messages(refused=True)
        assert "CBOR" in message.refusal
        good = cbor2.dumps([{0: "/3424/0/1", 2: 1.0}])
        again = await ask(client, aiocoap.POST, "/dp", good, content_format=SENML_CBOR)
        assert again.code == aiocoap.CHANGED

    asyncio.run(told(tmp_path, story))


@pytest.mark.parametrize("url", ["http://0.0.0.0", "coap://", "coap://host:port"])
def test_an_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(CoapAddressInvalid):
        address_of(url)
