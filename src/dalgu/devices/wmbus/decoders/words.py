"""Words for flags that stand in the manufacturer's part of a telegram."""

from collections.abc import Mapping

from dalgu.devices.wmbus.telegram import Status

FINE = "OK"
_APPLICATION = ("", "BUSY", "ERROR", "ALARM")
_MANUFACTURER = 0xE0


def words_for(
    number: int,
    *,
    values: Mapping[str, str] = {},
    bits: Mapping[str, str] = {},
    prefix: str,
    fine: str = FINE,
) -> str:
    """Return the words for a number of flags, in alphabetical order.

    Parameters
    ----------
    number
        The flags.
    values, bits
        Words for the whole number, and for single bits; the keys are hexadecimal.
    prefix
        What is shown in front of the bits that have no word.
    fine
        What is shown where nothing is to say.

    Examples
    --------
    >>> words_for(0x21, bits={"1": "DRY"}, prefix="STATUS")
    'DRY STATUS_20'

    """
    for key, word in values.items():
        if number == int(key, 16):
            return word
    said = []
    for key, word in bits.items():
        bit = int(key, 16)
        if number & bit == bit:
            said.append(word)
            number &= ~bit
    if number:
        said.append(f"{prefix}_{number:X}")
    return joined(said, fine)


def header_words(status: Status | None) -> list[str]:
    """Return what the status byte of the transport header says (EN 13757-7:2018, 7.5.6).

    >>> header_words(Status(0x44))
    ['POWER_LOW', 'UNKNOWN_40']
    """
    if status is None:
        return []
    said = [_APPLICATION[status.code & 3]]
    if status.is_power_low:
        said.append("POWER_LOW")
    if status.has_permanent_error:
        said.append("PERMANENT_ERROR")
    if status.has_temporary_error:
        said.append("TEMPORARY_ERROR")
    if status.manufacturer_bits:
        said.append(f"UNKNOWN_{status.code & _MANUFACTURER:X}")
    return [word for word in said if word]


def joined(words: list[str], fine: str = FINE) -> str:
    """Return several words as one text, sorted, each once."""
    said = {part for word in words for part in word.split()} - {fine}
    return " ".join(sorted(said)) or fine
