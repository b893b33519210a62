"""What an update of a program means: a word, or another state."""

from dalgu.services.citizens.requests.deeds import Moved
from dalgu.services.citizens.requests.open311.asking import Sent, instant, text
from dalgu.services.citizens.requests.refusals import RequestArgumentInvalid, RequestStaffOnly
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import OF_EXTENDED, Reason


def check_word(sent: Sent, status: str) -> None:
    """Refuse another state from who may not bring it, and "closed", which says too little."""
    if status == "CLOSED":
        raise RequestArgumentInvalid(
            "status", "FIXED or NO_FURTHER_ACTION: closed does not say which"
        )
    if status in OF_EXTENDED:
        raise RequestStaffOnly(status)
    if status not in ("", "OPEN"):
        raise RequestArgumentInvalid("status", f"OPEN, REOPEN or one of {', '.join(OF_EXTENDED)}")
    if not text(sent, "description"):
        raise RequestArgumentInvalid("description", "sent")


def moved(sent: Sent, one: ServiceRequest, status: str) -> Moved:
    """Return the step that an update of those who serve citizens means."""
    reason = text(sent, "external_status_code")
    if reason and reason not in list(Reason):
        raise RequestArgumentInvalid("external_status_code", f"one of {', '.join(Reason)}")
    next_on = instant(sent, "expected_datetime")
    return Moved(
        one.number,
        OF_EXTENDED[status],
        one.department,
        done=text(sent, "description"),
        next_on=None if next_on is None else next_on.date(),
        reason=Reason(reason) if reason else None,
        remedy=text(sent, "remedy"),
        transferred_to=text(sent, "agency_responsible"),
    )
