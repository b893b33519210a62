"""The dispersion room: closures thought through, signs lit and darkened, plans proposed."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, local, second_of_day
from dalgu.kernel.errors import DalguError
from dalgu.kernel.schedule import every
from dalgu.kernel.text import Text
from dalgu.service import Ground, Job
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion.city_demand import usual_hour
from dalgu.services.traffic.dispersion.drafting import Town, Wanted, draft, town_at
from dalgu.services.traffic.dispersion.errors import SignTextEmpty
from dalgu.services.traffic.dispersion.messages import Cause, Face, Phase, edited, shown_s
from dalgu.services.traffic.dispersion.placing import sign_places
from dalgu.services.traffic.dispersion.refusals import (
    ClosureInvalid,
    DispersionPlanNotExisting,
    DispersionStepOther,
    MessageSignBusy,
    MessageSignNotExisting,
    MessageSignTaken,
)
from dalgu.services.traffic.dispersion.state import DispersionState, PlanState, Step
from dalgu.services.traffic.network.compiled import Compiled

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

ROOM: Final = "dispersion"
COUNTED: Final = timedelta(minutes=20)  # counts of links older than that are not of now
PROPOSED_SIGNS: Final = 40
FACE: Final = Face(rows=2, columns=20)  # of proposed signs (assumption)
LARGEST_FACE: Final = Face(rows=8, columns=60)
LONGEST_NAME, LONGEST_WHY, MOST_LINKS = 40, 400, 8
LINK_FLOW: Final = "urn:ngsi-ld:TrafficFlowObserved:link-"


@dataclass(frozen=True, slots=True)
class Asked:
    """A closure as somebody asks for it; without a place its crossing or road is named."""

    links: tuple[str, ...]
    cause: Cause = Cause.CLOSURE
    capacity_share: float = 0.0
    place: Text | None = None
    incident: str = ""


class Dispersion:
    """Signs, plans, and the city's streets ready to think closures through on."""

    def __init__(self, ground: Ground, control: "Control") -> None:
        self.ground, self.control = ground, control
        self.state = DispersionState()
        self._town: Town | None = None
        self._one_at_a_time = asyncio.Lock()
        ground.book.open_room(ROOM, d.DispersionDeed, self._take)

    @property
    def town(self) -> Town | None:
        """The streets as they were last made ready, with their usual equilibrium."""
        return self._town

    def plan(self, number: int) -> PlanState:
        """Return a plan; raise `DispersionPlanNotExisting`."""
        if number not in self.state.plans:
            raise DispersionPlanNotExisting(number)
        return self.state.plans[number]

    def sign(self, sign: str) -> d.SignPlaced:
        """Return a sign; raise `MessageSignNotExisting`."""
        if sign not in self.state.signs:
            raise MessageSignNotExisting(sign)
        return self.state.signs[sign]

    def shown(self, sign: str) -> tuple[Phase, ...]:
        """Return what a sign shows now, Korean; empty where it is dark."""
        plan = self.state.showing(sign)
        if plan is None:
            return ()
        words = plan.words[sign].ko
        return tuple(Phase(lines, shown_s(lines, len(words))) for lines in words)

    async def draw(self, asked: Asked, actor: Actor = SYSTEM) -> int:
        """Think a closure through on the streets as they are now; return the plan's number.

        Raises
        ------
        NoNetworkTaken, ClosureInvalid, DestinationUnreachable
            When it cannot be thought through.
        """
        compiled = self.control.require()
        _check(asked, compiled)
        now = self.ground.clock.now()
        second = second_of_day(now)
        wanted = Wanted(
            asked.links, asked.capacity_share, asked.cause, asked.place, asked.incident, second
        )
        async with self._one_at_a_time:
            town = await self._ready(compiled, local(now).hour)
            signs = tuple(self.state.signs.values())
            drawn = await asyncio.to_thread(draft, town, wanted, signs)

        def decide(_: datetime) -> Sequence[Noted]:
            number = len(self.state.plans) + 1
            return [Noted(subject(number), d.PlanDrawn(number, drawn))]

        [entry] = await self._write(actor, decide)
        return int(entry.deed.number)

    async def edit(self, number: int, sign: str, texts: tuple[str, str], actor: Actor) -> None:
        """Write a sign's text anew, Korean and English; phases are parted by an empty line.

        Raises
        ------
        DispersionStepOther, MessageSignNotExisting
            When the plan is no longer open or does not speak of the sign.
        SignTextEmpty, SignTextTooLong, SignTextTooTall, SignCharacterUnknown
            When the sign cannot show it.
        """
        plan = self._at(number, Step.DRAWN)
        if sign not in plan.words:
            raise MessageSignNotExisting(sign)
        placed = self.sign(sign)
        face = Face(placed.rows, placed.columns, placed.phases)
        ko, en = (edited(phases_of(text), face) for text in texts)
        deed = d.TextEdited(
            number, sign, tuple(one.lines for one in ko), tuple(one.lines for one in en)
        )
        await self._step(number, (Step.DRAWN,), deed, actor)

    async def send(self, number: int, signs: Sequence[str], actor: Actor) -> None:
        """Light the signs with the plan, and lay its signal plans before their operators.

        Raises
        ------
        DispersionStepOther, MessageSignNotExisting, MessageSignBusy, SignTextEmpty
            When that cannot be done.
        """
        plan = self._at(number, Step.DRAWN)
        for sign in signs:
            if sign not in plan.words or sign not in self.state.signs:
                raise MessageSignNotExisting(sign)
            other = self.state.showing(sign)
            if other is not None:
                raise MessageSignBusy(sign, other.number)
            if not plan.words[sign].ko:
                raise SignTextEmpty
        proposals = await self._propose(plan, actor)
        deed = d.PlanSent(number, tuple(signs), tuple(proposals))
        await self._step(number, (Step.DRAWN,), deed, actor)

    async def withdraw(self, number: int, why: str, actor: Actor) -> None:
        """Darken the plan's signs and end its signal plans; or put a drawn one aside."""
        plan = self.plan(number)
        deed = d.PlanWithdrawn(number, why.strip()[:LONGEST_WHY])
        await self._step(number, (Step.DRAWN, Step.SENT), deed, actor)
        for proposal in plan.proposals:
            with suppress(DalguError):  # taken back or refused meanwhile
                await self.control.end_plan(proposal, deed.why or subject(number), actor)

    async def place(self, sign: d.SignPlaced, actor: Actor = SYSTEM) -> None:
        """Put a sign over a link.

        Raises
        ------
        NoNetworkTaken, ClosureInvalid, MessageSignTaken
            When the sign, its face or its link cannot be.
        """
        compiled = self.control.require()
        if sign.link not in compiled.link_at:
            raise ClosureInvalid("link", f"the street network has no link '{sign.link[:40]}'.")
        _check_sign(sign)

        def decide(_: datetime) -> Sequence[Noted]:
            taken = any(one.link == sign.link for one in self.state.signs.values())
            if taken or sign.sign in self.state.signs:
                raise MessageSignTaken(sign.sign, sign.link)
            return [Noted(f"sign:{sign.sign}", sign)]

        await self._write(actor, decide)

    async def place_proposed(self, actor: Actor = SYSTEM, most: int = PROPOSED_SIGNS) -> int:
        """Put signs where they would serve most, on streets that have none; return how many."""
        compiled = self.control.require()
        links = {link.id: link for link in compiled.network.links}
        flow = usual_hour(compiled.streets, local(self.ground.clock.now()).hour).counted_vph
        taken = {one.link for one in self.state.signs.values()}
        chosen = [one for one in sign_places(compiled.network, flow, most) if one not in taken]
        first = len(self.state.signs) + 1
        deeds = [
            d.SignPlaced(
                f"vms-{first + n:03d}", link, links[link].name, FACE.rows, FACE.columns, FACE.phases
            )
            for n, link in enumerate(chosen)
        ]
        await self._write(actor, lambda _: [Noted(f"sign:{one.sign}", one) for one in deeds])
        return len(deeds)

    async def remove(self, sign: str, actor: Actor) -> None:
        """Take a sign down; raise `MessageSignBusy` while it shows something."""
        self.sign(sign)
        shows = self.state.showing(sign)
        if shows is not None:
            raise MessageSignBusy(sign, shows.number)
        await self._write(actor, lambda _: [Noted(f"sign:{sign}", d.SignRemoved(sign))])

    async def make_ready(self, hub: Hub, clock: Clock) -> None:
        """Bring demand and usual equilibrium up to the hour: a job."""
        compiled = self.control.compiled()
        if compiled is not None:
            async with self._one_at_a_time:
                self._town = None
                await self._ready(compiled, local(clock.now()).hour)

    def job(self) -> Job:
        """Return the hourly work."""
        title = Text("교통 분산 수요 추정", "Estimate the demand of the hour")
        return Job("traffic.estimate_demand", title, every(hours=1), self._hourly)

    async def _hourly(self, hub: Hub, clock: Clock) -> None:
        flows = self.control.live.flows
        if flows is not None and flows.kept:  # before, the usual hour is made when it is asked for
            await self.make_ready(hub, clock)

    async def _ready(self, compiled: Compiled, hour: int) -> Town:
        taken = self.control.state.network
        digest = "" if taken is None else taken.digest
        if self._town is None or (self._town.digest, self._town.hour) != (digest, hour):
            counted = await self._counted(compiled)
            self._town = await asyncio.to_thread(town_at, compiled, digest, hour, counted)
        return self._town

    async def _counted(self, compiled: Compiled) -> NDArray[np.float64]:
        """Return the mean flow counted lately on each link, NaN where nobody counted."""
        now = self.ground.clock.now()
        columns = await self.ground.hub.columns(
            "TrafficFlowObserved", "intensity", now - COUNTED, now + timedelta(seconds=1)
        )
        counted: NDArray[np.float64] = np.full(len(compiled.network.links), np.nan)
        for n, entity in enumerate(columns.ids):
            link = compiled.link_at.get(entity.removeprefix(LINK_FLOW))
            values = columns.value[columns.entity == n]
            if link is not None and np.isfinite(values).any():
                counted[link] = float(np.nanmean(values))
        return counted

    async def _propose(self, plan: PlanState, actor: Actor) -> list[int]:
        proposals = []
        for one in plan.draft.plans:
            with suppress(DalguError):  # the signal's timing has changed since
                why = f"{subject(plan.number)}: {plan.draft.place.ko}"
                proposals.append(await self.control.propose_plan(one.signal, one.after, why, actor))
        return proposals

    def _at(self, number: int, step: Step) -> PlanState:
        plan = self.plan(number)
        if plan.step is not step:
            raise DispersionStepOther(number, plan.step)
        return plan

    async def _step(
        self,
        number: int,
        steps: tuple[Step, ...],
        deed: d.TextEdited | d.PlanSent | d.PlanWithdrawn,
        actor: Actor,
    ) -> None:
        plan = self.plan(number)

        def decide(_: datetime) -> Sequence[Noted]:
            if plan.step not in steps:
                raise DispersionStepOther(number, plan.step)
            return [Noted(subject(number), deed)]

        await self._write(actor, decide)

    async def _write(
        self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]
    ) -> list[Entry]:
        return list(await self.ground.book.write(actor, ROOM, decide))

    def _take(self, entry: Entry) -> None:
        self.state.take(entry)


