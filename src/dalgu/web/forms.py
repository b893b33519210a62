"""What browsers send: bodies within a limit, fields, and what is told when a step is refused."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput, TooLarge
from dalgu.kernel.text import Language
from dalgu.web.frame import language_of
from dalgu.web.language import catalogue, refusal
from dalgu.web.upload import Form, read_form

LONGEST_FORM = 2 * 2**20  # bytes: a reviewer's words on 63 indicators take some 100 kB
MOST_FIELDS = 4_000
WHY = "process.why."

Sent = Mapping[str, list[str]]


class BodyOverLimit(TooLarge):
    """A body is larger than what it can be."""

    slug = "body-over-limit"
    title = "The body is too large"

    def __init__(self, what: str, limit_bytes: int) -> None:
        super().__init__(
            f"The {what} must be at most {limit_bytes} bytes long.", limit_bytes=limit_bytes
        )


async def within(request: Request, limit_bytes: int) -> bytes | None:
    """Return the body of a request, `None` at the first byte beyond the limit."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit_bytes:
            return None
    return bytes(body)


async def body_of(request: Request, what: str, limit_bytes: int) -> bytes:
    """Return the body of a request; raise `BodyOverLimit` at the first byte beyond."""
    found = await within(request, limit_bytes)
    if found is None:
        raise BodyOverLimit(what, limit_bytes)
    return found


async def sent_of(request: Request) -> Sent:
    """Return all fields of a form; raise `BodyOverLimit` or `InvalidInput`."""
    body = await body_of(request, "form", LONGEST_FORM)
    try:
        return parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise InvalidInput(f"The form must hold at most {MOST_FIELDS} fields.") from None


async def upload_of(request: Request, limit_bytes: int) -> Form:
    """Return a form with its file; raise `BodyOverLimit` or `FormUnreadable`."""
    body = await body_of(request, "form", limit_bytes)
    return read_form(request.headers.get("content-type", ""), body)


def first(sent: Sent, name: str) -> str:
    """Return the first value of a field, empty where there is none."""
    return sent.get(name, [""])[0].strip()


async def follow(
    step: Awaitable[object],
    request: Request,
    path: str,
    redraw: Callable[[DalguError], Awaitable[Response]],
) -> Response:
    """Take a step and go back to its page, or draw the page again with why it was refused."""
    try:
        await step
    except DalguError as refused:
        return await redraw(refused)
    return to(request, path.format(**request.path_params))


def to(request: Request, path: str) -> Response:
    """Send the browser on to a page in the reader's language, after a form."""
    return RedirectResponse(f"/{language_of(request)}{path}", 303)


def shown_with(
    request: Request, refused: DalguError | None, sent: Sent | None = None
) -> dict[str, JSON]:
    """Return what a page shows after a step: what was sent, and why it was refused if it was."""
    return {
        "status": 200 if refused is None else refused.status,
        "sent": {} if sent is None else {key: values[0] for key, values in sent.items()},
        "refusal": None if refused is None else told(language_of(request), refused),
    }


def told(language: Language, error: DalguError) -> str:
    """Return what an error says, in the reader's language where the catalogue can."""
    return refusal(language, error) or why(language, error.slug, error.detail)


def why(language: Language, slug: str, detail: str) -> str:
    """Return why a step is refused: by its kind in Korean, in its own sentence in English."""
    if language == "en":
        return detail
    return catalogue("ko").get(f"{WHY}{slug}", detail)
