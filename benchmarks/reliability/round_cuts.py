"""The power is cut while people take part in a round of the certification.

After each cut the log verifies, holds every acknowledged command with all its events, and beyond
them whole commands that were under way, as the rules say; the folded state is that of an oracle.
Files are kept under their digest, certificates verify, and no status list that was handed out is
taken back or contradicted by another of its number.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import apsw

from benchmarks.reliability.disk import LAYER, Disk, PowerIsOff
from benchmarks.reliability.files import Files, heard
from benchmarks.reliability.power_cuts import CHECKPOINT_PAGES
from benchmarks.reliability.rounds import FRAMEWORK, Phase, Step, phases
from dalgu.access.keys import Keys, create_keys
from dalgu.access.seals import SealedBook
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.status import StatusList, read_status
from dalgu.certification.certificate.trust import TrustedKey
from dalgu.certification.certificate.verification import Verdict
from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import frozen
from dalgu.certification.office.judging import Bench
from dalgu.certification.office.office import Home, Office
from dalgu.certification.process.acts.application import ReceiveFile
from dalgu.certification.process.codec import decode
from dalgu.certification.process.desk import BOOK, ProcessDesk
from dalgu.certification.process.fold.fold import fold
from dalgu.certification.process.rules.follow import follow
from dalgu.certification.process.state import Entry, World
from dalgu.hub.local import KEPT, LocalHub
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.store.sqlite import Durability, Store

HOME = Home(Text("시", "City"), "http://city.example/certification/verify")
ISSUER = Text("인증기관", "The issuer")
FOLDERS = (".", "trust", "status")
LARGEST_LOG = 100_000
HELD = (Verdict.VALID, Verdict.SUSPENDED, Verdict.REVOKED)


class DayClock:
    """A clock that stands at a day and moves on by a millisecond with each look."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the next instant."""
        self.at += timedelta(milliseconds=1)
        return self.at

    async def sleep_until(self, at: datetime) -> None:
        """Be there."""
        self.at = max(self.at, at)


@dataclass
class Person:
    """Who works through steps; `doubtful` while nobody knows whether the next one was done."""

    steps: tuple[Step, ...]
    done: int = 0
    doubtful: bool = False


