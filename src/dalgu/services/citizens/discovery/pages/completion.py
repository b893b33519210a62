"""The page that verifies a certificate of completion, and the paper for its holder."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.access.secret import is_same
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import completion
from dalgu.web.forms import Sent, first, sent_of, shown_with
from dalgu.web.frame import actor_of

PATH = f"{completion.PATH}/{{code}}"


def routes(of: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(of)
    read, take = Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART
    return [
        Route(PATH, pages.one, methods=["GET"], name=read),
        Route(PATH, pages.name, methods=["POST"], name=read),
        Route(f"{PATH}/paper", pages.paper, methods=["POST"], name=take),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, of: Desk) -> None:
        self.desk = of
        self.room = of.rooms.discovery

    async def one(self, request: Request) -> Response:
        """Draw what a certificate certifies; nobody is named."""
        return self._drawn(request, None, {}, None)

    async def name(self, request: Request) -> Response:
        """Tell whether a name is the one on the paper."""
        sent = await sent_of(request)
        told = self.room.completion(request.path_params["code"])
        try:
            digest = self.room.rounds.name_digest(told.code, first(sent, "name"))
        except DalguError as refused:
            return self._drawn(request, refused, sent, None)
        is_his = bool(told.name_digest) and is_same(digest, told.name_digest)
        return self._drawn(request, None, sent, is_his)

    async def paper(self, request: Request) -> Response:
        """Print the paper with the holder's name, which is not kept."""
        sent, actor = await sent_of(request), actor_of(request)
        code, name = request.path_params["code"], first(sent, "name")[:40]
        try:
            told = await self.room.rounds.bind_name(actor, code, name)
            pdf = completion.paper(
                completion.Paper(
                    told,
                    self.room.round(told.round),
                    self.desk.ground.city,
                    name,
                    f"{str(request.base_url).rstrip('/')}/ko{completion.PATH}/{code}",
                )
            )
        except DalguError as refused:
            return self._drawn(request, refused, sent, None)
        headers = {"content-disposition": f'attachment; filename="completion-{code}.pdf"'}
        return Response(pdf, headers=headers, media_type="application/pdf")

    def _drawn(
        self, request: Request, refused: DalguError | None, sent: Sent, is_his: bool | None
    ) -> Response:
        told = self.room.completion(request.path_params["code"])
        return self.desk.frame.render(
            request,
            "citizens/discovery/completion.html",
            told=told,
            round=self.room.round(told.round),
            is_holder=actor_of(request).id == told.account,
            is_his=is_his,
            **shown_with(request, refused, sent),
        )
