"""The evidence of a case: files handed in, what they prove on which pages, what is lacking."""

from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.case import framework_of
from dalgu.center.pages.process.commands import address_of
from dalgu.center.pages.process.forms import take, upload_of
from dalgu.certification.api.bodies import DEFAULT_NAME
from dalgu.certification.api.open_doors import pdf
from dalgu.certification.process.table import BY_NAME
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.views import Dossier
from dalgu.certification.process.words import Confidentiality
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with
from dalgu.web.frame import actor_of

PATH = "/certification/cases/{case}/evidence"
MOST_LINKS = 200
PAGE_DIGITS, MOST_PAGES = 4, 10_000  # of one document; what is more is a mistake
FILES = "/certification/cases/{case}/files/{sha256}"
PAPERS = "/certification/cases/{case}/papers/{name}"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part, post = Pages(center), Operation.CERTIFICATION_TAKE_PART, ["POST"]
    return [
        Route(PATH, pages.evidence, name=part),
        Route(f"{PATH}/files", pages.upload, methods=post, name=part),
        Route(PATH, pages.add, methods=post, name=part),
        Route(PAPERS, pages.paper, name=part),
        Route(FILES, pages.file, name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def evidence(self, request: Request) -> Response:
        """Draw files, evidence, the index table and what the file lacks."""
        return await self._draw(request)

    async def upload(self, request: Request) -> Response:
        """Take a file in, or say why it is not taken."""
        redraw = partial(self._draw, request, None)
        return await follow(self._received(request), request, f"{PATH}#files", redraw)

    async def add(self, request: Request) -> Response:
        """Offer a received file as evidence for some indicators."""
        sent = await sent_of(request)
        parts = _parts(request.path_params["case"], sent)
        step = take(self.center, request, "add_evidence", parts)
        redraw = partial(self._draw, request, sent)
        return await follow(step, request, f"{PATH}#evidence", redraw)

    async def _received(self, request: Request) -> None:
        form, case = await upload_of(request), request.path_params["case"]
        await self.center.office.desk.receive_file(
            actor_of(request), case, form.file_name or DEFAULT_NAME, form.file
        )

    async def file(self, request: Request) -> Response:
        """Answer with a file, to be saved and never to be opened within these pages."""
        case, sha256 = request.path_params["case"], request.path_params["sha256"]
        body = await self.center.office.desk.file(actor_of(request), case, sha256)
        name = (await self.center.office.desk.world()).cases[case].files[sha256].name
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    async def paper(self, request: Request) -> Response:
        """Answer with one paper of the case."""
        case, name = request.path_params["case"], request.path_params["name"]
        body = await self.center.paperwork.paper(actor_of(request), case, name)
        return pdf(body, f"{case}-{name}")

    async def _draw(
        self, request: Request, sent: Sent | None = None, refused: DalguError | None = None
    ) -> Response:
        name = request.path_params["case"]
        opened = await self.center.office.desk.open_case(actor_of(request), name)
        framework, allowed = await framework_of(self.center, opened), opened.allowed
        return self.center.frame.render(
            request,
            "center/process/evidence.html",
            opened=opened,
            case=opened.case,
            framework=framework,
            names={one.code: one.name for one in framework.indicators},
            may_add="add_evidence" in allowed,
            may_upload=_may_upload(opened),
            removals={
                key: address_of("remove_evidence", PATH.format(case=name), case=name, evidence=key)
                for key in (opened.case.evidence if "remove_evidence" in allowed else ())
            },
            confidentialities=[(one, title_of(one)) for one in Confidentiality],
            findings=[(title_of(one.kind), one) for one in opened.findings],
            linked=set() if sent is None else set(sent.get("indicator", ())),
            today=self.center.today,
            **shown_with(request, refused, sent),
        )


def _may_upload(opened: Dossier) -> bool:
    spec = BY_NAME["receive_file"]
    return opened.role in spec.roles and opened.case.stage in spec.stages


def _parts(case: str, sent: Sent) -> dict[str, object]:
    pages = pages_of(first(sent, "pages"))
    links = [
        {"indicator": code, "summary": first(sent, "summary"), "pages": pages}
        for code in sent.get("indicator", ())[:MOST_LINKS]
    ]
    evidence = {
        "id": first(sent, "id"),
        "sha256": first(sent, "sha256"),
        "title": first(sent, "title"),
        "issuer": first(sent, "issuer"),
        "issued_on": first(sent, "issued_on"),
        "is_stamped": bool(first(sent, "is_stamped")),
        "confidentiality": first(sent, "confidentiality") or Confidentiality.EVALUATION,
        "links": links,
    }
    return {"case": case, "evidence": evidence}


def pages_of(text: str) -> object:
    """Return pages that somebody wrote; the text itself where it is none.

    >>> pages_of("3-5, 12"), pages_of(""), pages_of("x")
    ([3, 4, 5, 12], [], 'x')
    """
    found: list[int] = []
    for part in (one.strip() for one in text.replace("–", "-").split(",") if one.strip()):
        begin, _, end = part.partition("-")
        begin, end = begin.strip(), end.strip() or begin.strip()
        if not (begin.isascii() and begin.isdigit() and end.isascii() and end.isdigit()):
            return text
        if len(begin) > PAGE_DIGITS or len(end) > PAGE_DIGITS or len(found) > MOST_PAGES:
            return text
        if not 0 < int(begin) <= int(end):
            return text
        found += range(int(begin), int(end) + 1)
    return found
