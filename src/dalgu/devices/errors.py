"""Why a message of a device cannot be used, each in a sentence for the person who must act."""

from dalgu.kernel.errors import InvalidInput, NotExisting, TooLarge

SHOWN_CHARACTERS = 120  # of foreign text in an error sentence


class BodyTooLarge(TooLarge):
    """A message body passes the size limit of its entrance."""

    slug = "device-body-too-large"
    title = "The message body is too large"

    def __init__(self, format: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"A '{format}' body has {size_bytes} bytes; the limit is {limit_bytes}.",
            format=format,
            size_bytes=size_bytes,
            limit_bytes=limit_bytes,
        )


class FormatUnknown(NotExisting):
    """No parser exists for the named message format."""

    slug = "device-format-unknown"
    title = "The message format does not exist"

    def __init__(self, format: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Message format '{format[:SHOWN_CHARACTERS]}' does not exist; "
            f"known are {', '.join(known)}.",
            format=format[:SHOWN_CHARACTERS],
        )


class MessageInvalid(InvalidInput):
    """A message does not follow its format."""

    slug = "device-message-invalid"
    title = "The device message is invalid"


class JsonInvalid(MessageInvalid):
    """A message body is not JSON."""

    slug = "device-json-invalid"
    title = "The message is not JSON"

    def __init__(self, format: str, reason: str) -> None:
        super().__init__(
            f"The '{format}' body is not valid JSON: {reason[:SHOWN_CHARACTERS]}.",
            format=format,
            reason=reason[:SHOWN_CHARACTERS],
        )


class FieldInvalid(MessageInvalid):
    """A field of a message is missing, of the wrong type or out of its range."""

    slug = "device-field-invalid"
    title = "A field of the message is invalid"

    def __init__(self, format: str, field: str, reason: str) -> None:
        super().__init__(
            f"Field '{field}' of the '{format}' message is invalid: {reason[:SHOWN_CHARACTERS]}.",
            format=format,
            field=field,
            reason=reason[:SHOWN_CHARACTERS],
        )


class DeviceUnknown(NotExisting):
    """A message names a device that the registry does not hold."""

    slug = "device-unknown"
    title = "The device is not registered"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"Device '{device}' does not exist in the registry; "
            f"`dalgu devices add {device} --profile …` registers it. The message is kept.",
            device=device,
        )


class ProfileUnknown(InvalidInput):
    """A registered device names a profile that no service decodes."""

    slug = "device-profile-unknown"
    title = "The device profile does not exist"

    def __init__(self, device: str, profile: str) -> None:
        super().__init__(
            f"Device '{device}' has profile '{profile}', which no service decodes. "
            "Correct the profile in the device registry.",
            device=device,
            profile=profile,
        )


class DeviceControlsNothing(InvalidInput):
    """A registered device has a decoder but no entity that its values belong to."""

    slug = "device-controls-nothing"
    title = "The device has no controlled asset"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"Device '{device}' names no controlled asset, so its values belong to no entity. "
            "Set 'controlledAsset' in the device registry.",
            device=device,
        )


class PayloadUndecodable(InvalidInput):
    """A decoder failed on a payload without a reason of its own."""

    slug = "device-payload-undecodable"
    title = "The payload cannot be decoded"

    def __init__(self, device: str, profile: str, reason: str) -> None:
        super().__init__(
            f"A payload of device '{device}' cannot be decoded by profile '{profile}': "
            f"{reason[:SHOWN_CHARACTERS]}.",
            device=device,
            profile=profile,
            reason=reason[:SHOWN_CHARACTERS],
        )


class KeyRingAbsent(InvalidInput):
    """A key is to be kept and the platform has no place for keys."""

    slug = "device-key-ring-absent"
    title = "Device keys cannot be kept"

    def __init__(self) -> None:
        super().__init__(
            "A device key cannot be kept, since this platform runs without a key ring. "
            "Start it with a vault, or register the device without a key."
        )


class KeyInvalid(InvalidInput):
    """A device key is no AES-128 key, which all our telegrams and frames are encrypted with."""

    slug = "key-invalid"
    title = "The device key is invalid"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"The key of device '{device}' is invalid; it must be 32 hexadecimal digits (AES-128).",
            device=device,
        )


class ContentTypeUnsupported(InvalidInput):
    """A message comes in a content type that no format is written in."""

    status = 415
    slug = "device-content-type-unsupported"
    title = "The content type is not supported"

    def __init__(self, content_type: str) -> None:
        super().__init__(
            f"Content type '{content_type[:SHOWN_CHARACTERS]}' is not supported at the device "
            "entrance; it must be application/json or text/plain.",
            content_type=content_type[:SHOWN_CHARACTERS],
        )


class BrokerAddressInvalid(InvalidInput):
    """The address of an MQTT broker cannot be used."""

    slug = "broker-address-invalid"
    title = "The broker address is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The MQTT broker address is invalid: {reason}. "
            "It must be as mqtt://user:password@host:1883 or mqtts://host:8883."
        )


class CoapAddressInvalid(InvalidInput):
    """The address of the CoAP entrance cannot be used."""

    slug = "coap-address-invalid"
    title = "The CoAP address is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The CoAP address is invalid: {reason}. It must be as coap://0.0.0.0:5683."
        )
