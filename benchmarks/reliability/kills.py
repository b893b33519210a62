"""A real `dalgu up` is killed while clients write over HTTP; what it answered 2xx is there after.

    python -m benchmarks.reliability.kills --kills 200 [--port 9661]

Each life is a process of its own with every part of the platform (`--no-simulation`), written to
by several clients over kept connections, and ended by SIGKILL at a random moment. The next one
starts on the same folder, and every client looks for everything it was ever acknowledged.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import numpy as np

from benchmarks.reliability.clients import ROOT, Client, encoded, values_of
from dalgu.store.sqlite import Store

CLIENTS = 4
LONGEST_LIFE_S = 1.0  # of writing, before the kill
READY_WITHIN_S = 120
KILLS_PER_FOLDER = 20  # then a new city begins
DALGU = (sys.executable, "-c", "from dalgu.cli.entry import main; main()")


@dataclass
class City:
    """A folder, and the process that runs on it."""

    folder: Path
    port: int
    headers: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> list[str]:
        return [*DALGU, *words, "--data", str(self.folder)]

    async def start(self) -> float:
        """Start the platform; return the seconds until it was ready."""
        begun_s = time.perf_counter()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DALGU_")}
        words = self.command("up", "--no-simulation", "--port", str(self.port))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(words, env=environment, **quiet)  # noqa: ASYNC220  # brief
        async with httpx2.AsyncClient() as asking:
            while time.perf_counter() - begun_s < READY_WITHIN_S:
                if self.process.poll() is not None:
                    raise RuntimeError(f"The platform ended at once: {' '.join(words)}")
                with contextlib.suppress(httpx2.HTTPError):
                    if (await asking.get(self.url + "/ready")).status_code == 200:
                        return time.perf_counter() - begun_s
                await asyncio.sleep(0.05)
        raise TimeoutError(f"The platform was not ready within {READY_WITHIN_S} s.")

    def kill(self) -> None:
        """End the process at once, if there is one."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def authorize(self) -> None:
        """Make a token by the command, beside the running city."""
        words = self.command("tokens", "create", "load", "--role", "administrator")
        said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        self.headers = {"authorization": f"Bearer {said.split()[-1]}"}


@dataclass
class Asker:
    """Sends requests over kept connections; a killed server answers 599."""

    http: httpx2.AsyncClient

    async def __call__(self, method: str, path: str, body: Any = None) -> int:
        return (await self.answer(method, path, body))[0]

    async def answer(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        path = path if path.startswith("/hub/") else ROOT + path
        headers = {"content-type": "application/json"}
        try:
            got = await self.http.request(method, path, content=encoded(body), headers=headers)
        except httpx2.HTTPError:
            return 599, b""
        return got.status_code, got.content


async def live(city: City, clients: list[Client], life_s: float) -> None:
    """Let the clients write for so long, then kill the process under them."""
    async with httpx2.AsyncClient(base_url=city.url, headers=city.headers) as http:
        ask = Asker(http)
        writing = [asyncio.create_task(client.work(ask, 1_000_000)) for client in clients]
        await asyncio.sleep(life_s)
        city.kill()
        await asyncio.gather(*writing)


async def look(city: City, clients: list[Client]) -> Counter[str]:
    """Return what is not as the clients were told."""
    found: Counter[str] = Counter()
    limits = httpx2.Limits(max_connections=8)
    async with httpx2.AsyncClient(
        base_url=city.url, headers=city.headers, limits=limits, timeout=60
    ) as http:
        ask = Asker(http)
        for client in clients:
            for entity in list(client.entities):
                status, body = await ask.answer("GET", f"/entities/{entity}")
                now = values_of(msgspec.json.decode(body)) if status == 200 else None
                found["lost"] += now not in client.allowed(entity)
                client.settle(entity, now)
            await _look_at_records(ask, client, found)
            client.doubtful = None
            client.past.clear()
    return +found


async def _look_at_records(ask: Asker, client: Client, found: Counter[str]) -> None:
    doubtful = client.doubtful.record if client.doubtful is not None else None
    for path, is_there in list(client.records.items()):
        if doubtful is None or doubtful[0] != path:
            found["lost record"] += (await ask("GET", path) == 200) is not is_there
    if doubtful is not None:
        client.records[doubtful[0]] = await ask("GET", doubtful[0]) == 200


async def run_kills(folder: Path, kills: int, port: int, seed: int = 1) -> Counter[str]:
    """Return how many kills ended with something lost, and how much was acknowledged."""
    rng = np.random.default_rng(seed)
    totals: Counter[str] = Counter()
    for begun in range(0, kills, KILLS_PER_FOLDER):
        city, clients = City(folder / str(begun), port), _clients(f"k{begun}", rng)
        try:
            await city.start()
            city.authorize()
            for _ in range(min(KILLS_PER_FOLDER, kills - begun)):
                await live(city, clients, float(rng.uniform(0.05, LONGEST_LIFE_S)))
                totals["cut off"] += sum(client.doubtful is not None for client in clients)
                await city.start()
                totals.update(f"kills with {kind}" for kind in await look(city, clients))
        finally:
            city.kill()
        totals["acknowledged"] += sum(client.acknowledged for client in clients)
        totals["unsound folders"] += await _is_unsound(city)
    return +totals


async def _is_unsound(city: City) -> bool:
    from dalgu.hub.soundness import faults

    store = Store.open(city.folder / "city.db")
    try:
        return bool(await faults(store))
    finally:
        await store.close()


def _clients(name: str, rng: np.random.Generator) -> list[Client]:
    return [Client(f"{name}.{n}", rng) for n in range(CLIENTS)]


def main() -> None:
    """Run a campaign and print what came of it."""
    parser = argparse.ArgumentParser(description="Kill a running city while clients write.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--port", type=int, default=9661)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        totals = asyncio.run(run_kills(Path(folder), given.kills, given.port, given.seed))
    print(f"{given.kills:,} kills, {time.perf_counter() - begun:,.0f} s")
    for kind, count in sorted(totals.items()):
        print(f"  {kind:28}{count:10,}")
    if not any(kind.startswith(("kills with", "unsound")) for kind in totals):
        print("  nothing lost, nothing damaged")


if __name__ == "__main__":
    main()
