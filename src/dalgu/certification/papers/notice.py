"""Notices of a revocation: the first, the second, and the revocation itself (Decree art. 32)."""

from typing import Any

from dalgu.certification.papers.document import Document, Story, fields, paragraph, space
from dalgu.certification.papers.facts import Ground, NoticeFacts, NoticeKind
from dalgu.certification.papers.sheet import GREY, NAVY
from dalgu.certification.papers.text import both, day, escaped
from dalgu.kernel.text import Text

TITLES = {
    NoticeKind.FIRST: Text("인증취소 사전통지서 (1차)", "Notice of intended revocation (first)"),
    NoticeKind.SECOND: Text("인증취소 사전통지서 (2차)", "Notice of intended revocation (second)"),
    NoticeKind.REVOCATION: Text("인증취소 통지서", "Notice of revocation"),
}
GROUNDS = {
    Ground.FRAUD: Text(
        "거짓이나 그 밖의 부정한 방법으로 인증을 받은 경우 (법 제33조, 반드시 취소)",
        "Obtained by falsehood or other unfair means (Act art. 33: must be revoked)",
    ),
    Ground.BELOW_CRITERIA: Text(
        "인증기준에 미달하게 된 경우 (법 제33조, 취소할 수 있음)",
        "The holder fell below the criteria (Act art. 33: may be revoked)",
    ),
}
NO_EXPLANATION = Text("소명이 제출되지 않았습니다.", "No explanation arrived.")


def revocation_notice(facts: NoticeFacts) -> bytes:
    """Return one notice in PDF; the same facts give the same bytes.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """
    title = TITLES[facts.kind]

    def story(width: float) -> Story:
        centred = {"alignment": 1, "textColor": NAVY}
        return [
            paragraph(f"<b>{escaped(title.ko)}</b>", 22, spaceBefore=20, leading=30, **centred),
            paragraph(escaped(title.en), 11, leading=18, spaceAfter=20, **centred),
            paragraph(f"<b>수신 To</b>&nbsp; {_line(facts.head.city)}", 11, spaceAfter=12),
            *_body(facts),
            space(12),
            fields(_rows(facts), width, label_share=0.27),
            _closing(facts),
        ]

    return Document(title, facts.head, is_wide=False).build(story)


def _line(text: Text) -> str:
    return escaped(f"{text.ko} · {text.en}")


def _body(facts: NoticeFacts) -> Story:
    told = _told(facts)
    return [
        paragraph(escaped(told.ko), 11, leading=18),
        paragraph(escaped(told.en), 9, leading=14, textColor=GREY, spaceBefore=4),
    ]


def _told(facts: NoticeFacts) -> Text:
    number = facts.certificate
    if facts.kind is NoticeKind.REVOCATION:
        return Text(
            "「스마트도시 조성 및 산업진흥 등에 관한 법률」 제33조 및 같은 법 시행령 제32조에 따라 "
            f"인증서 제{number}호의 인증을 아래와 같이 취소하였음을 통지합니다. 취소일부터는 "
            "인증표시를 사용하거나 인증받은 것으로 홍보할 수 없습니다.",
            "Under article 33 of the Act on smart cities and article 32 of its Enforcement Decree, "
            f"certificate {number} is revoked as set out below. From the day of revocation the "
            "mark may not be shown, nor may the holder publicise itself as certified.",
        )
    due = Text("–", "–") if facts.due_on is None else day(facts.due_on)
    again = Text("", "")
    if facts.kind is NoticeKind.SECOND:
        again = Text(
            "1차 통지에 대하여 기한까지 소명이 제출되지 않아 다시 통지합니다. ",
            "As no explanation to the first notice arrived in time, notice is given again. ",
        )
    return Text(
        f"{again.ko}인증서 제{number}호에 대하여 아래와 같은 취소 사유가 있어 「스마트도시 조성 및 "
        f"산업진흥 등에 관한 법률 시행령」 제32조에 따라 통지하오니, {due.ko}까지 소명하여 주시기 "
        "바랍니다. 기한까지 소명이 없거나 소명에 정당한 이유가 없으면 인증이 취소될 수 있습니다.",
        f"{again.en}There is a ground to revoke certificate {number}, set out below (Enforcement "
        f"Decree of the Act on smart cities, article 32). An explanation is due by {due.en}. "
        "Without one, or where it gives no just cause, the certificate may be revoked.",
    )


def _rows(facts: NoticeFacts) -> list[tuple[Text, str]]:
    rows = [
        (Text("사건 번호", "Case"), escaped(facts.head.number)),
        (Text("인증서 번호", "Certificate"), escaped(facts.certificate)),
        (Text("인증서 발급일", "Issued on"), _line(day(facts.certificate_issued_on))),
        (Text("취소 근거", "Ground"), both(GROUNDS[facts.ground])),
        (Text("사유", "Reason"), both(facts.reason)),
    ]
    rows += [
        (Text(f"{at}차 통지일", f"Notice {at}"), _line(day(on)))
        for at, on in enumerate(facts.earlier, 1)
    ]
    if facts.kind is not NoticeKind.REVOCATION:
        due = "–" if facts.due_on is None else f"<b>{_line(day(facts.due_on))}</b>"
        return [*rows, (Text("소명 기한", "Explanation due by"), due)]
    rows.append((Text("소명", "Explanation"), both(_explanation(facts))))
    if facts.effective_on is not None:
        effective = f"<b>{_line(day(facts.effective_on))}</b>"
        rows.append((Text("취소일", "Revoked as of"), effective))
    if facts.posted_at:
        rows.append((Text("공고", "Posted at"), escaped(facts.posted_at)))
    return rows


def _explanation(facts: NoticeFacts) -> Text:
    return facts.explanation if facts.explanation.ko else NO_EXPLANATION


def _closing(facts: NoticeFacts) -> Any:
    head = facts.head
    said = (
        f"{day(head.printed_on).ko}<br/>"
        f'<font size="18"><b>{escaped(head.issuer.ko)}</b></font><br/>'
        f'<font size="9" color="{GREY}">{escaped(head.issuer.en)}</font>'
    )
    return paragraph(said, 12, alignment=1, leading=25, spaceBefore=36)
