"""What the certification and the registers read of others, as targets."""

import json
import re
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from tests.fuzz.watching import Target, must

from dalgu.certification.certificate.facts import CertificateFacts, ObjectType
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.issuer import Issuer
from dalgu.certification.certificate.signing import sign_pdf
from dalgu.certification.certificate.status import (
    Status,
    StatusEntry,
    read_status,
    status_list,
)
from dalgu.certification.certificate.trust import read_trust, trust_file
from dalgu.certification.certificate.verification import PAYLOAD, verify
from dalgu.certification.errors import FormulaUndefined, FrameworkInvalid
from dalgu.certification.formula.operand import Operand
from dalgu.certification.formula.parsing import LONGEST, Formula, parse
from dalgu.certification.framework import loading, table
from dalgu.certification.office.submission import read_submission
from dalgu.certification.planning.costs import read_costs
from dalgu.certification.process.codec import command_of
from dalgu.certification.process.intake import check
from dalgu.governance.headers import Matcher
from dalgu.governance.mapping import NO_MAPPING, parse_mapping
from dalgu.governance.pseudonyms import Pseudonyms
from dalgu.governance.register import register
from dalgu.governance.rows import Translator, sort_rows
from dalgu.governance.sheets import read_table
from dalgu.hub.document import parse_entity
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.text import Text

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)
VALUES = (0.0, 1.0, -2.5, 1e308, 3.0)
PLAIN = re.compile(r"(?:min\(|max\(|[abc0-9.+*/(), -])+", re.ASCII)
MODEL = Path(__file__).parent.parent / "certification" / "framework" / "data" / "operating-model"


# -- formulas -----------------------------------------------------------------------------------


def run_formula(data: bytes) -> None:
    """A formula over columns says in each row what it says of that row's numbers."""
    text = data.decode("utf-8", "replace")
    formula = parse(text)
    names = sorted(formula.variables)
    rows = [
        {name: VALUES[(at + 2 * place) % len(VALUES)] for place, name in enumerate(names)}
        for at in range(len(VALUES))
    ]
    columns = {name: Operand(number=np.array([row[name] for row in rows])) for name in names}
    found = formula.over(columns)
    for at, row in enumerate(rows):
        if formula.is_condition:
            _holds_alike(formula, row, found, at)
        else:
            _gives_alike(formula, row, found, at)
    if len(text) + 2 <= LONGEST:
        must(parse(f"({text})").tree == formula.tree, f"{text!r} in parentheses is another")


def _gives_alike(formula: Formula, row: dict[str, float], found: Operand, at: int) -> None:
    in_column = float(np.broadcast_to(found.numbers(), len(VALUES))[at])
    try:
        alone = formula.value(row)
    except FormulaUndefined:
        must(not np.isfinite(in_column), f"{formula.text!r} of {row} is {in_column} in a column")
        return
    must(alone == in_column, f"{formula.text!r} of {row} is {alone}, and {in_column} in a column")
    if PLAIN.fullmatch(formula.text) and "//" not in formula.text and "**" not in formula.text:
        _as_python(formula, row, alone)


def _as_python(formula: Formula, row: dict[str, float], alone: float) -> None:
    """Hold plain arithmetic to Python's own."""
    numbers = re.sub(r"(?<![\d.])\d+(?![\d.])", lambda one: f"{one[0]}.0", formula.text)
    try:
        wanted = eval(numbers, {"__builtins__": {"min": min, "max": max}}, dict(row))
    except (SyntaxError, ArithmeticError):
        return
    must(alone == wanted, f"{formula.text!r} of {row} is {alone}, and {wanted} in Python")


def _holds_alike(formula: Formula, row: dict[str, float], found: Operand, at: int) -> None:
    alone = formula.holds(dict(row), {})
    if alone is None:  # it divides by zero, or asks another indicator
        return
    in_column = bool(np.broadcast_to(found.truth(), len(VALUES))[at])
    must(
        alone == in_column, f"{formula.text!r} of {row} holds {alone}, and {in_column} in a column"
    )


