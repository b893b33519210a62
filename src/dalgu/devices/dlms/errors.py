"""Why a DLMS push cannot be read."""

from dalgu.devices.errors import SHOWN_CHARACTERS, MessageInvalid


class DlmsPushInvalid(MessageInvalid):
    """The bytes are no data notification, or break off."""

    slug = "dlms-push-invalid"
    title = "The DLMS push is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The DLMS push cannot be read: {reason[:SHOWN_CHARACTERS]}.",
            reason=reason[:SHOWN_CHARACTERS],
        )


class DlmsKeyRequired(MessageInvalid):
    """The push is encrypted and the registry holds no key of its meter."""

    slug = "dlms-key-required"
    title = "The DLMS push requires a key"

    def __init__(self, meter: str) -> None:
        super().__init__(
            f"The push of meter {meter} is encrypted and no key is registered; "
            "store its global unicast encryption key with `dalgu devices key`.",
            meter=meter,
        )


class DlmsKeyWrong(MessageInvalid):
    """The key does not open the push."""

    slug = "dlms-key-wrong"
    title = "The key does not open the DLMS push"

    def __init__(self, meter: str) -> None:
        super().__init__(
            f"The registered key does not open the push of meter {meter}; check it.", meter=meter
        )


class DlmsSecurityUnknown(MessageInvalid):
    """The push is protected in a way that is not read."""

    slug = "dlms-security-unknown"
    title = "The protection of the DLMS push is not supported"

    def __init__(self, meter: str, control: int) -> None:
        super().__init__(
            f"The push of meter {meter} has security control 0x{control:02X}; encryption in "
            "suites 0 and 1 (0x20, 0x21) is read. Let the meter push with encryption alone.",
            meter=meter,
            control=control,
        )