@dataclass
class Round:
    """One folder, from the call until the round is over."""

    folder: Path
    keys: Keys
    clock: DayClock = field(default_factory=DayClock)
    acknowledged: dict[int, Entry] = field(default_factory=dict)  # by their number in the log
    groups: dict[int, int] = field(default_factory=dict)  # events of a command by its first
    papers: dict[str, bytes] = field(default_factory=dict)  # certificates that were handed out
    handed_out: StatusList | None = None
    issuer: TrustedKey | None = None

    def __post_init__(self) -> None:
        self._phases: Iterator[Phase] = phases()
        self.is_over = False
        self.people: list[Person] = []
        self.next_phase()

    @property
    def files(self) -> tuple[Path, ...]:
        """The folders whose files are on the unreliable disk."""
        return tuple(self.folder / name for name in FOLDERS)

    def next_phase(self) -> None:
        """Let the next day come."""
        phase = next(self._phases, None)
        self.is_over = phase is None
        if phase is not None:
            day = phase.day
            self.clock.at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
            self.people = [Person(steps) for steps in phase.people]

    @asynccontextmanager
    async def opened(self, **how: object) -> AsyncIterator[Office]:
        """Open the office over its file."""
        store = Store.open(self.folder / "city.db", checkpoint_pages=CHECKPOINT_PAGES, **how)  # type: ignore[arg-type]  # options of one kind each
        try:
            hub = LocalHub(store, self.clock)
            bench = Bench(lambda digest: store.read().records.get(KEPT, digest))
            book = SealedBook.named(self.keys, BOOK)
            yield Office(
                ProcessDesk(store, hub, self.clock, book, bench.judges),
                Certification(hub, self.clock),
                Installed(self.folder),
                store=store,
                clock=self.clock,
                bench=bench,
                home=HOME,
            )
        finally:
            await store.close()

    # -- live -------------------------------------------------------------------------------

    async def live(self, disk: Disk, durability: Durability) -> None:
        """Let all work until the power goes, or the phase is done."""
        try:
            async with self.opened(durability=durability, vfs=LAYER) as office:
                await self._has_issuer(office)
                async with asyncio.TaskGroup() as group:
                    for person in self.people:
                        group.create_task(self._work(office, person))
        except* (apsw.Error, DalguError, OSError):
            if not disk.is_off:
                raise
        disk.is_off = True

    async def _has_issuer(self, office: Office) -> None:
        if self.issuer is None and not office.installed.issuer_file.exists():
            made = office.installed.create_issuer(ISSUER, self.clock)
            self.issuer = made.key

    async def _work(self, office: Office, person: Person) -> None:
        for step in person.steps[person.done :]:
            command = step.make(await office.desk.world())
            person.doubtful = True
            if isinstance(command, ReceiveFile):
                await office.desk.receive_file(step.actor, command.case, command.name, step.body)
                seqs = (await office.desk.world()).log[command.case]
                entries = await self._entries(office)
                found = tuple(e for e in entries if e.seq in seqs and e.by == step.actor.id)[-1:]
            else:
                found = (await office.do(step.actor, command)).entries
            self.acknowledged |= {one.seq: one for one in found}
            if found:
                self.groups[found[0].seq] = len(found)
            person.done, person.doubtful = person.done + 1, False
            if person.done == len(person.steps):
                await self._look(office)

    async def _look(self, office: Office) -> None:
        """Take the papers and the status list that anybody may take now."""
        for number in (await office.desk.world()).certificates:
            self.papers[number] = await office.certificate_pdf(number)
        if self.papers:
            content = await office.status_list()
            self.handed_out = read_status(content, office.installed.trusted())

    # -- look afterwards --------------------------------------------------------------------

    def damage(self) -> Counter[str]:
        """Open the folder with a plain layer and count what is not as it must be."""
        try:
            return asyncio.run(self._damage())
        except Exception as error:  # whatever a damaged folder leads to
            return Counter({f"broken: {type(error).__name__}": 1})

    async def _damage(self) -> Counter[str]:
        found: Counter[str] = Counter()
        async with self.opened() as office:
            found["log does not verify"] += await office.desk.verify() is not None
            entries = await self._entries(office)
            held = {one.seq: one for one in entries}
            for seq, one in self.acknowledged.items():
                found["lost event"] += held.get(seq) != one
            oracle = self._judged(entries, found)
            found["another state"] += oracle != await office.desk.world()
            found.update(await self._of_files(office))
            found.update(await self._of_papers(office))
        if all(person.done == len(person.steps) for person in self.people):
            self.next_phase()
        return +found

    async def _entries(self, office: Office) -> list[Entry]:
        book = SealedBook.named(self.keys, BOOK)
        tables = office.desk._store.read()
        told = book.entries(tables, limit=LARGEST_LOG)
        return [decode(one.seq, one.content, one.digest) for one in told]

    def _judged(self, entries: list[Entry], found: Counter[str]) -> World:
        """Fold the log, holding each command that nobody was told of to the rules."""
        world = World()
        for _, together in groupby(entries, lambda one: (one.at, one.by)):
            group = list(together)
            first = group[0].seq
            if first in self.acknowledged:
                found["half a command"] += self.groups.get(first, len(group)) != len(group)
            else:
                found["half a command"] += not self._was_asked(world, group)
                self.acknowledged |= {one.seq: one for one in group}
                self.groups[first] = len(group)
            world = fold(group, world)
        for person in self.people:
            person.doubtful = False
        return world

    def _was_asked(self, world: World, group: list[Entry]) -> bool:
        """Tell whether a group is all that one of the doubtful commands leads to."""
        bench = Bench(self._framework)
        for person in self.people:
            step = person.steps[person.done] if person.doubtful else None
            if step is None or step.actor.id != group[0].by:
                continue
            try:
                command = step.make(world)
                _, events = follow(world, command, step.actor, group[0].at, bench.judges)
            except (DalguError, KeyError, IndexError, ValueError):
                continue
            if tuple(one.event for one in group) == tuple(events):
                person.done, person.doubtful = person.done + 1, False
                return True
        return False

    def _framework(self, digest: str) -> bytes | None:
        return frozen(FRAMEWORK)

    async def _of_files(self, office: Office) -> Counter[str]:
        from hashlib import sha256

        found: Counter[str] = Counter()
        world = await office.desk.world()
        for case in world.cases.values():
            for digest in case.files:
                body = await office._certification.hub.kept(digest)
                found["lost file"] += sha256(body).hexdigest() != digest
        for plan in world.rounds.values():
            office.framework(plan.plan.framework)
        return found

    async def _of_papers(self, office: Office) -> Counter[str]:
        found: Counter[str] = Counter()
        installed = office.installed
        if self.issuer is None and not installed.issuer_file.exists():
            return found
        key = installed.issuer().key  # never a half one
        found["another issuer"] += self.issuer is not None and key != self.issuer
        self.issuer = key
        found["issuer nobody trusts"] += key not in installed.trusted()
        await office.catch_up()
        for number in (await office.desk.world()).certificates:
            pdf = await office.certificate_pdf(number)
            found["another paper"] += self.papers.setdefault(number, pdf) != pdf
            found["paper does not verify"] += (await office.verify(pdf)).verdict not in HELD
        if self.papers:
            fresh = read_status(await office.status_list(), installed.trusted())
            found["list taken back"] += self._contradicts(fresh)
            self.handed_out = fresh
        return found

    def _contradicts(self, fresh: StatusList) -> bool:
        last = self.handed_out
        if last is None:
            return False
        return fresh.sequence < last.sequence or (fresh.sequence == last.sequence and fresh != last)

    # -- one life after another -------------------------------------------------------------

    def cut(self, disk: Disk, durability: Durability) -> Counter[str]:
        """Live once, lose the power, and return what is damaged."""
        before = len(self.acknowledged)
        files = Files(disk, self.files)
        files.settle()
        # What a dead disk says to a connection that is let go of comes out anywhere.
        with heard(files), suppress(PowerIsOff):
            asyncio.run(self.live(disk, durability))
        told = Counter(acknowledged=len(self.acknowledged) - before)
        files.lose()
        disk.lose()
        return +told + (self.damage() if (self.folder / "city.db").exists() else Counter())


def rounds(folder: Path) -> Iterator[Round]:
    """Yield rounds without end, each in a folder of its own."""
    number = 0
    while True:
        number += 1
        place = folder / f"round-{number}"
        place.mkdir()
        yield Round(place, create_keys(place / "dalgu.key"))
