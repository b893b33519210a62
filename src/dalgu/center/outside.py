"""What the rooms get from outside the center: the composition root hands it in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dalgu.hub.model import Document
from dalgu.kernel.errors import DalguError


class CameraSilent(DalguError):
    """A camera gives no image now; `reason` is one of the words that pages have a text for."""

    status = 503
    slug = "camera-silent"
    title = "The camera gives no image"

    def __init__(self, camera: str, reason: str) -> None:
        super().__init__(
            f"Camera '{camera}' gives no image now ({reason.replace('_', ' ')}).",
            camera=camera,
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class Still:
    """One image of a camera as it came."""

    body: bytes
    media_type: str  # image/jpeg or image/png
    taken_at: datetime
    is_synthetic: bool = False


class Stills(Protocol):
    """Whoever can ask a camera for an image now."""

    async def take(self, camera: Document) -> Still:
        """Return an image of a camera, given its Device entity; raise `CameraSilent`."""
        ...


@dataclass(frozen=True, slots=True)
class Injected:
    """What a drill is made of: alerts as services raise them, at seconds after its start."""

    after_s: float
    alert: Document  # an Alert entity, without what marks it as a drill


# From the name of a scenario, a place (lon, lat) and a seed to its alerts in time order.
Inject = Callable[[str, tuple[float, float], int], Awaitable[Sequence[Injected]]]
