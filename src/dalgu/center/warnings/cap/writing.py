"""From a message to XML, by the schema of its version."""

from typing import TYPE_CHECKING, Any

import msgspec

from dalgu.center.warnings.cap.layout import LAYOUTS, Slot
from dalgu.center.warnings.cap.message import Alert, Info
from dalgu.center.warnings.cap.words import CATEGORIES, CERTAINTIES, RESPONSES, Version

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "application/cap+xml"
END = b"</alert>"
# What 1.1 has no word for, in the words of its own lists.
OLDER_RESPONSES = {"AllClear": "None", "Avoid": "Execute"}


def write(alert: Alert) -> bytes:
    """Return a message as UTF-8 XML with its declaration; its signatures come last, as they came.

    They go in as text: a tree would tidy their namespaces, which their digests stand on.
    """
    from lxml import etree

    namespace = alert.version.namespace
    root = etree.Element(f"{{{namespace}}}alert", nsmap={None: namespace})
    _fill(root, alert, alert.version)
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    if not alert.extensions:
        return body
    end = len(body) - len(END)
    return body[:end] + "".join(alert.extensions).encode() + END


def without_declaration(body: bytes) -> bytes:
    """Return a message as a part of another document."""
    return body.partition(b"?>\n")[2]


def _fill(element: "_Element", part: msgspec.Struct, version: Version) -> None:
    for slot in LAYOUTS[type(part)]:
        held = getattr(part, slot.field)
        if held is None or version not in slot.known:
            continue
        for value in held if slot.is_many else (held,):
            _put(element, slot, value, version)


def _put(parent: "_Element", slot: Slot, value: Any, version: Version) -> None:
    from lxml import etree

    child = etree.SubElement(parent, f"{{{version.namespace}}}{slot.tag}")
    if slot.part is not None:
        _fill(child, value, version)
    elif slot.shape == "text":
        child.text = value
    elif version is Version.CAP10:
        child.text = f"{value.name}={value.value}"
    else:
        for tag, text in (("valueName", value.name), ("value", value.value)):
            etree.SubElement(child, f"{{{version.namespace}}}{tag}").text = text


def as_version(alert: Alert, version: Version) -> Alert:
    """Return a message in the words of 1.1 or 1.2; signatures hold for one form alone and go.

    >>> as_version(Alert(infos=(Info(response_types=("AllClear",)),)), Version.CAP11).infos[0]
    Info(language=None, categories=(), event='', response_types=('None',), urgency='', ...
    """
    infos = tuple(_info_in(info, version) for info in alert.infos)
    keeps = version is alert.version
    return msgspec.structs.replace(
        alert,
        version=version,
        infos=infos,
        password=alert.password if version is Version.CAP10 else None,
        extensions=alert.extensions if keeps else (),
    )


def _info_in(info: Info, version: Version) -> Info:
    known = RESPONSES[version]
    responses = [
        one if one in known else OLDER_RESPONSES.get(one, "None") for one in info.response_types
    ]
    certainty = info.certainty
    if certainty not in CERTAINTIES[version]:  # 1.2, 3.2.2: "Very Likely" counts as "Likely"
        certainty = "Likely"
    categories = (one if one in CATEGORIES[version] else "Other" for one in info.categories)
    return msgspec.structs.replace(
        info,
        response_types=tuple(dict.fromkeys(responses)),
        certainty=certainty,
        categories=tuple(dict.fromkeys(categories)),
    )
