"""What the dispersion room refuses."""

from dalgu.kernel.errors import AlreadyExisting, DalguError, InvalidInput, NotExisting


class ClosureInvalid(InvalidInput):
    """A closure cannot be thought through as it was asked for."""

    slug = "closure-invalid"
    title = "The closure is invalid"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"The field '{part}' of the closure is invalid: {why}", part=part, why=why)


class DispersionPlanNotExisting(NotExisting):
    """There is no such dispersion plan."""

    slug = "dispersion-plan-not-existing"
    title = "There is no such dispersion plan"

    def __init__(self, number: int) -> None:
        super().__init__(f"Dispersion plan {number} does not exist.", number=number)


class DispersionStepOther(DalguError):
    """The plan is at another step."""

    status = 409
    slug = "dispersion-step-other"
    title = "The dispersion plan is at another step"

    def __init__(self, number: int, step: str) -> None:
        super().__init__(
            f"Dispersion plan {number} is {step}, so this cannot be done with it. "
            "Draw up a new one.",
            number=number,
            step=step,
        )


class MessageSignNotExisting(NotExisting):
    """There is no such sign."""

    slug = "message-sign-not-existing"
    title = "There is no such message sign"

    def __init__(self, sign: str) -> None:
        super().__init__(f"Message sign '{sign[:40]}' does not exist.", sign=sign[:40])


class MessageSignTaken(AlreadyExisting):
    """A sign has that name already, or the link has one."""

    slug = "message-sign-taken"
    title = "The sign exists already"

    def __init__(self, sign: str, link: str) -> None:
        super().__init__(
            f"Sign '{sign[:40]}' or another one over link '{link[:40]}' exists already. "
            "Choose another name or link.",
            sign=sign[:40],
            link=link[:40],
        )


class MessageSignBusy(DalguError):
    """A sign shows another plan."""

    status = 409
    slug = "message-sign-busy"
    title = "The sign shows another plan"

    def __init__(self, sign: str, number: int) -> None:
        super().__init__(
            f"Message sign '{sign}' shows dispersion plan {number}. Withdraw that plan first.",
            sign=sign,
            number=number,
        )
