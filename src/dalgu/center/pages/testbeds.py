"""The pages of test beds: their area, their rules beside the city's, and their roll-outs."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import layers
from dalgu.center.api import known_layers
from dalgu.center.context import Center
from dalgu.center.picture import picture
from dalgu.center.testbeds import views
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting
from dalgu.web.forms import first, sent_of, told
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import phrase

LONGEST_REASON = 500
PAD_DEG = 0.004
PAGE = "/center/testbeds/{testbed}"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    read, put = Operation.PAGE_READ, Operation.CENTER_SET
    return [
        Route("/center/testbeds", pages.every, name=read),
        Route(PAGE, pages.one, name=read),
        Route(f"{PAGE}/rollouts", pages.propose, methods=["POST"], name=put),
        Route(f"{PAGE}/rollouts/{{number:int}}/{{step}}", pages.step, methods=["POST"], name=put),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.testbeds

    async def every(self, request: Request) -> Response:
        """Draw the list of test beds."""
        rows = [(one, self.room.of(one.name)) for one in self.room.known.values()]
        return self.center.frame.render(request, "center/testbeds/testbeds.html", rows=rows)

    async def one(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw one test bed: map, incidents, rules beside the city, roll-outs."""
        testbed = self.room.get(request.path_params["testbed"])
        language, actor = language_of(request), actor_of(request)
        incidents = list(self.center.rooms.incidents.all.values())
        label = phrase(language, "testbeds.map", name=testbed.title.say(language))
        west, south, east, north = testbed.bounds
        shown: dict[str, JSON] = {
            "testbed": testbed,
            "district": self.center.city.district(testbed.district),
            "overall": self.room.compare(testbed, incidents),
            "rules": views.rules(self.room, testbed, incidents),
            "rollouts": self.room.of(testbed.name),
            "rule_titles": {rule.name: rule.title for rule in testbed.rules},
            "open_ones": views.open_ones(self.room, testbed, incidents, actor),
            "label": label,
            "picture": picture(self.center.city, language, label=label),
            "map_layers": [name for name in testbed.layers if name in known_layers(actor)],
            "stream_layers": " ".join(name for name in testbed.layers if name in layers.LAYERS),
            "focus": (west - PAD_DEG, south - PAD_DEG, east + PAD_DEG, north + PAD_DEG),
            "outline": views.outline(testbed, self.center.city),
        }
        return self.center.frame.render(
            request,
            "center/testbeds/testbed.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language, refused),
            **shown,
        )

    async def propose(self, request: Request) -> Response:
        """Propose a rule of the test bed for the whole city."""
        actor, sent = actor_of(request), await sent_of(request)
        testbed, rule = request.path_params["testbed"], first(sent, "rule")
        reason = first(sent, "reason")[:LONGEST_REASON]
        incidents = self.center.rooms.incidents.all.values()
        try:
            if not reason:
                raise InvalidInput("A reason is required.")
            found = await self.room.propose(actor, testbed, rule, reason, incidents)
        except DalguError as refused:
            return await self.one(request, refused)
        return await self._done(request, f"rollout:{found.number}", "propose")

    async def step(self, request: Request) -> Response:
        """Approve, decline or take back a roll-out."""
        actor, sent = actor_of(request), await sent_of(request)
        number, step = request.path_params["number"], request.path_params["step"]
        reason = first(sent, "reason")[:LONGEST_REASON]
        steps = {
            "approve": lambda: self.room.approve(actor, number),
            "decline": lambda: self.room.decline(actor, number, reason),
            "back": lambda: self.room.roll_back(actor, number, reason),
        }
        try:
            if step not in steps:
                raise NotExisting(f"Step '{step[:40]}' of a roll-out does not exist.")
            if step != "approve" and not reason:
                raise InvalidInput("A reason is required.")
            await steps[step]()
        except DalguError as refused:
            return await self.one(request, refused)
        return await self._done(request, f"rollout:{number}", step)

    async def _done(self, request: Request, target: str, step: str) -> Response:
        actor = actor_of(request)
        await self.center.access.audit(actor, Operation.CENTER_SET, target, step=step)
        path = PAGE.format(testbed=request.path_params["testbed"])
        return RedirectResponse(f"/{language_of(request)}{path}", 303)
