"""CPU of counting a request and of logging it: what each adds to a request, beside nothing.

python benchmarks/logs/run.py
"""

import asyncio
import tempfile
from pathlib import Path
from time import process_time

from dalgu.app.logs import RequestLog, configure
from dalgu.app.observing import Observed, Traffic
from dalgu.kernel.request import SEEN
from dalgu.kernel.settings import LogSettings

ROUNDS = 50_000
LIMIT_US = 5.0  # what counting may add to each request
HEADERS = [
    (b"host", b"city.example"), (b"accept", b"application/json"), (b"user-agent", b"wrk"),
    (b"authorization", b"Bearer dalgu_x"), (b"content-type", b"application/json"),
]  # fmt: skip


async def answer(scope, receive, send):
    if SEEN in scope:
        scope[SEEN].route = "/ngsi-ld/v1/entities/*"
    head = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    await send(head)
    await send({"type": "http.response.body", "body": b"{}"})


async def took_us(app) -> float:
    async def send(message):
        pass

    began_s = process_time()
    for _ in range(ROUNDS):
        await app({"type": "http", "method": "GET", "headers": HEADERS}, None, send)
    return (process_time() - began_s) / ROUNDS * 1e6


def observed(requests: str):
    log = RequestLog(LogSettings(requests=requests))
    return Observed(answer, Traffic(), log, lambda scope: "")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        configure(LogSettings(file=str(Path(folder) / "log"), format="json"))
        bare_us = min(asyncio.run(took_us(answer)) for _ in range(5))
        for name in ("slow", "all"):
            cost_us = min(asyncio.run(took_us(observed(name))) for _ in range(5)) - bare_us
            print(f"log.requests={name:5} {cost_us:6.2f} us a request (limit {LIMIT_US} for slow)")


if __name__ == "__main__":
    main()
