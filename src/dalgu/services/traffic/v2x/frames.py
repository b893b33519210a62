"""The frame around every SAE J2735 message: its number, its length, its octets.

`MessageFrame` is a sequence of a 15-bit number behind an extension bit and an open type, so in
UPER the message itself starts on an octet: the frame needs no ASN.1 compiler (SAE J2735,
MessageFrame; ITU-T X.691, 11.9).
"""

from enum import IntEnum

from dalgu.services.traffic.v2x.refusals import V2xFrameInvalid, V2xValueOutOfRange

ONE_OCTET_LENGTH_MAX = 127
TWO_OCTET_LENGTH_MAX = 16_383  # above, X.691 cuts the open type into fragments


class MessageId(IntEnum):
    """The numbers of the messages (SAE J2735, DSRCmsgID)."""

    MAP = 18
    SPAT = 19


def wrap(message_id: MessageId, octets: bytes) -> bytes:
    """Return the frame of a message's UPER octets.

    Raises
    ------
    V2xValueOutOfRange
        When the message is longer than 16,383 octets.

    Examples
    --------
    >>> wrap(MessageId.SPAT, b"\\x01\\x02").hex()
    '0013020102'
    """
    length = len(octets)
    if length <= ONE_OCTET_LENGTH_MAX:
        return message_id.to_bytes(2) + length.to_bytes(1) + octets
    if length <= TWO_OCTET_LENGTH_MAX:
        return message_id.to_bytes(2) + (0x8000 | length).to_bytes(2) + octets
    raise V2xValueOutOfRange(message_id.name, f"{length} octets pass {TWO_OCTET_LENGTH_MAX}")


def unwrap(frame: bytes) -> tuple[MessageId, bytes]:
    """Return the number and the octets of a frame's message.

    Raises
    ------
    V2xFrameInvalid
        When the frame is cut, has octets to spare, or holds another message.
    """
    if len(frame) < 4:
        raise V2xFrameInvalid(f"{len(frame)} octets are too few")
    number = int.from_bytes(frame[:2])
    if number not in set(MessageId):
        raise V2xFrameInvalid(f"message number {number} is neither MAP nor SPAT")
    length, start = frame[2], 3
    if length & 0x80:
        length, start = int.from_bytes(frame[2:4]) & 0x3FFF, 4
    if frame[2] & 0xC0 == 0xC0 or len(frame) - start != length:
        raise V2xFrameInvalid(f"its length field says {length}, {len(frame) - start} follow")
    return MessageId(number), frame[start:]
