"""The life of a leak case: what a person or the nightly job may make of it."""

from enum import StrEnum

from dalgu.kernel.errors import InvalidInput


class LeakStatus(StrEnum):
    """Where a case stands."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    REPAIRED = "repaired"
    DISMISSED = "dismissed"


STEPS: dict[LeakStatus, frozenset[LeakStatus]] = {
    LeakStatus.SUSPECTED: frozenset(
        {LeakStatus.CONFIRMED, LeakStatus.REPAIRED, LeakStatus.DISMISSED}
    ),
    LeakStatus.CONFIRMED: frozenset({LeakStatus.REPAIRED, LeakStatus.DISMISSED}),
    LeakStatus.REPAIRED: frozenset({LeakStatus.SUSPECTED}),  # it leaks again, or still
    LeakStatus.DISMISSED: frozenset({LeakStatus.SUSPECTED}),
}
OPEN = frozenset({LeakStatus.SUSPECTED, LeakStatus.CONFIRMED})


class LeakStepInvalid(InvalidInput):
    """A case cannot go from where it stands to where it is sent."""

    slug = "leak-step-invalid"
    title = "The step of the leak case is invalid"

    def __init__(self, case: str, status: str, wanted: str) -> None:
        super().__init__(
            f"Leak case '{case}' is {status} and cannot become '{wanted[:40]}'. "
            "Use a step that its page offers.",
            case=case,
            standing=status,
            wanted=wanted[:40],
        )


def stepped(case: str, status: str | None, wanted: str) -> LeakStatus:
    """Return the new status of a case; raise `LeakStepInvalid`.

    >>> stepped("a", "suspected", "confirmed").value
    'confirmed'
    """
    now = LeakStatus(status) if status in set(LeakStatus) else LeakStatus.SUSPECTED
    if wanted not in {step.value for step in STEPS[now]}:
        raise LeakStepInvalid(case, now, wanted)
    return LeakStatus(wanted)
