"""Blank files of a register: a header, what each column means, lists of the allowed codes."""

import io
from typing import TYPE_CHECKING, Any

from dalgu.governance.errors import ReportFormUnknown
from dalgu.governance.exporting import LONGEST_SHEET_NAME, csv_of, header
from dalgu.governance.register import Column, Register
from dalgu.kernel.text import Text
from dalgu.kernel.units import UNITS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]  # it has no stubs

FORMS = ("xlsx", "csv")
VALIDATED_ROWS = 5_000
NOTES_SHEET = "설명 Notes"
WIDEST, NARROWEST = 60, 14
LIST_BYTES = 255  # a longer list of codes cannot stand in a cell's rule itself
KINDS: dict[str, Text] = {
    "text": Text("글자", "text"),
    "label": Text("한국어 이름", "name in Korean"),
    "label_en": Text("영어 이름(없으면 한국어 이름)", "name in English, if there is one"),
    "int": Text("정수", "whole number"),
    "number": Text("숫자", "number"),
    "won": Text("금액, 원", "amount in won"),
    "date": Text("날짜, 2026-03-01", "date, as 2026-03-01"),
    "month": Text("월, 2026-03", "month, as 2026-03"),
    "instant": Text("일시, 2026-03-01 14:30", "date and time, as 2026-03-01 14:30"),
    "flag": Text("예/아니오", "yes or no: 예/아니오, Y/N"),
    "code": Text("아래 값 가운데 하나", "one of the listed values"),
    "link": Text("다른 대장의 번호", "key of an entry in another register"),
    "person": Text("사람을 가리키는 번호(가명으로만 저장)", "person; stored as a pseudonym only"),
    "share": Text("비율, 0~1 또는 %", "share, 0 to 1 or with %"),
    "percent": Text("백분율, %", "per cent"),
}
_NOTES = (
    Text("열", "Column"),
    Text("필수", "Required"),
    Text("형식", "Form"),
    Text("단위", "Unit"),
    Text("뜻", "Meaning"),
    Text("허용값", "Allowed"),
    Text("보기", "Example"),
    Text("다른 이름도 읽습니다", "Also read as"),
)


def template(register: Register, form: str = "xlsx") -> bytes:
    """Return a blank file of a register; raise `ReportFormUnknown`."""
    if form == "csv":
        return csv_of(register, [])
    if form != "xlsx":
        raise ReportFormUnknown(form, FORMS)
    import openpyxl  # type: ignore[import-untyped]  # it has no stubs

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = register.title.ko[:LONGEST_SHEET_NAME]
    _fill_header(sheet, register)
    _add_rules(sheet, register)
    _fill_notes(book.create_sheet(NOTES_SHEET), register)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def allowed(column: Column) -> str:
    """Return the values that a column takes, in words for people."""
    if column.codes:
        return ", ".join(f"{words[0]} ({code})" for code, words in column.codes.items())
    if column.kind == "flag":
        return "예, 아니오"
    low = "" if column.min is None else f"{column.min:g} ≤"
    high = "" if column.max is None else f"≤ {column.max:g}"
    return f"{low} {high}".strip()


def meaning(register: Register, column: Column) -> Text:
    """Return what the attribute of a column means."""
    attribute = register.attribute_of(column)
    if attribute is None:
        return Text("항목을 가리키는 번호", "The key that names the entry")
    return attribute.meaning


def unit_of(register: Register, column: Column) -> str:
    """Return the sign of a column's unit, empty where there is none."""
    attribute = register.attribute_of(column)
    if attribute is None or attribute.unit is None:
        return ""
    return UNITS[attribute.unit].symbol


def _fill_header(sheet: Any, register: Register) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]  # it has no stubs

    for place, column in enumerate(register.columns, 1):
        cell = sheet.cell(1, place, header(column))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if column.required:
            cell.fill = PatternFill("solid", fgColor="FFF2CC")
        letter = sheet.cell(1, place).column_letter
        sheet.column_dimensions[letter].width = max(NARROWEST, len(header(column)))
        if column.kind in ("text", "person", "link"):
            # Else a spreadsheet turns 2026-011 into a date and 0001 into 1.
            for row in range(2, 202):
                sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"


def _add_rules(sheet: Any, register: Register) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]  # it has no stubs

    for place, column in enumerate(register.columns, 1):
        words = [words[0] for words in column.codes.values()]
        words = ["예", "아니오"] if column.kind == "flag" else words
        joined = ",".join(words)
        if not words or any("," in word for word in words) or len(joined) > LIST_BYTES:
            continue
        rule = DataValidation("list", formula1=f'"{joined}"', allow_blank=not column.required)
        rule.error, rule.errorTitle = joined, column.ko[:30]
        letter = sheet.cell(1, place).column_letter
        rule.add(f"{letter}2:{letter}{VALIDATED_ROWS}")
        sheet.add_data_validation(rule)


def _fill_notes(sheet: "Worksheet", register: Register) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.append([f"{register.title.ko} / {register.title.en}"])
    sheet.append([f"출처 / Source: {register.source.ko} / {register.source.en}"])
    sheet.append([f"갱신 주기(일) / Renewed every (days): {register.renewed_days}"])
    sheet.append([f"지표 / Indicators: {', '.join(register.indicators)}"])
    sheet.append([])
    sheet.append([f"{one.ko} / {one.en}" for one in _NOTES])
    for cell in sheet[6]:
        cell.font = Font(bold=True)
    for column in register.columns:
        sheet.append(_note(register, column))
    for letter, width in zip("ABCDEFGH", (30, 10, 34, 8, 60, 50, 20, 34), strict=True):
        sheet.column_dimensions[letter].width = min(width, WIDEST)
    for row in sheet.iter_rows(min_row=6):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _note(register: Register, column: Column) -> list[str]:
    kind, said = KINDS[column.kind], meaning(register, column)
    return [
        header(column),
        "필수 / yes" if column.required else "",
        f"{kind.ko} / {kind.en}",
        unit_of(register, column),
        f"{said.ko} / {said.en}",
        allowed(column),
        column.example,
        ", ".join(column.also),
    ]
