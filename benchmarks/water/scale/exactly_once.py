"""Every register once, whatever is sent again and whenever the power goes.

    python -m benchmarks.water.scale.exactly_once [--cuts 300]

Meters' messages pass the device entrance over a disk that loses what no sync has followed. The
power goes at a random step; after it everything that was not acknowledged is sent again, and so
are, shuffled, a third of those that were, as brokers and gateways do. At the end the hub must
hold each register of each meter once, and nothing else. The same with `synchronous=OFF` must
fail, or the test proves nothing.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import apsw
import numpy as np

from benchmarks.reliability.disk import LAYER, Disk, DiskLayer
from benchmarks.water.scale.meters import START, daily, hourly, registered
from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import DalguError
from dalgu.services.water.service import SERVICE
from dalgu.store.sqlite import Durability, Store

METERS, ROUNDS, CHUNK = 40, 6, 8
LIFE_STEPS = (40, 400)  # durable steps until the power goes


@dataclass
class City:
    """One file, the messages it is to take, and which of them were acknowledged."""

    path: Path
    rng: np.random.Generator
    acknowledged: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        numbers = np.arange(METERS)
        self.messages = [m for hour in range(ROUNDS) for m in hourly(numbers[::2], hour)]
        self.messages += [m for day in range(2) for m in daily(numbers[1::2], day)]
        self.order = self.rng.permutation(len(self.messages)).tolist()

    async def opened(self, **how: object) -> tuple[LocalHub, Intake]:
        store = Store.open(self.path, checkpoint_pages=20, **how)  # type: ignore[arg-type]
        hub = LocalHub(store, ManualClock(START))
        registry = Registry(hub)
        await registry.load()
        return hub, Intake(hub, registry, SERVICE.decoders, ManualClock(START))

    async def live(self, disk: Disk, durability: Durability) -> None:
        """Take what is not acknowledged, and some of what is, until the power goes."""
        try:
            hub, intake = await self.opened(durability=durability, vfs=LAYER)
            try:
                for batch in registered(0, METERS) if not self.acknowledged else ():
                    await hub.upsert(batch)
                await Registry.load(intake._registry)
                again = [n for n in self.acknowledged if self.rng.random() < 1 / 3]
                due = [n for n in self.order if n not in self.acknowledged] + again
                self.rng.shuffle(due)
                for begin in range(0, len(due), CHUNK):
                    chunk = due[begin : begin + CHUNK]
                    await intake.accept_many([self.messages[n] for n in chunk], transport="mqtt")
                    self.acknowledged.update(chunk)
            finally:
                await hub.store.close()
        except (apsw.Error, DalguError):
            if not disk.is_off:
                raise

    async def damage(self, *, is_whole: bool) -> Counter[str]:
        """Count registers that are lost or twice, among those acknowledged or among all."""
        found: Counter[str] = Counter()
        hub, _ = await self.opened()
        until = START + timedelta(days=9)
        columns = await hub.columns("WaterMeter", "volume", START - timedelta(days=1), until)
        held = Counter(
            (columns.ids[e], a)
            for e, a in zip(columns.entity.tolist(), columns.at_s.tolist(), strict=True)
        )
        await hub.close()
        found["twice"] += sum(count > 1 for count in held.values())
        wanted = self.wanted(range(len(self.messages)) if is_whole else self.acknowledged)
        found["lost"] += len(wanted - set(held))
        found["from nowhere"] += len(set(held) - self.wanted(range(len(self.messages))))
        return +found

    def wanted(self, numbers: object) -> set[tuple[str, float]]:
        keys: set[tuple[str, float]] = set()
        for n in numbers:  # type: ignore[attr-defined]
            keys |= self._keys[n]
        return keys

    async def learn(self) -> None:
        """Note which registers each message brings, from a hub that never fails."""
        self._keys: list[set[tuple[str, float]]] = []
        with tempfile.TemporaryDirectory() as name:
            sound = City(Path(name) / "sound.db", np.random.default_rng(0))
            hub, intake = await sound.opened()
            for batch in registered(0, METERS):
                await hub.upsert(batch)
            await Registry.load(intake._registry)
            before: set[tuple[str, float]] = set()
            for message in self.messages:
                await intake.accept_many([message], transport="mqtt")
                columns = await hub.columns(
                    "WaterMeter", "volume", START - timedelta(days=1), START + timedelta(days=9)
                )
                rows = zip(columns.entity.tolist(), columns.at_s.tolist(), strict=True)
                now = {(columns.ids[e], a) for e, a in rows}
                self._keys.append(now - before)
                before = now
            await hub.close()


def campaign(cuts: int, durability: Durability, seed: int) -> Counter[str]:
    """Cut the power so often; return what was acknowledged and what was found damaged."""
    rng = np.random.default_rng(seed)
    disk = Disk(rng)
    layer = DiskLayer(disk)
    found: Counter[str] = Counter()
    keys: list[set[tuple[str, float]]] | None = None
    with tempfile.TemporaryDirectory() as name:
        while found["cuts"] < cuts:
            city = City(Path(name) / f"{found['cities']}.db", rng)
            if keys is None:
                asyncio.run(city.learn())
                keys = city._keys
            city._keys = keys
            found["cities"] += 1
            while len(city.acknowledged) < len(city.messages) and found["cuts"] < cuts:
                disk.restart(int(rng.integers(*LIFE_STEPS)))
                try:
                    asyncio.run(city.live(disk, durability))
                    disk.is_off = True
                    disk.lose()
                    found["cuts"] += 1
                    found += asyncio.run(city.damage(is_whole=False))
                except (apsw.Error, DalguError) as error:
                    found[f"broken: {type(error).__name__}"] += 1
                    found["cuts"] += 1
                    break
            disk.restart()
            found["acknowledged"] += len(city.acknowledged)
    del layer
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=300)
    options = parser.parse_args()
    told = {Durability.FULL: "as shipped", Durability.OFF: "no sync (must fail)"}
    for durability, name in told.items():
        found = campaign(options.cuts, durability, seed=7)
        counts = {key: found.pop(key) for key in ("cuts", "cities", "acknowledged")}
        print(f"{name}: {counts}; damage: {dict(found) or 'none'}", flush=True)


if __name__ == "__main__":
    main()
