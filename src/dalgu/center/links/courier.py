"""The way of a message to an agency's endpoint: again after failures, the same id each time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dalgu.center.links.endpoints import Endpoint
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 8.0
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=1)  # doubles with every attempt: 15 s in all
# Endpoints are set by administrators alone, and stand in the agencies' closed networks.
REACH = Reach(private=True, loopback=True)
PASSING = frozenset({408, 425, 429})  # of the 4xx, those worth another attempt (RFC 9110)


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a message: attempts, and why it was given up where it was."""

    attempts: int
    reason: str = ""


async def carry(
    clock: Clock, endpoint: Endpoint, key: str, body: bytes, *, is_drill: bool
) -> Carried:
    """Post a message until it is taken, refused for good, or has failed five times.

    The agency knows by the key (`Idempotency-Key`) that an attempt is one it has had already.
    """
    import httpx2

    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    if endpoint.token:
        headers["Authorization"] = f"Bearer {endpoint.token}"
    if is_drill:
        headers["Dalgu-Drill"] = "true"
    letter = Letter(endpoint.url, body, headers, TIMEOUT_S)
    async with httpx2.AsyncClient(trust_env=False) as client:
        for attempt in range(1, ATTEMPTS + 1):
            reason, is_final = await _attempt(client, letter)
            if is_final or attempt == ATTEMPTS:
                break
            await clock.sleep_until(clock.now() + FIRST_PAUSE * 2 ** (attempt - 1))
    return Carried(attempt, reason)


async def _attempt(client: "httpx2.AsyncClient", letter: Letter) -> tuple[str, bool]:
    """Post once; return why it failed, empty where it did not, and whether that is for good."""
    import httpx2

    try:
        status = await post(client, letter, REACH)
    except DalguError as failure:
        return failure.slug, False
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return "unreachable", False
    if is_taken(status):
        return "", True
    return f"status-{status}", 400 <= status < 500 and status not in PASSING
