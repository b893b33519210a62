"""Fuzzing at the real site: typed refusals, no 5xx, nothing half-written, no broken value kept.

`Watch` sends a request and looks at the answer and at the tables before and after it. That it
would notice is shown by the planted bugs at the end: each campaign must find those meant for it.
"""

import asyncio
import base64
import copy
import dataclasses
import json
import logging
import math
from urllib.parse import parse_qs, quote, unquote

import apsw
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from dalgu.access.actor import Role
from dalgu.app import guard
from dalgu.center.layers import LAYERS
from dalgu.center.pages import account as account_pages
from dalgu.devices import api as devices_api
from dalgu.devices import intake
from dalgu.devices.formats.fields import device_id
from dalgu.devices.registry import Registry, device_entity, device_of
from dalgu.devices.wmbus.address import address
from dalgu.governance.entities import Department, WaterSupplyRegister
from dalgu.hub import document as hub_document
from dalgu.hub import observing
from dalgu.hub.api import app as hub_app
from dalgu.hub.api.exchange import Response as HubResponse
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.query import parse as hub_parse
from dalgu.hub.types import Alert, Device, Feed, KeyPerformanceIndicator
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.water import wire
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.hourly_frame import HourlyFrame

FUZZ = settings(
    max_examples=70,
    deadline=None,
    database=None,
    derandomize=True,  # the same requests in every run: a red build can be run again
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FUZZ_LONG = settings(FUZZ, max_examples=110)
SYSTEM = {"createdAt", "modifiedAt"}
METER = "urn:ngsi-ld:WaterMeter:1"
TABLES = {
    "entities": "SELECT count(body) FROM entity",
    "states": "SELECT total(length(body)) FROM entity",
    "history": "SELECT count(*) FROM series",
    "events": "SELECT max(seq) FROM event",
    "records": "SELECT count(*) FROM record WHERE collection <> 'session'",
}


class Fault(AssertionError):
    """The platform did what it must not."""


class Watch:
    """Sends requests to the site of a house and says what is wrong with what they did."""

    def __init__(self, house, role="administrator"):
        self.house = house
        self.headers = house.headers[role]
        self.tables = apsw.Connection(
            str(house.folder / "city.db"), flags=apsw.SQLITE_OPEN_READONLY
        )

    def count(self):
        return {name: self.tables.execute(sql).fetchone()[0] for name, sql in TABLES.items()}

    def messages(self):
        """Return how many messages are kept, and how many of them with a refusal."""
        return self.tables.execute("SELECT count(*), count(refusal) FROM message").fetchone()

    def send(self, method, path, body=b"", *, query=b"", headers=None, form=False):
        """Send one request; raise `Fault` when its answer or its traces are not as they must be."""
        request = f"{method} {path!r} ?{query!r} {body[:300]!r} {headers}"
        counted, kept = self.count(), self.messages()
        head = self.house.run(self.house.platform.hub.head())
        status, told, answer = self.house.run(self.exchange(method, path, body, query, headers))
        if status not in range(200, 500) and not is_meant(status, answer):
            raise Fault(f"{request} gives {status}: {answer[:300]!r}")
        if status >= 400:
            self.check_problem(request, status, told, answer, form)
            if self.count() != counted:
                raise Fault(f"{request} is refused and leaves {self.count()} after {counted}")
        self.check_messages(request, status, kept)
        self.check_values(request, head)
        return status

    async def exchange(self, method, path, body, query, headers):
        given = {"content-type": "application/json", **self.headers, **(headers or {})}
        given.setdefault("content-length", str(len(body)))
        raw = path.encode() if isinstance(path, str) else path
        pairs = [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in given.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "server": ("city", 80), "client": ("192.0.2.1", 5), "root_path": "",
            "path": unquote(raw.decode("latin-1")), "raw_path": raw, "query_string": query,
            "headers": [(b"host", b"city"), *pairs],
        }  # fmt: skip
        begun, sent, said = asyncio.Event(), False, []

        async def receive():
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            said.append(message)
            if message["type"] == "http.response.body":
                begun.set()

        try:
            await self.house.app(scope, receive, send)
        except Exception as error:
            if not said:
                return 599, {}, repr(error).encode()
        start = said[0]
        told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], told, b"".join(one.get("body", b"") for one in said[1:])

    def check_problem(self, request, status, told, answer, form):
        """A refusal is a problem document (RFC 9457); a form is drawn again."""
        if form and told["content-type"].startswith("text/html"):
            return
        try:
            problem = json.loads(answer)
        except ValueError:
            raise Fault(f"{request} gives {status} without a problem: {answer[:200]!r}") from None
        words = [problem.get(name) for name in ("type", "title", "detail")]
        if problem.get("status") != status or not all(isinstance(w, str) and w for w in words):
            raise Fault(f"{request} gives {status} with {problem}")

    def check_messages(self, request, status, before):
        """What was refused is kept with its reason; nothing else is kept with one."""
        total, refused = (now - past for now, past in zip(self.messages(), before, strict=True))
        if status >= 400 and total != refused:
            raise Fault(f"{request} gives {status} and keeps {total} messages as if they were good")
        if total > 1:
            raise Fault(f"{request} keeps {total} messages")

    def check_values(self, request, head):
        """Every value that is now in the hub is a value that an NGSI-LD client may read."""
        hub = self.house.platform.hub
        for event in self.house.run(hub.events(head)):
            try:
                document = self.house.run(hub.retrieve(event.entity))
            except EntityNotExisting:
                continue
            self.check_again(request, document)
            for name, attribute in document.items():
                for one in attribute if isinstance(attribute, list) else [attribute]:
                    if isinstance(one, dict) and not is_whole(one.get("value", 0)):
                        raise Fault(f"{request} leaves {event.entity} {name} = {one}")
            history = self.house.run(hub.history(event.entity, "volume", last=3))
            if any(not is_whole(one.get("value", 0)) for one, _ in history):
                raise Fault(f"{request} leaves {event.entity} with the history {history}")

    def check_again(self, request, document):
        """What the hub gives out it must also take in."""
        try:
            hub_document.parse_entity({k: v for k, v in document.items() if k not in SYSTEM})
        except DalguError as refused:
            raise Fault(f"{request} leaves {document}: {refused.detail}") from None


