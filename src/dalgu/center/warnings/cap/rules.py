"""The rules that a message can break: each has a name and the clause it stands in.

Clauses are those of OASIS CAP 1.2 (1 July 2010) unless said otherwise.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from dalgu.kernel.errors import InvalidInput


class Rule(StrEnum):
    """What a message must hold to."""

    SIZE = "size"
    ENCODING = "encoding"
    WELL_FORMED = "well-formed"
    DOCTYPE = "doctype"
    ENTITY = "entity"
    NAMESPACE = "namespace"
    UNKNOWN_ELEMENT = "unknown-element"
    ATTRIBUTE = "attribute"
    ORDER = "order"
    ONCE = "once"
    REQUIRED = "required"
    IDENTIFIER = "identifier"
    SENDER = "sender"
    UTC_OFFSET = "utc-offset"
    DATE_TIME = "date-time"
    STATUS = "status"
    MSG_TYPE = "msg-type"
    SCOPE = "scope"
    RESTRICTION = "restriction"
    ADDRESSES = "addresses"
    REFERENCES = "references"
    LANGUAGE = "language"
    CATEGORY = "category"
    RESPONSE_TYPE = "response-type"
    URGENCY = "urgency"
    SEVERITY = "severity"
    CERTAINTY = "certainty"
    PAIR = "pair"
    EXPIRES = "expires"
    WEB = "web"
    MIME_TYPE = "mime-type"
    RESOURCE_SIZE = "resource-size"
    RESOURCE_URI = "resource-uri"
    DEREF_URI = "deref-uri"
    DIGEST = "digest"
    POLYGON = "polygon"
    CIRCLE = "circle"
    ALTITUDE = "altitude"
    CEILING = "ceiling"


class Law(NamedTuple):
    """Where a rule stands, and what it asks."""

    clause: str
    asks: str


LAWS: Final[dict[Rule, Law]] = {
    Rule.SIZE: Law("limit of this platform", "A message is no longer than the limit."),
    Rule.ENCODING: Law("limit of this platform", "The text is UTF-8, US-ASCII or ISO 8859-1."),
    Rule.WELL_FORMED: Law("XML 1.0, 2.1", "The document is well-formed XML."),
    Rule.DOCTYPE: Law("3.3.3", "There is no document type declaration."),
    Rule.ENTITY: Law("3.3.3", "Only the five entities of XML are used, never one of HTML."),
    Rule.NAMESPACE: Law("3.4", "The alert is in the namespace of CAP 1.0, 1.1 or 1.2."),
    Rule.UNKNOWN_ELEMENT: Law("3.4", "Only elements that the version's schema names are used."),
    Rule.ATTRIBUTE: Law("3.4", "Elements carry no attributes of their own."),
    Rule.ORDER: Law("3.4", "Elements come in the order of the schema."),
    Rule.ONCE: Law("3.4", "The element comes once."),
    Rule.REQUIRED: Law("3.2", "The element is required and says something."),
    Rule.IDENTIFIER: Law("3.2.1 identifier", "It has no spaces, commas, < or &."),
    Rule.SENDER: Law("3.2.1 sender", "It has no spaces, commas, < or &."),
    Rule.UTC_OFFSET: Law("3.3.2", "The offset from UTC is numeric, never a letter such as Z."),
    Rule.DATE_TIME: Law("3.3.2", "An instant is YYYY-MM-DDThh:mm:ss with its offset."),
    Rule.STATUS: Law("3.2.1 status", "It is one of the version's list."),
    Rule.MSG_TYPE: Law("3.2.1 msgType", "It is one of the version's list."),
    Rule.SCOPE: Law("3.2.1 scope", "It is Public, Restricted or Private."),
    Rule.RESTRICTION: Law("3.2.1 restriction", "It is there if the scope is Restricted, only so."),
    Rule.ADDRESSES: Law(
        "3.2.1 addresses", "They are there if the scope is Private (before 1.2 only then)."
    ),
    Rule.REFERENCES: Law(
        "3.2.1 references", "They are sender,identifier,sent; all kinds but Alert need them."
    ),
    Rule.LANGUAGE: Law("3.2.2 language", "It is a language tag of RFC 3066."),
    Rule.CATEGORY: Law("3.2.2 category", "It is one of the version's list."),
    Rule.RESPONSE_TYPE: Law("3.2.2 responseType", "It is one of the version's list."),
    Rule.URGENCY: Law("3.2.2 urgency", "It is one of the version's list."),
    Rule.SEVERITY: Law("3.2.2 severity", "It is one of the version's list."),
    Rule.CERTAINTY: Law("3.2.2 certainty", "It is one of the version's list."),
    Rule.PAIR: Law("3.2.2 parameter", "It has a name and a value."),
    Rule.EXPIRES: Law("3.2.2 expires", "It does not end before it takes effect."),
    Rule.WEB: Law("3.2.2 web", "It is a full, absolute URI."),
    Rule.MIME_TYPE: Law("3.2.3 mimeType", "It is a media type of RFC 2046."),
    Rule.RESOURCE_SIZE: Law("3.2.3 size", "It is a number of bytes, not below zero."),
    Rule.RESOURCE_URI: Law("3.2.3 uri", "It is a URI, absolute where nothing is enclosed."),
    Rule.DEREF_URI: Law("3.2.3 derefUri", "It is base64."),
    Rule.DIGEST: Law("3.2.3 digest", "It is a SHA-1 in 40 hexadecimal digits."),
    Rule.POLYGON: Law(
        "3.2.4 polygon", "It has at least 4 points lat,lon in degrees, the last as the first."
    ),
    Rule.CIRCLE: Law("3.2.4 circle", "It is lat,lon in degrees and a radius in km, not negative."),
    Rule.ALTITUDE: Law("3.2.4 altitude", "It is a decimal number of feet."),
    Rule.CEILING: Law("3.2.4 ceiling", "It is a number not below the altitude, which it needs."),
}
LONGEST_FOUND = 80  # signs of what was found that are repeated


class Breach(msgspec.Struct, frozen=True):
    """One rule broken at one place."""

    rule: Rule
    where: str  # the path of the element, as info[1]/area[1]/polygon
    found: str = ""  # its beginning

    @property
    def clause(self) -> str:
        """Where the rule stands."""
        return LAWS[self.rule].clause

    def __str__(self) -> str:
        law = LAWS[self.rule]
        found = f" Found: '{self.found}'." if self.found else ""
        return f"{self.where} breaks the rule '{self.rule}' ({law.clause}): {law.asks}{found}"


def breach(rule: Rule, where: str, found: str = "") -> Breach:
    """Return a breach that repeats no more than the beginning of what was found."""
    return Breach(rule, where, " ".join(found.split())[:LONGEST_FOUND])


class CapRefused(InvalidInput):
    """A CAP message breaks rules of the standard."""

    slug = "cap-refused"
    title = "The warning message breaks a rule of CAP"

    def __init__(self, breaches: Sequence[Breach]) -> None:
        first = breaches[0]
        more = f" {len(breaches) - 1} more rules are broken." if len(breaches) > 1 else ""
        super().__init__(
            f"The message breaks CAP. {first}{more}",
            rule=first.rule,
            clause=first.clause,
            where=first.where,
            breaches=len(breaches),
        )
        self.breaches = tuple(breaches)
