"""One document in two formats: XML, and JSON by the Spark convention.

Spark: an element that only repeats one kind of child is a list, the name of the root is left out,
an empty element is null.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from dalgu.hub.model import JSON

if TYPE_CHECKING:
    from lxml.etree import _Element

XML, JSON_FORMAT = "xml", "json"
MEDIA_TYPES = {XML: "text/xml; charset=utf-8", JSON_FORMAT: "application/json; charset=utf-8"}
# What the elements that hold a list call each of it.
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
    "notes": "note",
    "photos": "photo",
}
# Letters that XML 1.0 cannot hold, not even escaped (2.2).
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(root: str, value: JSON, form: str) -> bytes:
    """Return a document in one of the two formats, UTF-8.

    >>> written("errors", [{"code": 404, "description": ""}], "json")
    b'[{"code":404,"description":null}]'
    """
    if form == JSON_FORMAT:
        return msgspec.json.encode(_spark(value))
    from lxml import etree

    made: bytes = etree.tostring(_element(root, value), xml_declaration=True, encoding="UTF-8")
    return made


def _spark(value: JSON) -> JSON:
    if isinstance(value, Mapping):
        return {name: _spark(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_spark(one) for one in value]
    return None if value == "" else value


def _element(name: str, value: JSON) -> "_Element":
    from lxml import etree

    made = etree.Element(name)
    if isinstance(value, Mapping):
        made.extend([_element(child, one) for child, one in value.items()])
    elif isinstance(value, list | tuple):
        made.extend([_element(ITEMS[name], one) for one in value])
    elif isinstance(value, bool):
        made.text = "true" if value else "false"
    elif value is not None:
        made.text = _NOT_IN_XML.sub("", str(value))
    return made