def is_meant(status, answer):
    """Tell whether the standard itself asks for a status of the server (CIM 009 5.5.2, 6.3.2)."""
    meant = {501: b"errors/NoMultiTenantSupport", 504: b"errors/LdContextNotAvailable"}
    return meant.get(status, b"\0") in answer


def is_whole(value):
    if isinstance(value, float):
        return math.isfinite(value)
    return value is not None


@pytest.fixture(autouse=True)
def quiet_logs():
    logging.disable(logging.CRITICAL)  # a planted bug's trace, hundreds of times
    yield
    logging.disable(logging.NOTSET)


def register(house):
    """Let one device of each format be known."""
    at = {"origin": "synthetic"}
    devices = {
        "lorawan:02da000100000001": ("water-hourly", "WaterMeter:1"),
        "lorawan:02da000100000002": ("water-decoded", "WaterMeter:2"),
        "lorawan:02da000100000003": ("parking-count", "OffStreetParking:2"),
        "lorawan:02da000100000004": ("no-such-profile", "WaterMeter:4"),
        "wmbus:KAM.12345678": ("water-oms", "WaterMeter:3"),
        "camera:beomeo-n": ("camera-count", "TrafficFlowObserved:1"),
        "parking:dongin/b1": ("parking-guidance", "OffStreetParking:1"),
        "gateway:site-1": ("heartbeat", None),
    }
    hub, urn = house.platform.hub, "urn:ngsi-ld:"
    assets = [WaterMeter(id=EntityId(f"{urn}WaterMeter:{n}"), is_active=True, **at) for n in (1, 2)]
    assets += [
        OffStreetParking(id=EntityId(f"{urn}OffStreetParking:1"), total_spot_number=80, **at)
    ]
    assets += [TrafficFlowObserved(id=EntityId(f"{urn}TrafficFlowObserved:1"), **at)]
    house.run(hub.upsert(assets))
    known = [
        Device(id=device_entity(device), profile=profile, in_service=True, declared_interval=3600.0,
               controlled_asset=None if asset is None else EntityId(urn + asset), **at)
        for device, (profile, asset) in devices.items()
    ]  # fmt: skip
    house.run(house.platform.registry.register(known))


@pytest.fixture(scope="module")
def watch(house):
    register(house)
    return Watch(house)


# -- strange values ---------------------------------------------------------------------------

STRANGE = [
    "", " ", "\x00", "²", "١٢", "1e999", "NaN", "-0", "9" * 400, "9223372036854775808", "a" * 5000,
     "\ud7ff\ue000", "한글", "../../etc/passwd", "'; --", "{{7*7}}", "%s%n", "\u202e", "null",
     "2026-13-45T99:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
     "urn:ngsi-ld:WaterMeter:1", "urn:x:\n", 'a"b', "02da000100000001\n", "a/b", "*"
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(STRANGE), st.text(max_size=12))
NUMBER = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 1e308, 5e-324, -1.5, 10**400]),
    st.floats(allow_nan=False, allow_infinity=False),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def places(node, path=()):
    """Yield the path of every node of a JSON tree."""
    yield path
    if isinstance(node, dict | list):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(child, (*path, key))


