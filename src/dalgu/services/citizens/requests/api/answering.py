"""How every answer of Open311 is made: XML or JSON as the address asks, an error too."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.kernel.text import Language
from dalgu.services.citizens.requests.open311 import shown, spark
from dalgu.services.citizens.requests.open311.asking import Sent, text
from dalgu.services.citizens.requests.photos import MOST_BYTES, MOST_PHOTOS
from dalgu.services.citizens.requests.refusals import (
    Open311MethodUnknown,
    Open311ResourceUnknown,
    RequestArgumentInvalid,
)
from dalgu.web.forms import MOST_FIELDS, body_of, told
from dalgu.web.upload import read_form

MOST_FORM_BYTES = 1_000_000
READABLE = {"access-control-allow-origin": "*"}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
TOLD = (400, 403, 404, 405, 413, 429)  # statuses that say more than "not as expected"


@dataclass(frozen=True, slots=True)
class Answer:
    """A document before it has a format."""

    root: str
    value: JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Door = Callable[[Request], Awaitable[Response]]


def door(handler: Callable[[Request], Awaitable[Answer | Response]]) -> Door:
    """Return a handler whose answers, and refusals, are documents."""

    async def answered(request: Request) -> Response:
        try:
            answer = await handler(request)
        except DalguError as refusal:
            return refused(request, refusal)
        if isinstance(answer, Response):
            return answer
        form = request.path_params["response_format"]
        body = spark.written(answer.root, answer.value, form)
        headers = READABLE | answer.headers
        return Response(body, answer.status, headers, media_type=spark.MEDIA_TYPES[form])

    return answered


def refused(request: Request, refusal: DalguError) -> Response:
    """Return an error as the specification has it: 404, 403, and 400 for what is not told."""
    status = {401: 403}.get(refusal.status, refusal.status)
    status = status if status in TOLD or status >= 500 else 400
    form = request.path_params.get("response_format", request.url.path.rpartition(".")[2])
    form = form if form in spark.MEDIA_TYPES else spark.XML
    said = shown.errors(status, told(language_of(request), refusal))
    body = spark.written("errors", said, form)
    return Response(body, status, dict(READABLE), media_type=spark.MEDIA_TYPES[form])


def view_of(request: Request) -> shown.View:
    """Return in which language and how much a program is shown."""
    sent = query_of(request)
    base = str(request.base_url).rstrip("/")
    return shown.View(language_of(request), base, text(sent, "extensions").lower() == "true")


def language_of(request: Request) -> Language:
    """Return the language that the query asks for, Korean where it asks for none."""
    return "en" if text(query_of(request), "locale").lower().startswith("en") else "ko"


def query_of(request: Request) -> Sent:
    """Return the query with all values of each argument."""
    query: bytes = request.scope["query_string"]
    return _parsed(query)


def _parsed(body: bytes) -> Sent:
    try:
        return parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise InvalidInput(f"At most {MOST_FIELDS} arguments can be sent.") from None


def check_format(request: Request) -> None:
    """Return when the format is one of the two; raise `Open311ResourceUnknown`."""
    if request.path_params["response_format"] not in spark.MEDIA_TYPES:
        raise Open311ResourceUnknown(request.url.path[:200])


async def sent_of(request: Request) -> tuple[Sent, list[bytes]]:
    """Return the fields and files of a post, and what its query adds."""
    kind = request.headers.get("content-type", FORM)
    if kind.lower().startswith(MULTIPART):
        body = await body_of(request, "form", MOST_BYTES * MOST_PHOTOS + MOST_FORM_BYTES)
        form = read_form(kind, body)
        return {**query_of(request), **form.values}, form.files
    if not kind.lower().startswith(FORM):
        raise RequestArgumentInvalid("Content-Type", f"{FORM} or {MULTIPART}")
    body = await body_of(request, "form", MOST_FORM_BYTES)
    return {**query_of(request), **_parsed(body)}, []


class Elsewhere:
    """Answers what no other route does: resources that there are not, methods, preflights."""

    def __init__(self, own: list[Route]) -> None:
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        near = [route for route in self._own if route.matches(scope)[0] is Match.PARTIAL]
        allowed = ", ".join(sorted({m for route in near for m in route.methods or ()}))
        request = Request(scope, receive)
        if scope["method"] == "OPTIONS" and near:
            headers = READABLE | {"access-control-allow-methods": allowed, "allow": allowed}
            await Response(status_code=204, headers=headers)(scope, receive, send)
            return
        refusal: DalguError = Open311ResourceUnknown(request.url.path[:200])
        if near:
            refusal = Open311MethodUnknown(request.method[:20], allowed)
        answer = refused(request, refusal)
        if near:
            answer.headers["allow"] = allowed
        await answer(scope, receive, send)
