"""Why a timing, a command or a field of signal controllers cannot be used."""

from dalgu.devices.errors import SHOWN_CHARACTERS
from dalgu.kernel.errors import DalguError, Forbidden, InvalidInput


class TimingInvalid(InvalidInput):
    """What is set in a signal controller is not safe, or cannot be run."""

    slug = "signal-timing-invalid"
    title = "The signal timing is invalid"


class TimingValueInvalid(TimingInvalid):
    """A value of a timing is out of its range."""

    slug = "signal-timing-value-invalid"
    title = "A value of the signal timing is invalid"

    def __init__(self, signal: str, part: str, reason: str) -> None:
        super().__init__(
            f"Signal '{signal}' cannot run: {part} {reason}. Correct it in the network's timing.",
            signal=signal,
            part=part,
            reason=reason,
        )


class StageConflicting(TimingInvalid):
    """Two groups that conflict are green in one stage."""

    slug = "signal-stage-conflicting"
    title = "A stage lets conflicting groups be green"

    def __init__(self, signal: str, stage: str, one: str, other: str) -> None:
        super().__init__(
            f"Stage '{stage}' of signal '{signal}' lets groups '{one}' and '{other}' be green "
            "together, which have an intergreen between them. Take one of them out of the stage.",
            signal=signal,
            stage=stage,
            one=one,
            other=other,
        )


class IntergreenTooShort(TimingInvalid):
    """The time between two conflicting groups does not even last the amber."""

    slug = "signal-intergreen-too-short"
    title = "An intergreen is too short"

    def __init__(self, signal: str, pair: tuple[str, str], is_s: float, least_s: float) -> None:
        super().__init__(
            f"The intergreen from '{pair[0]}' to '{pair[1]}' of signal '{signal}' is {is_s:g} s; "
            f"since they conflict it must be at least the amber, {least_s:g} s, in both "
            "directions.",
            signal=signal,
            one=pair[0],
            other=pair[1],
            is_s=is_s,
            least_s=least_s,
        )


class GroupNeverServed(TimingInvalid):
    """No step of the fall-back plan, or no stage, lets a group be green."""

    slug = "signal-group-never-served"
    title = "A signal group is never green"

    def __init__(self, signal: str, group: str, plan: str) -> None:
        super().__init__(
            f"Group '{group}' of signal '{signal}' is green in no step of plan '{plan}'. "
            "Add a stage that serves it to the plan.",
            signal=signal,
            group=group,
            plan=plan,
        )


class ClearanceTooShort(TimingInvalid):
    """Who starts to cross at the end of green does not reach the other side."""

    slug = "signal-clearance-too-short"
    title = "A pedestrian clearance is too short"

    def __init__(self, signal: str, group: str, is_s: float, need_s: float) -> None:
        super().__init__(
            f"Pedestrian group '{group}' of signal '{signal}' clears in {is_s:g} s; its crossing "
            f"needs {need_s:.1f} s. Lengthen its flashing green.",
            signal=signal,
            group=group,
            is_s=is_s,
            need_s=round(need_s, 1),
        )


class PlanStepTooShort(TimingInvalid):
    """A plan leaves a stage before what was begun with it is over."""

    slug = "signal-plan-step-too-short"
    title = "A step of the signal plan is too short"

    def __init__(self, signal: str, plan: str, stage: str, least_s: float) -> None:
        super().__init__(
            f"Plan '{plan}' of signal '{signal}' holds stage '{stage}' too short; minimum greens "
            f"and clearances of the change into it need at least {least_s:g} s of green.",
            signal=signal,
            plan=plan,
            stage=stage,
            least_s=least_s,
        )


class RedTooLong(TimingInvalid):
    """A plan, or the shortest rotation of stages, keeps a group red beyond its maximum."""

    slug = "signal-red-too-long"
    title = "A signal group would wait too long"

    def __init__(self, signal: str, group: str, red_s: float, most_s: float) -> None:
        super().__init__(
            f"Group '{group}' of signal '{signal}' would be red for {red_s:g} s; its maximum red "
            f"is {most_s:g} s. Shorten the cycle, or raise the maximum.",
            signal=signal,
            group=group,
            red_s=red_s,
            most_s=most_s,
        )


class FieldUnreachable(DalguError):
    """The field of signal controllers does not answer, or does not answer as agreed."""

    status = 503
    slug = "signal-field-unreachable"
    title = "The signal field is not reached"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The field of signal controllers is not reached: {reason[:SHOWN_CHARACTERS]}. "
            "The controllers go on with their own plans.",
            reason=reason[:SHOWN_CHARACTERS],
        )


class FieldFrameInvalid(InvalidInput):
    """A frame between a field and the city does not follow the agreed form."""

    slug = "signal-field-frame-invalid"
    title = "A frame of the signal field is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"A frame of the signal field is invalid: {reason[:SHOWN_CHARACTERS]}. "
            "Run the same version on both ends.",
            reason=reason[:SHOWN_CHARACTERS],
        )


class FieldSecretInvalid(Forbidden):
    """Who connects to a field does not know its secret."""

    slug = "signal-field-secret-invalid"
    title = "The secret of the signal field is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The field of signal controllers refuses the connection, since the secret is wrong. "
            "Use the secret that the field was started with."
        )


class RefusedByField(InvalidInput):
    """The field does not do what it was asked, and says why."""

    slug = "signal-field-refusal"
    title = "The signal field refuses"


class ObjectNotExisting(InvalidInput):
    """A controller has no such object, or does not let it be set."""

    slug = "signal-object-not-existing"
    title = "The controller object does not exist"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"Object '{name[:SHOWN_CHARACTERS]}' of the controller cannot be used: {reason}. "
            "`walk` lists all objects.",
            name=name[:SHOWN_CHARACTERS],
            reason=reason,
        )
