"""How answers leave the server: whole ones at once, heads of streams without waiting."""

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager

import uvicorn

from dalgu.app.serving import HeldHead, new_event_loop, server_config

PATIENCE_S = 5


def run(work):
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(asyncio.wait_for(work, PATIENCE_S))


@asynccontextmanager
async def connected(app):
    """Yield reader and writer of a connection to a server of the application."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(app))
        server.capture_signals = contextlib.nullcontext  # the test has its own way to end it
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        listener.listen()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        yield reader, writer
        writer.close()
        server.should_exit = True
        await serving


def answering(*bodies, before_each=None, headers=()):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, body in enumerate(bodies, start=1):
            if before_each is not None:
                await before_each.wait()
            more = number < len(bodies)
            await send({"type": "http.response.body", "body": body, "more_body": more})

    return app


class Socket:
    """Keeps what would leave the machine, write by write."""

    def __init__(self):
        self.writes = []
        self.is_closing = lambda: False

    def write(self, data):
        self.writes.append(data)


def test_a_whole_answer_leaves_in_one_write():
    async def work():
        socket_ = Socket()
        held = HeldHead(socket_, asyncio.get_running_loop())
        for part in (b"HTTP/1.1 200 OK\r\n\r\n", b"city", b"more"):
            held.write(part)
        await asyncio.sleep(0)
        return socket_.writes

    assert run(work()) == [b"HTTP/1.1 200 OK\r\n\r\ncity", b"more"]


def test_the_head_of_a_stream_does_not_wait_for_its_body():
    async def work():
        begun = asyncio.Event()
        app = answering(b"one", b"two", before_each=begun)
        async with connected(app) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")  # while no body is there yet
            begun.set()
            return head, await reader.readuntil(b"0\r\n\r\n")

    head, body = run(work())
    assert head.startswith(b"HTTP/1.1 200")
    assert body == b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"


def test_a_connection_that_is_closed_has_sent_its_answer():
    async def work():
        app = answering(b"", headers=[(b"content-length", b"0")])
        async with connected(app) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return await reader.read()

    assert run(work()).startswith(b"HTTP/1.1 200")
