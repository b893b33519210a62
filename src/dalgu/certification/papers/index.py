"""The mandatory index of evidence: for every item its summary, its documents and their pages."""

from typing import Any

from dalgu.certification.papers.document import (
    Document,
    Story,
    fields,
    heads_of,
    paragraph,
    space,
    table,
)
from dalgu.certification.papers.facts import IndexDocument, IndexEntry, IndexFacts
from dalgu.certification.papers.sheet import GREY, RED
from dalgu.certification.papers.text import both, day, escaped
from dalgu.kernel.text import Text

TITLE = Text("증빙자료 색인표", "Index of evidence")
HEADS = (
    Text("코드", "Code"), Text("지표", "Indicator"), Text("구분", "Kind"),
    Text("요약", "Summary"), Text("증빙 문서", "Document"), Text("쪽", "Pages"),
    Text("원본대조필", "Stamped copy"), Text("파일 해시 (SHA-256)", "File digest"),
)  # fmt: skip
SHARES = (46, 120, 44, 190, 176, 48, 52, 86)
KINDS = {"quantitative": Text("정량", "quant."), "qualitative": Text("정성", "qual.")}


def index_table(facts: IndexFacts) -> bytes:
    """Return the index in PDF: every indicator is named, also one without evidence.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """

    def story(width: float) -> Story:
        rows = [row for entry in facts.entries for row in _rows(entry)]
        return [
            _summary(facts, width),
            space(10),
            table(heads_of(HEADS, 7.5), rows, SHARES, width),
        ]

    return Document(TITLE, facts.head, is_wide=True).build(story)


def _summary(facts: IndexFacts, width: float) -> Any:
    head, reference = facts.head, day(facts.reference_on)
    evidenced = sum(1 for entry in facts.entries if entry.documents)
    documents = len({one.digest for entry in facts.entries for one in entry.documents})
    rows = [
        (Text("신청기관", "Applicant"), escaped(f"{head.city.ko} · {head.city.en}")),
        (
            Text("평가체계", "Framework"),
            escaped(f"{head.framework} · {head.framework_title.ko} · {head.framework_title.en}"),
        ),
        (Text("평가 기준일", "Reference date"), escaped(f"{reference.ko} · {reference.en}")),
        (
            Text("증빙된 지표", "Indicators with evidence"),
            f"<b>{evidenced}</b> / {len(facts.entries)} · 문서 {documents}건 documents",
        ),
    ]
    return fields(rows, width, label_share=0.2)


def _rows(entry: IndexEntry) -> list[list[Any]]:
    """Return a row for each document; the code stands in every one, as pages may turn between."""
    none = f'<font color="{RED}"><b>증빙 없음</b> no evidence</font>'
    named = [
        paragraph(both(entry.name), 8, leading=10.5),
        paragraph(both(KINDS[entry.kind]), 7.5, leading=9.5),
        paragraph(escaped(entry.summary) or "–", 7.5, leading=10.5),
    ]
    code = paragraph(escaped(entry.code), 7.5)
    if not entry.documents:
        return [[code, *named, paragraph(none, 7.5), "", "", ""]]
    again = [paragraph("〃", 7.5, textColor=GREY), "", ""]
    return [
        [code, *(again if at else named), *_cells(document)]
        for at, document in enumerate(entry.documents)
    ]


def _cells(document: IndexDocument) -> list[Any]:
    origin = " · ".join(
        part
        for part in (document.issuer, document.dated.isoformat() if document.dated else "")
        if part
    )
    small = "<br/>".join(escaped(part) for part in (document.file, origin) if part)
    title = f"{escaped(document.title)}<br/><font color='{GREY}' size='6.8'>{small}</font>"
    stamp = Text("있음", "yes") if document.is_stamped else Text("없음", "no")
    return [
        paragraph(title, 8, leading=10),
        paragraph(escaped(document.pages), 8),
        paragraph(both(stamp), 7.5, leading=9.5),
        paragraph(escaped(document.digest), 5.8, leading=7.2),
    ]
