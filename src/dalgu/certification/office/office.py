"""The office: follows commands of the process, and sees to the papers that must follow them.

What papers there must be is derived from the log, so that whatever a power cut kept from being
made is made at the next start or when it is asked for; making it twice changes nothing.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from dalgu.access.actor import Actor
from dalgu.certification.certificate.errors import IssuerNotExisting
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.issuing import issue
from dalgu.certification.certificate.verification import Verification
from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import frozen
from dalgu.certification.framework.model import Framework
from dalgu.certification.measuring.windows import end_of_day
from dalgu.certification.office.certificates import Sheet, entries, facts_of, sheets
from dalgu.certification.office.errors import (
    CallFrameworkUnfit,
    CityOfAnother,
    IssuerTooYoung,
    PaperNotExisting,
    StatusNotPublished,
)
from dalgu.certification.office.judging import Bench, use_of
from dalgu.certification.office.naming import is_of
from dalgu.certification.office.submission import (
    CallShelf,
    Submission,
    declaration_of,
    read_submission,
    submission_of,
)
from dalgu.certification.process.acts.act import Command
from dalgu.certification.process.acts.application import DeclareScore
from dalgu.certification.process.acts.certificate import IssueCertificate
from dalgu.certification.process.acts.programme import FrameworkUse, PlanRound
from dalgu.certification.process.codec import command_of
from dalgu.certification.process.desk import Done, ProcessDesk
from dalgu.certification.process.errors import SubjectNotExisting
from dalgu.certification.process.permission import authorise
from dalgu.certification.process.standing import standing
from dalgu.certification.process.state import Case, World
from dalgu.certification.process.table import tag_of
from dalgu.certification.scoring.points import refuse_unscorable
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.store.sqlite import Store

log = logging.getLogger("dalgu.certification")

PAPERS = "certification.paper"  # which kept bytes are the paper of which decision
STATUS_LEFT = timedelta(days=3)  # a list that counts no longer than this is published anew
ON_CERTIFICATES = frozenset(
    {
        "certificate_issued",
        "certificate_extended",
        "certificate_suspended",
        "suspension_lifted",
        "certificate_revoked",
    }
)


class _Made(msgspec.Struct, frozen=True):
    sha256: str
    key_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """Whose platform this is: its own city, and where anybody asks about a certificate."""

    city: Text
    verification_address: str


class Office:
    """All that a city, its reviewers, the operator and the ministry ask of the platform.

    Parameters
    ----------
    desk
        The process.
    certification
        What measures this hub's own city.
    installed
        The issuer's key, the trusted keys and the status lists of the data folder.
    store, clock
        Where it is written down which papers were made, and the city's clock.
    bench
        Who judges by frozen frameworks; the desk has its judges from the same one.
    home
        Whose platform this is.

    """

    def __init__(  # noqa: PLR0913 - the composition root names each
        self,
        desk: ProcessDesk,
        certification: Certification,
        installed: Installed,
        *,
        store: Store,
        clock: Clock,
        bench: Bench,
        home: Home,
    ) -> None:
        self.desk = desk
        self.installed = installed
        self.home = home
        self._certification = certification
        self._store = store
        self._clock = clock
        self._bench = bench
        self._making = asyncio.Lock()

    # -- commands ---------------------------------------------------------------------------

    async def do(self, actor: Actor, command: Command) -> Done:
        """Follow a command as the desk does, with what has to be so before and after it.

        Raises
        ------
        CallFrameworkUnfit
            When a round names a framework otherwise than this platform has it.
        IssuerNotExisting, IssuerTooYoung
            When a certificate is to be issued and nobody here can sign it.
        DalguError
            As the desk does.

        """
        if isinstance(command, PlanRound):
            await self._keep_framework(actor, command)
        if isinstance(command, IssueCertificate):
            await self._needs_issuer(actor, command)
        done = await self.desk.do(actor, command)
        if ON_CERTIFICATES & {tag_of(type(entry.event)) for entry in done.entries}:
            await self._try_to_catch_up()
        return done

    async def do_json(self, actor: Actor, name: str, body: bytes) -> Done:
        """Follow a command given by its name and its parts in JSON."""
        return await self.do(actor, command_of(name, body))

    async def _keep_framework(self, actor: Actor, command: PlanRound) -> None:
        """Keep the framework's bytes, so that the call is judged by them whatever its files say."""
        authorise(await self.desk.world(), command, actor, self._clock.now())
        use = command.framework
        framework = self._certification.framework(use.name)
        mine = use_of(framework)
        if mine.digest != use.digest:
            raise CallFrameworkUnfit(use.name, f"its content here is {mine.digest}")
        if (mine.quantitative, mine.qualitative) != (use.quantitative, use.qualitative):
            raise CallFrameworkUnfit(use.name, "it has other indicators, or in another order")
        for group in command.groups:
            for city_type in group.city_types:
                refuse_unscorable(framework, city_type)
        await self._certification.hub.keep(frozen(framework))

    async def _needs_issuer(self, actor: Actor, command: IssueCertificate) -> None:
        authorise(await self.desk.world(), command, actor, self._clock.now())
        key = (await asyncio.to_thread(self.installed.issuer)).key
        if local(key.valid_from).date() > self._today():
            raise IssuerTooYoung(key.key_id, key.valid_from.isoformat())

    # -- measuring for an application -------------------------------------------------------

    def frameworks(self) -> list[FrameworkUse]:
        """Return the frameworks that a round can name: those that give points."""
        found = (self._certification.framework(name) for name in self._certification.frameworks)
        return [use_of(one) for one in found if one.scoring == "points"]

    def framework(self, use: FrameworkUse) -> Framework:
        """Return the framework that a call froze; raise `CallFrameworkLost`."""
        return self._bench.framework(use)

    async def measure(self, actor: Actor, case_id: str) -> Done:
        """Measure this hub's city as of the case's reference date, freeze it and declare it.

        Raises
        ------
        CityOfAnother
            When the case is of a city that this hub does not measure.
        ReferenceInFuture
            When the reference date has not come.

        """
        case, use = await self._to_declare(actor, case_id)
        if not is_of(case.government, self.home.city.ko):
            raise CityOfAnother(case.id, case.government.name_ko, self.home.city.ko)
        submission = await self.submission(self.framework(use), case.reference_date)
        levels = dict(case.score.levels) if case.score is not None else {}
        merged = msgspec.structs.replace(submission, levels=levels | submission.levels)
        return await self.do(actor, declaration_of(merged, case, use))

    async def submit(self, actor: Actor, case_id: str, body: bytes) -> Done:
        """Declare what another city's platform measured; raise `SubmissionInvalid`."""
        case, use = await self._to_declare(actor, case_id)
        return await self.do(actor, declaration_of(read_submission(body), case, use))

    async def own_submission(self, use: FrameworkUse, reference: date) -> Submission:
        """Return this hub's city as measured by a framework that a round can name."""
        return await self.submission(self._certification.framework(use.name), reference)

    async def submission(self, framework: Framework, reference: date) -> Submission:
        """Measure this hub's city as of the end of a day, with all its rows frozen."""
        ours = self._certification
        shelf = CallShelf(ours.shelf.folder, frozen=framework)
        measuring = Certification(ours.hub, ours.clock, shelf, city_kind=ours.city_kind)
        at = None if reference == self._today() else end_of_day(reference)
        found = await measuring.assess(framework.name, reference=at, freeze=True)
        return submission_of(found, self.home.city.ko)

    async def _to_declare(self, actor: Actor, case_id: str) -> tuple[Case, FrameworkUse]:
        world = await self.desk.world()
        asked = DeclareScore(case=case_id, measurements={}, levels={})
        authorise(world, asked, actor, self._clock.now())
        case = world.cases[case_id]
        return case, world.rounds[case.round].plan.framework

    # -- certificates and their status ------------------------------------------------------

    async def catch_up(self) -> int:
        """Make what the log asks for and is not made yet; return how many papers were made.

        Raises
        ------
        IssuerNotExisting, FontsNotInstalled, CallFrameworkLost
            When something is due and cannot be made.

        """
        async with self._making:
            world = await self.desk.world()
            due = [one for one in sheets(world) if self._made(one) is None]
            for one in due:
                await self._make(world, one)
            await self._publish(world)
            return len(due)

    async def certificate_pdf(self, number: str) -> bytes:
        """Return the newest signed paper of a certificate; it is made now if it was not."""
        world = await self.desk.world()
        found = [one for one in sheets(world) if one.number == number]
        if not found:
            raise SubjectNotExisting("certificate", number)
        if self._made(found[-1]) is None:
            await self.catch_up()
        made = self._made(found[-1])
        if made is None:
            raise PaperNotExisting("certificate", number)
        return await self._certification.hub.kept(made.sha256)

    async def status_list(self) -> bytes:
        """Return the signed status list; raise `StatusNotPublished` before the first."""
        await self._try_to_catch_up()
        try:
            found = await asyncio.to_thread(self.installed.published)
        except IssuerNotExisting:
            found = None
        if found is None:
            raise StatusNotPublished
        return found

    async def verify(self, pdf: bytes) -> Verification:
        """Return what is so with a certificate file today, by the keys and lists held here."""
        await self._try_to_catch_up()
        return await asyncio.to_thread(self.installed.check, pdf, self._today())

    async def _make(self, world: World, sheet: Sheet) -> None:
        case = world.cases[sheet.case]
        use = world.rounds[case.round].plan.framework
        score = self._bench.sheet(use, case.city_type, standing(case))
        address = self.home.verification_address
        facts = facts_of(world, sheet, self.framework(use), score, address)
        issuer = await asyncio.to_thread(self.installed.issuer)
        pdf = await asyncio.to_thread(issue, facts, issuer)
        digest = await self._certification.hub.keep(pdf)
        made = msgspec.json.encode(_Made(digest, issuer.key_id, self._clock.now()))
        await self._store.write(lambda tables: tables.records.put(PAPERS, sheet.key, made))
        log.info("certificate.made", extra={"certificate": sheet.number, "sha256": digest})

    def _made(self, sheet: Sheet) -> _Made | None:
        body = self._store.read().records.get(PAPERS, sheet.key)
        return None if body is None else msgspec.json.decode(body, type=_Made)

    async def _publish(self, world: World) -> None:
        """Publish the status list when it would say something else, or soon no longer counts."""
        if not world.certificates:
            return
        now = self._clock.now()
        due = entries(world, self._today())
        held = await asyncio.to_thread(self._held)
        if held is None or held[0] != due or held[1] - now < STATUS_LEFT:
            await asyncio.to_thread(self.installed.publish, now, due)
            log.info("status.published", extra={"certificates": len(due)})

    def _held(self) -> tuple[object, datetime] | None:
        issuer = self.installed.issuer()
        lists = self.installed.lists([issuer.key])
        return next(((one.entries, one.valid_until) for one in lists), None)

    async def _try_to_catch_up(self) -> None:
        """Make what is due as far as it can be made: the step that asked for it stands anyway."""
        try:
            await self.catch_up()
        except (DalguError, OSError) as waiting:
            log.warning("certificate.waits", extra={"reason": str(waiting)})

    def _today(self) -> date:
        return local(self._clock.now()).date()
