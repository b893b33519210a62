"""Overload is answered with 503 and Retry-After, by API, device entrance and pages alike."""

import asyncio

import msgspec
import pytest

from dalgu.app.gate import Gate

ETSI = "https://uri.etsi.org/ngsi-ld/errors/InternalError"


class Inside:
    """An application whose answers wait until they are let go."""

    def __init__(self):
        self.gone_on = asyncio.Event()

    async def __call__(self, scope, receive, send):
        await self.gone_on.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(gate, path="/ngsi-ld/v1/entities", method="POST", length=10):
    heard = []

    async def send(message):
        heard.append(message)

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    await gate({"type": "http", "path": path, "method": method, "headers": headers}, None, send)
    return heard


async def fill(gate, count, **how):
    waiting = [asyncio.create_task(ask(gate, **how)) for _ in range(count)]
    await asyncio.sleep(0)
    return waiting


@pytest.mark.parametrize("path", ["/ngsi-ld/v1/entities", "/devices/oms", "/en/center"])
def test_one_request_too_many_is_told_when_to_come_again(path):
    async def scene():
        inside = Inside()
        gate = Gate(inside, max_requests=3)
        waiting = await fill(gate, 3)
        [start, body] = await ask(gate, path)
        inside.gone_on.set()
        done = await asyncio.gather(*waiting)
        again = await ask(gate, path)
        return start, msgspec.json.decode(body["body"]), [one[0]["status"] for one in done], again

    start, problem, done, again = asyncio.run(scene())
    headers = dict(start["headers"])
    assert start["status"] == 503
    assert int(headers[b"retry-after"]) > 0
    assert (problem["type"], problem["status"]) == (ETSI, 503)
    assert done == [204] * 3
    assert again[0]["status"] == 204


@pytest.mark.parametrize("length", [60, None])
def test_bodies_are_bounded_together(length):
    async def scene():
        inside = Inside()
        gate = Gate(inside, max_body_bytes=100)
        waiting = await fill(gate, 1, length=60)
        refused = await ask(gate, length=length)
        reading = await fill(gate, 1, method="GET", length=None)
        inside.gone_on.set()
        await asyncio.gather(*waiting, *reading)
        return refused[0]["status"], gate.refused, gate.requests, gate.body_bytes

    assert asyncio.run(scene()) == (503, 1, 0, 0)


def test_open_pages_have_a_bound_of_their_own_and_health_has_none():
    async def scene():
        inside = Inside()
        gate = Gate(inside, max_streams=2, max_requests=1)
        waiting = await fill(gate, 2, path="/live", method="GET")
        refused = await ask(gate, path="/live", method="GET")
        waiting += await fill(gate, 1)
        for path in ("/health", "/health/live", "/ready", "/health/ready"):
            waiting += await fill(gate, 3, path=path, method="GET")
        inside.gone_on.set()
        await asyncio.gather(*waiting)
        return refused[0]["status"], gate.refused

    assert asyncio.run(scene()) == (503, 1)
