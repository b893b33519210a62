"""What a device type is called in a reading (EN 13757-7:2018, table 13, in English)."""

from dalgu.devices.wmbus.address import Address

_MEDIA = {
    0x00: "other",
    0x01: "oil",
    0x02: "electricity",
    0x03: "gas",
    0x04: "heat",
    0x05: "steam",
    0x06: "warm water",
    0x07: "water",
    0x08: "heat cost allocation",
    0x09: "compressed air",
    0x0A: "cooling load volume at outlet",
    0x0B: "cooling load volume at inlet",
    0x0C: "heat volume at inlet",
    0x0D: "heat/cooling load",
    0x0E: "bus/system component",
    0x0F: "unknown",
    0x11: "water",
    0x15: "hot water",
    0x16: "cold water",
    0x17: "dual register (hot/cold) water",
    0x18: "pressure",
    0x19: "A/D converter",
    0x1A: "smoke detector",
    0x1B: "room sensor",
    0x1C: "gas detector",
    0x20: "breaker (electricity)",
    0x21: "valve (gas or water)",
    0x28: "waste water",
    0x29: "garbage",
    0x31: "communication controller",
    0x36: "radio converter (system side)",
    0x37: "radio converter (meter side)",
}


# Techem's older radio modules have codes of their own (published telegrams of each).
_TECHEM = {
    0x43: "heat",
    0x62: "warm water",
    0x72: "cold water",
    0x80: "heat cost allocator",
    0xC3: "heat",
    0xF0: "smoke detector",
}


def media_of(address: Address) -> str:
    """Return the name of what a device measures.

    >>> media_of(Address("KAM", "12345678", 1, 0x16)), media_of(Address("TCH", "1", 1, 0x62))
    ('cold water', 'warm water')
    """
    type_code = address.type_code
    if address.manufacturer == "TCH" and type_code in _TECHEM:
        return _TECHEM[type_code]
    return _MEDIA.get(type_code, "reserved" if type_code < 0x40 else "unknown")
