"""Bodies of requests, taken as they stream in and never beyond their limit."""

from datetime import date

from starlette.requests import Request

from dalgu.certification.process.intake import LARGEST_FILE_BYTES, EvidenceFileTooLarge
from dalgu.kernel.errors import InvalidInput
from dalgu.web.forms import within

LARGEST_COMMAND_BYTES = 8 * 2**20  # a pool of 100,000 sample items takes some 7 MB
LARGEST_PDF_BYTES = 8 * 2**20  # a certificate takes some 200 kB
DEFAULT_NAME = "file"


class DayInvalid(InvalidInput):
    """A day is not written as one."""

    slug = "day-invalid"
    title = "The day is invalid"

    def __init__(self, field: str) -> None:
        super().__init__(f"Parameter '{field}' must be a day, as 2026-03-31.", field=field)


async def evidence_of(request: Request, name: str) -> bytes:
    """Return an uploaded file; raise `EvidenceFileTooLarge` at the first byte beyond the limit."""
    found = await within(request, LARGEST_FILE_BYTES)
    if found is None:
        raise EvidenceFileTooLarge(name, LARGEST_FILE_BYTES + 1, LARGEST_FILE_BYTES)
    return found


def day_of(request: Request, field: str) -> date | None:
    """Return a day of the query, `None` where none is given; raise `DayInvalid`."""
    text = request.query_params.get(field, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayInvalid(field) from None
