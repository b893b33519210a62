"""The shift register by which meters of the Diehl family scramble records ("real data").

It is no encryption: the seed is a fixed number and the bytes of the headers, so that anybody
can read these telegrams. Found from a published telegram with known values: the bytes that
turn scrambled ones into records follow the register, its state before the first one is the
exclusive or of the seed with three stretches of the headers, and the last header byte is the
sum of the plain bytes.
"""

from dalgu.devices.wmbus.headers import Transport

MAKERS = frozenset({"DME", "EWT", "HYD", "SAP", "SPL"})
_SEED = 0x51728910 ^ 0xE66D83F8
_FLAG = 0x10  # of the configuration's high byte: scrambled; the sum leaves this bit out
_WORD = 4


def is_scrambled(header: Transport, manufacturer: str) -> bool:
    """Whether the content behind a transport header is scrambled."""
    return bool(header.configuration >> 8 & _FLAG) and manufacturer in MAKERS


def unscramble(content: bytes, header: Transport, sender: bytes, message: bytes) -> bytes | None:
    """Return the plain content; None when the sum in the header does not hold.

    Parameters
    ----------
    content
        The scrambled bytes behind the transport header.
    header
        The transport header.
    sender
        The eight address bytes of the link layer.
    message
        Everything from the transport header's first byte on.

    """
    state = _SEED
    for part in (sender[:_WORD], sender[_WORD : 2 * _WORD], message[:_WORD]):
        state ^= int.from_bytes(part, "big")
    plain = bytearray()
    for byte in content:
        state = _step(state)
        plain.append(byte ^ state & 0xFF)
    is_proven = (sum(plain) ^ header.configuration >> 8) & 0xFF & ~_FLAG == 0
    return bytes(plain) if is_proven else None


def _step(state: int) -> int:
    """Return the state of the register eight bits on."""
    for _ in range(8):
        bit = (state >> 1 ^ state >> 2 ^ state >> 11 ^ state >> 31) & 1
        state = (state << 1 | bit) & 0xFFFFFFFF
    return state
