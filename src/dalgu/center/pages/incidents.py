"""The pages of incidents: the list, the room of one, the procedures, the board of resources."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.incidents.api import sent_of
from dalgu.center.incidents.desk import CATEGORIES, Desk, visible
from dalgu.center.incidents.listing import asked, in_order
from dalgu.center.incidents.room import Around, district_name, place_of
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.telling import Teller
from dalgu.center.incidents.words import Priority, Status
from dalgu.center.picture import picture
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import told
from dalgu.web.frame import actor_of, language_of

MOST_ROWS = 200  # more is found by narrowing the list
AUDITED_AGAIN = timedelta(hours=1)  # a room that refreshes itself is one reading, not hundreds
STATES = ("open", "shelved", *(status.value for status in Status), "all")
PART = "x-part"  # header of the script that asks for what changes, without the frame
NOTHING: Mapping[str, Any] = {}


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    seen, handled = Operation.INCIDENT_READ, Operation.INCIDENT_HANDLE
    return [
        Route("/center/incidents", pages.list, name=seen),
        Route("/center/incidents", pages.raise_one, methods=["POST"], name=handled),
        Route("/center/incidents/procedures", pages.procedures, name=seen),
        Route("/center/incidents/resources", pages.resources, name=seen),
        Route("/center/incidents/{number:int}", pages.room, name=seen),
        Route("/center/incidents/{number:int}/{deed}", pages.do, methods=["POST"], name=handled),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.incidents = center.rooms.incidents
        self.desk = Desk(self.incidents, center.access, center.city)
        self._read: dict[tuple[str, int], datetime] = {}

    async def list(self, request: Request) -> Response:
        """Draw the incidents that the actor may see, narrowed as the address says."""
        return self._list(request)

    async def raise_one(self, request: Request) -> Response:
        """Begin an incident and go to its room, or draw the list again with why not."""
        sent = await sent_of(request)
        try:
            incident = await self.desk.raise_by_hand(actor_of(request), sent)
        except DalguError as refused:
            return self._list(request, sent, refused)
        return _to(request, f"/center/incidents/{incident.number}")

    def _list(
        self, request: Request, sent: Mapping[str, Any] = NOTHING, refused: DalguError | None = None
    ) -> Response:
        wanted, actor = asked(request.query_params), actor_of(request)
        mine = visible(actor, self.incidents.all.values())
        found = in_order(one for one in mine if wanted.fits(one))
        districts = [one for one in self.center.city.districts if actor.serves(one.code)]
        return self.center.frame.render(
            request,
            "center/incidents/list.html",
            rows=[self._row(one, request) for one in found[:MOST_ROWS]],
            total=len(found),
            wanted=wanted,
            states=STATES,
            categories=CATEGORIES,
            priorities=list(Priority),
            districts=districts,
            dongs=[one for one in self.center.city.dongs if actor.serves(one.district)],
            teller=self._teller(request),
            sent=sent,
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
        )

    def _row(self, incident: Incident, request: Request) -> Document:
        language = language_of(request)
        place = place_of(self.center.city, incident, language)
        return {**row(incident, language), "place": place}

    async def room(self, request: Request) -> Response:
        """Draw the room of one incident, and write down who looked at it."""
        incident = await self.desk.read(actor_of(request), request.path_params["number"])
        await self._audit(request, incident)
        return await self._room(request, incident)

    async def do(self, request: Request) -> Response:
        """Do a deed and go back to the room, or draw it again with why it was refused."""
        number, deed = request.path_params["number"], request.path_params["deed"]
        actor, sent = actor_of(request), await sent_of(request)
        incident = await self.desk.read(actor, number)
        try:
            await self.desk.do(actor, number, deed, sent)
        except DalguError as refused:
            return await self._room(request, incident, sent, refused)
        return _to(request, f"/center/incidents/{number}")

    async def _room(
        self,
        request: Request,
        incident: Incident,
        sent: Mapping[str, Any] = NOTHING,
        refused: DalguError | None = None,
    ) -> Response:
        language, actor = language_of(request), actor_of(request)
        teller = self._teller(request)
        is_part = request.headers.get(PART) is not None
        around = Around(self.center, incident, actor, language)
        data = await (around.changing(teller) if is_part else around.all(teller))
        page = "live" if is_part else "room"
        response = self.center.frame.render(
            request,
            f"center/incidents/{page}.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language, refused),
            # A part's script keeps the words itself: as a field's first value they would look
            # untouched, and the next refresh would take them.
            sent=NOTHING if is_part else sent,
            teller=teller,
            may_handle=may(actor, Operation.INCIDENT_HANDLE, incident.district),
            **data,
            **({} if is_part else self._map(incident, data["label"], request)),
        )
        response.headers["vary"] += f", {PART}"
        return response

    def _map(self, incident: Incident, label: str, request: Request) -> dict[str, JSON]:
        return {"picture": picture(self.center.city, language_of(request), label=label)}

    async def procedures(self, request: Request) -> Response:
        """Draw every procedure in its newest version, with what changed in each."""
        return self.center.frame.render(
            request,
            "center/incidents/procedures.html",
            procedures=self.incidents.procedures.all.values(),
            teller=self._teller(request),
        )

    async def resources(self, request: Request) -> Response:
        """Draw the board of the districts that the actor serves."""
        actor, language = actor_of(request), language_of(request)
        chosen = request.query_params.get("district", "")
        served = [one for one in self.center.city.districts if actor.serves(one.code)]
        codes = {one.code for one in served if not chosen or one.code == chosen}
        board = self.incidents.board
        rows = []
        for one in board.all.values():
            if one.district in codes:
                readiness, incident = board.where(one.id)
                name = district_name(self.center.city, one.district, language)
                rows.append((one, readiness, incident, name))
        return self.center.frame.render(
            request,
            "center/incidents/resources.html",
            rows=sorted(rows, key=lambda one: (one[1] == "free", one[3], one[0].kind)),
            districts=served,
            chosen=chosen,
            teller=self._teller(request),
        )

    def _teller(self, request: Request) -> Teller:
        incidents = self.incidents
        you = actor_of(request).id
        return Teller(language_of(request), you, incidents.procedures, incidents.board)

    async def _audit(self, request: Request, incident: Incident) -> None:
        actor, now = actor_of(request), self.center.clock.now()
        before = self._read.get((actor.id, incident.number))
        if before is not None and now - before < AUDITED_AGAIN:
            return
        await self.center.access.audit(actor, Operation.INCIDENT_READ, incident.id)
        self._read = {k: at for k, at in self._read.items() if now - at < AUDITED_AGAIN}
        self._read[actor.id, incident.number] = now


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"/{language_of(request)}{path}", 303)
