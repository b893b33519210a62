"""The registers for people: what each holds, how old it is, what is missing, how to fill it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.governance.api import bounded_body
from dalgu.governance.importing import Options
from dalgu.governance.register import register
from dalgu.governance.report import Report
from dalgu.governance.standing import standings
from dalgu.kernel.errors import DalguError
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import refusal
from dalgu.web.upload import Form, read_form

SHOWN_REJECTIONS = 1_000
OPTIONS = ("strict", "trial", "replace")


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, path = Pages(center), "/center/registers"
    return [
        Route(path, pages.registers, name=Operation.ENTITY_READ),
        Route(path, pages.fill, methods=["POST"], name=Operation.REGISTER_WRITE),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def registers(self, request: Request) -> Response:
        """Draw the registers and, for those who may fill them, the form."""
        return await self._page(request)

    async def fill(self, request: Request) -> Response:
        """Fill a register from the file of the form, then show what became of each row."""
        body = await bounded_body(request, "")
        form = Form()
        try:
            form = read_form(request.headers.get("content-type", ""), body)
            report = await self._filled(request, form)
        except DalguError as refused:
            return await self._page(request, form=form, refused=refused)
        return await self._page(request, form=form, report=report)

    async def _filled(self, request: Request, form: Form) -> Report:
        asked = register(form.fields.get("register", ""))
        asks = form.fields.keys()
        options = Options(strict="strict" in asks, trial="trial" in asks, replace="replace" in asks)
        name = form.file_name or "-"
        return await self.center.filing.fill(actor_of(request), asked, name, form.file, options)

    async def _page(
        self,
        request: Request,
        *,
        form: Form | None = None,
        report: Report | None = None,
        refused: DalguError | None = None,
    ) -> Response:
        language = language_of(request)
        found = await standings(self.center.hub, self.center.clock)
        found.sort(key=lambda one: one.register.title.say(language))
        chosen = "" if form is None else form.fields.get("register", "")
        return self.center.frame.render(
            request,
            "center/registers.html",
            status=200 if refused is None else refused.status,
            standings=found,
            empty=sum(one.state == "empty" for one in found),
            due=sum(one.state == "due" for one in found),
            chosen=chosen,
            options=OPTIONS,
            taken=frozenset() if form is None else frozenset(form.fields),
            report=report,
            title_of={one.register.name: one.register.title for one in found},
            rejections=[] if report is None else report.rejections[:SHOWN_REJECTIONS],
            refused=None if refused is None else _told(request, refused),
            may_fill=may(actor_of(request), Operation.REGISTER_WRITE),
        )


def _told(request: Request, refused: DalguError) -> str:
    return refusal(language_of(request), refused) or refused.detail
