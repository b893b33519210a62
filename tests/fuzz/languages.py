"""The query languages as targets; each answer is held to one that is worked out another way."""

import itertools
import math
import re
from urllib.parse import parse_qsl

from tests.fuzz.watching import Target, must

from dalgu.hub import aggregate
from dalgu.hub.context import CORE
from dalgu.hub.errors import BadRequestData
from dalgu.hub.query import geo, order, parse, pattern, projection, q, scope, temporal, types
from dalgu.kernel.errors import DalguError

NUMBERS = (-1, 0, 1, 2, 2.5, 10)
DOCUMENTS = [
    {
        "id": f"urn:x:{at}",
        "type": "A",
        "a": {"type": "Property", "value": value},
        "b": {"type": "Property", "value": text},
    }
    for at, (value, text) in enumerate(
        itertools.product(NUMBERS, ("x", "y", "2026-01-01T00:00:00Z"))
    )
] + [
    {"id": "urn:x:none", "type": "A"},
    {"id": "urn:x:b", "type": "A", "c": {"type": "Relationship", "object": "urn:x:1"}},
]
SIMPLE = re.compile(r"a(==|!=|>=|<=|>|<)(-?\d{1,6})", re.ASCII)
RANGE = re.compile(r"a==(-?\d{1,6})\.\.(-?\d{1,6})", re.ASCII)
COMPARE = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
}


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def answers(text: str) -> list[bool]:
    return [q.compile_q(text)(one) for one in DOCUMENTS]


def run_q(data: bytes) -> None:
    """Lines are expressions: alone, in parentheses, and joined by and and or."""
    several = text_of(data).split("\n")[:3]
    found = [answers(one) for one in several]
    for text, its in zip(several, found, strict=True):
        must(its == plainly(text, its), f"q {text!r} gives {its}")
        if len(text) < 500:
            must(answers(f"({text})") == its, f"q {text!r} in parentheses is another")
        written = q.expand_q(text, CORE)
        must(q.expand_q(written, CORE) == written, f"q {text!r} is written as {written!r}")
        must(answers(written) == its, f"q {text!r} means {written!r}")
    if len(several) == 3 and sum(map(len, several)) < 1000:
        x, y, z = found
        mixed = answers(f"{several[0]}|{several[1]};{several[2]}")
        wanted = [one or (two and three) for one, two, three in zip(x, y, z, strict=True)]
        must(mixed == wanted, f"q {several} joined by | and ; gives {mixed}")


def plainly(text: str, otherwise: list[bool]) -> list[bool]:
    """Answer what is simple enough by plain comparison."""
    simple, between = SIMPLE.fullmatch(text), RANGE.fullmatch(text)
    values = [one.get("a", {}).get("value") for one in DOCUMENTS]
    if simple:
        sign, bound = simple[1], int(simple[2])
        return [one is not None and COMPARE[sign](one, bound) for one in values]
    if between:
        low, high = int(between[1]), int(between[2])
        return [one is not None and low <= one <= high for one in values]
    return otherwise


def run_types(data: bytes) -> None:
    text = text_of(data)
    selection = types.parse_types(text)
    names = sorted({name.strip() for name in re.findall(r"[^(),;|]+", text)})
    if len(names) > 5 or len(text) > 400:
        return
    stored = {name: CORE.expand(name) for name in names}
    for held in itertools.product((False, True), repeat=len(names)):
        has = dict(zip(names, held, strict=True))
        it = types.matches_types(selection, [stored[name] for name in names if has[name]])
        must(it == boolean(text, has), f"type {text!r} of {has} is {it}")


def boolean(text: str, has: dict[str, bool]) -> bool:
    """Answer a selection as Python's own and / or does: and binds closer in both."""
    said = re.sub(r"[^(),;|]+", lambda name: f" {has[name[0].strip()]} ", text)
    said = said.replace(";", " and ").replace(",", " or ").replace("|", " or ")
    return bool(eval(said, {"__builtins__": {}}))


PLACES = ["/D", "/D/S", "/D/S/P", "/D/N", "/E", "D/S", "/D/S/P/Q"]


def run_scope(data: bytes) -> None:
    text = text_of(data)
    accepts = scope.compile_scope(text)
    if not re.fullmatch(r"/?[\w+]+(/[\w+]+)*(/#)?|/?#", text):
        return
    levels = text.strip("/").split("/")
    below = levels[-1] == "#"
    parts = [r"[^/]+" if one == "+" else re.escape(one) for one in levels[: -1 if below else None]]
    wanted = re.compile("/".join(parts) + (r"(?:/.*)?" if below else ""))
    for place in PLACES:
        it = accepts({"scope": place})
        is_it = (below and not parts) or wanted.fullmatch(place.strip("/")) is not None
        must(it == is_it, f"scope {text!r} of {place} is {it}")


