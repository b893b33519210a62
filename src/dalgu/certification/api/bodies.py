"""Bodies of requests, taken as they stream in and never beyond their limit."""

from datetime import date

from starlette.requests import Request

from dalgu.certification.process.intake import LARGEST_FILE_BYTES, EvidenceFileTooLarge
from dalgu.kernel.errors import InvalidInput, TooLarge

LARGEST_COMMAND_BYTES = 8 * 2**20  # a pool of 100,000 sample items takes some 7 MB
LARGEST_PDF_BYTES = 8 * 2**20  # a certificate takes some 200 kB
DEFAULT_NAME = "file"


class BodyOverLimit(TooLarge):
    """A body is larger than what it can be."""

    slug = "body-over-limit"
    title = "The body is too large"

    def __init__(self, what: str, limit_bytes: int) -> None:
        super().__init__(
            f"The {what} must be at most {limit_bytes} bytes long.", limit_bytes=limit_bytes
        )


class DayInvalid(InvalidInput):
    """A day is not written as one."""

    slug = "day-invalid"
    title = "The day is invalid"

    def __init__(self, field: str) -> None:
        super().__init__(f"Parameter '{field}' must be a day, as 2026-03-31.", field=field)


async def body_of(request: Request, what: str, limit_bytes: int) -> bytes:
    """Return the body of a request; raise `BodyOverLimit` at the first byte beyond."""
    found = await _within(request, limit_bytes)
    if found is None:
        raise BodyOverLimit(what, limit_bytes)
    return found


async def evidence_of(request: Request, name: str) -> bytes:
    """Return an uploaded file; raise `EvidenceFileTooLarge` at the first byte beyond the limit."""
    found = await _within(request, LARGEST_FILE_BYTES)
    if found is None:
        raise EvidenceFileTooLarge(name, LARGEST_FILE_BYTES + 1, LARGEST_FILE_BYTES)
    return found


async def _within(request: Request, limit_bytes: int) -> bytes | None:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit_bytes:
            return None
    return bytes(body)


def day_of(request: Request, field: str) -> date | None:
    """Return a day of the query, `None` where none is given; raise `DayInvalid`."""
    text = request.query_params.get(field, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayInvalid(field) from None
