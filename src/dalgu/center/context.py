"""What the pages stand on: filled by the composition root, read by every page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from dalgu.access.access import Access
from dalgu.access.policy import Operation
from dalgu.center.rooms import Rooms
from dalgu.certification.certification import Certification
from dalgu.certification.office.office import Office
from dalgu.certification.office.paperwork import Paperwork
from dalgu.cities import City
from dalgu.governance.filing import Filing
from dalgu.hub.api.openapi.described import Described
from dalgu.hub.hub import Hub
from dalgu.hub.model import Entity
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.text import Text
from dalgu.service import Opened, Service
from dalgu.web.frame import Frame, Link

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work has come, as a share 0 to 1."""

    title: Text
    share: float


def no_progress() -> Progress | None:
    """Return that nothing is being built."""
    return None


@dataclass(frozen=True, slots=True)
class Center:
    """All that the pages of the center ask."""

    hub: Hub
    access: Access
    services: tuple[Service, ...]
    city: City
    clock: Clock
    frame: Frame
    certification: Certification
    office: Office
    paperwork: Paperwork
    described: Described
    filing: Filing  # fills the registers
    rooms: Rooms
    opened: tuple[Opened, ...] = ()  # services that keep a book: their pages are among ours
    types: tuple[type[Entity], ...] = ()  # that the platform declares
    progress: Callable[[], Progress | None] = no_progress
    is_secure: bool = False  # reached over TLS: cookies say so

    @property
    def today(self) -> date:
        """The city's local day."""
        return local(self.clock.now()).date()


# What every reader sees first; services' pages follow in the order of the services.
PUBLIC_LINKS = (
    Link("/", Text("우리 동네", "My neighbourhood"), "home", Operation.PUBLIC_READ),
    Link("/parking", Text("주차", "Parking"), "parking", Operation.PUBLIC_READ),
    Link("/citizens", Text("시민 참여", "Take part"), "citizens", Operation.PUBLIC_READ),
    Link("/ask", Text("뚜봇", "Ask"), "assistant", Operation.PUBLIC_READ),
    Link("/certification", Text("인증 지표", "Certification"), "score", Operation.PUBLIC_READ),
)
BOARD_LINK = Link("/center", Text("상황판", "Situation"), "map")
# The rooms of the operation center, in the order of a shift.
ROOM_LINKS = (
    Link("/center/incidents", Text("사건", "Incidents"), "incident", Operation.INCIDENT_READ),
    Link("/center/shift", Text("근무일지", "Shift log"), "shift", Operation.SHIFT_READ),
    Link("/center/warnings", Text("재난 경보", "Public warnings"), "warning"),
    Link("/center/cameras", Text("영상 제공", "Camera grants"), "camera", Operation.CAMERA_GRANT),
    Link("/center/links", Text("기관 연계", "Agencies"), "link", Operation.LINK_READ),
    Link("/center/alarms", Text("알람 건전성", "Alarm health"), "alarm"),
    Link("/center/learning", Text("대응 성과", "Response times"), "learning"),
    Link("/center/drills", Text("훈련", "Drills"), "drill", Operation.DRILL_RUN),
    Link("/center/testbeds", Text("실증지구", "Test beds"), "testbed"),
    Link("/center/walls", Text("상황판 배치", "Video walls"), "wall"),
)
DEVICES_LINK = Link("/center/devices", Text("장치", "Devices"), "device", Operation.DEVICE_READ)
REGISTERS_LINK = Link(
    "/center/registers", Text("행정 대장", "Registers"), "source", Operation.ENTITY_READ
)
MODELS_LINK = Link(
    "/center/models", Text("데이터 모델", "Data models"), "source", Operation.ENTITY_READ
)


def _grouped(group: str, some: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(replace(link, group=group) for link in some)


def links(services: tuple[Service, ...]) -> tuple[Link, ...]:
    """Return the navigation of all pages."""
    of_services = (
        Link(f"/center/{service.name}", service.title, service.name) for service in services
    )
    home, parking, citizens, ask, certification = PUBLIC_LINKS
    of_data = (DEVICES_LINK, REGISTERS_LINK, MODELS_LINK)
    return (
        *_grouped("elsewhere", (home,)),
        parking,
        citizens,
        ask,
        *_grouped("data", (certification,)),
        *_grouped("operations", (BOARD_LINK, *ROOM_LINKS)),
        *_grouped("services", of_services),
        *_grouped("data", of_data),
    )


def template_folders(services: tuple[Service, ...]) -> dict[str, Path]:
    """Return the folders of templates under the prefixes that pages use."""
    own = Path(__file__).parent.parent
    rooms = {"center": TEMPLATES, "governance": own / "governance" / "bodies" / "templates"}
    return rooms | {s.name: s.templates or own / "services" / s.name / "pages" for s in services}