def run_order(data: bytes) -> None:
    text = text_of(data)
    how = order.parse_ordering(text, None, None)
    first = order.ordered(DOCUMENTS, how, lambda texts: {one: one for one in texts})
    must(sorted(one["id"] for one in first) == sorted(one["id"] for one in DOCUMENTS), "lost")
    again = order.ordered(first, how, lambda texts: {one: one for one in texts})
    must(again == first, f"orderBy {text!r} orders what is ordered")
    if text in ("a", "a;asc", "a;desc"):
        values = [one["a"]["value"] for one in first if "a" in one]
        must(values == sorted(values, reverse=text.endswith("desc")), f"orderBy {text!r}: {values}")


TEXTS = ("", "a" * 490 + "!", "ab" * 250, "가" * 400, " " * 499 + "x", "x" * 100 + "y")


def run_pattern(data: bytes) -> None:
    text = text_of(data)
    made = pattern.compile_pattern(text)
    for one in TEXTS:
        it = made.matches(one)
        must(it == (re.search(text, one) is not None), f"pattern {text!r} on {one[:20]!r} is {it}")


def run_projection(data: bytes) -> None:
    text = text_of(data)
    found = projection.parse_projection(text)
    must(projection.parse_projection(written(found)) == found, f"pick {text!r} gives {found}")
    if re.fullmatch(r"[a-z]{2,6}\{[a-z]{2,6}\},[a-z]{2,6}\{[a-z]{2,6}\}", text):
        one, below, two, below_two = re.findall(r"[a-z]+", text)
        wanted = {one: {below: {}}}
        wanted.setdefault(two, {})[below_two] = {}
        must(found == wanted, f"pick {text!r} gives {found}")


def written(found: projection.Projection) -> str:
    return ",".join(
        f"{name}{{{written(below)}}}" if below else name for name, below in found.items()
    )


def parameters_of(data: bytes) -> dict[str, str]:
    return dict(parse_qsl(text_of(data), keep_blank_values=True)[:60])


def run_parameters(data: bytes) -> None:
    given = parse.parse_parameters(data, parse.QUERY)
    parse.parse_query(given)
    parse.parse_representation(given)


HERE = {"type": "Point", "coordinates": [128.6, 35.87]}
EARTH_M = 6_371_008.8


def run_geo(data: bytes) -> None:
    given = parameters_of(data)
    query = parse.parse_query({"type": "A", **{k: v for k, v in given.items() if k in parse.GEO}})
    if query.georel is None or query.geometry is None:
        return
    name = query.geoproperty
    accepts = geo.compile_geo(query.georel, query.geometry, name).accepts
    it = accepts({"id": "urn:x:1", "type": "A", name: {"type": "GeoProperty", "value": HERE}})
    near = re.fullmatch(r"near;maxDistance==(\d{1,8})", query.georel)
    at = query.geometry["coordinates"]
    if near and query.geometry["type"] == "Point" and -180 <= at[0] <= 180 and abs(at[1]) < 85:
        away, limit = haversine(HERE["coordinates"], at), float(near[1])
        if abs(away - limit) > 0.01 * limit + 1:  # an ellipsoid is no ball
            must(it == (away < limit), f"near {at} within {limit} m, at {away:.0f} m, is {it}")


