"""The entries of a register as a file in its own columns: what is exported can be imported."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from dalgu.governance.errors import ReportFormUnknown
from dalgu.governance.register import Column, Register
from dalgu.governance.report import inert
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.kernel.ids import entity_id

FORMS = ("csv", "xlsx", "json")
LONGEST_SHEET_NAME = 31


async def export_register(hub: Hub, register: Register, form: str) -> bytes:
    """Return a register as CSV, XLSX or a JSON array; persons stay pseudonyms."""
    rows = [row async for row in exported_rows(hub, register)]
    if form == "csv":
        return csv_of(register, rows)
    if form == "xlsx":
        return _xlsx_of(register, rows)
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(rows), indent=2) + b"\n"
    raise ReportFormUnknown(form, FORMS)


async def exported_rows(hub: Hub, register: Register) -> AsyncIterator[dict[str, JSON]]:
    """Yield the entries of a register as rows, column names to values."""
    async for document in hub.every(register.entity.type):
        key = register.key_of(document["id"])
        if key:
            yield {
                column.name: _cell(register, column, document, key) for column in register.columns
            }


def header(column: Column) -> str:
    """Return the header of a column in both languages, as an import takes it."""
    return f"{column.ko} / {column.en}"


def csv_of(register: Register, rows: list[dict[str, JSON]]) -> bytes:
    """Return rows as a CSV that a Korean spreadsheet opens: UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([header(column) for column in register.columns])
    for row in rows:
        writer.writerow([_plain(row.get(column.name)) for column in register.columns])
    return text.getvalue().encode("utf-8-sig")


def _xlsx_of(register: Register, rows: list[dict[str, JSON]]) -> bytes:
    import openpyxl  # type: ignore[import-untyped]  # it has no stubs

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(register.title.ko[:LONGEST_SHEET_NAME])
    sheet.append([header(column) for column in register.columns])
    for row in rows:
        sheet.append([_plain(row.get(column.name)) for column in register.columns])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _cell(register: Register, column: Column, document: Document, key: dict[str, str]) -> JSON:
    instance: Any = document.get(column.attribute)
    if not isinstance(instance, dict):
        return key.get(column.name)
    if column.kind in ("label", "label_en"):
        words = instance.get("languageMap", {})
        return words.get("en" if column.kind == "label_en" else "ko")
    if column.link:
        return str(instance.get("object", "")).removeprefix(entity_id(column.link, ""))
    return instance.get("value")


def _plain(cell: JSON) -> JSON:
    if isinstance(cell, bool):
        return "Y" if cell else "N"
    return inert(cell) if isinstance(cell, str) else cell
