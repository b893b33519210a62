"""Why a grant of images is not made."""

from dalgu.kernel.errors import DalguError, InvalidInput


class IncidentOver(DalguError):
    """A grant is asked for an incident that is closed."""

    status = 409
    slug = "camera-grant-incident-over"
    title = "The incident is over"

    def __init__(self, incident: int) -> None:
        super().__init__(
            f"Incident {incident} is closed; images are granted for open incidents alone.",
            incident=incident,
        )


class CamerasNotCounted(InvalidInput):
    """A grant is asked for no cameras, or for too many."""

    slug = "camera-grant-cameras"
    title = "The number of cameras is invalid"

    def __init__(self, most: int) -> None:
        super().__init__(f"A grant must name 1 to {most} cameras.", most=most)


class GrantTooLong(InvalidInput):
    """A grant is asked for longer than its purpose allows."""

    slug = "camera-grant-too-long"
    title = "The time of the grant is invalid"

    def __init__(self, purpose: str, most_minutes: int) -> None:
        super().__init__(
            f"A grant for '{purpose}' must last 1 to {most_minutes} minutes.",
            purpose=purpose,
            most_minutes=most_minutes,
        )


class NumberInvalid(InvalidInput):
    """A field that must be a number is none."""

    slug = "camera-number-invalid"
    title = "The number is invalid"

    def __init__(self, field: str, text: str) -> None:
        super().__init__(
            f"Field '{field}' is '{text[:40]}'; it must be a number.", field=field, text=text[:40]
        )
