"""What is written of the running of signals: which streets hold, who controls what, which plan."""

from datetime import datetime

import msgspec

from dalgu.devices.signals.timing import Plan


class NetworkTaken(msgspec.Struct, frozen=True, tag="network_taken"):
    """A street network is in force from now on; its digest finds it on the shelf."""

    digest: str
    name: str
    source: str
    signals: int
    links: int


class ControllerSet(msgspec.Struct, frozen=True, tag="controller_set"):
    """Signals are given a controller, in shadow or live, or go back to their own plans."""

    signals: tuple[str, ...]
    controller: str
    mode: str  # plan, shadow, live
    why: str


class PlanProposed(msgspec.Struct, frozen=True, tag="plan_proposed"):
    """A new fixed plan for a signal lies before the operator."""

    proposal: int
    signal: str
    plan: Plan
    why: str


class PlanTaken(msgspec.Struct, frozen=True, tag="plan_taken"):
    """A proposed plan is in force; `until` ends it by itself."""

    proposal: int
    signal: str
    until: datetime | None = None


class PlanEnded(msgspec.Struct, frozen=True, tag="plan_ended"):
    """A signal goes back to the plan of its timing, or a proposal is refused."""

    proposal: int
    signal: str
    why: str


class ShadowJudged(msgspec.Struct, frozen=True, tag="shadow_judged"):
    """What a controller would have saved: both ran on the queue simulation at today's demand."""

    controller: str
    signals: int
    minutes: int
    runs: int
    plan_delay_s: float  # mean of a vehicle, as the signals' plans run
    controller_delay_s: float
    difference_sd_s: float  # over the runs, which share their random numbers
    demand: float  # share of the network's own demand that was counted lately

    @property
    def saved_share(self) -> float:
        """Return the share of the delay that it would have saved."""
        return 1 - self.controller_delay_s / self.plan_delay_s if self.plan_delay_s else 0.0


ControlDeed = (
    NetworkTaken | ControllerSet | PlanProposed | PlanTaken | PlanEnded | ShadowJudged
)  # fmt: skip
