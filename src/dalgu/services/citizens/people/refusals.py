"""What the people room refuses."""

from dalgu.kernel.errors import AlreadyExisting


class VoiceTaken(AlreadyExisting):
    """The person already takes part under another account: one person is one voice."""

    slug = "voice-taken"
    title = "This person already takes part"

    def __init__(self) -> None:
        super().__init__(
            "This person already takes part under another account. Sign in with that one, or "
            "ask the citizens' desk."
        )
