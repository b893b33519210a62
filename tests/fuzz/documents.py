"""Documents, contexts and device messages as targets."""

import json
from datetime import UTC, datetime

from tests.fuzz.watching import Target, must

from dalgu.devices.formats import FORMATS
from dalgu.devices.wmbus import frame, telegram, water
from dalgu.hub import context as contexts
from dalgu.hub import document as documents
from dalgu.hub import merge as merging
from dalgu.hub import represent as representing
from dalgu.hub import temporal_document
from dalgu.hub.context import CORE, ContextSet
from dalgu.hub.core_context import CORE_TERMS, DEFAULT_VOCABULARY, NGSI_LD
from dalgu.hub.errors import InvalidRequest
from dalgu.hub.federation.registration import read_registration
from dalgu.hub.model import JSON
from dalgu.hub.represent import Form, Representation
from dalgu.hub.subscription import read_subscription
from dalgu.hub.values import NULL

NOW = datetime(2026, 3, 4, 5, tzinfo=UTC)
ROOM = {"id": "urn:x:1", "type": "Room"}


def json_of(data: bytes) -> JSON:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise InvalidRequest("No JSON.") from None


def run_entity(data: bytes) -> None:
    """What is read is shown, and read again, the same; also where names have a context."""
    document = documents.parse_entity(json_of(data))
    shown = representing.represent(document, Representation())
    must(documents.parse_entity(shown) == document, f"{document} is shown as {shown}")
    concise = representing.represent(document, Representation(form=Form.CONCISE))
    must(documents.parse_entity(concise) == document, f"{document} is concise as {concise}")
    json.dumps(representing.represent(document, Representation(form=Form.SIMPLIFIED)))


def run_history(data: bytes) -> None:
    body = json_of(data)
    layers = temporal_document.parse_evolution(body)
    longest = max((len(v) for v in body.values() if isinstance(v, list)), default=0)
    must(len(layers) <= max(longest, 1) + 1, f"{body} has {len(layers)} layers")


def plain_merge(held: JSON, given: JSON) -> JSON:
    """RFC 7396, section 2, with NGSI-LD's null."""
    if not isinstance(given, dict):
        return given
    held = dict(held) if isinstance(held, dict) else {}
    for name, value in given.items():
        if value == NULL:
            held.pop(name, None)
        else:
            held[name] = plain_merge(held.get(name), value)
    return held


def run_merge(data: bytes) -> None:
    """Two lines: what is held, and the patch."""
    first, _, second = data.partition(b"\n")
    held, given = json_of(first), json_of(second)
    if b"coordinates" not in data:
        merged = merging.merge_value(held, given)
        must(merged == plain_merge(held, given), f"{held} and {given} merge into {merged}")
    patch = documents.parse_fragment({"a": {"value": given}}, patch=True)
    before, _ = merging.merge_document(
        None, documents.parse_entity(ROOM | {"a": {"type": "Property", "value": held}}), NOW
    )
    once, changed = merging.merge_document(before, patch, NOW)
    again, more = merging.merge_document(once, patch, NOW)
    must((again, more) == (once, []), f"{patch} laid twice: {changed}, then {more}")


def run_context(data: bytes) -> None:
    """Two lines: a context and a term; its IRI is that of the JSON-LD library."""
    first, _, second = data.partition(b"\n")
    source, term = json_of(first), second.decode("utf-8", "replace")
    made = ContextSet().resolve(source)
    name = made.expand(term)
    must(made.expand(made.compact(name)) == name, f"{term!r} of {source} is compacted to another")
    if term in CORE_TERMS:
        must(contexts.full_name(name) == CORE_TERMS[term], f"{term!r} of {source} is {name}")
    if isinstance(source, dict) and all(is_simple(*one) for one in source.items()):
        iri = by_library(source, term)
        ours = contexts.full_name(name)
        must(iri in (None, ours), f"{term!r} of {source} is {ours}, and {iri} by pyld")


def is_simple(term: str, iri: JSON) -> bool:
    return (
        isinstance(iri, str)
        and term.isascii()
        and term.isalnum()
        and "://" in iri
        and iri.isascii()
    )


