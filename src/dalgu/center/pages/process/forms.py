"""Forms of the process: read within a limit, and answered in the reader's language."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from dalgu.center.upload import Form, read_form
from dalgu.certification.api.bodies import LARGEST_PDF_BYTES, body_of, evidence_of
from dalgu.certification.process.titles.commands import COMMANDS
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.kernel.text import Language, Text
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
