"""The desk of the process: read the log, let the rules decide, write what happened, at once.

Loading, deciding and appending are one transaction of the store's writer: either a step stands
in the sealed log with all its events, or nothing of it does.
"""

import asyncio
from datetime import date, datetime
from typing import Protocol

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.seals import BookHead, SealedBook
from dalgu.certification.process.acts.act import Command, Event
from dalgu.certification.process.acts.application import FileReceived, ReceiveFile
from dalgu.certification.process.acts.review import AccessRefused, OpenCase
from dalgu.certification.process.codec import command_of, decode, encode
from dalgu.certification.process.due import Deadline, deadlines
from dalgu.certification.process.errors import (
    CaseBarred,
    ConflictUndeclared,
    SubjectNotExisting,
)
from dalgu.certification.process.fold.fold import fold
from dalgu.certification.process.intake import check
from dalgu.certification.process.permission import authorise, may, role_of, scope_of
from dalgu.certification.process.rules.decide import Judges
from dalgu.certification.process.rules.follow import follow
from dalgu.certification.process.state import Certificate, Entry, World
from dalgu.certification.process.steps import NextStep, next_steps
from dalgu.certification.process.table import BY_KIND, tag_of
from dalgu.certification.process.views import (
    CaseSummary,
    Dossier,
    TimelineEntry,
    dossier,
    summaries,
    timeline,
)
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.errors import DalguError
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

BOOK = "certification"  # name of the sealed book
PAGE = 1_000  # entries read at once
LONGEST_NAME = 300  # signs of a file's name


class Keeper(Protocol):
    """Whoever keeps bytes under their digest: the hub."""

    async def keep(self, body: bytes) -> str:
        """Keep bytes for good and return their SHA-256."""
        ...

    async def kept(self, digest: str) -> bytes:
        """Return kept bytes."""
        ...


class Done(msgspec.Struct, frozen=True):
    """What a command led to; no entries when there was nothing to write."""

    role: ProgrammeRole
    entries: tuple[Entry, ...]

    @property
    def event(self) -> Event:
        """The first event."""
        return self.entries[0].event


