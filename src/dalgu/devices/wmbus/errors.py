"""What can be wrong with a telegram, each a sentence that names the meter where it is known.

TelegramInvalid
├── TelegramTooShort       bytes are missing
├── TelegramTooLong        the content does not fit into one telegram
├── TelegramIncomplete     one fragment of a longer message
├── LengthWrong            the length field and the bytes disagree
├── CrcWrong               a checksum does not hold
├── LayerUnknown           a header this decoder has no description of
├── FormatUnknown          a compact frame whose full frame was not heard yet
├── RecordBroken           a data record runs past the end or contradicts itself
├── SecurityModeUnknown    encrypted in a way that is not supported
├── KeyRequired            encrypted, and no key was given
├── KeyDoesNotFit          the key opens nothing readable
└── TelegramForged         the key fits, the message authentication code does not
"""

from dalgu.kernel.errors import InvalidInput


class TelegramInvalid(InvalidInput):
    """A wireless M-Bus telegram cannot be used."""

    slug = "telegram-invalid"
    title = "The telegram is invalid"


class TelegramTooShort(TelegramInvalid):
    """The telegram ends before one of its parts."""

    slug = "telegram-too-short"
    title = "The telegram is too short"

    def __init__(self, part: str, *, got: int, need: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} ends inside its {part}: it has {got} bytes and needs {need}.",
            device=device,
            part=part,
            got=got,
            need=need,
        )


class TelegramTooLong(TelegramInvalid):
    """The content is more than one telegram can carry."""

    slug = "telegram-too-long"
    title = "The telegram is too long"

    def __init__(self, got: int, limit: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} has {got} bytes; one telegram carries at most {limit}. "
            "Send fewer records in one telegram.",
            device=device,
            got=got,
            limit=limit,
        )


class TelegramIncomplete(TelegramInvalid):
    """The telegram is one fragment of a longer message."""

    slug = "telegram-incomplete"
    title = "The telegram is one fragment of several"

    def __init__(self, fragment: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} is fragment {fragment} of a longer message; "
            "the gateway must join the fragments first.",
            device=device,
            fragment=fragment,
        )


class LengthWrong(TelegramInvalid):
    """The length field contradicts the number of bytes."""

    slug = "telegram-length-wrong"
    title = "The telegram's length field is wrong"

    def __init__(self, got: int, promised: int) -> None:
        super().__init__(
            f"Telegram has {got} bytes; its length field promises {promised}.",
            got=got,
            promised=promised,
        )


class CrcWrong(TelegramInvalid):
    """A checksum of the telegram does not hold."""

    slug = "telegram-crc-wrong"
    title = "The telegram's checksum is wrong"

    def __init__(self, part: str, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} fails the checksum of its {part}; it was damaged on the air.",
            device=device,
            part=part,
        )


class LayerUnknown(TelegramInvalid):
    """The telegram has a header that this decoder has no description of."""

    slug = "telegram-layer-unknown"
    title = "A layer of the telegram is unknown"

    def __init__(self, ci: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} has the control information 0x{ci:02X}, which is not supported.",
            device=device,
            ci=ci,
        )


class FormatUnknown(TelegramInvalid):
    """A compact frame refers to a full frame that was not heard yet."""

    slug = "telegram-format-unknown"
    title = "The compact frame's format is unknown"

    def __init__(self, signature: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} is a compact frame of format 0x{signature:04X}; "
            "it can be read after the meter has sent a full frame.",
            device=device,
            signature=signature,
        )


class RecordBroken(TelegramInvalid):
    """A data record cannot be read."""

    slug = "telegram-record-broken"
    title = "A data record is broken"

    def __init__(self, reason: str, offset: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} has a data record at byte {offset} that {reason}.",
            device=device,
            reason=reason,
            offset=offset,
        )


class ValueNotEncodable(TelegramInvalid):
    """A value does not fit into the record it is to travel in."""

    slug = "telegram-value-not-encodable"
    title = "The value cannot be put into a telegram"

    def __init__(self, quantity: str, value: object) -> None:
        super().__init__(
            f"Value {value!s:.40} of '{quantity}' does not fit into a data record.",
            quantity=quantity,
            value=f"{value!s:.40}",
        )


class SecurityModeUnknown(TelegramInvalid):
    """The telegram is encrypted in a way that is not supported."""

    slug = "telegram-security-mode-unknown"
    title = "The security mode is unknown"

    def __init__(self, mode: int, device: str | None = None) -> None:
        super().__init__(
            f"{_telegram(device)} uses security mode {mode}; "
            "supported are 0 (none), 2 and 3 (DES), 5 and 7 (AES) and AES-CTR of the link layer.",
            device=device,
            mode=mode,
        )


class KeyRequired(TelegramInvalid):
    """The telegram is encrypted and no key was given."""

    slug = "telegram-key-required"
    title = "The meter's key is required"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"Telegram of {device} is encrypted; the key of the meter is required. "
            "Add it in the device registry.",
            device=device,
        )


class KeyDoesNotFit(TelegramInvalid):
    """The key opens nothing readable."""

    slug = "telegram-key-does-not-fit"
    title = "The meter's key does not fit"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"Telegram of {device} does not open with the given key. "
            "Compare the key in the device registry with the meter's delivery note.",
            device=device,
        )


class TelegramForged(TelegramInvalid):
    """The message authentication code does not belong to the content."""

    slug = "telegram-forged"
    title = "The telegram is not authentic"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"Telegram of {device} opens with the key, but its authentication code is wrong; "
            "it was altered on the way.",
            device=device,
        )


def _telegram(device: str | None) -> str:
    return f"Telegram of {device}" if device else "Telegram"
