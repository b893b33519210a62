"""Identifiers: NGSI-LD entity ids and the EUIs of radio devices."""

import re
from typing import NewType

from dalgu.kernel.errors import InvalidInput

EntityId = NewType("EntityId", str)
DevEui = NewType("DevEui", str)

_NOT_IN_IRI = re.compile(r"[\s:/?#\[\]<>\"{}|\\^`%\x00-\x1f]+")  # nor in one part of its path
_DEV_EUI = re.compile(r"^[0-9a-f]{16}$")


class DevEuiInvalid(InvalidInput):
    """A LoRaWAN device EUI is not 16 hexadecimal digits."""

    slug = "dev-eui-invalid"
    title = "The device EUI is invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"Device EUI '{text[:40]}' is invalid; it must be 16 hexadecimal digits.",
            dev_eui=text[:40],
        )


def entity_id(entity_type: str, *parts: str) -> EntityId:
    """Return the URN of an entity from its type and its local name.

    >>> entity_id("WaterMeter", "gachang", "0001")
    'urn:ngsi-ld:WaterMeter:gachang:0001'
    """
    return EntityId(":".join(("urn:ngsi-ld", entity_type, *parts)))


def iri_part(text: str) -> str:
    """Return a code as one part of an IRI: 'EC: ICT: T: 3A' has spaces, an IRI has none.

    >>> iri_part("EC: ICT: T: 3A"), iri_part("가/1 <b>")
    ('EC-ICT-T-3A', '가-1-b')
    """
    return _NOT_IN_IRI.sub("-", text).strip("-")


def dev_eui(text: str) -> DevEui:
    """Return a device EUI in lower case without separators.

    Raises
    ------
    DevEuiInvalid
        When the text is not 16 hexadecimal digits.

    Examples
    --------
    >>> dev_eui("00-11-22-33-44-55-66-AA")
    '00112233445566aa'

    """
    plain = text.replace("-", "").replace(":", "").lower()
    if not _DEV_EUI.match(plain):
        raise DevEuiInvalid(text)
    return DevEui(plain)