def subject(number: int) -> str:
    """Return the subject of a plan in the book."""
    return f"dispersion:{number}"


def phases_of(text: str) -> tuple[str, ...]:
    """Return the phases of a typed text: an empty line parts them."""
    lines = [line.strip() for line in text.replace("\r", "").split("\n")]
    return tuple(part for part in "\n".join(lines).split("\n\n") if part.strip())


def _check(asked: Asked, compiled: Compiled) -> None:
    if not 1 <= len(asked.links) <= MOST_LINKS:
        raise ClosureInvalid("link", f"choose 1 to {MOST_LINKS} links.")
    for link in asked.links:
        if link not in compiled.link_at:
            raise ClosureInvalid("link", f"the street network has no link '{link[:40]}'.")
    if not 0 <= asked.capacity_share < 1:
        raise ClosureInvalid("capacity", "what is left must be from 0 to under 100 %.")


def _check_sign(sign: d.SignPlaced) -> None:
    if not 1 <= len(sign.sign) <= LONGEST_NAME or not sign.sign.isprintable():
        raise ClosureInvalid("sign", f"a name of 1 to {LONGEST_NAME} signs is needed.")
    if not (1 <= sign.rows <= LARGEST_FACE.rows and 8 <= sign.columns <= LARGEST_FACE.columns):
        raise ClosureInvalid(
            "rows", f"1 to {LARGEST_FACE.rows} rows of 8 to {LARGEST_FACE.columns} columns."
        )
    if sign.phases not in (1, 2):
        raise ClosureInvalid("phases", "a sign shows one or two phases.")
