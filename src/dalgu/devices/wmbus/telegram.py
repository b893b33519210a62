"""A telegram from bytes to values and back: the front door of this package."""

from enum import StrEnum

import msgspec

from dalgu.devices.wmbus import encryption
from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.compact import Formats, expand
from dalgu.devices.wmbus.errors import (
    KeyRequired,
    RecordBroken,
    SecurityModeUnknown,
    TelegramInvalid,
    TelegramTooLong,
    TelegramTooShort,
)
from dalgu.devices.wmbus.frame import LONGEST_BYTES, read_frame
from dalgu.devices.wmbus.headers import (
    COMPACT,
    FULL,
    PROPRIETARY,
    read_authentication,
    read_extended_link,
    read_transport,
)
from dalgu.devices.wmbus.quantities import Quantity
from dalgu.devices.wmbus.records import FILLER, REST, REST_MORE, Content, Record, read_records
from dalgu.devices.wmbus.scrambling import is_scrambled, unscramble

SEND_NO_REPLY = 0x44  # EN 13757-4: what a meter sends on its own
_SHORT_HEADER, _LONG_HEADER = 0x7A, 0x72
_NOT_KNOWN = (Quantity.UNKNOWN, Quantity.PROPRIETARY, Quantity.NAMED)
_FIRST_UNASSIGNED_MODE = 16  # EN 13757-7:2018, table 19
# Meters that send bytes of their own behind an ordinary header: maker, version, device type.
_WITHOUT_RECORDS = frozenset({("BFW", 0x02, 0x08), ("BMT", 0x05, 0x07)})
_MOST_BLOCKS = 15  # four bits of the configuration field


class Security(StrEnum):
    """How the content is protected on the air."""

    NONE = "none"
    DES = "des"
    DES_IV = "des with address"
    AES = "aes"
    AES_DERIVED = "aes with derived key"
    AES_LINK = "aes of the link layer"
    SCRAMBLED = "scrambled"
    OTHER = "other"


_MODES = {
    0: Security.NONE,
    2: Security.DES,
    3: Security.DES_IV,
    5: Security.AES,
    7: Security.AES_DERIVED,
}


class Status(msgspec.Struct, frozen=True):
    """The status byte of the transport header (EN 13757-7:2018, 7.5.6)."""

    code: int = 0

    @property
    def is_busy(self) -> bool:
        """The application is busy; values may be missing."""
        return self.code & 3 == 1

    @property
    def has_application_error(self) -> bool:
        """The application reports an error."""
        return self.code & 3 == 2

    @property
    def has_alarm(self) -> bool:
        """The meter reports an abnormal condition, for instance permanent flow."""
        return self.code & 3 == 3

    @property
    def is_power_low(self) -> bool:
        """The battery is nearly empty or the supply has failed."""
        return bool(self.code & 0x04)

    @property
    def has_permanent_error(self) -> bool:
        """The meter needs service."""
        return bool(self.code & 0x08)

    @property
    def has_temporary_error(self) -> bool:
        """The meter reports an error that may vanish."""
        return bool(self.code & 0x10)

    @property
    def manufacturer_bits(self) -> int:
        """Three bits whose sense the manufacturer defines, 0-7."""
        return self.code >> 5


class Telegram(msgspec.Struct, frozen=True, kw_only=True):
    """What one telegram says.

    `address` is the meter's; `radio` the sender's, which is another one where a radio module
    speaks for the meter. `proprietary` are bytes whose layout only the manufacturer knows.
    """

    address: Address
    radio: Address | None = None
    control: int = SEND_NO_REPLY
    access_number: int | None = None
    status: Status | None = None
    security: Security = Security.NONE
    records: tuple[Record, ...] = ()
    proprietary: bytes = b""
    more_follows: bool = False

    @property
    def device(self) -> str:
        """The meter's name in the registry, as in `KAM.12345678`."""
        return self.address.device


class _Opened(msgspec.Struct, frozen=True):
    """A telegram whose outer layers are off: who speaks, and the content still behind."""

    control: int
    address: Address
    radio: Address | None
    sealed: encryption.Sealed
    security: Security


def decode(
    telegram: bytes, key: bytes | None = None, *, formats: Formats | None = None
) -> Telegram:
    """Read a telegram, with or without the checksums of its link layer.

    Parameters
    ----------
    telegram
        The bytes as a receiver hands them over, from the length field on.
    key
        The meter's key, 16 bytes (8 for the old DES modes). A telegram that is not encrypted,
        or was opened before, does not need it.
    formats
        Formats of full frames heard so far. With it compact frames can be read, and full
        frames are learned.

    Raises
    ------
    TelegramInvalid
        By one of its subclasses, when the telegram cannot be read.

    Examples
    --------
    >>> telegram = decode(bytes.fromhex("1844ae4c4455223368077a55000000041389e20100023b0000"))
    >>> telegram.device, telegram.records[0].value
    ('SEN.33225544', 123.529)

    """
    opened = _open(telegram, key)
    content = _read_content(opened, key, formats)
    status = opened.sealed.header.status
    return Telegram(
        address=opened.address,
        radio=opened.radio,
        control=opened.control,
        access_number=opened.sealed.header.access_number,
        status=None if status is None else Status(status),
        security=opened.security,
        records=content.records,
        proprietary=content.proprietary,
        more_follows=content.more_follows,
    )


def identify(telegram: bytes) -> Address:
    """Return the meter that a telegram comes from, without opening it.

    The registry knows the meter's key by this address. Where the link layer is encrypted the
    address of the sender is all that can be seen.

    Raises
    ------
    TelegramInvalid
        By one of its subclasses, when the headers cannot be read.

    Examples
    --------
    >>> identify(bytes.fromhex("1844ae4c4455223368077a55000000041389e20100023b0000")).device
    'SEN.33225544'

    """
    try:
        return _open(telegram, None).address
    except KeyRequired:
        address = read_frame(telegram).address
        if address is None:
            raise
        return address


