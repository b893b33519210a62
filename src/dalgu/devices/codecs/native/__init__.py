"""Decoders of our own that give the same fields as a vendor's codec, many times as fast.

Written from the vendors' descriptions of their frames and from EN 13757-3; held to the vendors'
own codecs by `benchmarks/water_codecs`. A frame that a decoder does not know is refused by name,
never half read: the vendor's JavaScript is the way out.
"""

from dalgu.devices.codecs.errors import CodecUnknown
from dalgu.devices.codecs.native.catalogue import NATIVE, Native

__all__ = ["NATIVE", "Native", "native_of"]


def native_of(name: str) -> Native:
    """Return a native decoder; raise `CodecUnknown`."""
    try:
        return NATIVE[name]
    except KeyError:
        raise CodecUnknown(name) from None
