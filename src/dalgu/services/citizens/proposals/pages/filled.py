"""What a form shows again after a step was refused; empty where nothing was sent."""

from collections import defaultdict

from starlette.requests import Request

from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import Sent, shown_with


def filled(
    request: Request, refused: DalguError | None, sent: Sent | None = None
) -> dict[str, JSON]:
    """Return what `shown_with` does; a field that was not sent is empty."""
    shown = shown_with(request, refused, sent)
    return shown | {"sent": defaultdict(str, shown["sent"])}