@st.composite
def mutated(draw, example):
    """A good document with one or two of its places replaced, removed or repeated."""
    tree = copy.deepcopy(example)
    for _ in range(draw(st.integers(1, 2))):
        *path, last = draw(st.sampled_from([p for p in places(tree) if p] or [("x",)]))
        node = tree
        for key in path:
            node = node[key]
        act = draw(st.integers(0, 5))
        if act == 0 and isinstance(node, dict):
            node.pop(last, None)
        elif act == 1 and isinstance(node, dict):
            node[draw(TEXT)] = draw(JSON)
        else:
            node[last] = draw(JSON)
    return tree


def encoded(tree):
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


@st.composite
def spoiled(draw, body):
    """The bytes of a good body: cut, with a byte changed, or with some put in."""
    at = draw(st.integers(0, len(body)))
    return draw(
        st.sampled_from([body[:at], body[at:], body[:at] + b"\xff" + body[at + 1 :], body * 2])
        | st.binary(max_size=8).map(lambda more: body[:at] + more + body[at:])
    )


def bodies(*examples):
    """Good documents, mutated trees, spoiled bytes, any JSON, any bytes."""
    good = st.sampled_from(examples)
    return st.one_of(
        good.map(encoded),
        good.flatmap(mutated).map(encoded),
        good.flatmap(mutated).map(encoded),
        good.map(encoded).flatmap(spoiled),
        JSON.map(encoded),
        st.binary(max_size=30),
    )


# -- campaigns --------------------------------------------------------------------------------

AT = "2026-11-22T02:00:00Z"
SENDER = address("KAM", "12345678", version=1, device_type=7)
TELEGRAM = wire.encode_oms(SENDER, 123_456)


def chirpstack(eui, **more):
    return {"deviceInfo": {"devEui": eui}, "time": AT, "fCnt": 7, "fPort": 1, "data": "",
            "rxInfo": [{"rssi": -90, "snr": 7.5}], **more}  # fmt: skip


def frames(now):
    frame = wire.encode_hourly(HourlyFrame(now, tuple(range(90_024, 90_000, -1))))
    return [frame, frame[:-1], frame + b"\0", bytes(len(frame)), b"\xff" * len(frame)]


FIELDS = [
    {"values": [{"Type": "Volume", "Value": 12.5, "Unit": "m3", "Timestamp": AT}]},
    {"volume": 12.5, "unit": "m3", "temperature": 11.0},
    {"data": [{"value": 12, "unit": "l", "timestamp": AT}], "alarms": ["leak"]},
    {"records": [{"value": 1, "unit": "m³", "date": AT}]},
]
COUNTS = {"camera": "beomeo-n", "from": "2026-11-22T01:55:00Z", "to": AT,
          "counts": {"car": 50, "bus": 2}, "average_speed_kph": 31.5}  # fmt: skip
REPORT = {"site": "dongin", "at": AT, "lots": [{"lot": "b1", "free": 12, "total": 80}]}
BEAT = {"device": "gateway:site-1", "at": AT}
TTN = {"end_device_ids": {"dev_eui": "02DA000100000002"},
       "uplink_message": {"received_at": AT, "f_port": 1, "frm_payload": "AQ==",
                          "decoded_payload": FIELDS[1],
                          "rx_metadata": [{"rssi": -90}]}}  # fmt: skip
EXAMPLES_OF = {
    "chirpstack": [
        *(chirpstack("02da000100000002", object=one) for one in FIELDS),
        chirpstack("02da000100000003", data="AQIAUAAKAAA="),
        chirpstack("02da000100000004", data="AQ=="),
    ],
    "chirpstack?event=join": [chirpstack("02da000100000001")],
    "ttn": [TTN, {**TTN, "uplink_message": None, "join_accept": {}, "received_at": AT}],
    "oms": [{"telegram": TELEGRAM.hex(), "received_at": AT, "gateway": "site-1", "rssi_dbm": -80}],
    "camera": [COUNTS, [COUNTS, COUNTS]],
    "lwm2m": [
        {
            "endpoint": "meter-1",
            "content_format": 110,
            "received_at": AT,
            "payload": b'[{"bn":"/3424/0/","n":"1","v":12.5}]'.hex(),
        }
    ],
    "dlms": [
        {
            "apdu": "0f000000010002020203090608000100 00ff0600003039 02020ffd160d".replace(" ", ""),
            "meter": "1",
            "received_at": AT,
        }
    ],
    "heartbeat": [BEAT, [BEAT, {**BEAT, "device": "gateway:unknown"}]],
    "parking": [REPORT],
    "none": [{}],
}


def uplinks(watch):
    """Bodies of every format at the device entrance."""

    for format, examples in EXAMPLES_OF.items():
        for example in examples:
            send_uplink(watch, format, encoded(example))
    send_uplink(watch, "camera", b"[]")

    @FUZZ
    @given(st.data())
    def campaign(data):
        format = data.draw(st.sampled_from(list(EXAMPLES_OF)))
        body = data.draw(bodies(*EXAMPLES_OF[format]))
        send_uplink(watch, format, body)

    campaign()


