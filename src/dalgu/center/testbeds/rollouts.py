"""The way of a rule from its test bed to the whole city: proposed, approved, rolled back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from dalgu.center.testbeds.figures import Figures
from dalgu.kernel.errors import DalguError, Forbidden, NotExisting


class Proposed(msgspec.Struct, frozen=True, tag="proposed"):
    """Somebody thinks that a rule has proved itself, and says by which figures."""

    number: int
    testbed: str
    rule: str
    reason: str
    inside: Figures  # of the rule in its test bed
    city: Figures  # of all rules elsewhere, in the same days


class Approved(msgspec.Struct, frozen=True, tag="approved"):
    """Another person put it into force city-wide."""

    number: int


class Declined(msgspec.Struct, frozen=True, tag="declined"):
    """Another person left the rule in its test bed."""

    number: int
    reason: str


class RolledBack(msgspec.Struct, frozen=True, tag="rolled_back"):
    """The rule applies in its test bed alone again."""

    number: int
    reason: str


TestbedDeed = Proposed | Approved | Declined | RolledBack


class RolloutStatus(StrEnum):
    """How far a roll-out has come."""

    PROPOSED = "proposed"
    ROLLED_OUT = "rolled_out"
    DECLINED = "declined"
    ROLLED_BACK = "rolled_back"


@dataclass(slots=True)
class Rollout:
    """One roll-out: who did each step, and when."""

    number: int
    testbed: str
    rule: str
    reason: str
    inside: Figures
    city: Figures
    proposed_at: datetime
    proposed_by: str
    status: RolloutStatus = RolloutStatus.PROPOSED
    decided_at: datetime | None = None
    decided_by: str | None = None
    rolled_back_at: datetime | None = None
    rolled_back_by: str | None = None
    against: str = ""  # the reason it was declined or rolled back


class TestbedNotExisting(NotExisting):
    """No test bed has this name."""

    slug = "testbed-not-existing"
    title = "The test bed does not exist"

    def __init__(self, testbed: str) -> None:
        super().__init__(f"Test bed '{testbed[:60]}' does not exist.", testbed=testbed[:60])


class RolloutNotExisting(NotExisting):
    """No roll-out has this number."""

    slug = "rollout-not-existing"
    title = "The roll-out does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Roll-out {number} does not exist.", number=number)


class RuleNotOnTrial(NotExisting):
    """The test bed tries no rule of this name."""

    slug = "rule-not-on-trial"
    title = "The rule is not on trial"

    def __init__(self, testbed: str, rule: str) -> None:
        super().__init__(
            f"Test bed '{testbed}' tries no rule '{rule[:60]}'.", testbed=testbed, rule=rule[:60]
        )


class RolloutNotPossible(DalguError):
    """The roll-out, or the rule, is past this step or not there yet."""

    status = 409
    slug = "rollout-not-possible"
    title = "The step is not possible"

    def __init__(self, rule: str, standing: str, step: str) -> None:
        super().__init__(
            f"Rule '{rule}' is {standing}; the step '{step}' is not possible now.",
            rule=rule,
            standing=standing,
            step=step,
        )


class OwnProposal(Forbidden):
    """Who proposed a roll-out wants to decide on it."""

    slug = "own-proposal"
    title = "Another person decides"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Roll-out {number} was proposed by the same person; another administrator decides.",
            number=number,
        )
