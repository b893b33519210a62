"""The result as an XLSX workbook: summary, indicators, variables, questions, evidence.

Numbers are numbers and dates are dates, so that the sheets can be sorted and calculated with; a
value that does not exist is an empty cell, never a zero.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dalgu.certification.export.dossier import Dossier, Entry
from dalgu.certification.framework.model import Indicator
from dalgu.certification.plausibility import Outcome
from dalgu.kernel.text import Language, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

Cell = str | float | int | None
Row = Sequence[Any]

MARKS = {
    "official": Text("공식", "official"),
    "attested": Text("공개 자료로 확인", "attested"),
    "reconstructed": Text("재구성", "reconstructed"),
}
KINDS = {"quantitative": Text("정량", "quantitative"), "qualitative": Text("정성", "qualitative")}
STATUSES = {
    "measured": Text("측정", "measured"),
    "estimated": Text("추정", "estimated"),
    "proxy": Text("대리값", "proxy"),
    "not available": Text("값 없음", "not available"),
    "not applicable": Text("해당 없음", "not applicable"),
}
NO_VALUE = STATUSES["not available"]
REVIEWED = Text("심사", "reviewed")
AWAITING = Text("심사 대기", "awaiting review")

SUMMARY = Text("요약", "Summary")
INDICATORS = Text("지표", "Indicators")
VARIABLES = Text("변수", "Variables")
EVIDENCE = Text("증빙 목록", "Evidence")
QUESTIONS = Text("검증 질문", "Questions")
OUTCOMES = {
    Outcome.VIOLATED: Text("확인 필요", "to be answered"),
    Outcome.UNCHECKED: Text("검사 불가", "could not be checked"),
}
SEVERITIES = {"error": Text("오류", "error"), "warning": Text("주의", "warning")}

# Each sheet's headers, and the width of the column in characters.
INDICATOR_HEADERS = (
    (Text("지표코드", "Code"), 18),
    (Text("지표명", "Indicator"), 40),
    (Text("구분", "Kind"), 12),
    (Text("평가항목", "Item"), 28),
    (Text("값", "Value"), 14),
    (Text("단위", "Unit"), 18),
    (Text("분자", "Numerator"), 16),
    (Text("분모", "Denominator"), 16),
    (Text("득점", "Points"), 10),
    (Text("배점", "Maximum"), 10),
    (Text("상태", "Status"), 16),
    (Text("기록 비율", "Coverage"), 10),
    (Text("기간 시작", "From"), 22),
    (Text("기간 끝", "To"), 22),
    (Text("출처 구분", "Mark"), 16),
    (Text("재구성한 부분", "Reconstructed parts"), 28),
    (Text("설명", "Remark"), 40),
    (Text("근거 자료 해시", "Evidence digest"), 24),
)
VARIABLE_HEADERS = (
    (Text("지표코드", "Code"), 18),
    (Text("변수", "Variable"), 22),
    (Text("이름", "Name"), 40),
    (Text("값", "Value"), 16),
    (Text("단위", "Unit"), 18),
    (Text("행 수", "Rows"), 10),
    (Text("행 해시", "SHA-256 of the rows"), 24),
    (Text("질의", "Query"), 80),
)
EVIDENCE_HEADERS = (
    (Text("제목", "Title"), 44),
    (Text("지표코드", "Indicators"), 24),
    (Text("쪽", "Pages"), 14),
    (Text("발급 기관", "Issuer"), 24),
    (Text("일자", "Date"), 14),
    (Text("종류", "Kind"), 16),
    (Text("파일 해시", "SHA-256"), 68),
)
QUESTION_HEADERS = (
    (Text("지표코드", "Code"), 18),
    (Text("질문", "Question"), 70),
    (Text("판정", "Outcome"), 18),
    (Text("정도", "Severity"), 10),
    (Text("규칙", "Rule"), 44),
    (Text("견준 값", "Numbers"), 44),
)
SUMMARY_HEADERS = (
    (Text("항목", "Part"), 34),
    (Text("이름", "Name"), 44),
    (Text("득점", "Points"), 14),
    (Text("배점", "Maximum"), 14),
    (Text("득점률", "Share"), 12),
)


def workbook(dossier: Dossier, language: Language) -> bytes:
    """Return the workbook of a dossier in one language."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types

    book = Workbook()
    book.remove(book.active)
    sheets = (
        (SUMMARY, SUMMARY_HEADERS, _summary(dossier, language)),
        (INDICATORS, INDICATOR_HEADERS, _indicators(dossier, language)),
        (VARIABLES, VARIABLE_HEADERS, _variables(dossier, language)),
        (QUESTIONS, QUESTION_HEADERS, _questions(dossier, language)),
        (EVIDENCE, EVIDENCE_HEADERS, _evidence(dossier)),
    )
    for title, headers, rows in sheets:
        _fill(book.create_sheet(title.say(language)), headers, rows, language)
    # A workbook of the same dossier is the same: it is dated by what it tells of.
    book.properties.created = book.properties.modified = dossier.reference.replace(tzinfo=None)
    book.properties.creator = "Dalgu"
    book.properties.title = dossier.framework.title.say(language)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _fill(
    sheet: "Worksheet",
    headers: Sequence[tuple[Text, int]],
    rows: Iterable[Row],
    language: Language,
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    sheet.append([header.say(language) for header, _ in headers])
    for place, (_, width) in enumerate(headers, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
        cell = sheet.cell(1, place)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            _put(sheet, number, place, value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(sheet: "Worksheet", number: int, place: int, value: Any) -> None:
    cell = sheet.cell(number, place)
    if isinstance(value, str):
        cell.value = _printable(value)
        cell.data_type = "s"  # a text that begins with = is no formula
    elif value is not None:
        cell.value = value


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)[:32_767]


def _summary(dossier: Dossier, language: Language) -> Iterator[Row]:
    framework = dossier.framework
    facts = (
        (Text("도시", "City"), dossier.city_name.say(language)),
        (Text("인증 체계", "Framework"), framework.title.say(language)),
        (Text("체계 판", "Version"), framework.name),
        (Text("내용 해시", "Content hash"), dossier.content_hash),
        (
            Text("체계의 출처 구분", "Mark of the framework"),
            _mark(framework.official_status, language),
        ),
        (Text("알림", "Notice"), framework.notice.say(language)),
        (Text("기준일", "Reference date"), dossier.reference.date()),
        (Text("등급", "Grade"), dossier.grade.say(language) or None),
    )
    for name, value in facts:
        yield (name.say(language), value)
    for total in dossier.totals:
        yield (
            total.code,
            total.name.say(language),
            total.points,
            total.most,
            total.share,
        )


def _indicators(dossier: Dossier, language: Language) -> Iterator[Row]:
    items = {item.code: item.name for area in dossier.framework.areas for item in area.items}
    for entry in dossier.entries:
        indicator, measured = entry.indicator, entry.measurement
        yield (
            indicator.code,
            indicator.name.say(language),
            KINDS[indicator.kind].say(language),
            items[indicator.item].say(language),
            entry.value,
            indicator.unit.say(language),
            measured.numerator if measured else None,
            measured.denominator if measured else None,
            entry.points,
            entry.most or None,
            _status(entry).say(language),
            measured.coverage if measured else None,
            measured.since if measured else None,
            measured.until if measured else None,
            _mark(indicator.official_status, language),
            ", ".join(_reconstructed(indicator)),
            entry.why.say(language),
            measured.snapshot if measured else None,
        )


def _variables(dossier: Dossier, language: Language) -> Iterator[Row]:
    for entry in dossier.entries:
        for one in entry.variables:
            yield (
                entry.indicator.code,
                one.name,
                one.text.say(language),
                one.value,
                one.unit,
                one.row_count,
                one.rows_sha256,
                "\n".join(one.queries),
            )


def _questions(dossier: Dossier, language: Language) -> Iterator[Row]:
    for one in dossier.questions:
        yield (
            one.indicator,
            one.question.say(language),
            OUTCOMES[one.outcome].say(language),
            SEVERITIES[one.severity].say(language),
            one.check,
            ", ".join(f"{name} = {_told(number)}" for name, number in one.numbers.items()),
        )


def _told(number: float | None) -> str:
    return "?" if number is None else f"{number:g}"


def _evidence(dossier: Dossier) -> Iterator[Row]:
    for file in dossier.files:
        yield (
            file.title,
            ", ".join(file.indicators),
            file.pages,
            file.issuer,
            file.dated,
            file.kind,
            file.sha256,
        )


def _status(entry: Entry) -> Text:
    if entry.measurement is not None:
        return STATUSES[entry.measurement.status]
    if entry.indicator.kind == "qualitative":
        return AWAITING if entry.level is None else REVIEWED
    return NO_VALUE


def _reconstructed(indicator: Indicator) -> list[str]:
    return indicator.reconstructed if indicator.official_status == "official" else []


def _mark(status: str, language: Language) -> str:
    return MARKS[status].say(language)
