"""What goes wrong with drills."""

from dalgu.kernel.errors import DalguError, NotExisting


class DrillNotExisting(NotExisting):
    """No drill has this number."""

    slug = "drill-not-existing"
    title = "The drill does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Drill {number} does not exist.", drill=number)


class ScenarioNotExisting(NotExisting):
    """No scenario has this name."""

    slug = "scenario-not-existing"
    title = "The scenario does not exist"

    def __init__(self, scenario: str) -> None:
        super().__init__(f"Scenario '{scenario[:60]}' does not exist.", scenario=scenario[:60])


class DrillNotPossible(DalguError):
    """The drill is past this step or not there yet."""

    status = 409
    slug = "drill-not-possible"
    title = "The step is not possible"

    def __init__(self, drill: int, standing: str, step: str) -> None:
        super().__init__(
            f"Drill {drill} is {standing}; the step '{step}' is not possible now.",
            drill=drill,
            standing=standing,
            step=step,
        )
