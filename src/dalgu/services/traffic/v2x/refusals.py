"""What these messages refuse."""

from dalgu.kernel.errors import InvalidInput, PartNotInstalled


class V2xNotInstalled(PartNotInstalled):
    """The encoders of SPaT, MAP and DENM are not installed."""

    slug = "v2x-not-installed"
    title = "The V2X encoders are not installed"

    def __init__(self) -> None:
        super().__init__("SPaT, MAP and DENM need pycrate: pip install 'dalgu[v2x]'.")


class V2xFrameInvalid(InvalidInput):
    """The octets are no whole SAE J2735 frame."""

    slug = "v2x-frame-invalid"
    title = "The V2X frame is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The frame is no whole SAE J2735 message: {reason}. Check the sender's encoding "
            "(UPER, edition 2016 or later).",
            reason=reason,
        )


class V2xContentNotCarried(InvalidInput):
    """The message holds a part that the platform does not carry."""

    slug = "v2x-content-not-carried"
    title = "The V2X message holds a part that is not carried"

    def __init__(self, where: str, part: str) -> None:
        super().__init__(
            f"The V2X message is not carried whole: {where} holds '{part}'. Leave the part out, "
            "or pass the octets on unread.",
            where=where,
            part=part,
        )


class V2xValueOutOfRange(InvalidInput):
    """A value does not fit the field of the standard."""

    slug = "v2x-value-out-of-range"
    title = "A V2X value is out of range"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(
            f"A {message} message cannot be encoded: {reason}. Check ids, times and offsets "
            "against the ranges of the standard.",
            message=message,
            reason=reason,
        )
