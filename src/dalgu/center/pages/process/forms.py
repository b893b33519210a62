"""Forms of the process: files within their limits, and commands in the reader's name."""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request

from dalgu.center.context import Center
from dalgu.certification.api.bodies import LARGEST_PDF_BYTES, evidence_of
from dalgu.certification.process.titles.commands import COMMANDS
from dalgu.kernel.text import Text
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of
from dalgu.web.upload import Form, read_form


async def upload_of(request: Request) -> Form:
    """Return a form with its file; raise `EvidenceFileTooLarge` or `FormUnreadable`."""
    return read_form(request.headers.get("content-type", ""), await evidence_of(request, "-"))


async def certificate_of(request: Request) -> Form:
    """Return a form with a certificate in it; raise `BodyOverLimit` or `FormUnreadable`."""
    body = await body_of(request, "certificate", LARGEST_PDF_BYTES)
    return read_form(request.headers.get("content-type", ""), body)


async def take(center: Center, request: Request, command: str, parts: Mapping[str, object]) -> None:
    """Follow a command in the reader's name; a part that is None is left out."""
    given = {name: part for name, part in parts.items() if part is not None}
    await center.office.do_json(actor_of(request), command, msgspec.json.encode(given))


def title_of_command(name: str) -> Text:
    """Return a command as it stands on a button."""
    return COMMANDS[name]