# -- frameworks and tables ----------------------------------------------------------------------


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def run_framework(data: bytes) -> None:
    """The bytes are an item's file: it loads and comes back, or file, line and field are named."""
    for name in ("framework.toml", "data.toml"):
        (folder() / name).write_bytes((MODEL / name).read_bytes())
    (folder() / "leadership.toml").write_bytes(data)
    try:
        read = loading.read(folder())
    except FrameworkInvalid as refused:
        parts, lines = refused.parts, data.decode("utf-8", "replace").split("\n")
        must(str(parts["file"]).endswith(".toml"), f"{refused} names no file")
        is_there = 1 <= int(str(parts["line"])) <= len(lines) + 1
        must(is_there or parts["file"] != "leadership.toml", f"{refused} names no line of it")
        return
    must(loading.thaw(loading.frozen(read)) == read, "it does not come back from its frozen bytes")


def run_table(data: bytes) -> None:
    """The first byte picks an encoding; then the bytes of an official table."""
    encoding = ("", "utf-8", "cp949", "utf-16")[data[0] % 4] if data else ""
    file = folder() / "table"
    file.write_bytes(data[1:])
    for row in table.read_table(file, table.Mapping(encoding=encoding)):
        must(row.number > 0 and all(row.cells.values()), f"{row} of nothing")


def run_table_mapping(data: bytes) -> None:
    file = folder() / "mapping.toml"
    file.write_bytes(data)
    must(table.read_mapping(file).header_row > 0, "its header is above the table")


# -- registers ----------------------------------------------------------------------------------