def send_uplink(watch, format, body):
    name, _, query = format.partition("?")
    _, refused = watch.messages()
    status = watch.send("POST", f"/devices/{name}", body, query=query.encode())
    kept = watch.messages()[1] - refused
    if status >= 400 and name != "none" and kept != 1:
        raise Fault(f"{format} {body[:200]!r} is refused with {status} and not kept")


def telegrams(watch):
    """Wireless M-Bus telegrams and hourly frames, spoiled below the radio's address."""
    head = 10  # length, C field and the address; then the CI field
    send_uplink(watch, "oms", TELEGRAM.hex().encode())

    @FUZZ
    @given(st.data())
    def campaign(data):
        if data.draw(st.booleans()):
            frame = data.draw(st.sampled_from(frames(watch.house.clock.now())).flatmap(spoiled))
            up = chirpstack("02da000100000001", data=base64.b64encode(frame).decode())
            send_uplink(watch, "chirpstack", encoded(up))
            return
        good = TELEGRAM[head:]
        rest = data.draw(st.one_of(st.just(good), spoiled(good), records()))
        whole = bytes([(head + len(rest) - 1) % 256]) + TELEGRAM[1:head] + rest
        send_uplink(watch, "oms", whole.hex().encode())

    campaign()


@st.composite
def records(draw):
    """An unencrypted header and data records of every coding of EN 13757-3."""
    coding, value = draw(st.integers(0, 15)), draw(st.sampled_from([0x13, 0x14, 0x3B, 0x5B, 0x7C]))
    block = draw(st.binary(max_size=8) | st.sampled_from([b"\0\0\xc0\x7f", b"\0\0\x80\xff"]))
    return bytes([0x7A, draw(st.integers(0, 255)), 0, 0, 0, coding, value]) + block


