"""Two hubs that are told the same; one of them is sealed now and then. They must answer alike."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from dalgu.hub.aggregate import METHODS, Aggregation, parse_period
from dalgu.hub.hub import Delivery, Message, Query, Revision, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.sealing import Sealing
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import DalguError

START = datetime(2026, 3, 25, tzinfo=UTC)
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
HOURS = 50 * 24  # of history; but for a few days most lie in whole months
ATTRIBUTES = ("volume", "state", "count", "near")
TENANTS = ("", "busan")
DATASETS = (None, None, "urn:ngsi-ld:Dataset:b")
VALUES = {
    "volume": (1.5, 2.0, -0.0, 1e-300, 123456.789, 7),
    "state": ("open", "싹 \"\\u0000", "a\x00b", True, None, [1, 2.5], {"a": [1.0, 1]}, 3),
    "count": (0, 1, -5, 2**53 + 1, 2.5),
    "near": ("urn:ngsi-ld:Well:1", "urn:ngsi-ld:Well:2"),
}  # fmt: skip


def an_id(rng: np.random.Generator) -> str:
    return f"urn:ngsi-ld:Well:{rng.integers(4)}"


def an_instant(rng: np.random.Generator) -> datetime:
    return START + timedelta(hours=int(rng.integers(HOURS)))


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def an_instance(rng: np.random.Generator, name: str) -> dict:
    options = VALUES[name]
    value = options[int(rng.integers(len(options)))]
    if name == "near":
        instance = {"type": "Relationship", "object": value}
    else:
        instance = {"type": "Property", "value": "gone" if value is None else value}
    if name == "volume" and rng.random() < 0.8:
        instance["unitCode"] = "MTQ"
    if rng.random() < 0.1:
        instance["quality"] = {"type": "Property", "value": int(rng.integers(3))}
    if rng.random() < 0.95:
        instance["observedAt"] = stamp(an_instant(rng))
    dataset = DATASETS[int(rng.integers(len(DATASETS)))]
    if dataset is not None:
        instance["datasetId"] = dataset
    return instance


def an_entity(rng: np.random.Generator) -> dict:
    document = {"id": an_id(rng), "type": "Well"}
    for name in ATTRIBUTES:
        if rng.random() < 0.6:
            document[name] = an_instance(rng, name)
    return document


class Twins:
    """The hub that is sealed, and the one that is not."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NOW)
        self.sealed = LocalHub.open(folder / "sealed.db", self.clock)
        self.plain = LocalHub.open(folder / "plain.db", self.clock)

    async def close(self) -> None:
        await self.sealed.close()
        await self.plain.close()

    async def tell(self, rng: np.random.Generator, times: int) -> None:
        """Let both take the same changes."""
        for _ in range(times):
            seed = int(rng.integers(2**32))
            for hub in (self.sealed, self.plain):
                await change(hub, np.random.default_rng(seed))

    async def seal(self, rng: np.random.Generator) -> None:
        days = int(rng.integers(12, 50))
        cut = NOW.replace(hour=0) - timedelta(days=days)
        await Sealing(self.sealed.store).run(cut)

    async def everything(self) -> list[object]:
        """Return all that each of the two remembers."""
        return [
            [
                await hub.tenant(tenant).evolution(TemporalQuery(Query(types=("Well",), limit=99)))
                for tenant in TENANTS
            ]
            for hub in (self.sealed, self.plain)
        ]

    async def answers(self, rng: np.random.Generator, times: int) -> list[tuple]:
        """Return pairs of answers to the same questions."""
        found = []
        for _ in range(times):
            seed = int(rng.integers(2**32))
            found.append(
                (
                    await ask(self.sealed, np.random.default_rng(seed)),
                    await ask(self.plain, np.random.default_rng(seed)),
                )
            )
        return found


