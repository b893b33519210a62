"""The power is cut while a city is measured: no number stands without what it was computed from.

After each cut every indicator in the hub names evidence that is there, whose rows, links and
pinned files are there, and from which the same number is computed again, bit for bit; and the
evidence of every assessment that was told of is there for good.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import apsw
import msgspec

from benchmarks.reliability.disk import LAYER, Disk, PowerIsOff
from benchmarks.reliability.files import Files, heard
from benchmarks.reliability.power_cuts import CHECKPOINT_PAGES, RunningClock
from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import load
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.framework.shelf import Shelf
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.soundness import faults
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.store.pinned_folder import folder_of_pinned
from dalgu.store.sqlite import Durability, Store

METERS = 4
ROUNDS = 6  # of observing and measuring in one life
VARIABLES = {
    "read": {"type": ["Meter"], "measure": "time", "max_age_s": 5_000, "aggregate": "sum",
             "of": "size", "observed": {"type": ["Meter"], "attribute": "volume"}},
    "meters": {"type": ["Meter"], "aggregate": "sum", "of": "size"},
}  # fmt: skip


def framework() -> Framework:
    """Return a framework of one observed share and one plain sum."""
    words = Text("지표", "Indicator")
    base = load("kr-scc-2021")
    posts = next(one.goalposts for one in base.indicators if one.goalposts)
    plain = {"name": {"ko": "수", "en": "Number"}, "unit": "dimensionless"}
    variables = {
        name: msgspec.convert({**plain, **one}, Variable) for name, one in VARIABLES.items()
    }
    common = Indicator(
        code="", name=words, description=words, kind="quantitative", nature="output",
        unit=Text("개", "items"), official_status="reconstructed", provenance="of a campaign",
        item="G1", points=10, goalposts=posts, period_days=20,
    )  # fmt: skip
    share = msgspec.structs.replace(
        common, code="C-1", formula="100 * read / meters", variables=variables,
        numerator="read", denominator="meters",
    )  # fmt: skip
    plain_sum = msgspec.structs.replace(
        common, code="C-2", formula="meters", variables={"meters": variables["meters"]}
    )
    return msgspec.structs.replace(base, name="cuts", indicators=[share, plain_sum])


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFramework(Shelf):
    """A shelf of the campaign's framework alone."""

    made: Framework

    def names(self) -> tuple[str, ...]:
        """Return its name."""
        return (self.made.name,)

    def framework(self, name: str) -> Framework:
        """Return it."""
        return self.made


@dataclass
class Measured:
    """One file of a hub whose city is measured again and again."""

    folder: Path
    clock: RunningClock = field(default_factory=RunningClock)
    told: list[str] = field(default_factory=list)  # digests of evidence that was told of
    number: int = 0

    @property
    def path(self) -> Path:
        """The hub's file."""
        return self.folder / "city.db"

    def _certification(self, **how: object) -> Certification:
        store = Store.open(self.path, checkpoint_pages=CHECKPOINT_PAGES, **how)  # type: ignore[arg-type]  # options of one kind each
        return Certification(LocalHub(store, self.clock), self.clock, OneFramework(made=FRAMEWORK))

    async def live(self, disk: Disk, durability: Durability) -> None:
        """Observe and measure until the power goes."""
        try:
            ours = self._certification(durability=durability, vfs=LAYER)
            try:
                for _ in range(ROUNDS):
                    await self._observe(ours.hub)
                    found = await ours.assess("cuts", freeze=self.number % 2 == 0)
                    self.told += [one.digest for one in found.measured.values()]
            finally:
                await ours.hub.store.close()
        except (apsw.Error, DalguError, OSError):
            if not disk.is_off:
                raise
        disk.is_off = True

    async def _observe(self, hub: LocalHub) -> None:
        self.number += 1
        self.clock.at += timedelta(minutes=37)
        at = self.clock.now()
        await hub.upsert([
            {"id": meter, "type": "Meter",
             "size": {"type": "Property", "value": 0.1 * (place + self.number)}}
            for place, meter in enumerate(IDS)
        ])  # fmt: skip
        await hub.ingest([
            Delivery(
                Message(at, "http", "cuts", "d", b""),
                [{"id": meter, "type": "Meter",
                  "volume": {"type": "Property", "value": 1, "observedAt": iso(at)}}],
            )
            for meter in IDS[: 1 + self.number % METERS]
        ])  # fmt: skip

    def damage(self) -> Counter[str]:
        """Open the file with a plain layer and count what is not as it must be."""
        try:
            return asyncio.run(self._damage())
        except Exception as error:  # whatever a damaged file leads to
            return Counter({f"broken: {type(error).__name__}": 1})

    async def _damage(self) -> Counter[str]:
        found: Counter[str] = Counter()
        ours = self._certification()
        try:
            found["unsound"] += len(await faults(ours.hub.store))
            named = []
            async for document in ours.hub.every("KeyPerformanceIndicator"):
                kpi = KeyPerformanceIndicator.from_document(document)
                named.append(str(kpi.measurement))
                found["indicator without its evidence"] += not await _stands(ours, named[-1], kpi)
            for digest in self.told:
                found["lost evidence"] += not await _stands(ours, digest)
            found["lost indicator"] += bool(self.told) and len(named) < len(FRAMEWORK.indicators)
        finally:
            await ours.hub.store.close()
        self.told = self.told[-8:]  # older ones were found so often
        return +found

    def cut(self, disk: Disk, durability: Durability) -> Counter[str]:
        """Live once, lose the power, and return what is damaged."""
        before = len(self.told)
        files = Files(disk, (folder_of_pinned(self.path),))
        files.settle()
        # What a dead disk says to a connection that is let go of comes out anywhere.
        with heard(files), suppress(PowerIsOff):
            asyncio.run(self.live(disk, durability))
        told = Counter(acknowledged=len(self.told) - before)
        files.lose()
        disk.lose()
        return +told + (self.damage() if self.path.exists() else Counter())


async def _stands(
    ours: Certification, digest: str, kpi: KeyPerformanceIndicator | None = None
) -> bool:
    """Tell whether evidence is there whole, and gives the number that was recorded."""
    try:
        value = await ours.recompute(digest)
    except DalguError:
        return False
    return kpi is None or value == kpi.kpi_value


FRAMEWORK = framework()
IDS = tuple(f"urn:ngsi-ld:Meter:{n}" for n in range(METERS))


def cities(folder: Path) -> Iterator[Measured]:
    """Yield cities without end, each in a folder of its own."""
    number = 0
    while True:
        number += 1
        place = folder / f"measured-{number}"
        place.mkdir()
        yield Measured(place)