ENTITY = {
    "id": METER, "type": "WaterMeter",
    "volume": {"type": "Property", "value": 12.5, "unitCode": "MTQ", "observedAt": AT},
    "dma": {"type": "Relationship", "object": "urn:ngsi-ld:DistrictMeteredArea:1"},
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [128.6, 35.9]}},
    "name": {"type": "LanguageProperty", "languageMap": {"ko": "계량기", "en": "Meter"}},
    "readings": [{"type": "Property", "value": 1, "datasetId": "urn:x:a", "observedAt": AT}],
}  # fmt: skip
HISTORY = {
    **ENTITY,
    "volume": [ENTITY["volume"], {**ENTITY["volume"], "observedAt": "2026-11-22T01:00:00Z"}],
}
SUBSCRIPTION = {
    "type": "Subscription", "entities": [{"type": "WaterMeter"}], "q": "volume>3",
    "watchedAttributes": ["volume"], "throttling": 5, "expiresAt": "2027-01-01T00:00:00Z",
    "geoQ": {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": [128.6, 35.9]},
    "notification": {"endpoint": {"uri": "http://example.org/n", "accept": "application/json"}},
}  # fmt: skip
LOOKUP = {"type": "Query", "entities": [{"type": "WaterMeter"}], "q": "volume>1",
          "temporalQ": {"timerel": "after", "timeAt": AT}}  # fmt: skip
DELIVERY = {"message": {"receivedAt": AT, "transport": "http", "format": "heartbeat",
                        "device": "gateway:site-1", "body": "e30="},
            "entities": [ENTITY]}  # fmt: skip
CHANGE = {"action": "merge", "entity": METER, "document": {"volume": ENTITY["volume"]}}
HUB = {
    ("POST", "/ngsi-ld/v1/entities"): [ENTITY],
    ("PATCH", f"/ngsi-ld/v1/entities/{METER}"): [ENTITY, {"volume": "urn:ngsi-ld:null"}],
    ("PUT", f"/ngsi-ld/v1/entities/{METER}"): [ENTITY],
    ("POST", f"/ngsi-ld/v1/entities/{METER}/attrs"): [ENTITY],
    ("PATCH", f"/ngsi-ld/v1/entities/{METER}/attrs"): [ENTITY],
    ("PATCH", f"/ngsi-ld/v1/entities/{METER}/attrs/volume"): [ENTITY["volume"]],
    ("PUT", f"/ngsi-ld/v1/entities/{METER}/attrs/volume"): [ENTITY["volume"]],
    ("POST", "/ngsi-ld/v1/entityOperations/upsert"): [[ENTITY, {**ENTITY, "id": "urn:x:1"}]],
    ("POST", "/ngsi-ld/v1/entityOperations/create"): [[ENTITY]],
    ("POST", "/ngsi-ld/v1/entityOperations/delete"): [["urn:x:1"]],
    ("POST", "/ngsi-ld/v1/entityOperations/query"): [LOOKUP],
    ("POST", "/ngsi-ld/v1/temporal/entities"): [HISTORY],
    ("POST", "/ngsi-ld/v1/temporal/entityOperations/query"): [LOOKUP],
    ("POST", "/ngsi-ld/v1/subscriptions"): [SUBSCRIPTION],
    ("POST", "/ngsi-ld/v1/jsonldContexts"): [{"@context": {"Room": "https://city.example/Room"}}],
    ("POST", "/hub/v1/observations"): [[ENTITY]],
    ("POST", "/hub/v1/deliveries"): [[DELIVERY]],
    ("POST", "/hub/v1/changes"): [[CHANGE]],
}


def documents(watch):
    """NGSI-LD bodies: entities, attributes, batches, history, subscriptions, our own wire."""

    @FUZZ
    @given(st.data())
    def campaign(data):
        method, path = data.draw(st.sampled_from(list(HUB)))
        body = data.draw(bodies(*HUB[method, path]))
        types = ["application/json", "application/ld+json", "text/plain", ""]
        kind = data.draw(st.sampled_from(types[:1] * 12 + types))
        watch.send(method, path, body, headers={"content-type": kind})

    campaign()


WORDS = {
    "q": ["volume>3", 'name=="a"', "volume==1..2", "volume~=(", "((a|b);c)", "a[b.c]<2026-01-01",
          "volume>", "!x", "x==" + "(" * 300, ';'.join(["a==1"] * 400)],
    "type": ["WaterMeter", "A,B", "(A;B)|C", "A|", "(" * 400, "²"],
    "id": [METER, "urn:x:a,urn:x:b", "x"], "idPattern": ["^urn:.*", "(a+)+$", "[", "a{999999}"],
    "georel": ["near;maxDistance==2000", "near;maxDistance==-1", "within", "near;maxDistance==²"],
    "geometry": ["Point", "Polygon", "Dot"],
    "coordinates": ["[128.6,35.9]", "[[[0,0],[1,1],[0,0]]]", "[1e999,0]", "[" * 3000, "[]"],
    "limit": ["5", "0", "-1", "²", "١", "1e3", "9" * 30], "offset": ["0", "99999999999999999999"],
    "count": ["true", "yes"], "attrs": ["volume", ",", "volume,volume"], "lang": ["ko", "*"],
    "options": ["keyValues", "sysAttrs,concise", "x"], "format": ["simplified", "x"],
    "timerel": ["after", "between", "during"], "timeAt": [AT, "2026", "0001-01-01T00:00:00+14:00"],
    "endTimeAt": [AT, "9999-12-31T23:59:59-14:00"], "timeproperty": ["createdAt", "x"],
    "lastN": ["3", "²", "9" * 20], "details": ["true"], "local": ["true"],
    "entity": [METER, "x"], "attribute": ["volume", "²", "__class__"],
    "since": [AT, "0001-01-01T00:00:00Z"],
    "until": [AT, "9999-12-31T23:59:59Z"], "last": ["3", "²"], "after": ["0", "9" * 25, "²"],
    "device": ["gateway:site-1", "²"], "refused": ["true"], "language": ["en", "xx"],
    "days": ["7", "²", "0", "9" * 30, "-1", "٣"],
    "status": ["open", '"'], "category": ["waterMeter", '"', "²"], "layers": ["water alerts", "²"],
    "next": ["/ko/center", "//evil", "\r\nX: y"], "event": ["up", "join", "²"], "x": ["1"],
}  # fmt: skip
PAGE_WORDS = ("attribute", "days", "status", "category", "layers", "next", "offset", "limit", "q",
              "device", "language", "x")  # fmt: skip
HUB_WORDS = [name for name in WORDS if name not in {"days", "status", "category", "layers", "next"}]
ASKED = [
    *(f"/ngsi-ld/v1/{path}" for path in (
        "entities", f"entities/{METER}", "temporal/entities", f"temporal/entities/{METER}", "types",
        "types/WaterMeter", "attributes", "attributes/volume", "subscriptions", "jsonldContexts")),
    *(f"/hub/v1/{path}" for path in (
        "series", "columns", "history", "messages", "messages/1", "types", "count", "events",
        "head", "kept/x")),
    *(f"/en{path}" for path in (
        "/", "/center", "/center/water", "/center/devices", f"/center/entities/{METER}", "/parking",
        "/certification", "/sign-in", "/account", "/certification/indicators/kr-scc-2021/K63-43")),
    "/devices/registry", "/devices/refused", f"/api/water/meters/{METER}/hours", "/search",
    "/map/water.geojson", f"/map/things/{METER}", "/live", "/sign-in",
]  # fmt: skip


@st.composite
def query_strings(draw):
    pairs = []
    for name in draw(st.lists(st.sampled_from(list(WORDS)), max_size=4)):
        value = draw(st.sampled_from(WORDS[name]) | TEXT)
        pairs.append(f"{name}={quote(value)}")
    raw = "&".join(pairs).encode()
    return draw(st.sampled_from([raw, raw, raw, raw + b"&%ff=%", b"&" * 100 + raw, b"%00=\xff"]))


def queries(watch):
    """Query strings of the hub, of the APIs and of the pages."""

    for path in ASKED:
        for name in HUB_WORDS if path.startswith(("/ngsi-ld", "/hub")) else PAGE_WORDS:
            for value in WORDS[name]:
                watch.send("GET", path, query=f"{name}={quote(value)}".encode())

    @FUZZ
    @given(st.sampled_from(ASKED), query_strings())
    def campaign(path, query):
        watch.send("GET", path, query=query)

    campaign()


PIECES = ["²", "9" * 25, "-1", "%00", "%ff", "..", "%2e%2e%2f", "a" * 3000, "%", "", "%22", "١٢",
          "urn:ngsi-ld:Device:gateway:site-1", METER, "1", "%0a", "{x}"]  # fmt: skip
PATHS = [
    "/ngsi-ld/v1/entities/{}", "/ngsi-ld/v1/entities/{}/attrs/{}", "/ngsi-ld/v1/types/{}", "/{}",
    "/ngsi-ld/v1/{}", "/ngsi-ld/v1/subscriptions/{}", "/ngsi-ld/v1/jsonldContexts/{}",
    "/ngsi-ld/v1/temporal/entities/{}", "/hub/v1/messages/{}", "/hub/v1/kept/{}", "/hub/v1/{}",
    "/en/center/entities/{}", "/en/center/messages/{}", "/en/welcome/{}",
    "/en/certification/indicators/kr-scc-2021/{}",
    "/map/{}.geojson", "/map/things/{}", "/api/water/meters/{}/hours", "/devices/registry/{}",
    "/account/tokens/{}/revoke", "/devices/{}", "/static/{}", "/center/{}",
    "/en/{}",
]  # fmt: skip


def paths(watch):
    """Parts of paths that are no ids, no numbers, no names."""

    def ask(method, path, one, other):
        raw = quote(path.format(one, other), safe="/%:{}+")
        watch.send(method, raw, b"{}" if method in ("POST", "PATCH", "PUT") else b"", form=True)

    for path in PATHS:
        for piece in PIECES:
            ask("GET", path, piece, "volume")

    @FUZZ_LONG
    @given(
        st.sampled_from(["GET", "DELETE", "POST", "PATCH", "PUT", "HEAD", "BREW"]),
        st.sampled_from(PATHS),
        st.sampled_from(PIECES) | st.text(max_size=6),
        st.sampled_from(PIECES) | st.text(max_size=6),
    )
    def campaign(method, path, one, other):
        ask(method, path, one, other)

    campaign()


HEADERS = {
    "last-event-id": ["²", "9" * 30, "-1", "x"],
    "content-length": ["²", "-1", "x", "9" * 30, ""],
    "content-type": ["application/json; charset=²", "²", "application/ld+json;;", "a" * 9000],
    "link": ['<http://x>; rel="http://www.w3.org/ns/json-ld#context"', "<²>", "<" * 500],
    "accept": ["application/ld+json;q=²", "*/*;q=x", "text/html", ",,,", "application/geo+json"],
    "accept-language": ["²", "en;q=²", "ko;q=9", "*" * 500],
    "accept-encoding": ["gzip;q=0", "²"],
    "cookie": ["dalgu_session=²", "theme=²;;=;", "=" * 9000],
    "ngsild-tenant": ["a", "²"],
    "if-none-match": ["²", '"', "*"],
    "range": ["bytes=²-", "bytes=5-1", "bytes=0-99999999999999999999", "x"],
    "if-modified-since": ["²", "Thu, 99 Foo"],
}


HEADED = ["/live", "/en/", "/search", "/ngsi-ld/v1/entities", "/hub/v1/head", "/static/frame.css",
          "/static/cities/daegu.pmtiles", "/about/data"]  # fmt: skip


def headers(watch):
    """Header values as no client should send them."""
    asked = [("GET", path) for path in HEADED]
    asked += [
        ("POST", "/ngsi-ld/v1/entities"),
        ("POST", "/devices/heartbeat"),
        ("POST", "/sign-in"),
    ]
    for method, path in asked:
        for name, values in HEADERS.items():
            for value in values:
                body = b"{}" if method == "POST" else b""
                watch.send(method, path, body, headers={name: value.encode("latin-1")}, form=True)


REGISTRATION = {
    "device": "lorawan:02da0001000000ff", "profile": "water-decoded", "category": "waterMeter",
    "controlled_asset": METER, "declared_interval_s": 3600, "in_service": True,
    "name": {"ko": "가", "en": "A"}, "location": {"type": "Point", "coordinates": [128.6, 35.9]},
    "feed": "urn:ngsi-ld:Feed:1", "origin": "register", "key": "00" * 16,
}  # fmt: skip


def registrations(watch):
    """Bodies of the device registry."""
    for field in REGISTRATION:
        for text in STRANGE:
            watch.send("POST", "/devices/registry", encoded(REGISTRATION | {field: text}))

    @FUZZ
    @given(bodies(REGISTRATION, [REGISTRATION, {**REGISTRATION, "device": "gateway:x"}]))
    def campaign(body):
        watch.send("POST", "/devices/registry", body)

    campaign()


FORMS = ["/en/sign-in", "/en/welcome/x", "/en/account/password", "/en/account/tokens",
         "/en/account/tokens/x/revoke", "/sign-in"]  # fmt: skip


def forms(watch):
    """Forms of the pages, with too many fields, wrong signs and none."""
    names = st.sampled_from(["name", "password", "next", "old", "new", "role", "days", "x"])
    pairs = st.lists(st.tuples(names, TEXT), max_size=4).map(
        lambda found: "&".join(f"{k}={quote(v)}" for k, v in found).encode()
    )

    @FUZZ
    @given(st.sampled_from(FORMS), st.one_of(pairs, st.binary(max_size=40), st.just(b"a=1&" * 50)))
    def campaign(path, body):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        watch.send("POST", path, body, headers=kind, form=True)

    campaign()


KINDS = [
    {"type": "Property", "value": "x", "observedAt": AT}, {"type": "Property", "value": -1.5},
    {"type": "Property", "value": [1, {"a": None}]}, {"type": "Property", "value": True},
    {"type": "Property", "value": {"coordinates": 1}}, {"type": "Property", "value": ""},
    {"type": "Relationship", "object": "urn:x:y"}, {"type": "Property", "value": 10**300},
    {"type": "Relationship", "object": ["urn:x:y", "urn:x:z"]},
    {"type": "LanguageProperty", "languageMap": {"fr": "nom"}},
    {"type": "LanguageProperty", "languageMap": {"en": ["a", "b"]}},
    {"type": "GeoProperty", "value": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}},
    {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [0, 90]}},
    {"type": "Property", "value": 1, "datasetId": "urn:x:a", "observedAt": AT},
]  # fmt: skip
TYPES = (Device, Feed, Alert, KeyPerformanceIndicator, WaterMeter, DistrictMeteredArea,
         OffStreetParking, OnStreetParking, TrafficFlowObserved, Department,
         WaterSupplyRegister)  # fmt: skip


