"""A source that is down, slow, endless or lying costs little, and the client is told."""

import asyncio
import gzip
from datetime import timedelta

import httpx2
import pytest

from dalgu.hub.federation import courier
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.outgoing import Reach

CAR = "urn:ngsi-ld:Vehicle:1"
RED = {"value": "red", "observedAt": "2026-01-01T00:00:00Z"}
OPERATIONS = {"operations": ["federationOps", "retrieveTemporal", "queryTemporal"]}
DEEP = b"[" * 200_000
WINDOW = "timerel=after&timeAt=2020-01-01T00:00:00Z"
READS = (
    f"/entities/{CAR}",
    "/entities?type=Vehicle",
    "/entities?type=Vehicle&entityMap=true",
    f"/temporal/entities/{CAR}?{WINDOW}",
    f"/temporal/entities?type=Vehicle&{WINDOW}",
    f"/temporal/entities?type=Vehicle&entityMap=true&{WINDOW}",
    "/types",
    "/types?details=true",
    "/types/Vehicle",
    "/attributes",
    "/attributes?details=true",
    "/attributes/color",
)
LIES = {
    "no JSON": (200, b"{", {}),
    "nothing": (200, b"", {}),
    "too deep": (200, DEEP, {}),
    "no text": (200, b'"\xff\xfe"', {}),
    "a number": (200, b"3", {}),
    "numbers": (200, b"[1, 2]", {}),
    "no ids": (200, b'[{"type": "Vehicle"}]', {}),
    "wrong ids": (200, b'[{"id": 7, "type": "Vehicle"}]', {}),
    "wrong members": (200, b'{"id": "urn:x:1", "type": "Vehicle", "color": {"type": 1}}', {}),
    "a redirection": (302, b"", {"location": "http://169.254.169.254/latest"}),
    "an error": (500, b"boom", {}),
    "a bomb": (200, gzip.compress(b" " * 10_000_000), {"content-encoding": "gzip"}),
}


def answering(status, body, headers):
    async def source(scope, receive, send):
        fields = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    return source


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_becomes_a_warning(join, lie):
    async def scene(here, there, peers):
        peers.hubs["liar"] = answering(*LIES[lie])
        await here.create(color=RED)
        await here.register("liar", **OPERATIONS)
        for path in READS:
            answer = await here.client.get(path)
            assert answer.status_code in (200, 201), (path, answer.text)
            assert "color" in answer.text or "Vehicle" in answer.text
            assert answer.headers["ngsild-warning"][:3] in ("111", "199", "299"), path
        assert {one.url.host for one in peers.seen} == {"liar"}

    join(scene)


def test_an_entity_outside_the_registration_is_not_believed(join):
    async def scene(here, there, peers):
        body = b'[{"id": "urn:ngsi-ld:Bus:1", "type": "Bus", "speed": 1}]'
        peers.hubs["liar"] = answering(200, body, {})
        await here.register("liar", **OPERATIONS)
        for path in READS[1:3] + READS[4:6]:
            assert (await here.client.get(path)).json() == []

    join(scene)


class Endless(httpx2.AsyncByteStream):
    """Sends for ever, fast or slowly, and counts what is taken."""

    def __init__(self, pause_s=0.0):
        self.pause_s = pause_s
        self.sent = 0

    async def handle_async_request(self, request):
        return httpx2.Response(200, stream=self)

    async def __aiter__(self):
        while True:
            await asyncio.sleep(self.pause_s)
            self.sent += 65_536
            yield b" " * 65_536


def test_an_endless_answer_is_cut_off(join):
    async def scene(here, there, peers):
        endless = peers.handle_async_request = Endless().handle_async_request
        await here.register("there", **OPERATIONS)
        await here.create(color=RED)
        answer = await here.client.get(f"/entities/{CAR}")
        assert answer.json()["color"]["value"] == "red"
        assert answer.headers["ngsild-warning"].startswith("111")
        assert endless.__self__.sent <= courier.MAX_ANSWER_BYTES + 2 * 65_536

    join(scene)


def test_a_trickling_answer_is_waited_for_no_longer_than_agreed(join):
    async def scene(here, there, peers):
        peers.handle_async_request = Endless(pause_s=0.01).handle_async_request
        await here.register("there", management={"timeout": 60}, **OPERATIONS)
        await here.create(color=RED)
        async with asyncio.timeout(5):
            answer = await here.client.get(f"/entities/{CAR}")
        assert answer.headers["ngsild-warning"].startswith("199")

    join(scene)


def test_a_source_that_cools_down_is_left_alone_and_warned_of(join):
    async def scene(here, there, peers):
        await here.create(color=RED)
        await here.register("nowhere", management={"cooldown": 30_000}, **OPERATIONS)
        for _ in range(3):
            answer = await here.client.get(f"/entities/{CAR}")
            assert answer.headers["ngsild-warning"].startswith("199")
        assert len(peers.seen) == 1
        await here.clock.advance(timedelta(seconds=31))
        await here.client.get(f"/entities/{CAR}")
        assert len(peers.seen) == 2

    join(scene)


def test_what_a_client_sends_on_need_not_be_ascii(join):
    async def scene(here, there, peers):
        headers = [{"key": "X-User", "value": "urn:ngsi-ld:request"}]
        await here.register("there", contextSourceInfo=headers, **OPERATIONS)
        sent = {b"x-user": "é".encode("latin-1"), b"via": "1.1 é".encode("latin-1")}
        answer = await here.client.get(f"/entities/{CAR}", headers=list(sent.items()))
        assert answer.status_code == 404
        assert peers.seen[0].headers.raw

    join(scene)


def test_a_source_within_the_citys_own_network_is_not_asked(join):
    async def scene(here, there, peers):
        guarded = Federation(here.store, here.federation.contexts, here.clock, reach=Reach())
        here.federation = guarded
        here.serve()
        await here.create(color=RED)
        await here.register("127.0.0.1:9", **OPERATIONS)
        answer = await here.client.get(f"/entities/{CAR}")
        assert answer.status_code == 200
        assert answer.headers["ngsild-warning"].startswith("299")

    join(scene)


def test_a_slow_source_leaves_room_for_the_others(join):
    async def scene(here, there, peers):
        stuck, waiting, most = asyncio.Event(), [], []

        async def slow(scope, receive, send):
            waiting.append(scope)
            most.append(len(waiting))
            try:
                await stuck.wait()
            finally:
                waiting.remove(scope)

        peers.hubs["slow"] = slow
        await here.register("slow", management={"timeout": 300}, **OPERATIONS)
        many = [here.client.get(f"/entities/{CAR}") for _ in range(2 * courier.MAX_OF_ONE)]
        answers = await asyncio.gather(*many)
        assert {one.status_code for one in answers} == {404}
        assert max(most) == courier.MAX_OF_ONE
        stuck.set()

    join(scene)
