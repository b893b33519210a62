"""The result paper: what the city got for every indicator, and why (guideline art. 10)."""

from typing import Any

from dalgu.certification.papers.document import (
    LINE,
    RIGHT_ALIGNED,
    Document,
    Story,
    fields,
    heading,
    heads_of,
    paragraph,
    space,
    table,
)
from dalgu.certification.papers.facts import (
    AreaResult,
    DecisionFacts,
    IndicatorResult,
    ItemResult,
    Member,
    ResultFacts,
    Vote,
)
from dalgu.certification.papers.sheet import GOLD, GREY, NAVY, RED
from dalgu.certification.papers.text import both, day, escaped, number, points
from dalgu.kernel.text import Text

TITLE = Text("평가결과서", "Result paper")
MARKS = {
    "official": Text("공식", "official"),
    "attested": Text("확인", "attested"),
    "reconstructed": Text("재구성", "reconstructed"),
}
INDICATOR_HEADS = (
    Text("코드", "Code"), Text("지표", "Indicator"), Text("값", "Value"),
    Text("분자 / 분모", "Numerator / denominator"), Text("점수 / 배점", "Points / full"),
    Text("상태", "Status"), Text("지표의 지위", "Standing"),
    Text("검토 중앙값", "Review median"), Text("증빙", "Evidence"),
)  # fmt: skip
AREA_HEADS = (
    Text("코드", "Code"), Text("영역과 항목", "Area and item"),
    Text("점수 / 배점", "Points / full"), Text("득점률", "Share of points"),
)  # fmt: skip
MEMBER_HEADS = (
    Text("위원", "Member"), Text("소속", "Affiliation"), Text("역할", "Role"),
    Text("참석", "Presence"),
)  # fmt: skip
VOTE_HEADS = (
    Text("안건", "Motion"), Text("일자", "Day"),
    Text("찬성 · 반대 · 기권", "For, against, abstained"),
    Text("의결 정족수", "Needed"), Text("결과", "Outcome"),
)  # fmt: skip
INDICATOR_SHARES = (46, 172, 74, 92, 70, 66, 62, 56, 124)
AREA_SHARES = (8, 46, 18, 28)


def result_paper(facts: ResultFacts) -> bytes:
    """Return the result paper in PDF; the same facts give the same bytes.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """

    def story(width: float) -> Story:
        return [
            *_summary(facts, width),
            *_areas(facts.areas, width),
            *_indicators(facts.areas, width),
            *_committee(facts, width),
            *_decision(facts.decision, width),
            _closing(facts),
        ]

    return Document(TITLE, facts.head, is_wide=True).build(story)


def _summary(facts: ResultFacts, width: float) -> Story:
    head = facts.head
    title = f'<b>{escaped(head.city.ko)}</b> <font color="{GREY}" size="12">{escaped(head.city.en)}'
    outcome = Text("인증 기준 충족", "certified") if facts.is_certified else (
        Text("인증 기준 미달", "not certified")
    )  # fmt: skip
    grade = "–" if facts.grade is None else f"{facts.grade}등급 · Grade {facts.grade}"
    if facts.grade_probability is not None:
        grade += f" ({facts.grade_probability:.0%})"
    rows = [
        (Text("점수", "Points"), f"<b>{points(facts.points)}</b> / {number(facts.total_points)}"),
        (Text("등급", "Grade"), f"<b>{escaped(grade)}</b> · {outcome.ko} · {outcome.en}"),
        (Text("도시 유형", "City type"), escaped(f"{facts.city_type.ko} · {facts.city_type.en}")),
        (Text("프로그램", "Programme"), escaped(f"{head.programme.ko} · {head.programme.en}")),
        (Text("평가체계", "Framework"), _framework(facts)),
        (Text("평가 기준일", "Reference date"), _days(day(facts.reference_on))),
        (Text("점수 해시", "Score digest"), escaped(facts.score_digest)),
    ]
    return [paragraph(title + "</font>", 20, spaceAfter=16), fields(rows, width, label_share=0.2)]


