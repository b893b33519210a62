"""XML of networks, read element by element by a parser that is held back, packed or not."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dalgu.services.traffic.network.refusals import NetworkFileTooLarge, NetworkFileUnreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_MB: Final = 300  # unpacked
GZIP: Final = b"\x1f\x8b"


def unpacked(file: str, body: bytes) -> bytes:
    """Return a file as it is, or unpacked when it is gzip.

    Raises
    ------
    NetworkFileTooLarge
        When it unpacks to more than `MOST_MB`.
    NetworkFileUnreadable
        When it is broken gzip.

    """
    most = MOST_MB * 1_000_000
    if body[:2] == GZIP:
        try:
            with gzip.open(io.BytesIO(body)) as packed:
                body = packed.read(most + 1)
        except (OSError, EOFError, zlib.error):
            raise NetworkFileUnreadable(file, "it is not whole as gzip.") from None
    if len(body) > most:
        raise NetworkFileTooLarge(file, MOST_MB)
    return body


def elements(file: str, body: bytes, tags: tuple[str, ...]) -> Iterator["_Element"]:
    """Yield the elements of some tags as they end, in their order; each is emptied afterwards.

    No entities, no DTD, no network, no document deeper or longer than libxml2 allows by default.

    Raises
    ------
    NetworkFileUnreadable
        When the file is no XML.

    """
    from lxml import etree

    source = io.BytesIO(unpacked(file, body))
    walk = etree.iterparse(
        source, tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in walk:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as broken:
        raise NetworkFileUnreadable(file, f"it is no XML ({broken.msg}).") from None
