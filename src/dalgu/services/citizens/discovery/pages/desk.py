"""The desk of the discovery team: rounds, sessions, teams, the vote, and every gate."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.kernel.text import Text
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery import deeds, fields, past, views
from dalgu.services.citizens.discovery.evidence import PUBLIC_TYPES, Window, day_start, offered
from dalgu.services.citizens.discovery.gates import (
    MOST_MONEY_WON,
    REASONS,
    Gate,
    StopReason,
    following,
)
from dalgu.services.citizens.discovery.problems import Decision, Plan
from dalgu.services.citizens.discovery.refusals import ChoiceInvalid
from dalgu.services.citizens.discovery.rounds import KINDS, Call
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

DESK = "/center/citizens/discovery"
ROUND, PROBLEM = f"{DESK}/rounds/{{round:int}}", f"{DESK}/problems/{{number:int}}"
Step = Callable[[Request, Sent], Awaitable[None]]


def routes(of: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(of)
    serve = Operation.CITIZENS_SERVE
    return [
        Route(DESK, pages.front, name=serve),
        Route(f"{DESK}/{{deed}}", pages.front_step, methods=["POST"], name=serve),
        Route(ROUND, pages.round, name=serve),
        Route(f"{ROUND}/{{deed}}", pages.round_step, methods=["POST"], name=serve),
        Route(PROBLEM, pages.problem, name=serve),
        Route(f"{PROBLEM}/evidence", pages.evidence, name=serve),
        Route(f"{PROBLEM}/{{deed}}", pages.problem_step, methods=["POST"], name=serve),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, of: Desk) -> None:
        self.desk = of
        self.room = of.rooms.discovery
        self.front_steps: dict[str, Step] = {"call": self._call, "past": self._past}
        self.round_steps: dict[str, Step] = {
            "choose": self._choose,
            "session": self._session,
            "attend": self._attend,
            "team": self._team,
            "open-vote": self._open_vote,
            "close-vote": self._close_vote,
            "certify": self._certify,
        }
        self.problem_steps: dict[str, Step] = {
            "gate": self._gate,
            "evidence": self._link,
            "judge": self._judge,
            "plan": self._plan,
            "fund": self._fund,
            "measure": self._measure,
            "close-evaluation": self._close_evaluation,
            "stop": self._stop,
            "resume": self._resume,
        }

    async def front(self, request: Request) -> Response:
        """Draw rounds, what waits for a decision, and the call for a new round."""
        return await self._front(request, None, {})

    async def round(self, request: Request) -> Response:
        """Draw the desk of one round."""
        return await self._round(request, None, {})

    async def problem(self, request: Request) -> Response:
        """Draw the desk of one problem: the next gate and all that it needs."""
        return await self._problem(request, None, {})

    async def evidence(self, request: Request) -> Response:
        """Draw the choice of a series that the office links."""
        problem = self.room.problem(request.path_params["number"])
        kind = request.query_params.get("kind", "")
        found = await offered(self.desk.ground.hub, kind)
        return self._drawn(
            request,
            "desk_evidence.html",
            problem=problem,
            kind=kind,
            kinds=PUBLIC_TYPES,
            offered=found,
            back=f"{DESK}/problems/{problem.number}",
        )

    async def front_step(self, request: Request) -> Response:
        """Call a round, or put the past on record."""
        return await self._step(request, self.front_steps, self._front, DESK)

    async def round_step(self, request: Request) -> Response:
        """Take a step on a round."""
        path = ROUND.replace("{round:int}", str(request.path_params["round"]))
        return await self._step(request, self.round_steps, self._round, path)

    async def problem_step(self, request: Request) -> Response:
        """Take a step on a problem."""
        path = PROBLEM.replace("{number:int}", str(request.path_params["number"]))
        return await self._step(request, self.problem_steps, self._problem, path)

    async def _step(
        self,
        request: Request,
        steps: dict[str, Step],
        redraw: Callable[[Request, DalguError, Sent], Awaitable[Response]],
        path: str,
    ) -> Response:
        sent, deed = await sent_of(request), request.path_params["deed"]
        if deed not in steps:
            raise NotExisting(f"Step '{deed[:40]}' of the desk does not exist.")
        try:
            await steps[deed](request, sent)
        except DalguError as refused:
            return await redraw(request, refused, sent)
        return to(request, path)

    async def _front(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        state = self.room.state
        return self._drawn(
            request,
            "desk.html",
            rounds=sorted(state.rounds.values(), key=lambda one: -one.number),
            waiting=views.waiting(self.room),
            following=following,
            in_days=lambda days: self.desk.today + timedelta(days=days),
            **shown_with(request, refused, sent),
        )

    async def _round(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        found = self.room.round(request.path_params["round"])
        return self._drawn(
            request,
            "desk_round.html",
            round=found,
            problems=self.room.state.of_round(found.number),
            on_ballot=self.room.rounds.on_ballot(found),
            ballots=self._ballots(found.vote.opened.box) if found.vote is not None else 0,
            kinds=KINDS,
            shown_as=self.desk.rooms.people.shown,
            **shown_with(request, refused, sent),
        )

    def _ballots(self, box: str) -> int:
        return self.desk.rooms.ballots.count(box)

    async def _problem(self, request: Request, refused: DalguError | None, sent: Sent) -> Response:
        problem = self.room.problem(request.path_params["number"])
        return self._drawn(
            request,
            "desk_problem.html",
            problem=problem,
            shown=await views.problem(self.desk.ground.hub, self.room, problem),
            reasons={k: v for k, v in REASONS.items() if k is not StopReason.NOT_PUBLISHED},
            cap=MOST_MONEY_WON,
            **shown_with(request, refused, sent),
        )

    # -- steps on the whole and on rounds -------------------------------------------------

    async def _call(self, request: Request, sent: Sent) -> None:
        call = Call(
            Text(first(sent, "title_ko"), first(sent, "title_en")),
            fields.day_of(sent, "call_from"),
            fields.day_of(sent, "call_until"),
            fields.day_of(sent, "kickoff_on"),
            fields.day_of(sent, "ends_on"),
            fields.number_of(sent, "seats"),
        )
        await self.room.rounds.call(actor_of(request), call)

    async def _past(self, request: Request, sent: Sent) -> None:
        await past.load(self.room, actor_of(request))

    async def _choose(self, request: Request, sent: Sent) -> None:
        accounts = sent.get("account", [])
        await self.room.rounds.choose(actor_of(request), request.path_params["round"], accounts)

    async def _session(self, request: Request, sent: Sent) -> None:
        number, on = request.path_params["round"], fields.day_of(sent, "on")
        kind, title = first(sent, "kind"), first(sent, "title")
        await self.room.rounds.hold(actor_of(request), number, on, kind, title)

    async def _attend(self, request: Request, sent: Sent) -> None:
        number, session = request.path_params["round"], fields.number_of(sent, "session")
        accounts = sent.get("account", [])
        await self.room.rounds.attend(actor_of(request), number, session, accounts)

    async def _team(self, request: Request, sent: Sent) -> None:
        number, name = request.path_params["round"], first(sent, "name")
        await self.room.rounds.form(actor_of(request), number, name, sent.get("account", []))

    async def _open_vote(self, request: Request, sent: Sent) -> None:
        closes_at = day_start(fields.day_of(sent, "until"), days=1)
        number, places = request.path_params["round"], fields.number_of(sent, "places")
        await self.room.rounds.open_vote(actor_of(request), number, closes_at, places)

    async def _close_vote(self, request: Request, sent: Sent) -> None:
        await self.room.rounds.close_vote(actor_of(request), request.path_params["round"])

    async def _certify(self, request: Request, sent: Sent) -> None:
        await self.room.rounds.certify(actor_of(request), request.path_params["round"])

    # -- steps on problems ----------------------------------------------------------------

    async def _gate(self, request: Request, sent: Sent) -> None:
        name = first(sent, "gate")
        if name not in tuple(Gate):
            raise ChoiceInvalid("gate", name)
        number = request.path_params["number"]
        await self.room.problems.decide(actor_of(request), number, Gate(name), _decision(sent))

    async def _link(self, request: Request, sent: Sent) -> None:
        number, says = request.path_params["number"], first(sent, "says")
        await self.room.problems.link(actor_of(request), number, fields.window_of(sent), says)

    async def _judge(self, request: Request, sent: Sent) -> None:
        judged = deeds.Judged(
            request.path_params["number"],
            fields.said_yes(sent, "policy"), first(sent, "policy_note")[:500],
            fields.said_yes(sent, "law"), first(sent, "law_note")[:500],
            fields.said_yes(sent, "budget"), first(sent, "budget_note")[:500],
        )  # fmt: skip
        await self.room.problems.judge(actor_of(request), judged)

    async def _plan(self, request: Request, sent: Sent) -> None:
        entity, _, attribute = first(sent, "series").rpartition("|")
        plan = Plan(
            owner=first(sent, "owner")[:80],
            money_won=fields.number_of(sent, "money_won"),
            kpi=first(sent, "kpi")[:80],
            is_more_better=first(sent, "better") == "more",
            target=fields.decimal_of(sent, "target"),
            baseline=Window(entity, attribute, *fields.days_of(sent, "from", "to")),
            since=fields.day_of(sent, "since"),
            until=fields.day_of(sent, "until"),
        )
        await self.room.problems.plan(actor_of(request), request.path_params["number"], plan)

    async def _fund(self, request: Request, sent: Sent) -> None:
        funded = deeds.Funded(
            request.path_params["number"], fields.number_of(sent, "amount_won"),
            fields.day_of(sent, "on"), first(sent, "source")[:80], first(sent, "what")[:80],
        )  # fmt: skip
        await self.room.problems.fund(actor_of(request), funded)

    async def _measure(self, request: Request, sent: Sent) -> None:
        number, window = request.path_params["number"], fields.days_of(sent)
        await self.room.problems.measure(actor_of(request), number, *window)

    async def _close_evaluation(self, request: Request, sent: Sent) -> None:
        number = request.path_params["number"]
        await self.room.problems.close_evaluation(actor_of(request), number)

    async def _stop(self, request: Request, sent: Sent) -> None:
        name = first(sent, "reason")
        if name not in tuple(StopReason):
            raise ChoiceInvalid("reason", name)
        number, reason = request.path_params["number"], StopReason(name)
        await self.room.problems.stop(actor_of(request), number, reason, _decision(sent))

    async def _resume(self, request: Request, sent: Sent) -> None:
        number, record = request.path_params["number"], first(sent, "record")
        await self.room.problems.resume(actor_of(request), number, record)

    def _drawn(self, request: Request, template: str, **data: JSON) -> Response:
        return self.desk.frame.render(
            request, f"citizens/discovery/{template}", today=self.desk.today, **data
        )


def _decision(sent: Sent) -> Decision:
    return Decision(len(sent.get("check", [])), first(sent, "body"), first(sent, "record"))
