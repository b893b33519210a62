"""What the budgets room refuses."""

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class BudgetRoundNotExisting(NotExisting):
    """No round has this number."""

    slug = "budget-round-not-existing"
    title = "The round does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Budget round {number} does not exist.", number=number)


class BudgetProjectNotExisting(NotExisting):
    """The round has no project of this number."""

    slug = "budget-project-not-existing"
    title = "The project does not exist"

    def __init__(self, number: int, project: int) -> None:
        super().__init__(
            f"Budget round {number} has no project {project}.", number=number, project=project
        )


class BudgetStageOther(DalguError):
    """A step belongs to another stage of the round."""

    status = 409
    slug = "budget-stage-other"
    title = "The round is at another stage"

    def __init__(self, number: int, stage: str, step: str) -> None:
        super().__init__(
            f"Budget round {number} is at stage '{stage}'; '{step}' is not possible now.",
            number=number,
            stage=stage,
            step=step,
        )


class BudgetTermsInvalid(InvalidInput):
    """A part of a round or of a project is not what it can be."""

    slug = "budget-terms-invalid"
    title = "A part of the round is invalid"

    def __init__(self, part: str) -> None:
        super().__init__(
            f"The field '{part}' is invalid. Amounts are whole won above 0, dates lie ahead, and a "
            "round has a title.",
            part=part,
        )


class CostOverAmount(InvalidInput):
    """A project costs more than the whole round has."""

    slug = "cost-over-amount"
    title = "The project costs more than there is"

    def __init__(self, cost: int, amount: int) -> None:
        super().__init__(
            f"The project costs {cost} won; the round has {amount}. Make it smaller, or a "
            "proposal instead.",
            cost=cost,
            amount=amount,
        )


class ReasonNeeded(InvalidInput):
    """Whoever turns a project down, stops it or changes the rule says why."""

    slug = "budget-reason-needed"
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__("A reason of a few words is needed: everybody reads it.")


class NothingToVoteOn(DalguError):
    """No feasible project stands, or some wait for their check."""

    status = 409
    slug = "nothing-to-vote-on"
    title = "The vote cannot open yet"

    def __init__(self, feasible: int, waiting: int) -> None:
        super().__init__(
            f"Of the projects {feasible} are feasible and {waiting} wait. Check all, and have "
            "at least one to vote on.",
            feasible=feasible,
            waiting=waiting,
        )


class WorkStepOther(DalguError):
    """A project's work cannot go from where it stands to there."""

    status = 409
    slug = "work-step-other"
    title = "This step is not the next one"

    def __init__(self, project: int, work: str, step: str) -> None:
        super().__init__(
            f"The work on project {project} is '{work}'; '{step}' is not its next step.",
            project=project,
            work=work,
            step=step,
        )