def _framework(facts: ResultFacts) -> str:
    head = facts.head
    said = f"{head.framework} · {head.framework_title.ko} · {head.framework_title.en}"
    return f'{escaped(said)}<br/><font size="7.5">{escaped(head.framework_hash)}</font>'


def _days(text: Text) -> str:
    return escaped(f"{text.ko} · {text.en}")


def _areas(areas: tuple[AreaResult, ...], width: float) -> Story:
    rows: list[list[Any]] = []
    strong: list[tuple[Any, ...]] = []
    for area in areas:
        strong.append(("LINEABOVE", (0, len(rows) + 1), (-1, len(rows) + 1), 0.7, NAVY))
        rows.append(_area_row(area, width, is_area=True))
        rows += [_area_row(item, width, is_area=False) for item in area.items]
    listed = table(heads_of(AREA_HEADS, right=(2,)), rows, AREA_SHARES, width, styles=strong)
    return [heading(Text("영역과 항목별 결과", "Result by area and item")), listed]


def _area_row(one: AreaResult | ItemResult, width: float, *, is_area: bool) -> list[Any]:
    bold = ("<b>", "</b>") if is_area else ("", "")
    name = f'{bold[0]}{escaped(one.name.ko)}{bold[1]} <font color="{GREY}" size="7.5">'
    share = one.points / one.full if one.full else 0.0
    room = width * AREA_SHARES[-1] / sum(AREA_SHARES) - 8
    return [
        paragraph(f"{bold[0]}{escaped(one.code)}{bold[1]}", 8.5),
        paragraph(f"{name}{escaped(one.name.en)}</font>", 9, leftIndent=0 if is_area else 10),
        paragraph(
            f"{bold[0]}{points(one.points)}{bold[1]} / {number(one.full)}",
            8.5,
            alignment=RIGHT_ALIGNED,
        ),
        _bar(share, room, NAVY if is_area else GOLD),
    ]


def _bar(share: float, room: float, color: str) -> Any:
    """Return a bar of a share with its number, so that it is not told by color alone."""
    from reportlab.graphics.shapes import (  # type: ignore[import-untyped]  # ships no types
        Drawing,
        Rect,
        String,
    )
    from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]

    from dalgu.certification.papers.fonts import REGULAR

    length = room - 44
    drawing = Drawing(room, 9, initialFontName=REGULAR)
    drawing.add(Rect(0, 1, length, 7, fillColor=HexColor(LINE), strokeColor=None))
    filled = length * min(1.0, max(0.0, share))
    drawing.add(Rect(0, 1, filled, 7, fillColor=HexColor(color), strokeColor=None))
    text = String(room, 1.5, f"{share:.1%}", fontName=REGULAR, fontSize=8, textAnchor="end")
    drawing.add(text)
    return drawing


def _indicators(areas: tuple[AreaResult, ...], width: float) -> Story:
    story: Story = [heading(Text("지표별 결과", "Result by indicator"))]
    [heads] = heads_of(INDICATOR_HEADS, 7.5, right=(2, 3, 4))
    for area in areas:
        for item in area.items:
            title = (
                f"<b>{escaped(area.name.ko)} › {escaped(item.code)} {escaped(item.name.ko)}</b> "
                f'<font color="{GREY}" size="7.5">{escaped(item.name.en)}</font>'
            )
            total = f"<b>{points(item.points)} / {number(item.full)}</b>"
            band = [paragraph(f"{title} &nbsp;&nbsp; {total}", 9), *[""] * 8]
            rows = [_indicator_row(one) for one in item.indicators]
            spanned = [("SPAN", (0, 0), (-1, 0)), ("LINEBELOW", (0, 0), (-1, 0), 0.35, LINE)]
            story.append(table([band, heads], rows, INDICATOR_SHARES, width, styles=spanned))
            story.append(space(9))
    return story