def by_library(source: dict[str, str], term: str) -> str | None:
    """Return the IRI of a term by pyld, None where that has no say."""
    from pyld import jsonld

    prefix, colon, _ = term.partition(":")
    if term in CORE_TERMS or (colon and prefix not in source) or "/" in term:
        return None
    core = {"ngsi-ld": NGSI_LD, "@vocab": DEFAULT_VOCABULARY, **source}
    try:
        [found] = jsonld.expand({"@context": core, term: 1})
    except (jsonld.JsonLdError, ValueError):
        return None
    names = [one for one in found if not one.startswith("@")]
    return names[0] if len(names) == 1 else None


def run_subscription(data: bytes) -> None:
    read_subscription(json_of(data), CORE, "urn:x:s")


def run_registration(data: bytes) -> None:
    read_registration(json_of(data), CORE, "urn:x:r", NOW)


def run_telegram(data: bytes) -> None:
    for form in (frame.FrameFormat.A, frame.FrameFormat.B):
        if 12 < len(data) < 200:
            bare = bytes([len(data) - 1]) + data[1:]
            sent = frame.with_crcs(bare, form)
            must(frame.without_crcs(sent)[1:] == bare[1:], f"{bare.hex()} as {form} is another")
    if len(data) < 256 and data[:1] != b"\xff":  # most lengths are made right
        data = bytes([max(len(data) - 1, 0)]) + data[1:]
    read = telegram.decode(data)
    reading = water.read_water(read)
    for value in (reading.volume_m3, reading.flow_m3h):
        must(value is None or value == value, f"{data.hex()} is read as {reading}")


def run_message(data: bytes) -> None:
    """The first byte picks the format."""
    parse = list(FORMATS.values())[data[0] % len(FORMATS) if data else 0]
    for one in parse(data[1:], NOW):
        must(bool(one.device), f"{data!r} speaks of no device")


def line(*parts: JSON) -> bytes:
    return b"\n".join(p if isinstance(p, bytes) else json.dumps(p).encode() for p in parts)


ENTITY = ROOM | {
    "heat": {"type": "Property", "value": 21, "unitCode": "CEL", "datasetId": "urn:x:d"},
    "owner": {"object": "urn:x:2"},
    "words": {"languageMap": {"ko": "물"}},
    "location": {"type": "Point", "coordinates": [1, 2]},
    "scope": ["/D"],
}
WORDS = (
    b'"type":',
    b'"value":',
    b'"object":',
    b'"id":',
    b'"urn:x:1"',
    b'"Room"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"1",
    b"null",
    b"true",
    b'"Property"',
    b'"datasetId":',
    b'"observedAt":',
    b'"a":',
    b"[" * 60,
    b'{"a":' * 60,
    b"[" * 900 + b"]" * 900,
    b'"value":' + b"[" * 600 + b"]" * 600,
    b'"urn:ngsi-ld:null"',
    b'"languageMap":',
    b'"coordinates":',
)
TELEGRAM = bytes.fromhex("1844ae4c4455223368077a55000000041389e20100023b0000")
ENDPOINT = {"endpoint": {"uri": "http://a.example/"}}

