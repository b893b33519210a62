"""Why an LwM2M payload cannot be read."""

from dalgu.devices.errors import SHOWN_CHARACTERS, MessageInvalid


class Lwm2mPayloadInvalid(MessageInvalid):
    """The payload of an LwM2M client does not follow its content format."""

    slug = "lwm2m-payload-invalid"
    title = "The LwM2M payload is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The LwM2M payload cannot be read: {reason[:SHOWN_CHARACTERS]}. "
            "Check the content format that the client names.",
            reason=reason[:SHOWN_CHARACTERS],
        )


class ContentFormatUnknown(MessageInvalid):
    """The content format of a payload is none that LwM2M clients send values in."""

    slug = "lwm2m-content-format-unknown"
    title = "The content format is unknown"

    def __init__(self, content_format: int, known: tuple[int, ...]) -> None:
        names = ", ".join(map(str, known))
        super().__init__(
            f"Content format {content_format} is not read; clients may send {names}.",
            content_format=content_format,
        )
