"""Words for flags that stand in the manufacturer's part of a telegram."""

from collections.abc import Mapping

FINE = "OK"


def words_for(
    number: int,
    *,
    values: Mapping[str, str] = {},
    bits: Mapping[str, str] = {},
    prefix: str,
) -> str:
    """Return the words for a number of flags, in alphabetical order; "OK" for none.

    Parameters
    ----------
    number
        The flags.
    values, bits
        Words for the whole number, and for single bits; the keys are hexadecimal.
    prefix
        What is shown in front of the bits that have no word.

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
    return joined(said)


def joined(words: list[str]) -> str:
    """Return several words as one text, sorted, each once."""
    said = {part for word in words for part in word.split()} - {FINE}
    return " ".join(sorted(said)) or FINE
