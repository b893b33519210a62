"""What residents see and do: lists, one proposal with the live data of its place, forms."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.cities.places import dong_of
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.proposals import figures, views
from dalgu.services.citizens.proposals.deeds import Place
from dalgu.services.citizens.proposals.pages.filled import filled
from dalgu.services.citizens.proposals.picture import picture
from dalgu.services.citizens.proposals.proposals import PATHS, Draft, path_of
from dalgu.services.citizens.proposals.refusals import ProposalNotExisting, ProposalStepUnknown
from dalgu.services.citizens.proposals.similar import Alike
from dalgu.services.citizens.proposals.spaces import departments
from dalgu.services.citizens.proposals.state import Proposal
from dalgu.services.citizens.proposals.words import Kind, Side, Stage, Topic
from dalgu.web.forms import Sent, first, sent_of, to
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import phrase

LONGEST_QUERY = 100
MOST_MARKS = 300
NEAR_DEG = 0.006  # half the width of the map of a place, some 500 m

Step = Callable[[Request, int, Sent], Awaitable[object]]


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    take = Operation.CITIZEN_TAKE_PART
    routes = [
        Route("/proposals/mine", Pages(desk, Kind.TALK).own, name=take),
    ]
    for kind, base in PATHS.items():
        pages = Pages(desk, kind)
        routes += pages.routes(base)
    return routes


class Pages:
    """The handlers of one kind, with what they stand on."""

    def __init__(self, desk: Desk, kind: Kind) -> None:
        self.desk, self.kind = desk, kind
        self.room = desk.rooms.proposals
        self.steps: dict[str, Step] = {
            "support": lambda r, n, s: self.room.support(actor_of(r), n),
            "unsupport": lambda r, n, s: self.room.withdraw_support(actor_of(r), n),
            "agree": lambda r, n, s: self.room.agree(actor_of(r), n),
            "comment": self._comment,
            "like": lambda r, n, s: self.room.support_comment(
                actor_of(r), n, _whole(first(s, "comment"))
            ),
            "withdraw": lambda r, n, s: self.room.withdraw(actor_of(r), n, first(s, "reason")),
            "supply": lambda r, n, s: self.room.supply(actor_of(r), n, first(s, "text")),
            "appeal": lambda r, n, s: self.room.appeal(actor_of(r), n, first(s, "reason")),
        }

    def routes(self, base: str) -> list[Route]:
        """Return the routes of the kind."""
        read, take = Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
        routes = [Route(base, self.every, name=read)]
        if self.kind is not Kind.ASK:
            routes += [
                Route(f"{base}/new", self.new, name=read),
                Route(f"{base}/new", self.send, methods=["POST"], name=take),
            ]
        return [
            *routes,
            Route(f"{base}/{{number:int}}", self.one, name=read),
            Route(f"{base}/{{number:int}}/{{step}}", self.step, methods=["POST"], name=take),
        ]

    # -- lists ----------------------------------------------------------------------------

    async def every(self, request: Request) -> Response:
        """Draw the list, with the places of what it shows."""
        asked = _asked(request, self.kind)
        found = views.listed(self.room, asked)
        language = language_of(request)
        placed = [one for one in found.rows if one.place][:MOST_MARKS]
        marks = [
            (f"/{language}{path_of(one)}", one.title, (one.place.lon, one.place.lat))
            for one in placed
            if one.place
        ]
        label = phrase(language, "proposals.map")
        return self.desk.frame.render(
            request,
            "citizens/proposals/list.html",
            **self._shared(),
            asked=asked,
            found=found,
            rows=[
                (one, views.bar(one, self.room.space_of(one), self.desk.today))
                for one in found.rows
            ],
            sorts=views.SORTS,
            picture=picture(self.desk.ground.city, language, label, marks),
            map_label=label,
            tally=self._tally(),
        )

    def _tally(self) -> dict[str, int]:
        """Return how many there are by where they stand."""
        counts: dict[str, int] = {}
        for one in self.room.of_kind(self.kind):
            if views.is_listed(self.room, one):
                counts[one.standing] = counts.get(one.standing, 0) + 1
        return counts

    async def own(self, request: Request) -> Response:
        """Draw what a resident wrote and supports, for their own eyes."""
        actor = actor_of(request)
        return self.desk.frame.render(
            request,
            "citizens/proposals/mine.html",
            **self._shared(),
            written=self.room.written_by(actor),
            supported=self.room.supported_by(actor),
            asked=self.room.asked_of(actor),
        )

    # -- a new one ------------------------------------------------------------------------

    async def new(
        self,
        request: Request,
        refused: DalguError | None = None,
        sent: Sent | None = None,
        similar: list[Alike] | None = None,
    ) -> Response:
        """Draw the form; with similar ones where there are any, before anything is sent."""
        language, city = language_of(request), self.desk.ground.city
        label = phrase(language, "proposals.choose_place")
        return self.desk.frame.render(
            request,
            "citizens/proposals/new.html",
            **self._shared(),
            **filled(request, refused, sent),
            similar=similar or [],
            spaces=[one for one in self.room.folded.spaces.values() if one.kind is self.kind],
            is_citizen=bool(self.room.people.person(actor_of(request)).voice),
            picture=picture(city, language, label, ()),
            dongs=[
                (district, [one for one in city.dongs if one.district == district.code])
                for district in city.districts
            ],
        )

    async def send(self, request: Request) -> Response:
        """Show similar ones first; publish what is sent again all the same."""
        sent = await sent_of(request)
        try:
            draft = self._draft(request, sent)
            if not first(sent, "shown"):
                among = [one for one in self.room.of_kind(self.kind) if self._is_open(one)]
                similar = await self.desk.rooms.similar.to(draft.title, draft.text, among)
                if similar:
                    return await self.new(request, None, sent, similar)
            number = await self.room.begin(actor_of(request), draft)
        except DalguError as refused:
            return await self.new(request, refused, sent)
        return to(request, f"{PATHS[self.kind]}/{number}")

    def _is_open(self, found: Proposal) -> bool:
        return views.is_listed(self.room, found) and found.stage is not Stage.MERGED

    def _draft(self, request: Request, sent: Sent) -> Draft:
        topic = first(sent, "topic")
        shown = [one for one in first(sent, "shown").split(",") if one.isdecimal()]
        space = first(sent, "space") or self.kind
        return Draft(
            title=first(sent, "title"),
            text=first(sent, "text"),
            space=space,
            topic=Topic(topic) if topic in tuple(Topic) else Topic.OTHER,
            language=language_of(request),
            place=self._place(sent),
            similar=tuple(int(one) for one in shown[:10]),
        )

    def _place(self, sent: Sent) -> Place | None:
        try:
            return Place(float(first(sent, "lon")), float(first(sent, "lat")))
        except ValueError:
            dong = dong_of(self.desk.ground.city, first(sent, "dong"))
        return None if dong is None else Place(*dong.centre)

    # -- one ------------------------------------------------------------------------------

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw one: where it stands, who owes what until when, its place as it is now."""
        found = self.room.get(request.path_params["number"])
        if found.kind is not self.kind:
            return to(request, path_of(found))
        actor, language = actor_of(request), language_of(request)
        hidden = self.room.moderation.is_hidden(found.subject)
        shown: dict[str, JSON] = {
            "found": found,
            "is_hidden": hidden,
            "space": self.room.space_of(found),
            "bar": views.bar(found, self.room.space_of(found), self.desk.today),
            "line": views.line(found),
            "clocks": views.clocks(found, self.desk.today),
            "mine": views.mine(self.room, actor, found),
            "comments": views.comments(self.room, actor, found),
            "history": views.history(found),
            "authors": [self.room.people.shown(account) for account in found.authors],
            "similar": [self.room.all[n] for n in found.similar if n in self.room.all],
            **await self._around(found, language),
        }
        return self.desk.frame.render(
            request,
            "citizens/proposals/one.html",
            **self._shared(),
            **filled(request, refused, sent),
            **shown,
        )

    async def _around(self, found: Proposal, language: Language) -> dict[str, JSON]:
        """Return the map of its place and what is measured around it now."""
        if found.place is None:
            return {"near": [], "picture": None, "district": None, "dong": None}
        city, at = self.desk.ground.city, (found.place.lon, found.place.lat)
        ground = self.desk.ground
        return {
            "near": await figures.near(ground.hub, at, ground.clock.now()),
            "picture": picture(
                city, language, phrase(language, "proposals.its_place"), [("", found.title, at)]
            ),
            "focus": (at[0] - NEAR_DEG, at[1] - NEAR_DEG, at[0] + NEAR_DEG, at[1] + NEAR_DEG),
            "district": city.district(found.place.district),
            "dong": dong_of(city, found.place.dong),
        }

    async def step(self, request: Request) -> Response:
        """Do what a resident does with one, and show it again."""
        number, name = request.path_params["number"], request.path_params["step"]
        sent = await sent_of(request)
        if name not in self.steps:
            raise ProposalStepUnknown(name)
        if self.room.get(number).kind is not self.kind:
            raise ProposalNotExisting(number)
        try:
            await self.steps[name](request, number, sent)
        except DalguError as refused:
            return await self.one(request, refused, sent)
        anchor = {"comment": "#comments", "like": f"#c{first(sent, 'comment')}"}.get(
            name, "#support"
        )
        return to(request, f"{PATHS[self.kind]}/{number}{anchor}")

    async def _comment(self, request: Request, number: int, sent: Sent) -> object:
        side, parent = first(sent, "side"), first(sent, "parent")
        return await self.room.comment(
            actor_of(request),
            number,
            Side(side) if side in tuple(Side) else Side.OTHER,
            first(sent, "text"),
            _whole(parent) if parent else None,
        )

    def _shared(self) -> dict[str, JSON]:
        return {
            "kind": self.kind,
            "base": PATHS[self.kind],
            "path_of": path_of,
            "all": self.room.all,
            "topics": tuple(Topic),
            "sides": tuple(Side),
            "departments": departments(),
            "districts": self.desk.ground.city.districts,
            "today": self.desk.today,
        }


def _asked(request: Request, kind: Kind) -> views.Asked:
    told = request.query_params
    return views.Asked(
        kind,
        text=told.get("q", "")[:LONGEST_QUERY],
        stage=told.get("status", ""),
        district=told.get("district", ""),
        space=told.get("space", ""),
        topic=told.get("topic", ""),
        sort=told.get("sort", "new"),
        page=_whole(told.get("page", "1")) or 1,
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
