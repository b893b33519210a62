"""Forms of the process: read within a limit, and answered in the reader's language."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dalgu.center.context import Center
from dalgu.center.upload import Form, read_form
from dalgu.certification.api.bodies import LARGEST_PDF_BYTES, body_of, evidence_of
from dalgu.certification.process.titles.commands import COMMANDS
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.kernel.text import Language, Text
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import catalogue, refusal

LONGEST_FORM = 2 * 2**20  # bytes: a reviewer's words on 63 indicators take some 100 kB
MOST_FIELDS = 4_000
WHY = "process.why."

Sent = Mapping[str, list[str]]


async def sent_of(request: Request) -> Sent:
    """Return all fields of a form; raise `BodyOverLimit` or `InvalidInput`."""
    body = await body_of(request, "form", LONGEST_FORM)
    try:
        return parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise InvalidInput(f"The form must hold at most {MOST_FIELDS} fields.") from None


async def upload_of(request: Request) -> Form:
    """Return a form with its file; raise `EvidenceFileTooLarge` or `FormUnreadable`."""
    return read_form(request.headers.get("content-type", ""), await evidence_of(request, "-"))


async def certificate_of(request: Request) -> Form:
    """Return a form with a certificate in it; raise `BodyOverLimit` or `FormUnreadable`."""
    body = await body_of(request, "certificate", LARGEST_PDF_BYTES)
    return read_form(request.headers.get("content-type", ""), body)


def first(sent: Sent, name: str) -> str:
    """Return the first value of a field, empty where there is none."""
    return sent.get(name, [""])[0].strip()


async def take(center: Center, request: Request, command: str, parts: Mapping[str, object]) -> None:
    """Follow a command in the reader's name; a part that is None is left out."""
    given = {name: part for name, part in parts.items() if part is not None}
    await center.office.do_json(actor_of(request), command, msgspec.json.encode(given))


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
    return RedirectResponse(f"/{language_of(request)}{path.format(**request.path_params)}", 303)


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


def title_of_command(name: str) -> Text:
    """Return a command as it stands on a button."""
    return COMMANDS[name]
