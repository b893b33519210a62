"""Lets every chosen controller decide in its own rhythm, and keeps each decision whole."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dalgu import __version__
from dalgu.services.traffic.control.decision_log import DecisionLog, Record, pack, seal
from dalgu.services.traffic.control.state import ControlState, Running
from dalgu.services.traffic.signals.layout import Controller, Decision, Ints, Layout, Seen
from dalgu.services.traffic.signals.registry import CONTROLLERS

NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Group:
    """The signals that one controller decides for, live and in shadow."""

    controller: Controller
    live: Ints  # positions of signals
    shadow: Ints

    @property
    def signals(self) -> Ints:
        """Return the positions of both."""
        return np.concatenate([self.live, self.shadow])


@dataclass(slots=True)
class Deciding:
    """The last wish for each signal, and when each controller decided last."""

    layout: Layout
    network: str  # digest
    log: DecisionLog
    groups: list[Group] = field(default_factory=list)
    last: dict[str, tuple[Seen, Decision]] = field(default_factory=dict)
    seen_s: float = 0.0  # of the oldest report that a live wish stands on

    def choose(self, state: ControlState) -> None:
        """Take over who controls what."""
        by_name: dict[str, tuple[list[int], list[int]]] = {}
        for position, signal in enumerate(self.layout.signals):
            choice = state.choices.get(signal)
            if choice is None or choice.running is Running.PLAN:
                continue
            live, shadow = by_name.setdefault(choice.controller, ([], []))
            (live if choice.running is Running.LIVE else shadow).append(position)
        self.groups = [
            Group(CONTROLLERS[name](), np.array(live, np.int64), np.array(shadow, np.int64))
            for name, (live, shadow) in by_name.items()
            if name in CONTROLLERS
        ]
        self.last = {name: one for name, one in self.last.items() if name in by_name}

    async def decide(self, seen: Seen) -> None:
        """Let the controllers whose time has come decide; each decision is logged first."""
        for group in self.groups:
            name = group.controller.name
            before = self.last.get(name)
            if before is not None and seen.at_s - before[0].at_s < group.controller.interval_s:
                continue
            decision = await asyncio.to_thread(group.controller.decide, self.layout, seen)
            self.last[name] = (seen, decision)
            await asyncio.to_thread(self.log.append, self._record(group, seen, decision))

    def wanted(self) -> Ints:
        """Return the stage that live control wants at each signal, within it; -1 for none."""
        wanted = np.full(len(self.layout.signals), NOBODY, np.int64)
        stood_on = []
        for group in self.groups:
            held = self.last.get(group.controller.name)
            if held is None or not len(group.live):
                continue
            seen, decision = held
            stood_on.append(seen.at_s)
            live = group.live
            wanted[live] = decision.stage[live] - self.layout.stage_first[live]
        self.seen_s = min(stood_on, default=0.0)
        return wanted

    def _record(self, group: Group, seen: Seen, decision: Decision) -> Record:
        is_live = np.isin(group.signals, group.live)
        return Record(
            at_s=seen.at_s,
            network=self.network,
            controller=group.controller.name,
            version=__version__,
            signals=group.signals.astype("<i4").tobytes(),
            live=is_live.tobytes(),
            wanted=decision.stage.astype("<i4").tobytes(),
            seal=seal(decision),
            seen=pack(seen),
        )
