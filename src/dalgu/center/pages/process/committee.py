"""The committee of a case: seats, sessions with their quorum, motions and votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.commands import address_of
from dalgu.center.pages.process.fields import number
from dalgu.center.pages.process.forms import take
from dalgu.certification.process.quorum import Tally, tally, two_thirds
from dalgu.certification.process.rules.committee import out_of
from dalgu.certification.process.state import Case, Motion, Seat, Session, World
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.views import Dossier
from dalgu.certification.process.words import MotionKind, ProgrammeRole, Vote
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with
from dalgu.web.frame import actor_of

PATH = "/certification/cases/{case}/committee"
SEES = (ProgrammeRole.OPERATOR, ProgrammeRole.MINISTRY, ProgrammeRole.COMMITTEE_MEMBER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A motion with what would come out if it were counted now."""

    motion: Motion
    title: Text
    now: Tally
    is_open: bool
    out: frozenset[str]
    mine: Vote | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session with its quorum and its motions."""

    session: Session
    needed: int
    motions: list[Asked]


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, part, post = Pages(center), Operation.CERTIFICATION_TAKE_PART, ["POST"]
    return [
        Route(PATH, pages.committee, name=part),
        Route(f"{PATH}/session", pages.open, methods=post, name=part),
        Route(f"{PATH}/motion", pages.put, methods=post, name=part),
        Route(f"{PATH}/vote", pages.vote, methods=post, name=part),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def committee(self, request: Request) -> Response:
        """Draw the committee of a case."""
        return await self._draw(request)

    async def open(self, request: Request) -> Response:
        """Open a session with those who attend."""
        sent, world = await sent_of(request), await self.center.office.desk.world()
        case = world.cases.get(request.path_params["case"])
        parts = {
            "round": "" if case is None else case.round,
            "group": "" if case is None else case.group,
            "present": sent.get("present", []),
        }
        return await self._step(request, "open_session", parts, sent)

    async def put(self, request: Request) -> Response:
        """Put a motion."""
        sent = await sent_of(request)
        parts: dict[str, object] = {
            name: first(sent, name)
            for name in ("session", "kind", "reason", "indicator", "person", "objection")
        }
        parts["case"] = request.path_params["case"]
        parts["level"], parts["value"] = None, number(first(sent, "to"))
        if parts["kind"] == MotionKind.RAISE_LEVEL:
            parts["level"], parts["value"] = parts["value"], None
        return await self._step(request, "put_motion", parts, sent)

    async def vote(self, request: Request) -> Response:
        """Vote."""
        sent = await sent_of(request)
        parts = {"motion": first(sent, "motion"), "vote": first(sent, "vote")}
        return await self._step(request, "cast_vote", parts, sent)

    async def _step(
        self, request: Request, command: str, parts: Mapping[str, object], sent: Sent
    ) -> Response:
        step = take(self.center, request, command, parts)
        return await follow(step, request, PATH, partial(self._draw, request, sent))

    async def _draw(
        self, request: Request, sent: Sent | None = None, refused: DalguError | None = None
    ) -> Response:
        name, actor = request.path_params["case"], actor_of(request)
        opened = await self.center.office.desk.open_case(actor, name)
        world = await self.center.office.desk.world()
        case, path = opened.case, PATH.format(case=name)
        planned = world.rounds[case.round]
        seats = planned.members(case.group, self.center.today) if opened.role in SEES else ()
        sittings = _sittings(world, opened, actor.id)
        return self.center.frame.render(
            request,
            "center/process/committee.html",
            opened=opened,
            case=case,
            chair=planned.chairs.get(case.group, ""),
            seats=[(person, planned.seats[person], _standing(case, person)) for person in seats],
            qualification=_qualification,
            needed=two_thirds(len(seats)),
            sittings=sittings,
            running=[one for one in sittings if one.session.minutes is None],
            kinds=[(one, title_of(one)) for one in MotionKind],
            votes=[(one, title_of(one)) for one in Vote],
            indicators=self.center.office.framework(planned.plan.framework).indicators,
            is_operator=opened.role is ProgrammeRole.OPERATOR,
            is_member=opened.role is ProgrammeRole.COMMITTEE_MEMBER,
            me=actor.id,
            present=set() if sent is None else set(sent.get("present", ())),
            close_address=lambda session: address_of("close_session", path, session=session),
            count_address=lambda motion: address_of("count_motion", path, motion=motion),
            **shown_with(request, refused),
        )


def _qualification(seat: Seat) -> Text:
    return title_of(seat.qualification)


def _standing(case: Case, person: str) -> str:
    """Tell how a member stands to the case: recused, declared, or neither yet."""
    if person in case.barred:
        return "barred"
    return "declared" if person in case.declared else "undeclared"


def _sittings(world: World, opened: Dossier, person: str) -> list[Sitting]:
    case, found = opened.case, []
    if opened.role not in SEES:
        return []
    for session in reversed(list(world.sessions.values())):
        motions = [
            one
            for one in world.motions.values()
            if one.put.session == session.id and one.put.case == case.id
        ]
        here = (session.round, session.group) == (case.round, case.group)
        if here or motions:
            asked = [_asked(case, session, one, person) for one in motions]
            found.append(Sitting(session, two_thirds(len(session.members)), asked))
    return found


def _asked(case: Case, session: Session, motion: Motion, person: str) -> Asked:
    out = out_of(motion, case)
    return Asked(
        motion=motion,
        title=title_of(motion.put.kind),
        now=motion.tally or tally(session.members, session.present, out, motion.votes),
        is_open=motion.tally is None and session.minutes is None,
        out=out,
        mine=motion.votes.get(person),
    )
