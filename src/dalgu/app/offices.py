"""Puts the certification office together: the process, its judges, its certificates, its papers."""

from dataclasses import dataclass

from dalgu.access.access import Access
from dalgu.app.folder import Folder
from dalgu.certification.certificate.errors import IssuerNotExisting
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certification import Certification
from dalgu.certification.office.judging import Bench
from dalgu.certification.office.office import Home, Office
from dalgu.certification.office.paperwork import Paperwork
from dalgu.certification.process.desk import BOOK, ProcessDesk
from dalgu.hub.hub import Hub
from dalgu.hub.local import KEPT
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import every
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Job

VERIFY_PATH = "/certification/verify"


@dataclass(frozen=True, slots=True)
class Offices:
    """The parts that cases go through, and the job that makes what a power cut left undone."""

    desk: ProcessDesk
    office: Office
    paperwork: Paperwork
    job: Job


def offices(
    settings: Settings,
    folder: Folder,
    certification: Certification,
    access: Access,
    city: Text,
) -> Offices:
    """Return the office of a platform."""
    hub, clock = certification.hub, certification.clock
    store = hub.store
    bench = Bench(lambda digest: store.read().records.get(KEPT, digest))
    desk = ProcessDesk(store, hub, clock, access.book(BOOK), bench.judges)
    office = Office(
        desk,
        certification,
        Installed(folder.path),
        store=store,
        clock=clock,
        bench=bench,
        home=Home(city, _address(settings) + VERIFY_PATH),
    )
    return Offices(desk, office, Paperwork(office, bench, clock), _job(office))


def _address(settings: Settings) -> str:
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _job(office: Office) -> Job:
    async def catch_up(hub: Hub, clock: Clock) -> None:
        try:
            await office.catch_up()
        except IssuerNotExisting:
            return  # a platform that issues nothing has no list to publish

    title = Text("인증서 발급과 상태 목록 게시", "Make certificates and publish their status")
    return Job("certification.papers", title, every(hours=1), catch_up)
