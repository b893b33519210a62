"""The page of the streets: the whole network, its list, and importing another one."""

import asyncio
from collections import Counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.network import drawing
from dalgu.services.traffic.network.checking import require_sound
from dalgu.services.traffic.network.finding import Finding
from dalgu.services.traffic.network.imported import Imported
from dalgu.services.traffic.network.importing import FORMATS, Format, read_network
from dalgu.services.traffic.network.refusals import NetworkNotSent
from dalgu.services.traffic.network.views import STATES, View, view_of
from dalgu.web.forms import shown_with, to, upload_of
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import phrase

PATH: Final = "/center/traffic/network"
MOST_BYTES: Final = 20 * 2**20  # of a network that is sent
SHOWN_FINDINGS: Final = 60
SIGNALS: Final = "/center/traffic/signals/"


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(desk)
    return [
        Route(PATH, pages.network, name=Operation.PAGE_READ),
        Route(f"{PATH}/import", pages.send, methods=["POST"], name=Operation.SIGNAL_EDIT),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.control = desk.rooms.control

    async def network(
        self,
        request: Request,
        refused: DalguError | None = None,
        read: tuple[Imported, list[Finding]] | None = None,
    ) -> Response:
        """Draw the network in force, and what was found in one that was sent."""
        view = await asyncio.to_thread(view_of, self.control)
        imported, found = (None, []) if read is None else read
        return self.desk.frame.render(
            request,
            "traffic/network/network.html",
            view=view,
            picture=None if view is None else self._picture(request, view),
            taken_at=self.control.state.taken_at,
            states=STATES,
            form=drawing.form,
            bands=("free", "dense", "slow", "jammed", "unseen"),
            formats=FORMATS,
            imported=imported,
            found=found[:SHOWN_FINDINGS],
            graves=Counter(one.grave.value for one in found),
            more=max(len(found) - SHOWN_FINDINGS, 0),
            **shown_with(request, refused, None),
        )

    async def send(self, request: Request) -> Response:
        """Read a network that was sent; tell what is wrong with it, or put it in force."""
        try:
            form = await upload_of(request, MOST_BYTES)
            imported = await asyncio.to_thread(_read, form.file_name, form.file, form.fields)
            if form.fields.get("step") == "take":
                await asyncio.to_thread(require_sound, imported.network)
                await self.control.take_network(imported.network, actor_of(request))
                return to(request, f"{PATH}?taken=1")
            found = await asyncio.to_thread(imported.findings)
        except DalguError as refused:
            return await self.network(request, refused)
        return await self.network(request, read=(imported, found))

    def _picture(self, request: Request, view: View) -> str:
        language = language_of(request)
        return drawing.streets(
            view,
            self.desk.ground.city,
            language=language,
            label=phrase(language, "streets.picture", n=len(view.signals)),
            href=f"/{language}{SIGNALS}",
        )


def _read(file: str, body: bytes, fields: dict[str, str]) -> Imported:
    if not body:
        raise NetworkNotSent
    format_: Format | None = next((one for one in FORMATS if one == fields.get("format")), None)
    return read_network(file or "network", body, format_)
