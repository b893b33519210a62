"""The room in which signals are run: which streets hold, who controls what, and since when."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.access.policy import Operation
from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.driver import FieldAddress
from dalgu.devices.signals.timing import Plan, Timing
from dalgu.kernel.errors import InvalidInput, NotExisting
from dalgu.kernel.ids import entity_id
from dalgu.service import Ground
from dalgu.services.traffic.control.deeds import (
    ControlDeed,
    ControllerSet,
    NetworkTaken,
    PlanEnded,
    PlanProposed,
    PlanTaken,
    ShadowJudged,
)
from dalgu.services.traffic.control.judging import Judging
from dalgu.services.traffic.control.live import Live
from dalgu.services.traffic.control.refusals import (
    ChoiceOfControlInvalid,
    ControllerUnknown,
    CorridorNotExisting,
    NoNetworkTaken,
    PlanProposalClosed,
    PlanProposalNotExisting,
    PlanRefused,
    ShadowTooShort,
    SignalNotExisting,
)
from dalgu.services.traffic.control.state import (
    Choice,
    ControlState,
    Proposal,
    Running,
    Step,
    take,
)
from dalgu.services.traffic.network.checking import require_sound
from dalgu.services.traffic.network.compiled import Compiled, compile_network
from dalgu.services.traffic.network.entities import entities_of
from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.network.shelf import Shelf
from dalgu.services.traffic.signals.registry import CONTROLLERS

ROOM: Final = "control"
SUBJECT: Final = "signals"  # of what concerns many of them
SHADOW_FIRST: Final = timedelta(minutes=30)
MOST_WHY: Final = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants for signals."""

    signals: tuple[str, ...]
    controller: str
    running: Running
    why: str