def encode(telegram: Telegram, key: bytes | None = None) -> bytes:
    """Return a telegram without link layer checksums, plain or in security mode 5.

    `decode(encode(telegram, key), key) == telegram`. The header is short where the meter
    sends for itself and long where `radio` names another sender.

    Raises
    ------
    KeyRequired
        When `telegram.security` is `AES` and no key is given.
    SecurityModeUnknown
        When it is anything but `NONE` or `AES`.
    TelegramTooLong
        When the records do not fit.

    """
    if telegram.security not in (Security.NONE, Security.AES):
        mode = next((n for n, name in _MODES.items() if name is telegram.security), 0)
        raise SecurityModeUnknown(mode, telegram.device)
    content = b"".join(record.header + record.data for record in telegram.records)
    if telegram.proprietary or telegram.more_follows:
        rest = REST_MORE if telegram.more_follows else REST
        content += bytes((rest,)) + telegram.proprietary
    access = telegram.access_number or 0
    blocks = 0
    if telegram.security is Security.AES:
        if key is None:
            raise KeyRequired(telegram.device)
        content, blocks = _close(content, telegram, key, access)
    return _frame(telegram, content, access, blocks)


def _open(telegram: bytes, key: bytes | None) -> _Opened:
    frame = read_frame(telegram)
    sender = frame.address
    device = sender.device if sender else None
    link, rest = read_extended_link(frame.payload, device)
    security = Security.NONE
    if link is not None and sender is not None:
        rest = encryption.open_link(link, rest, frame.sender, key, sender.device)
        security = Security.AES_LINK if link.is_encrypted else security
    layer, message = read_authentication(rest, device)
    header, content = read_transport(message, device)
    address = header.address or sender
    if address is None:
        raise TelegramTooShort("meter address", got=len(message), need=8)
    if header.mode:
        security = _MODES.get(header.mode, Security.OTHER)
    radio = sender if sender != address else None
    meter = header.address.encode() if header.address else frame.sender
    sealed = encryption.Sealed(header, layer, message, content, meter, address.device)
    if is_scrambled(header, address.manufacturer):
        security = Security.SCRAMBLED
    return _Opened(frame.control, address, radio, sealed, security)


def _read_content(opened: _Opened, key: bytes | None, formats: Formats | None) -> Content:
    sealed, device = opened.sealed, opened.address.device
    kind = sealed.header.content
    if kind == PROPRIETARY:
        return Content((), sealed.content)
    meter = opened.address
    if is_scrambled(sealed.header, meter.manufacturer):
        plain = unscramble(sealed.content, sealed.header, sealed.sender, sealed.message)
        if plain is not None:
            return read_records(plain, device)
    body = encryption.open_content(sealed, key)
    if kind not in (FULL, COMPACT) or _kind_of(meter) in _WITHOUT_RECORDS:
        return Content((), body)
    if kind == COMPACT:
        marker = len(encryption.MARKER) if body[:2] == encryption.MARKER else 0
        body = expand(body[marker:], formats, device)
    content = _read_records(body, opened, device)
    if formats is not None:
        formats.learn(content)
    return content


def _kind_of(meter: Address) -> tuple[str, int, int]:
    return meter.manufacturer, meter.version, meter.type_code


def _read_records(body: bytes, opened: _Opened, device: str) -> Content:
    if opened.security is not Security.OTHER:
        return read_records(body, device)
    # Some meters give the mode bits the sense of an older edition and send plain records, in
    # modes that the standard has never assigned. Known records from end to end are plain.
    mode = opened.sealed.header.mode
    if mode < _FIRST_UNASSIGNED_MODE:
        raise SecurityModeUnknown(mode, device)
    try:
        content = read_records(body, device)
    except RecordBroken:
        raise SecurityModeUnknown(mode, device) from None
    if content.stray or any(record.quantity in _NOT_KNOWN for record in content.records):
        raise SecurityModeUnknown(mode, device)
    return content


def _close(content: bytes, telegram: Telegram, key: bytes, access: int) -> tuple[bytes, int]:
    plain = encryption.MARKER + content
    plain += bytes((FILLER,)) * (-len(plain) % encryption.BLOCK_BYTES)
    blocks = len(plain) // encryption.BLOCK_BYTES
    if blocks > _MOST_BLOCKS:
        most = _MOST_BLOCKS * encryption.BLOCK_BYTES
        raise TelegramTooLong(len(plain), most, telegram.device)
    sender = telegram.address.encode()
    return encryption.encrypt_mode_5(plain, key, sender=sender, access_number=access), blocks


def _frame(telegram: Telegram, content: bytes, access: int, blocks: int) -> bytes:
    status = telegram.status.code if telegram.status else 0
    mode = 5 if telegram.security is Security.AES else 0
    tail = bytes((access, status, blocks << 4, mode))
    if telegram.radio is None:
        header = bytes((_SHORT_HEADER,)) + tail
    else:
        header = bytes((_LONG_HEADER,)) + telegram.address.encode_long() + tail
    sender = (telegram.radio or telegram.address).encode()
    rest = bytes((telegram.control,)) + sender + header + content
    if len(rest) >= LONGEST_BYTES:
        raise TelegramTooLong(len(rest) + 1, LONGEST_BYTES, telegram.device)
    return bytes((len(rest),)) + rest


__all__ = ["Security", "Status", "Telegram", "TelegramInvalid", "decode", "encode", "identify"]