async def change(hub: LocalHub, rng: np.random.Generator) -> None:
    hub = hub.tenant(TENANTS[int(rng.random() < 0.2)])
    kind = rng.random()
    try:
        if kind < 0.45:
            await hub.upsert([an_entity(rng) for _ in range(int(rng.integers(1, 30)))])
        elif kind < 0.75:
            message = Message(an_instant(rng), "http", "test", "d", b"{}")
            await hub.ingest([Delivery(message, [an_entity(rng) for _ in range(5)])])
        elif kind < 0.8:
            await hub.delete(an_id(rng))
        elif kind < 0.82:
            await hub.forget(an_id(rng))
        elif kind < 0.86:
            name = ATTRIBUTES[int(rng.integers(4))]
            await hub.revise(Revision(an_id(rng), name, every_dataset=bool(rng.random() < 0.5)))
        else:
            await revise_instance(hub, rng)
    except DalguError:
        pass  # the other hub refuses the same, or its answers will differ


async def revise_instance(hub: LocalHub, rng: np.random.Generator) -> None:
    entity, name = an_id(rng), ATTRIBUTES[int(rng.integers(4))]
    page = await hub.evolution(TemporalQuery(Query(ids=(entity,))))
    held = [one for found in page.entities for one in found.get(name, [])]
    if not held:
        return
    chosen = held[int(rng.integers(len(held)))]["instanceId"]
    patch = None
    if rng.random() < 0.5:
        patch = an_instance(rng, name)
        patch.pop("datasetId", None)
    await hub.revise(Revision(entity, name, instance=chosen, patch=patch))


async def ask(hub: LocalHub, rng: np.random.Generator) -> object:
    hub = hub.tenant(TENANTS[int(rng.random() < 0.2)])
    since, until = sorted((an_instant(rng), an_instant(rng)))
    name = ATTRIBUTES[int(rng.integers(4))]
    kind = rng.random()
    if kind < 0.1:
        return await hub.history(an_id(rng), name, last=int(rng.integers(1, 60)))
    if kind < 0.2:
        series = await hub.series(an_id(rng), name, since, until)
        return [part.tolist() for part in (series.at_s, series.value.view("i8"), series.message_id)]
    if kind < 0.35:
        found = await hub.columns("Well", name, since, until)
        parts = (found.entity, found.at_s, found.value.view("i8"), found.message_id)
        return found.ids, [part.tolist() for part in parts]
    try:
        return await hub.evolution(a_query(rng, since, until))
    except DalguError as refused:
        return str(refused)


def a_query(rng: np.random.Generator, since: datetime, until: datetime) -> TemporalQuery:
    timerel = (None, "before", "after", "between")[int(rng.integers(4))]
    aggregation = None
    if rng.random() < 0.4:
        methods = METHODS if rng.random() < 0.3 else ("totalCount", "distinctCount")
        duration = ("PT0S", "PT6H", "P1D", "P1M")[int(rng.integers(4))]
        aggregation = Aggregation(methods, parse_period(duration), duration)
    by_id = rng.random() < 0.5
    return TemporalQuery(
        Query(
            types=() if by_id else ("Well",),
            ids=(an_id(rng),) if by_id else (),
            q="volume>1" if rng.random() < 0.1 else None,
        ),
        timerel=timerel,
        time_at=None if timerel is None else since,
        end_time_at=until if timerel == "between" else None,
        timeproperty=("observedAt", "modifiedAt", "deletedAt")[
            int(rng.choice(3, p=(0.8, 0.1, 0.1)))
        ],
        attrs=(ATTRIBUTES[int(rng.integers(4))],) if rng.random() < 0.7 else (),
        last=int(rng.integers(1, 30)) if rng.random() < 0.4 else None,
        most=int(rng.integers(5, 40)) if rng.random() < 0.2 else None,
        aggregation=aggregation,
    )


async def lived(folder: Path, seed: int, rounds: int) -> list[tuple]:
    """Return the pairs of answers of a life of changes and sealings."""
    rng = np.random.default_rng(seed)
    twins = Twins(folder)
    try:
        found = []
        for _ in range(rounds):
            await twins.tell(rng, 10)
            await twins.seal(rng)
            await twins.tell(rng, 6)
            found += await twins.answers(rng, 25)
        return found
    finally:
        await twins.close()
