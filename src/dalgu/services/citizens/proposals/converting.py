"""Makes a service request out of a proposal that is work rather than policy."""

from dalgu.access.actor import Actor
from dalgu.services.citizens.proposals.state import Proposal
from dalgu.services.citizens.proposals.texts import LONGEST_COMMENT
from dalgu.services.citizens.requests.draft import Draft
from dalgu.services.citizens.requests.requests import Requests


async def file_request(requests: Requests, actor: Actor, found: Proposal, service: str) -> str:
    """File it with the room of requests; return the request's number."""
    place = found.place
    number = await requests.file(
        actor,
        Draft(
            code=service,
            description=f"{found.title}\n\n{found.text}"[:LONGEST_COMMENT],
            lon=None if place is None else place.lon,
            lat=None if place is None else place.lat,
            source=found.subject,
        ),
    )
    return str(number)