def _indicator_row(one: IndicatorResult) -> list[Any]:
    value = f"{number(one.value)} {one.unit.ko}".strip() if one.value is not None else "–"
    parts = "–"
    if one.numerator is not None or one.denominator is not None:
        parts = f"{number(one.numerator)} / {number(one.denominator)}"
    median = "–" if one.kind == "quantitative" else f"{number(one.median)} (n = {one.reviewers})"
    evidence = "<br/>".join(escaped(each) for each in one.evidence)
    if not evidence:
        evidence = f'<font color="{RED}">없음 none</font>'
    right = {"alignment": RIGHT_ALIGNED}
    return [
        paragraph(escaped(one.code), 7.5),
        paragraph(both(one.name), 8, leading=10.5),
        paragraph(escaped(value), 8, **right),
        paragraph(escaped(parts), 7.5, **right),
        paragraph(f"<b>{points(one.points)}</b> / {number(one.full)}", 8, **right),
        paragraph(both(one.status), 7.5, leading=9.5),
        paragraph(both(MARKS[one.official_status]), 7.5, leading=9.5),
        paragraph(escaped(median), 7.5),
        paragraph(evidence, 7, leading=9),
    ]


def _committee(facts: ResultFacts, width: float) -> Story:
    story: Story = []
    if facts.committee:
        rows = [_member_row(member) for member in facts.committee]
        listed = table(heads_of(MEMBER_HEADS), rows, (22, 38, 20, 20), width)
        story += [heading(Text("위원회", "Committee")), listed]
    if facts.votes:
        rows = [_vote_row(vote) for vote in facts.votes]
        listed = table(heads_of(VOTE_HEADS), rows, (40, 14, 18, 12, 16), width)
        story += [heading(Text("표결", "Votes")), listed]
    return story


def _member_row(member: Member) -> list[Any]:
    presence = Text("참석", "present") if member.was_present else Text("불참", "absent")
    if member.was_recused:
        presence = Text("제척·회피", "recused")
    return [
        paragraph(escaped(member.name), 9),
        paragraph(escaped(member.affiliation), 9),
        paragraph(both(member.role), 8.5),
        paragraph(both(presence), 8.5),
    ]


def _vote_row(vote: Vote) -> list[Any]:
    outcome = Text("가결", "carried") if vote.is_carried else Text("부결", "not carried")
    return [
        paragraph(both(vote.motion), 8.5),
        paragraph(vote.on.isoformat(), 8.5),
        paragraph(f"{vote.in_favour} · {vote.against} · {vote.abstained}", 8.5),
        paragraph(str(vote.needed), 8.5),
        paragraph(both(outcome), 8.5),
    ]


def _decision(decision: DecisionFacts | None, width: float) -> Story:
    title = heading(Text("결정", "Decision"))
    if decision is None:
        return [title, paragraph("아직 결정되지 않았습니다. Not decided yet.", 9)]
    rows = [
        (Text("결과", "Outcome"), f"<b>{both(decision.outcome)}</b>"),
        (Text("결정 기관", "Decided by"), both(decision.decided_by)),
        (Text("결정일", "Decided on"), _days(day(decision.decided_on))),
    ]
    if decision.reported_on is not None:
        rows.append((Text("결과 보고일", "Reported on"), _days(day(decision.reported_on))))
    if decision.certificate:
        rows.append((Text("인증서 번호", "Certificate"), escaped(decision.certificate)))
    if decision.expires_on is not None:
        rows.append((Text("유효기간", "Last day"), _days(day(decision.expires_on))))
    if decision.note.ko or decision.note.en:
        rows.append((Text("비고", "Note"), both(decision.note)))
    return [title, fields(rows, width, label_share=0.2)]


def _closing(facts: ResultFacts) -> Any:
    issuer = facts.head.issuer
    said = f"{day(facts.head.printed_on).ko}<br/><b>{escaped(issuer.ko)}</b><br/>"
    english = f'<font size="9" color="{GREY}">{escaped(issuer.en)}</font>'
    return paragraph(said + english, 12, alignment=1, leading=18, spaceBefore=24)
