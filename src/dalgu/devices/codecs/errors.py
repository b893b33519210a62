"""Why a payload codec gives nothing, each with the codec's name, the reason and the mend."""

from dalgu.devices.errors import SHOWN_CHARACTERS
from dalgu.kernel.errors import AlreadyExisting, InvalidInput, NotExisting, PartNotInstalled


class CodecError(InvalidInput):
    """A payload codec could not be used on an uplink."""

    slug = "payload-codec-error"
    title = "The payload codec gives nothing"


class CodecUnloadable(CodecError):
    """A codec's text is no JavaScript, or has none of the functions that decode."""

    slug = "payload-codec-unloadable"
    title = "The payload codec cannot be loaded"

    def __init__(self, codec: str, reason: str) -> None:
        super().__init__(
            f"Payload codec '{codec}' cannot be loaded: {reason[:SHOWN_CHARACTERS]}. It must be "
            "JavaScript with decodeUplink(input), Decode(fPort, bytes, variables) or "
            "Decoder(bytes, port); take it again from its vendor.",
            codec=codec,
            reason=reason[:SHOWN_CHARACTERS],
        )


class CodecStopped(CodecError):
    """A codec passed a limit and was stopped; what came after it is not affected."""

    slug = "payload-codec-stopped"
    title = "The payload codec was stopped"

    def __init__(self, codec: str, limit: str, passed: str) -> None:
        super().__init__(
            f"Payload codec '{codec}' was stopped: {passed}. "
            "Its vendor must correct it; the message is kept and can be replayed.",
            codec=codec,
            limit=limit,
        )


class CodecSuspended(CodecError):
    """A codec was stopped time after time and is not asked again until it is replaced."""

    slug = "payload-codec-suspended"
    title = "The payload codec is suspended"

    def __init__(self, codec: str, times: int) -> None:
        super().__init__(
            f"Payload codec '{codec}' is suspended, since it was stopped {times} times in a row. "
            "Add a corrected text under its name, then replay the refused messages.",
            codec=codec,
            times=times,
        )


class CodecThrew(CodecError):
    """A codec threw an exception on an uplink."""

    slug = "payload-codec-threw"
    title = "The payload codec failed"

    def __init__(self, codec: str, reason: str) -> None:
        super().__init__(
            f"Payload codec '{codec}' failed on the payload: {reason[:SHOWN_CHARACTERS]}. "
            "Check that the device is the one the codec is for, and its port.",
            codec=codec,
            reason=reason[:SHOWN_CHARACTERS],
        )


class CodecRefusal(CodecError):
    """A codec says by its own `errors` that the payload is none of its device."""

    slug = "payload-codec-refusal"
    title = "The payload codec refuses the payload"

    def __init__(self, codec: str, reason: str) -> None:
        super().__init__(
            f"Payload codec '{codec}' refuses the payload: {reason[:SHOWN_CHARACTERS]}. "
            "Check that the device is the one the codec is for, and its port.",
            codec=codec,
            reason=reason[:SHOWN_CHARACTERS],
        )


class CodecOutputInvalid(CodecError):
    """What a codec returns has not the shape of TS013."""

    slug = "payload-codec-output-invalid"
    title = "The output of the payload codec is invalid"

    def __init__(self, codec: str, reason: str) -> None:
        super().__init__(
            f"The output of payload codec '{codec}' is invalid: {reason[:SHOWN_CHARACTERS]}. "
            "LoRa Alliance TS013 asks for {data} or {errors}; its vendor must correct it.",
            codec=codec,
            reason=reason[:SHOWN_CHARACTERS],
        )


class CodecFunctionAbsent(CodecError):
    """A codec is asked for a direction it does not have."""

    slug = "payload-codec-function-absent"
    title = "The payload codec has no such function"

    def __init__(self, codec: str, function: str) -> None:
        super().__init__(
            f"Payload codec '{codec}' has no function '{function}'. "
            "Take a codec of the vendor that has it.",
            codec=codec,
            function=function,
        )


class CodecUnknown(NotExisting):
    """A device or a caller names a codec that the hub does not hold."""

    slug = "payload-codec-unknown"
    title = "The payload codec does not exist"

    def __init__(self, codec: str) -> None:
        super().__init__(
            f"Payload codec '{codec[:SHOWN_CHARACTERS]}' does not exist; "
            "`dalgu devices codec add FILE --name …` adds it.",
            codec=codec[:SHOWN_CHARACTERS],
        )


class CodecNameInvalid(InvalidInput):
    """The name of a codec cannot be part of an entity's id."""

    slug = "payload-codec-name-invalid"
    title = "The name of the payload codec is invalid"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Payload codec name '{name[:SHOWN_CHARACTERS]}' is invalid; it must be 1 to 100 small "
            "letters, digits and ._- as 'axioma-qalcosonic-w1'.",
            name=name[:SHOWN_CHARACTERS],
        )


class CodecNameTaken(AlreadyExisting):
    """Another text is held under this name, and replacing it was not asked for."""

    slug = "payload-codec-name-taken"
    title = "The name of the payload codec is taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Payload codec '{name}' already exists with another text. "
            "Ask for its replacement, or choose another name.",
            name=name,
        )


class MappingUnknown(NotExisting):
    """A codec names a field mapping that the platform does not bring."""

    slug = "payload-mapping-unknown"
    title = "The field mapping does not exist"

    def __init__(self, mapping: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Field mapping '{mapping[:SHOWN_CHARACTERS]}' does not exist; "
            f"known are {', '.join(known)}.",
            mapping=mapping[:SHOWN_CHARACTERS],
        )


class MappingUnfit(InvalidInput):
    """A codec's fields do not have what its mapping reads."""

    slug = "payload-mapping-unfit"
    title = "The fields do not fit their mapping"

    def __init__(self, mapping: str, reason: str) -> None:
        super().__init__(
            f"The fields of a codec do not fit mapping '{mapping}': {reason[:SHOWN_CHARACTERS]}. "
            "Check that the mapping is of this codec.",
            mapping=mapping,
            reason=reason[:SHOWN_CHARACTERS],
        )


class CodecEngineAbsent(PartNotInstalled):
    """JavaScript codecs need an engine that is not installed."""

    slug = "payload-codec-engine-absent"
    title = "The engine of payload codecs is not installed"

    def __init__(self) -> None:
        super().__init__(
            "JavaScript codecs need QuickJS, which is not installed; `pip install quickjs` "
            "brings it."
        )