def run_register(data: bytes) -> None:
    """The first byte picks register and form; each row is stored, repeated or rejected."""
    at = data[0] if data else 0
    asked = register(("ordinances", "staff", "departments", "ordinances")[at % 4])
    form = ("csv", "json", "xlsx")[at // 8 % 3]
    read = read_table(f"a.{form}", data[1:], Matcher(asked, NO_MAPPING))
    translator = Translator(
        asked, Pseudonyms(lambda name: sha256(name.encode()).hexdigest()), read.matched.places,
        now=NOW, constants={}, known={}, origin="register",
    )  # fmt: skip
    found = sort_rows(read, translator, asked)
    rejected = {one.row for one in found.rejections}
    told = len(found.entries) + found.repeated + len(rejected)
    must(told == len(read.rows), f"{told} of {len(read.rows)} rows are told of")
    for entry in found.entries:
        parse_entity(entry.entity.to_document())


def run_register_mapping(data: bytes) -> None:
    parse_mapping(data.decode("utf-8", "replace"), register("ordinances"))


# -- certificates -------------------------------------------------------------------------------


@cache
def issuer() -> Issuer:
    clock = ManualClock(datetime(2026, 1, 2, tzinfo=UTC))
    return Installed(Path(tempfile.mkdtemp(prefix="fuzz-"))).create_issuer(Text("가", "A"), clock)


def facts() -> CertificateFacts:
    none = Text("가", "A")
    return CertificateFacts(
        number="2026-0001", title=none, city=none, object_type=ObjectType.CITY, programme=none,
        legal_effect=True, legal_basis=none, framework="kr-scc-2021", framework_title=none,
        framework_hash="f" * 64, official_status="reconstructed", grade=3, points=1_432.5,
        total_points=2_000, reference_on=date(2025, 12, 31), issued_on=date(2026, 3, 1),
        expires_on=date(2028, 2, 29), score_digest="5" * 64, verification_address="https://a/b",
    )  # fmt: skip


@cache
def certificate() -> bytes:
    from dalgu.certification.certificate.facts import canonical

    return sign_pdf(_pdf(), issuer(), date(2026, 3, 1), {PAYLOAD: canonical(facts())})


@cache
def _pdf() -> bytes:
    import io

    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    drawing = canvas.Canvas(out, invariant=True)
    drawing.drawString(50, 800, "certificate")
    drawing.save()
    return out.getvalue()


@cache
def listed() -> bytes:
    entries = {"2026-0001": StatusEntry(Status.VALID, since=date(2026, 3, 1))}
    return status_list(entries, issuer(), NOW, 3)


def run_certificate(data: bytes) -> None:
    """A verdict on any bytes; no other bytes than those that were signed hold."""
    trusted = [issuer().key]
    found = verify(data, trusted, [read_status(listed(), trusted)], TODAY)
    must(bool(found.sentences), "a verdict without words")
    must(found.verdict.holds == (data == certificate()), f"other bytes are {found.verdict}")


def run_status(data: bytes) -> None:
    read = read_status(data, [issuer().key])
    must(data == listed(), f"other bytes are read as list {read.sequence}")


def run_trust(data: bytes) -> None:
    key = read_trust(data)
    must(trust_file(key) == data.replace(b"\r\n", b"\n"), "it is written otherwise than read")


# -- what people hand in ------------------------------------------------------------------------


def run_command(data: bytes) -> None:
    """Two lines: a name and the parts; what is read is written and read again, the same."""
    name, _, body = data.partition(b"\n")
    text = name.decode("utf-8", "replace")
    command = command_of(text, body)
    must(command_of(text, msgspec.json.encode(command)) == command, f"{command} is another")


def run_costs(data: bytes) -> None:
    """The first byte picks the form."""
    read_costs(data[1:], ("c.toml", "c.json")[data[0] % 2] if data else "c.toml")


def run_submission(data: bytes) -> None:
    read = read_submission(data)
    must(read_submission(msgspec.json.encode(read)) == read, f"{read} is another")


def run_evidence(data: bytes) -> None:
    """The first byte picks a name; a file that is taken is told in whole."""
    name = ("a.pdf", "a.csv", "가.xlsx", "")[data[0] % 4] if data else "a.csv"
    found = check(name, data[1:])
    must(found.size_bytes == len(data) - 1, f"{found} of {len(data) - 1} bytes")
    must(found.pages is None or found.pages > 0, f"{found} without a page")


def _workbook(rows: list[list[Any]]) -> bytes:
    import io

    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


ORDINANCES = [
    ["조례 번호", "조례명", "주제", "시행일", "폐지일"],
    ["5021", "스마트도시 조례", "스마트도시 조성·운영", "2018-02-20", ""],
    ["5337", "데이터 조례", "데이터기반행정", "2021-07-12", "2022-01-01"],
]
OFFICIAL = [["지표코드", "평가항목", "지표명", "배점"], ["K1", "G1", "하나", "20"]]
ENTRIES = [dict(zip(ORDINANCES[0], row, strict=True)) for row in ORDINANCES[1:]]
SUBMISSION = {
    "format": "dalgu-submission-1", "framework": "kr-scc-2021", "framework_digest": "a" * 64,
    "city": "대구", "reference_on": "2025-12-31", "levels": {"K63-05": 3},
    "measurements": {"K63-01": {"status": "measured", "value": 1.5}},
}  # fmt: skip
COSTS = b"""budget = 1_000
excludes = [["K63-43", "K63-44"]]
[[improvements]]
indicator = "K63-43"
steps = [{ to = 40, cost = 120 }]
[floors]
INN = 0.4
"""
DEEP = (b"[" * 3_000, b'{"a":' * 3_000, b"{a = " * 3_000, b"9" * 5_000)
JSON_WORDS = (b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999", b'""', b'"\xff"', *DEEP)
TOML_WORDS = (b"=", b"[", b"]", b"[[", b"]]", b"\n", b"nan", b"inf", b"''", b"\xff", *DEEP)


def lines(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def commands() -> tuple[bytes, ...]:
    due = "2026-07-01"
    told = {
        "request_supplement": {"case": "r26-1", "items": ["가"], "due": due},
        "file_review": {"case": "r26-1", "lines": {"R1": {"is_accepted": True, "reason": "-",
                                                          "level": 3}}},
        "declare_score": {"case": "r26-1", "measurements": SUBMISSION["measurements"],
                          "levels": {"R1": 4}},
        "cast_vote": {"motion": "m", "vote": "for"},
        "plan_visit": {"case": "r26-1", "on": due, "commitment": "a" * 64, "pool": [],
                       "sample_size": 0, "checklist": ["Q1"]},
    }  # fmt: skip
    return tuple(f"{name}\n{json.dumps(parts)}".encode() for name, parts in told.items())


TARGETS = (
    Target("formula", run_formula,
           (b"100 * a / b", b"max(1, min(3, a)) - -(a / 2)", b"min(a, b, c, -5)",
            b"a + b * c - 1.5", b"not a == 1 or b", b"-" * 450 + b"a",
            b'a in [1, -2, "x"] and has(b)', b'indicator("K") >= a', b"a < reference", b"-a / -b"),
           (b"a", b"b", b"+", b"-", b"*", b"/", b"(", b")", b"min(", b"max(", b",", b"1", b"1e308",
            b"2.5", b" and ", b" or ", b" not ", b" in [", b"]", b"has(", b"==", b"<", b">=",
            b"true",
            b'"2026-01-01"', b"-" * 40, b"not " * 40, b"reference")),
    Target("framework", run_framework,
           ((MODEL / "leadership.toml").read_bytes(),
            (MODEL / "leadership.toml").read_bytes().replace(b"= 20", b"= nan")),
           (b"points = ", b"levels = ", b'formula = "1/0"\n', b"[[indicators]]\n", b"variables.x.",
            b'kind = "quantitative"\n', b"goalposts.any = ", b'item = "x"\n', *TOML_WORDS)),
    Target("table", run_table,
           (b"\0" + lines(OFFICIAL), b"\2" + lines(OFFICIAL).decode().encode("cp949"),
            b"\0" + _workbook(OFFICIAL)),
           (b",", b"\n", b'"', b"\0", b"PK\3\4", "배점".encode(), b"\xff\xfe")),
    Target("table-mapping", run_table_mapping,
           (b'header_row = 2\n[columns]\ncode = "a"\n[words]\nb = "c"\n',),
           (b"header_row = ", b"-1", b"0", b"sheet = ", b"encoding = ", *TOML_WORDS)),
    Target("register", run_register,
           (b"\0" + lines(ORDINANCES), b"\x08" + json.dumps(ENTRIES).encode(),
            b"\x10" + _workbook(ORDINANCES)),
           (b",", b"\n", b'"', b"\0", b"=1+1", b"2026-02-30", b"PK\3\4", b"\xff\xfe", *JSON_WORDS)),
    Target("register-mapping", run_register_mapping,
           (b'sheet = "a"\n[columns]\n"b" = "name"\n[constants]\ntopic = "dataAdministration"\n',),
           (b"[columns]", b"[constants]", b"name = ", *TOML_WORDS)),
    Target("certificate", run_certificate, (certificate(), b"%PDF-1.7 /ByteRange [0 1 2 3]<00>"),
           (b"%PDF-", b"/ByteRange [0 ", b"] ", b"<00>", b"/Contents <", b"%%EOF\n", b"A" * 2_000)),
    Target("status", run_status, (listed(),),
           (b'"entries":', b'"sequence":', b'"key_id":', b'"signature":', *JSON_WORDS)),
    Target("trust", run_trust, (trust_file(issuer().key),),
           (b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n", b"\r\n", b"A" * 64)),
    Target("command", run_command, commands(),
           (b'{"command":',
            b"cast_vote\n", b"plan_round\n", b"receive_file\n", b'"case":', b'"0001-01-01"',
            b'"9999-12-31"', *JSON_WORDS)),
    Target("costs", run_costs, (b"\0" + COSTS, b"\1" + json.dumps({"budget": 1}).encode()),
           (b"budget = ", b"[floors]\n", b"steps = ", b'"budget":', *TOML_WORDS, *JSON_WORDS)),
    Target("submission", run_submission, (json.dumps(SUBMISSION).encode(),),
           (b'"measurements":', b'"levels":', b'"status":', b'"reference_on":', *JSON_WORDS)),
    Target("evidence", run_evidence,
           (b"\0" + _pdf(), b"\1" + "가,나\n".encode(), b"\2" + _workbook(OFFICIAL)),
           (b"%PDF-", b"PK\3\4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"/Encrypt", b"/Kids",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
)  # fmt: skip
