"""Papers of a case on demand: result paper, index of evidence, notices of a revocation."""

import asyncio
from dataclasses import dataclass

from dalgu.access.actor import Actor
from dalgu.certification.certificate.errors import IssuerNotExisting
from dalgu.certification.office.errors import PaperNotExisting
from dalgu.certification.office.judging import Bench
from dalgu.certification.office.notices import kinds_of, notice_facts
from dalgu.certification.office.office import Office
from dalgu.certification.office.results import Subject, index_facts, result_facts
from dalgu.certification.papers.facts import NoticeKind
from dalgu.certification.process.state import Case, World
from dalgu.certification.process.views import Dossier
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.text import Text

RESULT, INDEX, CERTIFICATE = "result", "index", "certificate"
NOTICE = "notice-"
UNNAMED = Text("발급기관 키 없음", "No issuer's key yet")
TOLD_AFTERWARDS = (ProgrammeRole.APPLICANT, ProgrammeRole.REVIEWER)
TITLES = {
    RESULT: Text("평가결과서", "Result paper"),
    INDEX: Text("증빙자료 색인표", "Index of evidence"),
    CERTIFICATE: Text("인증서", "Certificate"),
    f"{NOTICE}{NoticeKind.FIRST}": Text("인증취소 사전통지서 (1차)", "First notice of revocation"),
    f"{NOTICE}{NoticeKind.SECOND}": Text(
        "인증취소 사전통지서 (2차)", "Second notice of revocation"
    ),
    f"{NOTICE}{NoticeKind.REVOCATION}": Text("인증취소 통지서", "Notice of revocation"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that can be had now."""

    name: str
    title: Text


class Paperwork:
    """Prints what an actor may read of a case; the same state gives the same bytes on a day."""

    def __init__(self, office: Office, bench: Bench, clock: Clock) -> None:
        self._office = office
        self._bench = bench
        self._clock = clock

    async def papers(self, actor: Actor, opened: Dossier) -> list[Paper]:
        """Return the papers of an opened case that the actor can have now."""
        case = opened.case
        names = [INDEX]
        if _has_result(opened):
            names.append(RESULT)
        if case.certificate:
            entries = await self._office.desk.timeline(actor, case.id)
            names += [f"{NOTICE}{kind}" for kind in kinds_of(entries, case.certificate)]
            names.append(CERTIFICATE)
        return [Paper(name, TITLES[name]) for name in names]

    async def paper(self, actor: Actor, case_id: str, name: str) -> bytes:
        """Return one paper in PDF.

        Raises
        ------
        PaperNotExisting
            When there is none of the name, or the step it tells of was not taken.
        FontsNotInstalled
            When the build brought no Korean font.
        DalguError
            As opening the case does.

        """
        opened = await self._office.desk.open_case(actor, case_id)
        if name == CERTIFICATE and opened.case.certificate:
            return await self._office.certificate_pdf(opened.case.certificate)
        world = await self._office.desk.world()
        subject = await self._subject(world, opened.case)
        if name == INDEX:
            from dalgu.certification.papers.index import index_table

            return await asyncio.to_thread(index_table, index_facts(subject))
        if name == RESULT and _has_result(opened):
            return await self._result(subject, opened)
        if name.startswith(NOTICE) and name in TITLES and opened.case.certificate:
            return await self._notice(actor, subject, NoticeKind(name.removeprefix(NOTICE)))
        raise PaperNotExisting(name[:80], case_id)

    async def _subject(self, world: World, case: Case) -> Subject:
        framework = self._office.framework(world.rounds[case.round].plan.framework)
        try:
            issuer = (await asyncio.to_thread(self._office.installed.issuer)).name
        except IssuerNotExisting:
            issuer = UNNAMED
        return Subject(world, case, framework, issuer, local(self._clock.now()).date())

    async def _result(self, subject: Subject, opened: Dossier) -> bytes:
        from dalgu.certification.papers.result import result_paper
        from dalgu.certification.process.standing import standing

        case = opened.case
        stands = standing(case)
        use = subject.world.rounds[case.round].plan.framework
        sheet = self._bench.sheet(use, case.city_type, stands)
        return await asyncio.to_thread(result_paper, result_facts(subject, stands, sheet))

    async def _notice(self, actor: Actor, subject: Subject, kind: NoticeKind) -> bytes:
        from dalgu.certification.papers.notice import revocation_notice

        case = subject.case
        entries = await self._office.desk.timeline(actor, case.id)
        certificate = subject.world.certificates[case.certificate]
        facts = notice_facts(kind, certificate, subject.head, entries)
        return await asyncio.to_thread(revocation_notice, facts)


def _has_result(opened: Dossier) -> bool:
    """Tell whether there is a result, and the reader may know it: applicants once it is decided."""
    if opened.role in TOLD_AFTERWARDS and not opened.case.decisions:
        return False
    return opened.case.accepted is not None
