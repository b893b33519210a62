"""What the pages stand on: filled by the composition root, read by every page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dalgu.access.access import Access
from dalgu.access.policy import Operation
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
from dalgu.service import Service
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
    Link("/certification", Text("인증 지표", "Certification"), "score", Operation.PUBLIC_READ),
)
BOARD_LINK = Link("/center", Text("상황판", "Situation"), "map")
DEVICES_LINK = Link("/center/devices", Text("장치", "Devices"), "device", Operation.DEVICE_READ)
REGISTERS_LINK = Link(
    "/center/registers", Text("행정 대장", "Registers"), "source", Operation.ENTITY_READ
)
MODELS_LINK = Link(
    "/center/models", Text("데이터 모델", "Data models"), "source", Operation.ENTITY_READ
)


def links(services: tuple[Service, ...]) -> tuple[Link, ...]:
    """Return the navigation of all pages."""
    of_services = (
        Link(f"/center/{service.name}", service.title, service.name) for service in services
    )
    return (*PUBLIC_LINKS, BOARD_LINK, *of_services, DEVICES_LINK, REGISTERS_LINK, MODELS_LINK)


def template_folders(services: tuple[Service, ...]) -> dict[str, Path]:
    """Return the folders of templates under the prefixes that pages use."""
    own = Path(__file__).parent.parent / "services"
    return {"center": TEMPLATES} | {s.name: s.templates or own / s.name / "pages" for s in services}
