"""What commands print of an assessment and of a check: lines for people, JSON for programs."""

import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from dalgu.certification.certification import Assessment
from dalgu.certification.measurement import Status
from dalgu.certification.measuring.dryrun import Check
from dalgu.certification.scorecard import Standing
from dalgu.certification.scoring.sheet import State
from dalgu.kernel.text import Language, Text

NAME_WIDTH = 34  # columns; a Korean sign takes two
WORDS = {
    "code": Text("지표", "code"),
    "name": Text("이름", "name"),
    "value": Text("값", "value"),
    "parts": Text("분자/분모", "num./den."),
    "period": Text("기간", "period"),
    "coverage": Text("보유", "held"),
    "status": Text("상태", "status"),
    "points": Text("점수", "points"),
    "official": Text("근거", "standing"),
    "level": Text("자체 {n}단계", "own level {n}"),
    "no_level": Text("자체평가 없음", "no own level"),
    "awaiting": Text("평가 대기", "awaiting review"),
    "total": Text(
        "합계 {points:,.2f} / {most:,.0f}점, {grade}등급 수준 (인증서가 아님)",
        "total {points:,.2f} of {most:,.0f} points, as of grade {grade} (no certificate)",
    ),
    "coverage_line": Text(
        "정량지표 {all}개 중 {measured}개 측정, 정성지표 {waiting}개 평가 대기",
        "{measured} of {all} measured, {waiting} awaiting review",
    ),
    "none": Text("오류 없음", "no findings"),
    "lacking": Text(
        "자료가 없어 산출할 수 없는 지표 {n}개: {codes}",
        "{n} indicators cannot be measured for want of entities: {codes}",
    ),
}
STATUS = {
    Status.MEASURED: Text("측정", "measured"),
    Status.ESTIMATED: Text("추정", "estimated"),
    Status.PROXY: Text("대리값", "proxy"),
    Status.NOT_AVAILABLE: Text("값 없음", "not available"),
    Status.NOT_APPLICABLE: Text("해당 없음", "not applicable"),
}
OFFICIAL = {
    "official": Text("공식", "official"),
    "attested": Text("확인됨", "attested"),
    "reconstructed": Text("재구성", "reconstructed"),
}


def scorecard_lines(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield an assessment as a table with its total, and the reasons of what has no value."""
    card = assessment.scorecard
    yield f"{card.framework.title.say(language)} · {assessment.reference.isoformat()}"
    heads = ("code", "name", "value", "parts", "period", "coverage", "status", "points", "official")
    rows = [tuple(WORDS[head].say(language) for head in heads)]
    rows += [_row(one, language) for one in card.standings]
    yield from aligned(rows)
    sheet = card.sheet
    if sheet is not None:
        yield (
            WORDS["total"]
            .say(language)
            .format(points=sheet.total, most=sheet.total_max, grade=sheet.grade.grade)
        )
        waiting = sum(line.state is State.AWAITING_REVIEW for line in sheet.lines)
        yield (
            WORDS["coverage_line"]
            .say(language)
            .format(all=sheet.quantitative_count, measured=sheet.measured_count, waiting=waiting)
        )
    yield card.framework.notice.say(language)
    for code, one in assessment.measured.items():
        if one.snapshot.reason is not None:
            yield f"  {code}  {one.snapshot.reason.say(language)}"


def _row(one: Standing, language: Language) -> tuple[str, ...]:
    indicator, told = one.indicator, one.measured
    mark = OFFICIAL[indicator.official_status].say(language)
    head = (indicator.code, shortened(indicator.name.say(language), NAME_WIDTH))
    points = f"{one.points:.2f}/{one.max_points:g}" if one.line is not None else ""
    if indicator.kind == "qualitative":
        own = None if one.maturity is None else one.maturity.self_level
        level = WORDS["no_level" if own is None else "level"].say(language).format(n=own)
        status = WORDS["awaiting"].say(language) if not points or one.points == 0 else ""
        return (*head, level, "", "", "", status, points, mark)
    if told is None:
        return (*head, "-", "", "", "", "", points, mark)
    value = "-" if told.value is None else f"{told.value:,.2f} {indicator.unit.say(language)}"
    parts = "/".join(f"{n:,.6g}" for n in (told.numerator, told.denominator) if n is not None)
    period = f"{told.since[:10]}~{told.until[:10]}" if told.since else ""
    status = STATUS[told.status].say(language)
    return (*head, value, parts, period, f"{told.coverage:.0%}", status, points, mark)


def scorecard_json(assessments: Sequence[Assessment]) -> str:
    """Return assessments as JSON: measurements, maturities and the score sheet of each."""
    told = [
        {
            "framework": one.framework.name,
            "official_status": one.framework.official_status,
            "city_type": one.city_type,
            "reference": one.reference,
            "measurements": one.measurements,
            "maturities": one.maturities,
            "reasons": {
                code: each.snapshot.reason
                for code, each in one.measured.items()
                if each.snapshot.reason is not None
            },
            "sheet": one.sheet,
        }
        for one in assessments
    ]
    return msgspec.json.format(msgspec.json.encode(told)).decode()


def check_lines(check: Check, language: Language) -> Iterator[str]:
    """Yield what a check found as a table, and the indicators that cannot be measured."""
    yield check.framework
    rows = [
        (
            one.severity.value,
            one.indicator,
            one.field,
            one.kind.value,
            shortened(one.subject, 48),
            one.reason.say(language),
        )
        for one in check.findings
    ]
    yield from aligned(rows) if rows else [WORDS["none"].say(language)]
    if check.not_available:
        yield (
            WORDS["lacking"]
            .say(language)
            .format(n=len(check.not_available), codes=", ".join(check.not_available))
        )


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows with their columns one below the other."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal.

    >>> width("지표 42")
    7
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def shortened(text: str, most: int) -> str:
    """Return a text that takes some columns at most.

    >>> shortened("스마트도시", 7)
    '스마트…'
    """
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return text + "…"
