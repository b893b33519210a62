"""What everybody sees: all roundtables, one, how to apply, the hall's screen, the report."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Role
from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.roundtables.applying import Contact
from dalgu.services.citizens.roundtables.picture import group_rows, question_rows, theme_rows
from dalgu.services.citizens.roundtables.plan import ORDER, Attribute, Stage
from dalgu.services.citizens.roundtables.state import Roundtable
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

PAGE = "/roundtables/{number:int}"


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, read = Public(desk), Operation.PUBLIC_READ
    take_part = Operation.CITIZEN_TAKE_PART
    return [
        Route("/roundtables", pages.every, name=read),
        Route("/roundtables/offline", pages.offline, name=read),
        Route(PAGE, pages.one, name=read),
        Route(f"{PAGE}/apply", pages.apply, name=read),
        Route(f"{PAGE}/apply", pages.applied, methods=["POST"], name=take_part),
        Route(f"{PAGE}/withdraw", pages.withdrawn, methods=["POST"], name=take_part),
        Route(f"{PAGE}/screen", pages.screen, name=read),
        Route(f"{PAGE}/report", pages.report, name=read),
    ]


class Public:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.roundtables

    async def every(self, request: Request) -> Response:
        """Draw all roundtables: those to come, and what became of past ones."""
        found = self.room.every()
        return self.desk.frame.render(
            request,
            "citizens/roundtables/every.html",
            coming=sorted(
                (one for one in found if one.is_coming), key=lambda one: one.plan.starts_at
            ),
            past=[one for one in found if not one.is_coming],
            today=self.desk.today,
        )

    async def one(self, request: Request) -> Response:
        """Draw one roundtable: its stage, lottery, themes, results and what follows."""
        return self.desk.frame.render(
            request, "citizens/roundtables/one.html", **self.shown(self._get(request))
        )

    async def screen(self, request: Request) -> Response:
        """Draw what hangs in the hall."""
        one = self._get(request)
        return self.desk.frame.render(
            request,
            "citizens/roundtables/screen.html",
            one=one,
            hall=self.room.live.hall(one.number),
            questions=question_rows(one),
        )

    async def report(self, request: Request) -> Response:
        """Draw the report, to be printed."""
        return self.desk.frame.render(
            request, "citizens/roundtables/report.html", **self.shown(self._get(request))
        )

    async def offline(self, request: Request) -> Response:
        """Draw the shell that a table's browser keeps; it holds nothing of anybody."""
        return self.desk.frame.render(request, "citizens/roundtables/offline.html")

    async def apply(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the application."""
        one, actor = self._get(request), actor_of(request)
        person = self.desk.rooms.people.person(actor)
        return self.desk.frame.render(
            request,
            "citizens/roundtables/apply.html",
            one=one,
            may_apply=person.level >= Level.EMAIL,
            is_citizen=actor.role is Role.CITIZEN,
            known=self.room.applying.attributes_of(person),
            applied=self.room.applying.number_of(actor, one.number),
            is_open=self._is_open(one),
            **self.groups(),
            **shown_with(request, refused, sent),
        )

    async def applied(self, request: Request) -> Response:
        """Take an application."""
        one, sent = self._get(request), await sent_of(request)
        contact = Contact(first(sent, "name"), first(sent, "phone"))
        given = {str(attribute): first(sent, attribute) for attribute in Attribute}
        try:
            await self.room.applying.apply(actor_of(request), one.number, given, contact)
        except DalguError as refused:
            return await self.apply(request, refused, sent)
        return to(request, f"/roundtables/{one.number}/apply")

    async def withdrawn(self, request: Request) -> Response:
        """Take one's own application back."""
        one, actor = self._get(request), actor_of(request)
        mine = self.room.applying.number_of(actor, one.number)
        try:
            await self.room.applying.withdraw(actor, one.number, mine)
        except DalguError as refused:
            return await self.apply(request, refused)
        return to(request, f"/roundtables/{one.number}/apply")

    def shown(self, one: Roundtable) -> dict[str, JSON]:
        """Return what the page and the report of a roundtable are drawn from."""
        box_files = self.desk.rooms.ballots.boxes
        return {
            "one": one,
            "order": ORDER,
            "is_open": self._is_open(one),
            "groups": group_rows(one),
            "themes": theme_rows(one, self.room.live.shown),
            "questions": question_rows(one),
            "survey": self.room.survey.counts(one.number),
            "boxes": [box for box in one.boxes.values() if box.id in box_files],
            "today": self.desk.today,
            **self.groups(),
        }

    def groups(self) -> dict[str, JSON]:
        """Return the values of the attributes, and the names of districts."""
        return {
            "offered": self.room.applying.offered(),
            "districts": {one.code: one.name for one in self.desk.ground.city.districts},
        }

    def _is_open(self, one: Roundtable) -> bool:
        until = one.until
        return one.stage is Stage.CALLING and until is not None and self.desk.today <= until

    def _get(self, request: Request) -> Roundtable:
        return self.room.ledger.get(request.path_params["number"])