def haversine(one: list[float], other: list[float]) -> float:
    (lon, lat), (lon2, lat2) = (map(math.radians, place[:2]) for place in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def run_temporal(data: bytes) -> None:
    found = temporal.parse_temporal_query({"type": "A", **parameters_of(data)})
    if found.timerel == "between":
        must(found.end_time_at is not None and found.time_at is not None, "between has two ends")
    if found.timerel is not None:
        must(found.time_at is not None and found.time_at.tzinfo is not None, "timeAt has a zone")


def run_period(data: bytes) -> None:
    text = text_of(data)
    period = aggregate.parse_period(text)
    at_us = 1_700_000_000_000_000
    for now_us in (at_us, at_us + 1, at_us + 10**13):
        if not period.is_whole:
            index = period.index(at_us, now_us)
            try:
                begun, ended = period.start(at_us, index), period.start(at_us, index + 1)
            except (OverflowError, ValueError) as far:
                raise BadRequestData("far") from far
            must(begun <= now_us < ended, f"period {text!r}: {begun} <= {now_us} < {ended}")


def refused(run, data: bytes) -> bool:
    try:
        run(data)
    except DalguError:
        return True
    return False


TARGETS = (
    Target(
        "q",
        run_q,
        (
            b"a>1",
            b'a==1..2\na!=0\nb=="x"',
            b'a>1;(b=="x"|a<0)',
            b"a",
            b"!a",
            b"b~=x.*",
            b"a==1,2",
            b"c.d[e]==true",
            b"c{A:a}>1",
            b"a>=2\na<=1\na==10",
            b"b==x\na!=1\na<2",
            b"<http://x.example/a>==1",
            b"((((a))))",
            b"a==2..10\nb\n!a",
        ),
        (
            b"a",
            b"b",
            b"c",
            b"==",
            b"!=",
            b">=",
            b"<=",
            b">",
            b"<",
            b"~=",
            b"!~=",
            b";",
            b"|",
            b"(",
            b")",
            b"..",
            b",",
            b"1",
            b"2",
            b"-1",
            b"10",
            b'"x"',
            b"true",
            b"{",
            b"}",
            b"[",
            b"]",
            b".",
            b"\n",
            b"((((((((",
            b"!",
        ),
    ),
    Target(
        "types",
        run_types,
        (b"A", b"A,B", b"A;B", b"(A;B),C", b"(A,B);(C,D)", b"((A))"),
        (
            b"A",
            b"B",
            b"C",
            b",",
            b";",
            b"|",
            b"(",
            b")",
            b"((((((((",
            b"));((",
            b";(A,B)",
            b";(A,B);(A,B);(A,B)",
        ),
    ),
    Target(
        "scope",
        run_scope,
        (b"/D/S", b"/D/+", b"/D/#", b"#", b"/D/S;/E", b"(/D;/E),/F", b"/+/S/#"),
        (b"/", b"D", b"S", b"P", b"+", b"#", b";", b",", b"|", b"(", b")", b"/D", b"/+", b"/#"),
    ),
    Target(
        "order",
        run_order,
        (b"a", b"a;desc", b"b,a;asc", b"a,b;desc"),
        (b"a", b"b", b";", b"asc", b"desc", b",", b"dist-asc", b"[", b"]", b".", b"createdAt"),
    ),
    Target(
        "pattern",
        run_pattern,
        (b"a+", b".*x", b"^ab", b"[a-z]+y$", b"a{2,3}", b"(ab|x)", b"a|b"),
        (
            b"(a+)+$",
            b"(",
            b")",
            b"*",
            b"+",
            b"?",
            b"{",
            b"}",
            b"[",
            b"]",
            b"^",
            b"$",
            b"|",
            b".",
            b"\\",
            b"a",
            b"x",
            b".*",
            b"(?:",
            b"{2,}",
            b"a*",
        ),
    ),
    Target(
        "projection",
        run_projection,
        (b"id,name", b"at{name}", b"at{name},at{place}", b"at{in{name}}", b"aa{bb},aa{cc}"),
        (b"id", b",", b"|", b"{", b"}", b"aa", b"bb", b"aa{bb}", b"a{a{a{a{", b"}}}}"),
    ),
    Target(
        "parameters",
        run_parameters,
        (
            b"type=A&q=a%3E1&limit=5",
            b"attrs=a,b&options=keyValues&count=true",
            b"id=urn:x:1&idPattern=.*",
            b"type=A&orderBy=a&format=concise&lang=ko",
            b"type=A&join=inline&joinLevel=2&pick=a",
        ),
        (
            b"type=",
            b"&",
            b"q=",
            b"limit=",
            b"offset=",
            b"attrs=",
            b"options=",
            b"%",
            b"=",
            b",",
            b"lang=",
            b"pick=",
            b"omit=",
            b"idPattern=",
            b"georel=",
            b"count=true",
            b"expandValues=",
            b"%C2%B2",
            b"limit=",
        ),
    ),
    Target(
        "geo",
        run_geo,
        (
            b"georel=near;maxDistance==1000&geometry=Point&coordinates=[128.6,35.87]",
            b"georel=within&geometry=Polygon&coordinates=[[[128,35],[129,35],[129,36],[128,35]]]",
            b"georel=near;minDistance==10&geometry=Point&coordinates=[0,0]",
            b"georel=near;maxDistance==2000&geometry=Point&coordinates=[128.61,35.88]",
            b"georel=near;maxDistance==9000000&geometry=Point&coordinates=[100,10]",
        ),
        (
            b"georel=",
            b"near;maxDistance==",
            b"near;minDistance==",
            b"within",
            b"intersects",
            b"disjoint",
            b"equals",
            b"contains",
            b"overlaps",
            b"&geometry=",
            b"Point",
            b"Polygon",
            b"LineString",
            b"&coordinates=",
            b"[",
            b"]",
            b",",
            b"128",
            b"35",
            b"1e999",
            b"-180",
            b"&geoproperty=",
        ),
    ),
    Target(
        "temporal",
        run_temporal,
        (
            b"timerel=between&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-02-01T00:00:00Z",
            b"timerel=after&timeAt=2026-01-01T00:00:00Z&lastN=3&attrs=a",
            b"aggrMethods=avg,max&aggrPeriodDuration=PT1H&options=aggregatedValues",
            b"timerel=before&timeAt=2026-01-01T00:00:00Z",
        ),
        (
            b"timerel=",
            b"between",
            b"after",
            b"before",
            b"&timeAt=",
            b"&endTimeAt=",
            b"2026-01-01T00:00:00Z",
            b"&lastN=",
            b"&timeproperty=",
            b"observedAt",
            b"&options=",
            b"aggregatedValues",
            b"PT1H",
            b"P1D",
        ),
    ),
    Target(
        "period",
        run_period,
        (b"PT1H", b"P1D", b"P1M", b"P1Y2M", b"PT0.5S", b"P1W", b"PT1M30S"),
        (
            b"P",
            b"T",
            b"0",
            b"1",
            b"9",
            b"Y",
            b"M",
            b"W",
            b"D",
            b"H",
            b"S",
            b".",
            b"PT0S",
            b"99999999",
        ),
    ),
)
