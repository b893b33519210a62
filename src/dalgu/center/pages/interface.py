"""Everything the platform answers over HTTP, for those who build on it: read it, try it."""

from dataclasses import dataclass, field
from shlex import quote
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import POLICY, may
from dalgu.access.policy import Operation as Right
from dalgu.center.context import Center
from dalgu.hub.api.openapi.document import media_type_of
from dalgu.hub.api.openapi.part import Operation
from dalgu.kernel.text import Text
from dalgu.web.frame import actor_of, language_of

SAFE = frozenset(("GET", "HEAD"))
NOT_TRIED = frozenset(("Pages",))  # they are to be opened, not to be sent
NEVER_ENDING = "stream"


@dataclass(frozen=True, slots=True)
class Asked:
    """One parameter, as the page shows it and fills it in."""

    name: str
    where: str
    text: Text
    clause: str
    example: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One body that is accepted."""

    title: Text
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Door:
    """One operation, as the page shows it."""

    operation: Operation
    right: str
    roles: tuple[str, ...]
    is_public: bool
    is_allowed: bool
    parameters: tuple[Asked, ...]
    samples: tuple[Sample, ...]
    replies: tuple[tuple[str, Text], ...]
    curl: str
    asked: str = field(default="")

    @property
    def is_safe(self) -> bool:
        """Whether trying it changes nothing."""
        return self.operation.method in SAFE

    @property
    def is_tried(self) -> bool:
        """Whether the page offers to send it."""
        return self.operation.tag not in NOT_TRIED and self.operation.id != NEVER_ENDING


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    return [Route("/api", Pages(center).interface, name=Right.PUBLIC_READ)]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def interface(self, request: Request) -> Response:
        """Draw every operation under its heading."""
        address = str(request.base_url).rstrip("/")
        groups = [
            (f"tag-{at}", tag, [self._door(request, one, address) for one in operations])
            for at, (_, tag, operations) in enumerate(self.center.described.by_tag())
        ]
        count = sum(len(doors) for _, _, doors in groups)
        return self.center.frame.render(
            request, "center/interface.html", groups=groups, count=count, address=address
        )

    def _door(self, request: Request, one: Operation, address: str) -> Door:
        interface = self.center.described.interface
        right = self.center.described.right_of(one)
        rule = POLICY[Right(right)]
        samples = self._samples(one)
        asked = [
            Asked(p.name or key, p.where, p.text, p.clause, _example(p.example))
            for key, p in interface.parameters_of(one).items()
        ]
        path = one.path.replace("{language}", language_of(request))
        return Door(
            operation=one,
            right=right,
            roles=tuple(sorted(rule.roles)),
            is_public=rule.public,
            is_allowed=may(actor_of(request), right),
            parameters=tuple(asked),
            samples=samples,
            replies=tuple((code, interface.replies[r].text) for code, r in one.replies.items()),
            curl=curl(one, f"{address}{_filled(path, asked)}", samples, is_public=rule.public),
            asked=urlencode(one.asked),
        )

    def _samples(self, one: Operation) -> tuple[Sample, ...]:
        if not one.body:
            return ()
        body = self.center.described.interface.bodies[one.body]
        return tuple(
            Sample(example.text, media_type_of(body, example.body), example.value.strip())
            for example in body.examples.values()
        )


def _example(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _filled(path: str, asked: list[Asked]) -> str:
    for one in asked:
        if one.where == "path" and one.example:
            path = path.replace(f"{{{one.name}}}", one.example)
    return path


def curl(one: Operation, address: str, samples: tuple[Sample, ...], *, is_public: bool) -> str:
    """Return the command that sends an operation's example from a shell."""
    query = f"?{urlencode(one.asked)}" if one.asked else ""
    parts = [f"curl -X {one.method} {quote(address + query)}"]
    if not is_public:
        parts.append("-H 'Authorization: Bearer TOKEN'")
    if samples:
        parts.append(f"-H 'Content-Type: {samples[0].media_type}'")
        parts.append(f"-d {quote(samples[0].text)}")
    return " \\\n  ".join(parts)
