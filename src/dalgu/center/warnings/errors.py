"""What this room refuses, each with its way out."""

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class WarningNotExisting(NotExisting):
    """No warning has this number, or the reader may not see it."""

    slug = "warning-not-existing"
    title = "The warning does not exist"

    def __init__(self, number: int | str) -> None:
        super().__init__(f"Warning {number} does not exist.", warning=number)


class WarningStepNotPossible(DalguError):
    """The warning has gone past this step already."""

    status = 409
    slug = "warning-step-not-possible"
    title = "The step is not possible"

    def __init__(self, number: int, standing: str, step: str) -> None:
        super().__init__(
            f"Warning {number} is {standing}; the step '{step}' is not possible now.",
            warning=number,
            standing=standing,
            step=step,
        )


class SecondPersonRequired(DalguError):
    """An extreme warning goes out only when a second person has looked at it."""

    status = 409
    slug = "second-person-required"
    title = "A second person is required"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Warning {number} is extreme: somebody other than who proposed it must send it.",
            warning=number,
        )


class AreaInvalid(InvalidInput):
    """The area of a warning is none, or not in the city."""

    slug = "warning-area-invalid"
    title = "The area is invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"The area of the warning is invalid: {why}.", why=why)


class ContentInvalid(InvalidInput):
    """A warning lacks something that people must be told."""

    slug = "warning-content-invalid"
    title = "The warning is not complete"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"Field '{field}' of the warning is invalid: {why}.", field=field, why=why)


class PartnerInvalid(InvalidInput):
    """A partner or a source cannot be registered like this."""

    slug = "warning-partner-invalid"
    title = "The partner is invalid"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"'{name[:40]}' must have a name of small letters, digits and hyphens, "
            "and an http or https address.",
            name=name[:40],
        )
