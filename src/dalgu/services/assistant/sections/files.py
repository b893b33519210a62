"""Documents as files: TOML as the handbook that ships, or a CSV that a department exports.

TOML: `department`, `phone`, `valid_from` and `valid_to` of the whole document, then `[[sections]]`
with `id`, `title`, `text`, `keywords`, `service_code`, and dates of their own. CSV: one section a
row; its columns are `COLUMNS`, keywords apart by semicolons.
"""

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dalgu.kernel.text import Text
from dalgu.services.assistant.sections.refusals import DocumentUnreadable, SectionIncomplete
from dalgu.services.assistant.sections.section import Section

HANDBOOK = Path(__file__).parent.parent / "handbook"
COLUMNS = (
    *("id", "department_ko", "department_en", "phone", "title_ko", "title_en", "text_ko"),
    *("text_en", "keywords", "valid_from", "valid_to", "service_code"),
)
LONGEST = {"id": 60, "title": 120, "text": 4_000, "department": 80, "phone": 40}
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")


def handbook() -> list[Section]:
    """Return the sections of the handbook that ships."""
    files = sorted(HANDBOOK.glob("*.toml"))
    return [one for file in files for one in of_toml(file.stem, file.read_text("utf-8"))]


def of_file(name: str, content: bytes) -> list[Section]:
    """Return the sections of a file by its ending; raise `DocumentUnreadable`."""
    stem, _, ending = name.rpartition(".")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentUnreadable(name, "it is not in UTF-8") from None
    if ending == "csv":
        return of_csv(stem, text)
    if ending == "toml":
        return of_toml(stem, text)
    raise DocumentUnreadable(name, "its name must end in .toml or .csv")


def of_toml(document: str, text: str) -> list[Section]:
    """Return the sections of a document in TOML."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise DocumentUnreadable(document, str(wrong)) from None
    whole = {key: value for key, value in read.items() if key != "sections"}
    sections = read.get("sections", [])
    if not isinstance(sections, list) or not all(isinstance(one, dict) for one in sections):
        raise DocumentUnreadable(document, "its sections must be tables [[sections]]")
    return [section_of({"document": document, **whole, **one}) for one in sections]


def of_csv(document: str, text: str) -> list[Section]:
    """Return the sections of a document in CSV."""
    rows = csv.DictReader(io.StringIO(text))
    lacking = sorted({"id", "title_ko", "text_ko"} - set(rows.fieldnames or ()))
    if lacking:
        raise DocumentUnreadable(document, f"columns {', '.join(lacking)} are required")
    return [section_of({"document": document, **_nested(row)}) for row in rows]


def section_of(found: Mapping[str, Any]) -> Section:
    """Return a section of what a file or a form tells; raise `SectionIncomplete`."""
    name = str(found.get("id", "")).strip()
    if not _ID.fullmatch(name):
        raise SectionIncomplete(name, "id")
    title, text = _both(found.get("title")), _both(found.get("text"))
    department = _both(found.get("department"))
    told = {"title": title.ko, "text": text.ko, "department": department.ko,
            "phone": str(found.get("phone", "")).strip()}  # fmt: skip
    for part, value in told.items():
        if not value or len(value) > LONGEST[part]:
            raise SectionIncomplete(name, part)
    first, last = (_day(name, found, part) for part in ("valid_from", "valid_to"))
    if first is not None and last is not None and last < first:
        raise SectionIncomplete(name, "valid_to")
    return Section(
        id=name,
        document=str(found.get("document", "")) or name,
        department=department,
        phone=told["phone"],
        title=title,
        text=text,
        keywords=tuple(str(one).strip() for one in found.get("keywords", ()) if str(one).strip()),
        valid_from=first,
        valid_to=last,
        service_code=str(found.get("service_code", "")).strip(),
    )


def _nested(row: Mapping[str, str]) -> dict[str, Any]:
    plain = {key: (row.get(key) or "").strip() for key in COLUMNS}
    texts = ("department", "title", "text")
    return plain | {
        "keywords": plain["keywords"].split(";"),
        **{one: {"ko": plain[f"{one}_ko"], "en": plain[f"{one}_en"]} for one in texts},
    }


def _both(value: object) -> Text:
    told = value if isinstance(value, Mapping) else {"ko": value or ""}
    return Text(str(told.get("ko", "")).strip(), str(told.get("en", "")).strip())


def _day(name: str, found: Mapping[str, Any], part: str) -> date | None:
    value = found.get(part) or None
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise SectionIncomplete(name, part) from None
