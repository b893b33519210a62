"""What the running of signals refuses, and why."""

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class NoNetworkTaken(DalguError):
    """Nothing can be controlled before a street network is in force."""

    status = 409
    slug = "traffic-no-network"
    title = "No street network is in force"

    def __init__(self) -> None:
        super().__init__(
            "The city has no street network yet. Import one on the page of the network or by "
            "`dalgu traffic take FILE`."
        )


class SignalNotExisting(NotExisting):
    """The network in force has no such signal."""

    slug = "traffic-signal-not-existing"
    title = "There is no such signal"

    def __init__(self, signal: str) -> None:
        super().__init__(f"The street network has no signal '{signal[:40]}'.", signal=signal[:40])


class CorridorNotExisting(NotExisting):
    """The network in force has no such corridor."""

    slug = "traffic-corridor-not-existing"
    title = "There is no such corridor"

    def __init__(self, corridor: str) -> None:
        super().__init__(
            f"The street network has no corridor '{corridor[:40]}'.", corridor=corridor[:40]
        )


class ControllerUnknown(InvalidInput):
    """No controller has that name."""

    slug = "traffic-controller-unknown"
    title = "The controller is unknown"

    def __init__(self, controller: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"There is no controller '{controller[:40]}'; there are {', '.join(known)}.",
            controller=controller[:40],
        )


class ChoiceOfControlInvalid(InvalidInput):
    """What was chosen for signals cannot be."""

    slug = "traffic-choice-invalid"
    title = "The choice of control cannot be taken"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The choice was not taken: {reason}", reason=reason)


class ShadowTooShort(DalguError):
    """A controller goes live only after it has run in shadow."""

    status = 409
    slug = "traffic-shadow-too-short"
    title = "The controller has not run in shadow long enough"

    def __init__(self, controller: str, signals: tuple[str, ...], minutes: int) -> None:
        named = ", ".join(signals[:5]) + (" …" if len(signals) > 5 else "")
        super().__init__(
            f"'{controller}' has run in shadow for less than {minutes} minutes at {named}. "
            "Let it run in shadow first, then look at what it would have saved.",
            controller=controller,
            signals=len(signals),
        )


class PlanRefused(InvalidInput):
    """A plan does not keep what the controller's timing demands."""

    slug = "traffic-plan-refused"
    title = "The plan does not fit the signal"

    def __init__(self, signal: str, reason: str) -> None:
        super().__init__(f"The plan for signal '{signal}' {reason}", signal=signal, reason=reason)


class PlanProposalNotExisting(NotExisting):
    """No plan was proposed under that number."""

    slug = "traffic-plan-not-existing"
    title = "There is no such proposal"

    def __init__(self, proposal: int) -> None:
        super().__init__(f"No plan was proposed under number {proposal}.", proposal=proposal)


class PlanProposalClosed(DalguError):
    """The proposal is not open any more."""

    status = 409
    slug = "traffic-plan-closed"
    title = "The proposal is closed"

    def __init__(self, proposal: int) -> None:
        super().__init__(
            f"Proposal {proposal} was taken or refused before. Propose the plan again.",
            proposal=proposal,
        )


class DecisionNotKept(NotExisting):
    """The log holds no decision of that moment."""

    slug = "traffic-decision-not-kept"
    title = "The decision is not kept"

    def __init__(self, signal: str, at: str, hours: int) -> None:
        super().__init__(
            f"No decision for signal '{signal}' at {at} is kept; decisions are kept for "
            f"{hours} hours.",
            signal=signal,
        )


class MomentUnreadable(InvalidInput):
    """An address names no instant."""

    slug = "traffic-moment-unreadable"
    title = "The moment cannot be read"

    def __init__(self, moment: str) -> None:
        super().__init__(
            f"'{moment[:40]}' is no instant; write it as 2026-03-04T05:06:07Z.", moment=moment[:40]
        )