TARGETS = (
    Target(
        "entity",
        run_entity,
        (
            line(ENTITY),
            line(ROOM | {"a": [{"value": 1}, {"value": 2, "datasetId": "urn:x:d"}]}),
            line(ROOM | {"a": {"value": [[1], {"b": 2}]}}),
            line(ROOM | {"a": {"json": {"x": 1}}}),
            line(ROOM | {"a": {"valueList": [1, 2]}, "b": {"vocab": "x"}, "c": 5}),
        ),
        WORDS,
    ),
    Target(
        "history",
        run_history,
        (
            line(
                ROOM
                | {
                    "a": [
                        {"type": "Property", "value": 1, "observedAt": "2026-01-01T00:00:00Z"},
                        {"type": "Property", "value": 2, "observedAt": "2026-01-02T00:00:00Z"},
                    ]
                }
            ),
        ),
        WORDS,
    ),
    Target(
        "merge",
        run_merge,
        (
            line({"a": {"b": 1, "c": 2}}, {"a": {"b": NULL}}),
            line({"a": 1}, {"b": {"c": NULL}}),
            line([1], {"a": 1}),
        ),
        (b"\n", *WORDS),
    ),
    Target(
        "context",
        run_context,
        (
            line({"a": "http://x.example/a"}, b"a"),
            line({"p": "http://x.example/"}, b"p:a"),
            line([{"a": "http://x.example/a"}, {"a": "http://y.example/b"}], b"a"),
            line({"@vocab": "http://v/", "a": "b"}, b"a"),
            line({"a": {"@id": "http://x.example/a", "@type": "@id"}}, b"a"),
            line({"a": "b:c", "b": "http://x.example/"}, b"a"),
            line({"value": "http://x.example/v", "b": "http://x.example/b#"}, b"value"),
        ),
        (
            b'"a":',
            b'"b":',
            b'"http://x.example/a"',
            b'"a:b"',
            b'"b:a"',
            b"\na",
            b"\nb",
            b"\na:x",
            b"\nvalue",
            b'"@vocab":',
            b'{"a":"b:x","b":"a:x"}',
            b'"value":',
            *WORDS[6:12],
        ),
    ),
    Target(
        "subscription",
        run_subscription,
        (
            line(
                {
                    "type": "Subscription",
                    "entities": [{"type": "A"}],
                    "q": "a>1",
                    "notification": ENDPOINT,
                }
            ),
            line(
                {
                    "type": "Subscription",
                    "watchedAttributes": ["a"],
                    "throttling": 5,
                    "notification": ENDPOINT,
                }
            ),
        ),
        (
            b'"q":',
            b'"geoQ":',
            b'"notification":',
            b'"entities":',
            b'"idPattern":',
            b'"expiresAt":',
            *WORDS,
        ),
    ),
    Target(
        "registration",
        run_registration,
        (
            line(
                {
                    "type": "ContextSourceRegistration",
                    "endpoint": "http://a.example/",
                    "information": [{"entities": [{"type": "A"}], "propertyNames": ["a"]}],
                }
            ),
        ),
        (
            b'"mode":',
            b'"inclusive"',
            b'"exclusive"',
            b'"information":',
            b'"endpoint":',
            b'"entities":',
            *WORDS,
        ),
    ),
    Target(
        "telegram",
        run_telegram,
        (TELEGRAM, TELEGRAM[:-1], TELEGRAM[:15] + b"\x0c\x13\x78\x56\x34\x12"),
        (
            b"\x04\x13",
            b"\x0c\x13",
            b"\x7a",
            b"\x8c\x10\x13",
            b"\x0d\x78\xff",
            b"\x42\x6c",
            b"\x04\x6d",
        ),
    ),
    Target(
        "message",
        run_message,
        tuple(
            bytes([at]) + one
            for at in range(len(FORMATS))
            for one in (
                b'{"deviceInfo":{"devEui":"02da000100000001"},"time":"2026-03-04T04:00:00Z","fCnt":7,"fPort":1,"data":"AQ=="}',
                b'{"telegram":"1844ae4c4455223368077a55000000041389e20100023b0000","received_at":"2026-03-04T04:00:00Z"}',
                b'{"camera":"x","from":"2026-03-04T03:55:00Z","to":"2026-03-04T04:00:00Z","counts":{"car":5}}',
                b'{"device":"gateway:1","at":"2026-03-04T04:00:00Z"}',
                b'{"site":"d","at":"2026-03-04T04:00:00Z","lots":[{"lot":"b","free":1,"total":8}]}',
                b'{"end_device_ids":{"dev_eui":"02DA000100000002"},"uplink_message":{"received_at":"2026-03-04T04:00:00Z","f_port":1,"frm_payload":"AQ=="}}',
            )
        ),
        (
            b'"data":',
            b'"devEui":',
            b'"\xc2\xb2"',
            b'"AQ"',
            b'"at":',
            b'"lots":[]',
            b'"telegram":""',
            *WORDS,
        ),
    ),
)
