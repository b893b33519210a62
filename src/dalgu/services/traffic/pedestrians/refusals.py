"""What the pedestrians' room refuses."""

from dalgu.kernel.errors import InvalidInput


class CrossingWatchInvalid(InvalidInput):
    """A roadside detector's message does not say what its profile wants."""

    slug = "crossing-watch-invalid"
    title = "The crossing detector's message is invalid"

    def __init__(self, device: str, reason: str) -> None:
        super().__init__(
            f"Message of {device} {reason}; profile 'crossing-watch' wants waiting, walking and, "
            "where somebody walks, clear_in_s; cautions, encounters and turns may follow.",
            device=device,
            reason=reason,
        )