class ProcessDesk:
    """All programmes of one platform.

    Parameters
    ----------
    store
        Where the log is kept.
    keeper
        Where the bytes of evidence are kept: the hub.
    clock
        The city's clock: the law's days are its days.
    book
        The sealed log, `SealedBook.named(keys, BOOK)`.
    judges
        What is asked of the framework and the scoring.

    """

    def __init__(
        self, store: Store, keeper: Keeper, clock: Clock, book: SealedBook, judges: Judges
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._clock = clock
        self._book = book
        self._judges = judges
        self._world = World()

    # -- do ---------------------------------------------------------------------------------

    async def do(self, actor: Actor, command: Command) -> Done:
        """Follow a command; what it led to is on disk at return.

        An attempt on a case by somebody with a conflict of interest is written down, too.

        Raises
        ------
        DalguError
            A kind of `process.errors` that says which rule is in the way.

        """
        await self.world()  # or each step would fold again what came since somebody last looked
        at = self._clock.now()
        done = await self._store.write(lambda tables: self._follow(tables, actor, command, at))
        if isinstance(done, CaseBarred | ConflictUndeclared):
            raise done
        return done

    async def do_json(self, actor: Actor, name: str, body: bytes) -> Done:
        """Follow a command given by its name and its parts in JSON."""
        return await self.do(actor, command_of(name, body))

    async def receive_file(self, actor: Actor, case: str, name: str, body: bytes) -> FileReceived:
        """Check a file, keep its bytes, and note it in the case; return what was noted.

        Raises
        ------
        EvidenceFileEmpty, EvidenceFileTooLarge, EvidenceKindRefused
        EvidenceFileDamaged, EvidenceFileEncrypted
            When the file is not taken; nothing of it is kept.

        """
        world, today = await self.world(), self._today()
        may(world, BY_KIND[ReceiveFile], scope_of(world, OpenCase(case=case)), actor, today)
        checked = await asyncio.to_thread(check, name, body)
        noted = ReceiveFile(
            case=case,
            sha256=await self._keeper.keep(body),
            kind=checked.kind,
            size_bytes=checked.size_bytes,
            pages=checked.pages,
            name=name[:LONGEST_NAME] or "-",
        )
        await self.do(actor, noted)
        return (await self.world()).cases[case].files[noted.sha256]

    async def file(self, actor: Actor, case: str, sha256: str) -> bytes:
        """Return the bytes of a file of a case that the actor may open."""
        opened = await self.open_case(actor, case)
        shown = {one.sha256 for one in opened.case.evidence.values()}
        judges = (ProgrammeRole.REVIEWER, ProgrammeRole.COMMITTEE_MEMBER)
        if sha256 not in (shown if opened.role in judges else opened.case.files):
            raise SubjectNotExisting("file", sha256)
        return await self._keeper.kept(sha256)

    async def open_case(self, actor: Actor, case: str) -> Dossier:
        """Return a case with what the actor may do; who judges is noted at their first time."""
        await self.do(actor, OpenCase(case=case))
        world = await self.world()
        return dossier(world, world.cases[case], actor, self._clock.now(), self._judges)

    # -- look -------------------------------------------------------------------------------

    async def world(self) -> World:
        """Return the whole state as of now, as nobody but operator and ministry may see it.

        It is folded only from where it was known before.
        """
        if self._book.last(self._store.read()) != (self._world.seq, self._world.digest):
            self._world = await self._store.scan(self._caught_up)
        return self._world

    async def role(self, actor: Actor, programme: str) -> ProgrammeRole | None:
        """Return who the actor is in a programme, `None` where they are nobody."""
        return role_of(await self.world(), actor, programme)

    async def cases(self, actor: Actor) -> list[CaseSummary]:
        """Return the cases that are the actor's to see."""
        return summaries(await self.world(), actor, self._today())

    async def timeline(self, actor: Actor, case: str) -> list[TimelineEntry]:
        """Return the log of a case: who did what when, with the digests that seal it."""
        world = await self.world()
        authorise(world, OpenCase(case=case), actor, self._clock.now())
        numbers = world.log.get(case, ())
        entries = await self._store.scan(lambda tables: self._numbered(tables, numbers))
        return timeline(world, world.cases[case], actor, entries)

    async def next_steps(self, actor: Actor, case: str) -> list[NextStep]:
        """Return each command on a case, and whether the actor may ask for it now or why not."""
        world = await self.world()
        found = world.cases.get(case)
        if found is None:
            raise SubjectNotExisting("case", case)
        return next_steps(world, found, actor, self._clock.now(), self._judges)

    async def deadlines(self, actor: Actor) -> list[Deadline]:
        """Return the open deadlines of the cases and certificates that are the actor's to see."""
        world, today = await self.world(), self._today()
        mine = {one.case for one in summaries(world, actor, today)}
        mine |= {one.number for one in world.certificates.values() if one.case in mine}
        return [one for one in deadlines(world, today) if one.subject in mine]

    async def certificate(self, number: str) -> Certificate:
        """Return a certificate with its whole life; pages choose what of it is public."""
        certificate = (await self.world()).certificates.get(number)
        if certificate is None:
            raise SubjectNotExisting("certificate", number)
        return certificate

    async def holders_on(self, day: date) -> list[Certificate]:
        """Return the certificates that held in law on a day."""
        return (await self.world()).holders_on(day)

    async def verify(self) -> int | None:
        """Return the number of the first tampered entry of the log, `None` when all holds."""
        return await self._store.scan(self._book.verify)

    def head(self) -> BookHead | None:
        """Return the newest entry's number and digest, to be kept outside this machine."""
        return self._book.head(self._store.read())

    # -- inside -----------------------------------------------------------------------------

    def _follow(
        self, tables: Tables, actor: Actor, command: Command, at: datetime
    ) -> Done | CaseBarred | ConflictUndeclared:
        world = self._caught_up(tables)
        try:
            role, events = follow(world, command, actor, at, self._judges)
        except (CaseBarred, ConflictUndeclared) as refusal:
            self._note_refusal(tables, world, actor, command, at=at, refusal=refusal)
            return refusal
        entries = [self._append(tables, actor.id, role, event, at) for event in events]
        return Done(role, tuple(entries))

    def _note_refusal(  # noqa: PLR0913 - all that an entry tells
        self,
        tables: Tables,
        world: World,
        actor: Actor,
        command: Command,
        *,
        at: datetime,
        refusal: DalguError,
    ) -> None:
        scope = scope_of(world, command)
        role = role_of(world, actor, scope.programme)
        if scope.case is not None and role is not None:
            refused = AccessRefused(
                case=scope.case.id, command=tag_of(type(command)), problem=refusal.slug
            )
            self._append(tables, actor.id, role, refused, at)

    def _append(
        self, tables: Tables, by: str, role: ProgrammeRole, event: Event, at: datetime
    ) -> Entry:
        seq = self._book.append(tables, encode(at, by, role, event), at)
        return Entry(
            seq=seq, at=at, by=by, role=role, event=event, digest=self._book.last(tables)[1]
        )

    def _caught_up(self, tables: Tables) -> World:
        """Return the world as of these tables, from what is known where that still holds."""
        world, last = self._world, self._book.last(tables)
        is_other = world.seq == last[0] and world.digest != last[1]
        if world.seq > last[0] or is_other:  # another database was put in place of this one
            world = World()
        while world.seq < last[0]:
            page = self._book.entries(tables, after=world.seq, limit=PAGE)
            world = fold((decode(one.seq, one.content, one.digest) for one in page), world)
        return world

    def _numbered(self, tables: Tables, numbers: tuple[int, ...]) -> list[Entry]:
        found = []
        for number in numbers:
            [one] = self._book.entries(tables, after=number - 1, limit=1)
            found.append(decode(one.seq, one.content, one.digest))
        return found

    def _today(self) -> date:
        return local(self._clock.now()).date()