def strange_things(watch):
    """Things of our own types that another NGSI-LD client describes in its own way."""
    pages = ["/en/", "/en/center", "/en/center/water", "/en/center/parking",
             "/en/center/traffic",
             "/en/center/devices", "/en/parking", "/en/certification", "/search",
             "/devices/registry",
             *(f"/map/{layer}.geojson" for layer in LAYERS)]  # fmt: skip
    platform = watch.house.platform

    @settings(FUZZ, max_examples=40)
    @given(st.data())
    def campaign(data):
        kind = data.draw(st.sampled_from(TYPES))
        names = data.draw(st.lists(st.sampled_from(kind.attributes), min_size=1, max_size=4))
        thing = {"id": f"urn:ngsi-ld:{kind.type}:strange", "type": kind.type}
        thing |= {one.name: data.draw(st.sampled_from(KINDS)) for one in names}
        watch.send("DELETE", f"/ngsi-ld/v1/entities/{thing['id']}")
        watch.send("POST", "/ngsi-ld/v1/entities", encoded(thing))
        try:
            watch.house.run(platform.registry.catch_up())
            for job in platform.runner.jobs.values():
                watch.house.run(job.run(platform.hub, platform.clock))
        except Exception as error:
            raise Fault(f"{thing} stops the platform's own work: {error!r}") from error
        for page in (*pages, f"/en/center/entities/{thing['id']}", f"/map/things/{thing['id']}"):
            try:
                watch.send("GET", page)
            except Fault as fault:
                raise Fault(f"{thing}: {fault}") from None

    campaign()