class Control:
    """Deeds about signals, their state, and the live side that carries them out."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.state = ControlState()
        self.shelf = Shelf(ground.folder / "traffic")
        self.listens_at: FieldAddress | None = None  # of a field that runs beside the city
        self._compiled: tuple[str, Compiled] | None = None
        ground.book.open_room(ROOM, ControlDeed, self._take)
        self.live = Live(self)
        self.judging = Judging(self)

    def network(self) -> Network | None:
        """Return the network in force."""
        taken = self.state.network
        return None if taken is None else self.shelf.network(taken.digest)

    def compiled(self) -> Compiled | None:
        """Return the arrays of the network in force; reckoned once for each network."""
        taken = self.state.network
        if taken is None:
            return None
        if self._compiled is None or self._compiled[0] != taken.digest:
            self._compiled = (taken.digest, compile_network(self.shelf.network(taken.digest)))
        return self._compiled[1]

    def require(self) -> Compiled:
        """Return the arrays of the network in force; raise `NoNetworkTaken`."""
        compiled = self.compiled()
        if compiled is None:
            raise NoNetworkTaken
        return compiled

    def position(self, signal: str) -> int:
        """Return the position of a signal; raise `SignalNotExisting`."""
        try:
            return self.require().signal_at[signal]
        except KeyError:
            raise SignalNotExisting(signal) from None

    def corridor(self, corridor: str) -> tuple[str, ...]:
        """Return the signals of a corridor; raise `CorridorNotExisting`."""
        network = self.network()
        for one in () if network is None else network.corridors:
            if one.id == corridor:
                return one.signals
        raise CorridorNotExisting(corridor)

    def mode_of(self, signal: str) -> Running:
        """Return how a signal is run."""
        return self.state.running(signal)

    def controller_of(self, signal: str) -> str:
        """Return the controller chosen for a signal, empty where its own plan runs."""
        choice = self.state.choices.get(signal)
        return "" if choice is None or choice.running is Running.PLAN else choice.controller

    def choices(self) -> dict[str, Choice]:
        """Return the choices of all signals that ever had one."""
        return self.state.choices

    async def take_network(self, network: Network, actor: Actor) -> NetworkTaken:
        """Put a network in force; choices for signals that it lacks are left behind.

        Raises
        ------
        NetworkUnsound
            When it has a finding that forbids to run signals by it.
        """
        await asyncio.to_thread(require_sound, network)  # some seconds for a large city
        before = self.network()
        digest = self.shelf.keep(network)
        deed = NetworkTaken(
            digest, network.name, network.source, len(network.signals), len(network.links)
        )
        await self._write(actor, lambda _: [Noted("network", deed)])
        await self._retire(before, network)
        return deed

    async def _retire(self, before: Network | None, network: Network) -> None:
        """Take links and signals out of the hub that the network in force has no more."""
        if before is None:
            return
        stands = {one.id for one in entities_of(network)}
        for gone in [one.id for one in entities_of(before) if one.id not in stands]:
            with suppress(NotExisting):
                await self.ground.hub.delete(gone)

    async def choose(self, wish: Wish, actor: Actor) -> None:
        """Give signals a controller, in shadow or live, or their own plan back.

        Raises
        ------
        NoNetworkTaken, SignalNotExisting, ControllerUnknown, ChoiceOfControlInvalid
            When the wish names what is not there.
        ShadowTooShort
            When it would go live without having run in shadow.
        Forbidden
            When a signal lies in a district that is not the actor's.
        """
        self._check(wish)
        await self._may(actor, wish.signals)

        def decide(at: datetime) -> list[Noted]:
            if wish.running is Running.LIVE and actor is not SYSTEM:
                self._need_shadow(wish, at)
            deed = ControllerSet(wish.signals, wish.controller, wish.running.value, wish.why)
            return [Noted(_subject(wish.signals), deed)]

        await self._write(actor, decide)

    async def propose_plan(self, signal: str, plan: Plan, why: str, actor: Actor = SYSTEM) -> int:
        """Lay a new fixed plan before the operators; return its number.

        Raises
        ------
        SignalNotExisting, PlanRefused
            When there is no such signal, or the plan breaks its timing.
        """
        timing = self.require().timings[self.position(signal)]
        _check_plan(timing, plan)
        number = 1 + max(self.state.proposals, default=0)
        deed = PlanProposed(number, signal, plan, why[:MOST_WHY])
        await self._write(actor, lambda _: [Noted(_subject((signal,)), deed)])
        return number

    async def take_plan(
        self, number: int, actor: Actor, *, until: datetime | None = None
    ) -> Proposal:
        """Put a proposed plan in force; raise `PlanProposalClosed` when it is not open."""
        proposal = self.proposal(number)
        await self._may(actor, (proposal.signal,))
        deed = PlanTaken(number, proposal.signal, until)
        await self._step(actor, proposal, (Step.PROPOSED,), deed)
        return proposal

    async def end_plan(self, number: int, why: str, actor: Actor) -> None:
        """Refuse a proposal, or give a signal the plan of its timing back."""
        proposal = self.proposal(number)
        await self._may(actor, (proposal.signal,))
        deed = PlanEnded(number, proposal.signal, why[:MOST_WHY])
        await self._step(actor, proposal, (Step.PROPOSED, Step.TAKEN), deed)

    async def note(self, actor: Actor, deed: ShadowJudged) -> None:
        """Write down what a comparison of controllers gave."""
        await self._write(actor, lambda _: [Noted(SUBJECT, deed)])

    def field(self) -> FieldAddress | None:
        """Return where the field of controllers listens, `None` where nothing tells."""
        settings = self.ground.settings.traffic
        if settings.field_url is None:
            return self.listens_at
        return FieldAddress(settings.field_url, settings.field_secret or "")

    def proposal(self, number: int) -> Proposal:
        """Return a proposal; raise `PlanProposalNotExisting`."""
        try:
            return self.state.proposals[number]
        except KeyError:
            raise PlanProposalNotExisting(number) from None

    async def _step(
        self,
        actor: Actor,
        proposal: Proposal,
        steps: tuple[Step, ...],
        deed: PlanTaken | PlanEnded,
    ) -> None:
        def decide(_: datetime) -> list[Noted]:
            if proposal.step not in steps:
                raise PlanProposalClosed(proposal.number)
            return [Noted(_subject((proposal.signal,)), deed)]

        await self._write(actor, decide)

    async def _write(self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]) -> None:
        await self.ground.book.write(actor, ROOM, decide)
        self.live.changed()

    def _check(self, wish: Wish) -> None:
        if not wish.signals:
            raise ChoiceOfControlInvalid("no signal is named; choose at least one.")
        if not wish.why.strip() or len(wish.why) > MOST_WHY:
            raise ChoiceOfControlInvalid(f"a reason of 1 to {MOST_WHY} signs is needed.")
        if wish.running is not Running.PLAN and wish.controller not in CONTROLLERS:
            raise ControllerUnknown(wish.controller, tuple(CONTROLLERS))
        for signal in wish.signals:
            self.position(signal)

    def _need_shadow(self, wish: Wish, at: datetime) -> None:
        short = tuple(one for one in wish.signals if not self._has_shadowed(one, wish, at))
        if short:
            minutes = int(SHADOW_FIRST.total_seconds() // 60)
            raise ShadowTooShort(wish.controller, short, minutes)

    def _has_shadowed(self, signal: str, wish: Wish, at: datetime) -> bool:
        choice = self.state.choices.get(signal)
        if choice is None or choice.controller != wish.controller:
            return False
        if choice.running is Running.LIVE:
            return True
        return choice.running is Running.SHADOW and at - choice.at >= SHADOW_FIRST

    async def _may(self, actor: Actor, signals: tuple[str, ...]) -> None:
        if actor is SYSTEM:
            return
        for district in sorted(self._districts(signals)):
            await self.ground.access.require(
                actor, Operation.SIGNAL_CONTROL, SUBJECT, district=district or None
            )

    def _districts(self, signals: tuple[str, ...]) -> set[str]:
        network = self.network()
        if network is None:
            return {""}
        node_of = {one.id: one.nodes[0] for one in network.signals if one.nodes}
        district_of = {node.id: node.district for node in network.nodes}
        return {district_of.get(node_of.get(signal, ""), "") for signal in signals}

    def _take(self, entry: Entry) -> None:
        take(self.state, entry)


def _subject(signals: tuple[str, ...]) -> str:
    return entity_id("SignalController", signals[0]) if len(signals) == 1 else SUBJECT


def _check_plan(timing: Timing, plan: Plan) -> None:
    from msgspec.structs import replace

    try:
        check_timing(replace(timing, plans=(plan,)))
    except InvalidInput as refusal:
        raise PlanRefused(timing.id, str(refusal)) from refusal
