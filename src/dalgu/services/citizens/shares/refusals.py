"""What the mathematics of participatory budgeting refuses."""

from dalgu.kernel.errors import AlreadyExisting, InvalidInput


class BudgetInvalid(InvalidInput):
    """A budget is a whole number that is not negative."""

    slug = "budget-invalid"
    title = "The budget is invalid"

    def __init__(self, budget: int) -> None:
        super().__init__(f"The budget {budget} must not be negative.", budget=budget)


class CostInvalid(InvalidInput):
    """A project costs at least one unit of money."""

    slug = "cost-invalid"
    title = "The cost of a project is invalid"

    def __init__(self, project: str, cost: int) -> None:
        super().__init__(
            f"Project '{project[:60]}' with a cost of {cost} must cost at least 1.",
            project=project[:60],
            cost=cost,
        )


class ProjectTwice(AlreadyExisting):
    """Two projects have the same id."""

    slug = "project-twice"
    title = "A project stands there twice"

    def __init__(self, project: str) -> None:
        super().__init__(
            f"Project '{project[:60]}' stands there twice. Give each an id of its own.",
            project=project[:60],
        )


class VoteForNothing(InvalidInput):
    """A ballot names a project that is not there."""

    slug = "vote-for-nothing"
    title = "A ballot names no project"

    def __init__(self, ballot: int, project: str) -> None:
        super().__init__(
            f"Ballot {ballot} names project '{project[:60]}', which does not exist.",
            ballot=ballot,
            project=project[:60],
        )


class StepInvalid(InvalidInput):
    """The voters' money is raised by at least one unit."""

    slug = "budget-step-invalid"
    title = "The step is invalid"

    def __init__(self, step: int) -> None:
        super().__init__(
            f"The step {step} by which each voter's money is raised must be at least 1.", step=step
        )


class PabulibInvalid(InvalidInput):
    """A line of a Pabulib file does not hold; `reason` says why."""

    slug = "pabulib-invalid"
    title = "The Pabulib file does not hold"

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line} of the Pabulib file: {reason}.", line=line, reason=reason)