CAMPAIGNS = (
    uplinks,
    telegrams,
    documents,
    queries,
    paths,
    headers,
    registrations,
    forms,
    strange_things,
)


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda campaign: campaign.__name__)
def test_bad_input_is_refused_by_type_and_leaves_nothing_half_written(watch, campaign):
    campaign(watch)


# -- planted bugs: would it be noticed? -------------------------------------------------------


def a_parser_that_trusts_lists(patch, watch):
    real = intake.FORMATS["camera"]

    def parse(body, received_at):
        return [real(body, received_at)[0], *real(body, received_at)[1:]]

    patch.setitem(intake.FORMATS, "camera", parse)  # an empty list has no first


def a_validator_that_lets_nan_through(patch, watch):
    real_value_of = observing.value_of

    def value_of(name, value):
        return -1.0 if value != value else real_value_of(name, value)

    patch.setattr(observing, "value_of", value_of)
    decoders = watch.house.platform.intake._decoders
    real = decoders["water-oms"]

    def decode(uplink):
        return [dataclasses.replace(meter, volume=math.nan) for meter in real(uplink)]

    patch.setitem(decoders, "water-oms", decode)


def a_decoder_without_a_net(patch, watch):
    def values(self, reading, registered, received_at):
        decode = self._decoders[registered.profile]  # an unknown profile is a KeyError
        return decode(intake._uplink(reading, registered.asset, received_at, registered.key))

    patch.setattr(intake.Intake, "_values", values)


