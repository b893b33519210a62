"""The dispersion desk: a closed street, where its traffic goes, and what signs say of it."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.hub import Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.kernel.geo import distance_m
from dalgu.kernel.text import Language, Text
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion import drawing
from dalgu.services.traffic.dispersion.dispersion import FACE, Asked
from dalgu.services.traffic.dispersion.messages import Cause
from dalgu.services.traffic.dispersion.naming import Names
from dalgu.services.traffic.dispersion.refusals import ClosureInvalid
from dalgu.services.traffic.dispersion.state import PlanState
from dalgu.services.traffic.network.model import Link, Network
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import phrase

PATH: Final = "/center/traffic/dispersion"
LEFT: Final = (0, 25, 50, 75)  # percent of the capacity
SHOWN_PLANS: Final = 20
MOST_INCIDENTS: Final = 100


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that a closure may answer, and the link nearest to it."""

    id: str
    name: str
    link: str


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    read, act = Operation.PAGE_READ, Operation.TRAFFIC_DISPERSE
    one = f"{PATH}/plans/{{number:int}}"
    return [
        Route(PATH, pages.every, name=read),
        Route(f"{PATH}/plans", pages.draw, methods=post, name=act),
        Route(f"{PATH}/signs", pages.place, methods=post, name=act),
        Route(f"{PATH}/signs/proposed", pages.place_proposed, methods=post, name=act),
        Route(f"{PATH}/signs/{{sign}}/remove", pages.remove, methods=post, name=act),
        Route(one, pages.one, name=read),
        Route(f"{one}/{{deed}}", pages.deed, methods=post, name=act),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.dispersion

    async def every(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the desk: the form for a closure, plans, signs."""
        network = self.room.control.network()
        language = language_of(request)
        shown: dict[str, JSON] = {}
        if network is not None:
            incidents = await self._incidents(network, language)
            asked = request.query_params.get("incident", "")
            near = next((one.link for one in incidents if one.id == asked), "")
            chosen = request.query_params.get("link", "") or near
            names = _link_names(network, language)
            sheet = drawing.sheet_of(network, self.desk.ground.city)
            shown = {
                "streets": sorted(names.items(), key=lambda pair: pair[1]),
                "link_names": names,
                "incidents": incidents,
                "chosen": chosen,
                "asked_incident": asked,
                "picture": drawing.picker(sheet, names, chosen),
            }
        state = self.room.state
        return self.desk.frame.render(
            request,
            "traffic/dispersion/desk.html",
            network=network,
            town=self.room.town,
            plans=list(state.plans.values())[: -SHOWN_PLANS - 1 : -1],
            signs=[(one, state.showing(one.sign)) for one in state.signs.values()],
            causes=tuple(Cause),
            left=LEFT,
            face=FACE,
            **shown,
            **shown_with(request, refused, sent),
        )

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw a plan: before and after, advice at each sign, its texts, its effect."""
        plan = self.room.plan(request.path_params["number"])
        network = self.room.control.network()
        language = language_of(request)
        is_same = network is not None and self._digest() == plan.draft.network
        pictures = self._pictures(network, plan, language) if network and is_same else None
        return self.desk.frame.render(
            request,
            "traffic/dispersion/plan.html",
            plan=plan,
            draft=plan.draft,
            pictures=pictures,
            link_names=_link_names(network, language) if network is not None else {},
            signs=self.room.state.signs,
            is_same=is_same,
            **shown_with(request, refused, sent),
        )

    async def draw(self, request: Request) -> Response:
        """Think a closure through."""
        sent = await sent_of(request)
        try:
            asked = self._asked(sent)
            number = await self.room.draw(asked, actor_of(request))
        except DalguError as refused:
            return await self.every(request, refused, sent)
        return to(request, f"{PATH}/plans/{number}")

    async def deed(self, request: Request) -> Response:
        """Write a text anew, send the plan, or withdraw it."""
        sent, number = await sent_of(request), request.path_params["number"]
        actor, name = actor_of(request), request.path_params["deed"]
        try:
            if name == "text":
                texts = first(sent, "ko"), first(sent, "en")
                await self.room.edit(number, first(sent, "sign"), texts, actor)
            elif name == "send":
                await self.room.send(number, sent.get("sign", []), actor)
            elif name == "withdraw":
                await self.room.withdraw(number, first(sent, "why"), actor)
            else:
                raise NotExisting(f"Deed '{name[:40]}' of a dispersion plan does not exist.")
        except DalguError as refused:
            return await self.one(request, refused, sent)
        return to(request, f"{PATH}/plans/{number}")

    async def place(self, request: Request) -> Response:
        """Put a sign over a link."""
        sent = await sent_of(request)
        try:
            await self.room.place(_placed(sent), actor_of(request))
        except DalguError as refused:
            return await self.every(request, refused, sent)
        return to(request, f"{PATH}#signs")

    async def place_proposed(self, request: Request) -> Response:
        """Put signs where they would serve most."""
        try:
            await self.room.place_proposed(actor_of(request))
        except DalguError as refused:
            return await self.every(request, refused)
        return to(request, f"{PATH}#signs")

    async def remove(self, request: Request) -> Response:
        """Take a sign down."""
        try:
            await self.room.remove(request.path_params["sign"], actor_of(request))
        except DalguError as refused:
            return await self.every(request, refused)
        return to(request, f"{PATH}#signs")

    def _digest(self) -> str:
        taken = self.room.control.state.network
        return "" if taken is None else taken.digest

    def _pictures(self, network: Network, plan: PlanState, language: Language) -> dict[str, JSON]:
        sheet = drawing.sheet_of(network, self.desk.ground.city)
        return {
            name: drawing.changes(
                sheet,
                plan.draft,
                advised=name == "advised",
                label=phrase(language, f"traffic_dispersion.map_{name}"),
            )
            for name in ("alone", "advised")
        }

    async def _incidents(self, network: Network, language: Language) -> list[OpenIncident]:
        """Return the open incidents that lie somewhere, the newest first."""
        if not network.is_geographic:
            return []
        query = Query(types=("Incident",), q='status!="closed"', limit=MOST_INCIDENTS)
        page = await self.desk.ground.hub.query(query)
        found = [_incident(one, network, language) for one in page.entities]
        return [one for one in reversed(found) if one is not None]

    def _asked(self, sent: Sent) -> Asked:
        network = self.room.control.network()
        link = first(sent, "link")
        links = [link]
        if first(sent, "both") and network is not None:
            links += _opposite(network, link)
        ko, en = first(sent, "place_ko")[:60], first(sent, "place_en")[:60]
        return Asked(
            links=tuple(links),
            cause=_cause(first(sent, "cause")),
            capacity_share=_percent(first(sent, "left")) / 100,
            place=Text(ko, en or ko) if ko else None,
            incident=first(sent, "incident")[:200],
        )


def _cause(name: str) -> Cause:
    if name not in tuple(Cause):
        raise ClosureInvalid("cause", "choose one of the list.")
    return Cause(name)


def _percent(told: str) -> int:
    if not told.isascii() or not told.isdigit() or int(told) > 99:
        raise ClosureInvalid("left", "a whole number from 0 to 99 is needed.")
    return int(told)


def _whole(sent: Sent, name: str) -> int:
    told = first(sent, name)
    if not told.isascii() or not told.isdigit() or len(told) > 3:
        raise ClosureInvalid(name, "a whole number is needed.")
    return int(told)


def _placed(sent: Sent) -> d.SignPlaced:
    ko = first(sent, "name_ko")[:60]
    name = Text(ko, first(sent, "name_en")[:60] or ko)
    size = _whole(sent, "rows"), _whole(sent, "columns"), _whole(sent, "phases")
    return d.SignPlaced(first(sent, "sign"), first(sent, "link"), name, *size)


def _opposite(network: Network, link: str) -> list[str]:
    ends = {(one.start, one.end): one.id for one in network.links}
    own = next((one for one in network.links if one.id == link), None)
    other = None if own is None else ends.get((own.end, own.start))
    return [] if other is None else [other]


def _link_names(network: Network, language: Language) -> dict[str, str]:
    names = Names(network)
    return {one.id: names.link(one.id).say(language) for one in network.links}


def _incident(document: Document, network: Network, language: Language) -> OpenIncident | None:
    place = document.get("location", {}).get("value", {})
    if place.get("type") != "Point":
        return None
    said = document.get("name", {}).get("languageMap", {})
    name = said.get(language) or document["id"]
    return OpenIncident(document["id"], name, nearest_link(network, tuple(place["coordinates"])))


def nearest_link(network: Network, position: tuple[float, float]) -> str:
    """Return the link whose middle is nearest to a position, lon and lat."""
    at = {node.id: (node.lon, node.lat) for node in network.nodes}

    def away_m(link: Link) -> float:
        (x0, y0), (x1, y1) = at[link.start], at[link.end]
        return distance_m(((x0 + x1) / 2, (y0 + y1) / 2), position)

    return min(network.links, key=away_m).id
