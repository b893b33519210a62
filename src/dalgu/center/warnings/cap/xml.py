"""XML from outside: parsed without document types, entities, files or the network.

A document type is refused before the parser sees it, so no entity can grow (CAP 1.2, 3.3.3 asks
for none), and only encodings in which it can be seen are taken.
"""

import re
from typing import TYPE_CHECKING, Final

from dalgu.center.warnings.cap.rules import Breach, CapRefused, Rule, breach

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BYTES: Final = 4 * 2**20  # of a message with its enclosed files; IPAWS' longest has 460 kB
MOST_FEED_BYTES: Final = 16 * 2**20

_BOM = b"\xef\xbb\xbf"
# What may stand before the first element, apart from a document type.
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1"})


def parse(body: bytes, *, most_bytes: int = MOST_BYTES) -> "_Element":
    """Return the root of a document; raise `CapRefused` with the rule it breaks.

    Comments and processing instructions are left out, text in CDATA is text.
    """
    from lxml import etree

    refused = _outside(body, most_bytes)
    if refused is not None:
        raise CapRefused([refused])
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        said = str(error)
        is_entity = "ntity" in said or "xmlParseCharRef" in said
        rule = Rule.ENTITY if is_entity else Rule.WELL_FORMED
        raise CapRefused([breach(rule, "document", said)]) from None
    return root


def _outside(body: bytes, most_bytes: int) -> Breach | None:
    """Return what is wrong before a parser need look, `None` where nothing is."""
    if len(body) > most_bytes:
        return breach(Rule.SIZE, "document", f"{len(body)} bytes, at most {most_bytes}")
    text = body.removeprefix(_BOM)
    declared = _DECLARED.match(text)
    named = b"utf-8" if declared is None else declared.group(1).lower()
    if named not in _ENCODINGS or b"\x00" in text:
        return breach(Rule.ENCODING, "document", named.decode("ascii"))
    prolog = _PROLOG.match(text)
    end = 0 if prolog is None else prolog.end()
    if text[end : end + 2] == b"<!":
        return breach(Rule.DOCTYPE, "document", text[end : end + 40].decode("latin-1"))
    return None
