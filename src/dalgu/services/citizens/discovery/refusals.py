"""What the discovery team's room refuses."""

from dalgu.kernel.errors import (
    AlreadyExisting,
    DalguError,
    Forbidden,
    InvalidInput,
    NotExisting,
    PartNotInstalled,
    TooLarge,
)


class RoundNotExisting(NotExisting):
    """No round of the discovery team has this number."""

    slug = "discovery-round-not-existing"
    title = "The round does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Round {number} of the discovery team does not exist.", number=number)


class ProblemNotExisting(NotExisting):
    """No problem has this number."""

    slug = "problem-not-existing"
    title = "The problem does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Problem {number} does not exist.", number=number)


class CompletionNotExisting(NotExisting):
    """No certificate of completion has this code."""

    slug = "completion-not-existing"
    title = "The certificate of completion does not exist"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"No certificate of completion has the code '{code[:40]}'. Compare it with the paper.",
            code=code[:40],
        )


class CallClosed(DalguError):
    """Somebody applies before a call begins or after it ended."""

    status = 409
    slug = "discovery-call-closed"
    title = "The call is not open"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The call of round {number} is not open today; its page names the days.",
            number=number,
        )


class AppliedAlready(AlreadyExisting):
    """A person applied to this round before."""

    slug = "applied-already"
    title = "This person has applied"

    def __init__(self, number: int) -> None:
        super().__init__(f"This person has applied to round {number} already.", number=number)


class RoundNotReady(DalguError):
    """A step of a round comes too early or too late."""

    status = 409
    slug = "discovery-round-not-ready"
    title = "The round is not ready for this step"

    def __init__(self, number: int, step: str, why: str) -> None:
        super().__init__(
            f"Round {number} is not ready for '{step}': {why}.", number=number, step=step, why=why
        )


class NotInATeam(Forbidden):
    """A step takes a member of a team."""

    slug = "not-in-a-team"
    title = "This takes a member of the team"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"This takes a member of a team of round {number}; the desk forms the teams.",
            number=number,
        )


class GateNotNext(DalguError):
    """A gate is decided that is not the next one."""

    status = 409
    slug = "gate-not-next"
    title = "Another gate comes first"

    def __init__(self, problem: int, gate: str, standing: str) -> None:
        super().__init__(
            f"Problem {problem} stands at '{standing}'; gate '{gate}' cannot be decided now.",
            problem=problem,
            gate=gate,
            standing=standing,
        )


class GateNeedsMore(DalguError):
    """A gate is decided before all that it needs is there."""

    status = 409
    slug = "gate-needs-more"
    title = "The gate needs more"

    def __init__(self, problem: int, gate: str, lacking: str) -> None:
        super().__init__(
            f"Gate '{gate}' of problem {problem} needs first: {lacking}.",
            problem=problem,
            gate=gate,
            lacking=lacking,
        )


class GateByAnother(Forbidden):
    """Who did the work decides on it."""

    slug = "gate-by-another"
    title = "Another person decides"

    def __init__(self, problem: int, gate: str) -> None:
        super().__init__(
            f"Gate '{gate}' of problem {problem} stands on work of the same person; "
            "another one decides.",
            problem=problem,
            gate=gate,
        )


class RecordMissing(InvalidInput):
    """A decision is taken without its record."""

    slug = "decision-record-missing"
    title = "The record of the decision is required"

    def __init__(self) -> None:
        super().__init__("A decision needs its record: what was decided, and why.")


class MoneyOverCap(InvalidInput):
    """A plan or its payments pass what one demonstration may cost."""

    slug = "money-over-cap"
    title = "The money is over the cap"

    def __init__(self, amount: int, cap: int) -> None:
        super().__init__(
            f"The amount of {amount:,} won is more than the {cap:,} won that may be spent here.",
            amount=amount,
            cap=cap,
        )


class SeriesNotPublic(Forbidden):
    """Evidence is asked of things that may tell of single homes or persons."""

    slug = "series-not-public"
    title = "The series is not public"

    def __init__(self, entity: str) -> None:
        super().__init__(
            f"The series of '{entity[:120]}' is not public; choose an entity of the list.",
            entity=entity[:120],
        )


class SeriesEmpty(InvalidInput):
    """A window holds no values."""

    slug = "series-empty"
    title = "The window holds no values"

    def __init__(self, entity: str, attribute: str) -> None:
        super().__init__(
            f"'{attribute[:60]}' of '{entity[:120]}' has no values in this window. "
            "Choose other days.",
            entity=entity[:120],
            attribute=attribute[:60],
        )


class SeriesTooLong(TooLarge):
    """A window holds more values than evidence keeps."""

    slug = "series-too-long"
    title = "The window is too long"

    def __init__(self, values: int, most: int) -> None:
        super().__init__(
            f"The window holds {values} values; evidence keeps at most {most}. Choose fewer days.",
            values=values,
            most=most,
        )


class DiscoveryPeriodInvalid(InvalidInput):
    """A period ends before it begins, or lies ahead."""

    slug = "discovery-period-invalid"
    title = "The period is invalid"

    def __init__(self) -> None:
        super().__init__("A period must begin before it ends, and have begun already.")


class ScoreInvalid(InvalidInput):
    """A criterion is scored outside the scale, or left out."""

    slug = "score-invalid"
    title = "The score is invalid"

    def __init__(self, criterion: str, low: int, high: int) -> None:
        super().__init__(
            f"Criterion '{criterion[:40]}' takes a whole number of {low} to {high}.",
            criterion=criterion[:40],
            low=low,
            high=high,
        )


class ChoiceInvalid(InvalidInput):
    """A form names something that cannot be chosen."""

    slug = "discovery-choice-invalid"
    title = "The choice is invalid"

    def __init__(self, field: str, value: str) -> None:
        super().__init__(
            f"'{value[:60]}' cannot be chosen for '{field}'.", field=field, value=value[:60]
        )


class CompletionOfAnother(Forbidden):
    """A paper is asked for by somebody else than its holder."""

    slug = "completion-of-another"
    title = "The certificate is another person's"

    def __init__(self) -> None:
        super().__init__("The paper of a certificate is printed for its holder alone.")


class CompletionNameTaken(AlreadyExisting):
    """A paper was printed with another name."""

    slug = "completion-name-taken"
    title = "The paper bears another name"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The paper '{code}' was printed with another name; ask the desk for a new one.",
            code=code,
        )


class PaperFontsMissing(PartNotInstalled):
    """The build brought no Korean font for papers."""

    slug = "completion-fonts-missing"
    title = "The font of the papers is not installed"

    def __init__(self) -> None:
        super().__init__(
            "The Korean font of the papers is not installed: install with npm's registry in reach."
        )