def a_reader_of_numbers_that_takes_every_digit(patch, watch):
    def whole(parameters, name, default, highest):
        text = parameters.get(name, str(default))
        return min(int(text), highest) if text.isdigit() else default

    patch.setattr(hub_parse, "whole", whole)  # "²".isdigit(), and int("²") fails


def a_handler_that_forgets_the_transaction(patch, watch):
    async def register(self, devices, keys=None):
        devices = list(devices)
        await self._hub.upsert(devices)
        for device in devices:
            device_id(device_of(device.id), format="registry", field="id")
        return len(devices)

    patch.setattr(Registry, "register", register)


def an_entrance_that_stores_in_two_works(patch, watch):
    real = LocalHub.ingest

    async def ingest(self, deliveries):
        await real(self, [Delivery(one.message) for one in deliveries])
        return await real(self, deliveries)

    patch.setattr(LocalHub, "ingest", ingest)


def an_entrance_that_drops_what_it_refuses(patch, watch):
    real = intake.Intake._store

    async def store(self, drafts):
        if any(not draft.used for draft in drafts):
            raise drafts[0].refusals[0].error
        return await real(self, drafts)

    patch.setattr(intake.Intake, "_store", store)


def a_refusal_without_its_reason(patch, watch):
    def delivery(draft):
        return Delivery(draft.message, draft.entities)

    patch.setattr(intake._Draft, "delivery", delivery)


def an_error_without_a_type(patch, watch):
    patch.setattr(DalguError, "problem", lambda self: {"status": self.status, "detail": "no"})


def an_error_as_plain_text(patch, watch):
    patch.setattr(hub_app, "problem", lambda refusal: HubResponse(refusal.status, b"sorry"))


def a_hub_that_asks_sqlite_for_any_number(patch, watch):
    async def message(self, message_id):
        kept = self.store.read().messages.get("", message_id)
        return Message(*kept[1:])

    patch.setattr(LocalHub, "message", message)


def a_validator_that_takes_any_geometry(patch, watch):
    patch.setattr(devices_api, "check_geometry", lambda where, value: value)


def a_validator_that_takes_any_link(patch, watch):
    patch.setattr(devices_api, "check_uri", lambda where, value: value)


def a_form_that_counts_on_few_fields(patch, watch):
    async def fields(request, *names):
        sent = parse_qs((await request.body()).decode(), max_num_fields=20)
        return {name: sent.get(name, [""])[0] for name in names}

    patch.setattr(account_pages, "fields", fields)


def a_guard_that_reads_any_header(patch, watch):
    def text(header):
        return None if header is None else header.decode()

    patch.setattr(guard, "_text", text)


PLANTED = [
    (uplinks, a_parser_that_trusts_lists),
    (telegrams, a_validator_that_lets_nan_through),
    (uplinks, a_decoder_without_a_net),
    (queries, a_reader_of_numbers_that_takes_every_digit),
    (registrations, a_handler_that_forgets_the_transaction),
    (uplinks, an_entrance_that_stores_in_two_works),
    (uplinks, an_entrance_that_drops_what_it_refuses),
    (telegrams, a_refusal_without_its_reason),
    (registrations, an_error_without_a_type),
    (documents, an_error_as_plain_text),
    (paths, a_hub_that_asks_sqlite_for_any_number),
    (registrations, a_validator_that_takes_any_geometry),
    (registrations, a_validator_that_takes_any_link),
    (forms, a_form_that_counts_on_few_fields),
    (headers, a_guard_that_reads_any_header),
]


@pytest.mark.parametrize(("campaign", "plant"), PLANTED, ids=lambda one: one.__name__)
def test_a_planted_bug_is_found(fresh, monkeypatch, campaign, plant):
    fresh.headers["administrator"] = fresh.sign_up(Role.ADMINISTRATOR)
    register(fresh)
    watch = Watch(fresh)
    plant(monkeypatch, watch)
    # A hub with a memory: the second run of a request may do no harm any more (Flaky).
    with pytest.raises((Fault, Flaky)) as found:
        campaign(watch)
    assert "Fault" in repr(found.value)
