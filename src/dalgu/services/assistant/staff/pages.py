"""The center's pages of the assistant: documents, conversations, unanswered questions."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.services.assistant.desk import Desk
from dalgu.services.assistant.sections.files import of_file, section_of
from dalgu.services.assistant.sections.section import Section
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with, to, upload_of
from dalgu.web.frame import actor_of

BASE = "/center/assistant"
LARGEST_FILE = 4 * 2**20  # bytes
MOST_SHOWN = 400  # sections on the page


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, edit, serve = Pages(desk), Operation.ASSISTANT_EDIT, Operation.CITIZENS_SERVE
    post = ["POST"]
    return [
        Route(BASE, pages.documents, name=edit),
        Route(f"{BASE}/import", pages.bring, methods=post, name=edit),
        Route(f"{BASE}/sections/new", pages.new, name=edit),
        Route(f"{BASE}/sections/new", pages.write, methods=post, name=edit),
        Route(f"{BASE}/sections/{{section}}", pages.section, name=edit),
        Route(f"{BASE}/sections/{{section}}", pages.rewrite, methods=post, name=edit),
        Route(f"{BASE}/sections/{{section}}/withdraw", pages.withdraw, methods=post, name=edit),
        Route(f"{BASE}/unanswered", pages.unanswered, name=edit),
        Route(f"{BASE}/unanswered", pages.settle, methods=post, name=edit),
        Route(f"{BASE}/handover", pages.tickets, name=serve),
        Route(f"{BASE}/handover/{{number:int}}", pages.ticket, name=serve),
        Route(f"{BASE}/handover/{{number:int}}/{{deed}}", pages.act, methods=post, name=serve),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rooms = desk.rooms

    # -- documents ------------------------------------------------------------------------

    async def documents(self, request: Request) -> Response:
        """Draw the sections by document, those of a search where one is asked for."""
        return self._documents(request, request.query_params.get("q", "").strip())

    def _documents(
        self,
        request: Request,
        asked: str = "",
        refused: DalguError | None = None,
        changed: int | None = None,
    ) -> Response:
        room = self.rooms.sections
        found = [one for one in room.all() if asked.casefold() in one.read.casefold()]
        by_document: dict[str, list[Section]] = {}
        for one in sorted(found, key=lambda one: one.document)[:MOST_SHOWN]:
            by_document.setdefault(one.document, []).append(one)
        return self.desk.frame.render(
            request,
            "assistant/documents.html",
            documents=by_document,
            sections=room.all(),
            asked=asked,
            today=room.today,
            changed=changed,
            counts=self.rooms.asked.days.get(room.today, {}),
            waiting=[one for one in self.rooms.handovers.all() if one.state == "waiting"],
            open_questions=len(self.rooms.asked.open()),
            **shown_with(request, refused),
        )

    async def bring(self, request: Request) -> Response:
        """Take a file of documents; nothing of it is taken when a part cannot be read."""
        try:
            form = await upload_of(request, LARGEST_FILE)
            sections = of_file(form.file_name, form.file)
            changed = await self.rooms.sections.set(actor_of(request), sections)
        except DalguError as refused:
            return self._documents(request, refused=refused)
        return self._documents(request, changed=changed)

    async def new(self, request: Request) -> Response:
        """Draw an empty section, with the questions that it is to answer."""
        asked = {name: [value] for name, value in request.query_params.items()}
        return self._form(request, None, asked)

    async def write(self, request: Request) -> Response:
        """Take a new section."""
        sent = await sent_of(request)
        return await self._write(request, first(sent, "id"), sent, None)

    async def section(self, request: Request) -> Response:
        """Draw a section to be edited, with its versions."""
        section = self.rooms.sections.get(request.path_params["section"])
        return self._form(request, section, _fields(section))

    async def rewrite(self, request: Request) -> Response:
        """Take a section's new version."""
        section = self.rooms.sections.get(request.path_params["section"])
        return await self._write(request, section.id, await sent_of(request), section)

    async def withdraw(self, request: Request) -> Response:
        """Quote a section no more."""
        await self.rooms.sections.withdraw(actor_of(request), request.path_params["section"])
        return to(request, BASE)

    async def _write(
        self, request: Request, name: str, sent: Sent, before: Section | None
    ) -> Response:
        try:
            section = section_of(_told_of(name, sent, before))
            await self.rooms.sections.set(actor_of(request), [section])
        except DalguError as refused:
            return self._form(request, before, sent, refused)
        settled = [int(one) for one in sent.get("settles", []) if one.isdigit()]
        await self.rooms.asked.settle(actor_of(request), settled, section.id)
        return to(request, f"{BASE}/sections/{section.id}")

    def _form(
        self,
        request: Request,
        section: Section | None,
        sent: Sent,
        refused: DalguError | None = None,
    ) -> Response:
        name = "" if section is None else section.id
        return self.desk.frame.render(
            request,
            "assistant/edit.html",
            section=section,
            settles=sent.get("settles", []),
            versions=self.rooms.sections.versions(name),
            today=self.rooms.sections.today,
            **shown_with(request, refused, sent),
        )

    # -- unanswered questions -------------------------------------------------------------

    async def unanswered(self, request: Request) -> Response:
        """Draw what the documents did not answer this week, in groups that say the same."""
        groups = await self.rooms.asked.clusters()
        return self.desk.frame.render(
            request, "assistant/unanswered.html", groups=groups, write_path=_write_path
        )

    async def settle(self, request: Request) -> Response:
        """Take a group off the list: it is not the city's matter, or is answered already."""
        sent = await sent_of(request)
        numbers = [int(one) for one in sent.get("settles", []) if one.isdigit()]
        await self.rooms.asked.settle(actor_of(request), numbers)
        return to(request, f"{BASE}/unanswered")

    # -- people ---------------------------------------------------------------------------

    async def tickets(self, request: Request) -> Response:
        """Draw the conversations that were handed over."""
        return self.desk.frame.render(
            request,
            "assistant/tickets.html",
            tickets=self.rooms.handovers.all(),
            today=self.rooms.handovers.today,
        )

    async def ticket(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw one conversation."""
        ticket = self.rooms.handovers.get(request.path_params["number"])
        return self.desk.frame.render(
            request,
            "assistant/ticket.html",
            ticket=ticket,
            today=self.rooms.handovers.today,
            **shown_with(request, refused, sent),
        )

    async def act(self, request: Request) -> Response:
        """Take a conversation, say something in it, or end it."""
        sent, number = await sent_of(request), request.path_params["number"]
        room, actor, deed = self.rooms.handovers, actor_of(request), request.path_params["deed"]
        steps = {
            "take": lambda: room.take(actor, number),
            "say": lambda: room.say(actor, number, _word(sent)),
            "end": lambda: room.end(actor, number, first(sent, "department")),
        }
        if deed not in steps:
            raise InvalidInput(f"Deed '{deed[:40]}' of a conversation does not exist.")
        return await follow(
            steps[deed](),
            request,
            f"{BASE}/handover/{{number}}",
            lambda refused: self.ticket(request, refused, sent),
        )


def _word(sent: Sent) -> str:
    return first(sent, "text")[:2_000]


def _write_path(texts: list[str], numbers: list[int]) -> str:
    filled = [("keywords", "; ".join(texts[:5])), *(("settles", str(one)) for one in numbers)]
    return f"{BASE}/sections/new?{urlencode(filled)}"


def _fields(section: Section) -> dict[str, list[str]]:
    told = {
        "id": section.id,
        "document": section.document,
        "department_ko": section.department.ko,
        "department_en": section.department.en,
        "phone": section.phone,
        "title_ko": section.title.ko,
        "title_en": section.title.en,
        "text_ko": section.text.ko,
        "text_en": section.text.en,
        "keywords": "; ".join(section.keywords),
        "valid_from": "" if section.valid_from is None else section.valid_from.isoformat(),
        "valid_to": "" if section.valid_to is None else section.valid_to.isoformat(),
        "service_code": section.service_code,
    }
    return {name: [value] for name, value in told.items()}


def _told_of(name: str, sent: Sent, before: Section | None) -> dict[str, object]:
    plain = ("phone", "valid_from", "valid_to", "service_code")
    document = first(sent, "document") or ("" if before is None else before.document)
    return {
        "id": name,
        "document": document,
        **{part: first(sent, part) for part in plain},
        "keywords": first(sent, "keywords").split(";"),
        **{
            part: {"ko": first(sent, f"{part}_ko"), "en": first(sent, f"{part}_en")}
            for part in ("department", "title", "text")
        },
    }
