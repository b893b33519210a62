"""The sheet of a certificate: Korean and English on one page of A4."""

from io import BytesIO
from urllib.parse import urlencode

from dalgu.certification.certificate.facts import CertificateFacts
from dalgu.certification.certificate.wording import NO_LEGAL_EFFECT, STANDS_ON
from dalgu.certification.papers.fonts import BOLD, REGULAR, load_fonts
from dalgu.certification.papers.qr import draw_qr
from dalgu.certification.papers.sheet import (
    GOLD,
    GREY,
    HEIGHT,
    LEFT,
    MIDDLE,
    NAVY,
    PALE,
    RED,
    RIGHT,
    WIDTH,
    Sheet,
)
from dalgu.certification.papers.text import day, number, points
from dalgu.kernel.text import Text

QR_SIDE = 92.0
LABEL_WIDTH = 132.0
SIGNER_WIDTH = 280.0
EFFECT = {False: Text("없음 (시범)", "none (pilot)"), True: Text("있음", "yes")}
STANDING = {
    "official": Text("공식 고시 지표", "Official indicators"),
    "attested": Text("공개 자료로 확인된 지표", "Attested indicators"),
    "reconstructed": Text("재구성한 지표", "Reconstructed indicators"),
}


def certificate_paper(facts: CertificateFacts, issuer: Text, key_id: str) -> bytes:
    """Return the unsigned sheet in PDF; the same input gives the same bytes.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # ships no types

    load_fonts()
    written = BytesIO()
    canvas = Canvas(written, (WIDTH, HEIGHT), invariant=1, initialFontName=REGULAR, lang="ko-KR")
    canvas.setTitle(f"{facts.title.ko} {facts.number} · {facts.title.en}")
    canvas.setAuthor(f"{issuer.ko} / {issuer.en}")
    canvas.setSubject(f"{facts.city.ko} / {facts.city.en}")
    canvas.setCreator("Dalgu")
    sheet = Sheet(canvas)
    _frame(sheet)
    _head(sheet, facts)
    _medal(sheet, facts)
    _statement(sheet, facts)
    _table(sheet, facts)
    _foot(sheet, facts, issuer, key_id)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def qr_content(facts: CertificateFacts, key_id: str) -> str:
    """Return what the QR code holds: the verification address with number and key id."""
    asked = urlencode({"number": facts.number, "key": key_id})
    joint = "&" if "?" in facts.verification_address else "?"
    return f"{facts.verification_address}{joint}{asked}"


def _frame(sheet: Sheet) -> None:
    for inset, color, width in ((26.0, NAVY, 3.0), (31.5, GOLD, 0.9), (34.5, GOLD, 0.35)):
        sheet.stroke(color, width)
        sheet.canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    for x in (29, WIDTH - 29):
        for y in (29, HEIGHT - 29):
            sheet.fill(NAVY)
            sheet.canvas.rect(x - 6, y - 6, 12, 12, stroke=0, fill=1)
            sheet.fill(GOLD)
            sheet.canvas.rect(x - 2, y - 2, 4, 4, stroke=0, fill=1)


def _head(sheet: Sheet, facts: CertificateFacts) -> None:
    sheet.line(f"제 {facts.number} 호", 776, 11, x=LEFT, at="left", font=BOLD)
    sheet.line(f"No. {facts.number}", 762, 8.5, x=LEFT, at="left", color=GREY)
    if not facts.legal_effect:
        _pilot_flag(sheet)
    sheet.line(facts.title.ko, 698, 37, font=BOLD, color=NAVY, space=6)
    sheet.line(facts.title.en.upper(), 672, 12, font=BOLD, color=GOLD, space=2.4)
    sheet.line(f"{facts.programme.ko}  ·  {facts.programme.en}", 653, 9.5, color=GREY)
    sheet.line(facts.city.ko, 603, 31, font=BOLD, space=2)
    sheet.line(facts.city.en, 581, 13.5, color=GREY, space=0.3)


def _pilot_flag(sheet: Sheet) -> None:
    width, middle = 166.0, RIGHT - 83.0
    sheet.stroke(RED, 1.2)
    sheet.canvas.roundRect(RIGHT - width, 755, width, 34, 3)
    sheet.line(NO_LEGAL_EFFECT.ko, 775, 11, x=middle, font=BOLD, color=RED)
    sheet.line(NO_LEGAL_EFFECT.en, 761.5, 8.5, x=middle, color=RED)


def _medal(sheet: Sheet, facts: CertificateFacts) -> None:
    y, radius = 506.0, 53.0
    sheet.fill(PALE)
    sheet.canvas.circle(MIDDLE, y, radius, stroke=0, fill=1)
    for less, color, width in ((0.0, NAVY, 2.6), (4.5, GOLD, 1.0), (7.0, GOLD, 0.35)):
        sheet.stroke(color, width)
        sheet.canvas.circle(MIDDLE, y, radius - less)
    sheet.line(str(facts.grade), y - 8, 48, font=BOLD, color=NAVY)
    sheet.line(
        f"{facts.grade}등급 · Grade {facts.grade}", y - 27, 8.5, font=BOLD, color=NAVY, widest=80
    )
    left, right = (LEFT + MIDDLE - radius) / 2, (RIGHT + MIDDLE + radius) / 2
    _beside(sheet, left, "점수  Points", points(facts.points))
    sheet.line(f"/ {number(facts.total_points)}", y - 23, 11, x=left, color=GREY)
    _beside(sheet, right, "유효기간  Valid until", facts.expires_on.isoformat())
    sheet.line(f"{facts.issued_on.isoformat()} ~", y - 23, 11, x=right, color=GREY)


def _beside(sheet: Sheet, x: float, label: str, value: str) -> None:
    sheet.line(label, 526, 8.5, x=x, color=GREY)
    sheet.line(value, 502, 20, x=x, font=BOLD, widest=165)


def _statement(sheet: Sheet, facts: CertificateFacts) -> None:
    """Say what the certificate says: with legal effect by the law, without it as a finding."""
    under = facts.framework_title
    if facts.legal_effect:
        ko = (
            f"{facts.legal_basis.ko}에 따라 「{under.ko}」 평가체계로 평가한 결과, "
            "위와 같이 인증합니다."
        )
        en = (
            f"{facts.city.en} is certified as above, having been assessed under “{under.en}”. "
            f"Legal basis: {facts.legal_basis.en}."
        )
    else:
        ko = (
            f"「{under.ko}」 평가체계로 시범 평가한 결과, 위의 등급에 해당하는 것으로 "
            "평가되었음을 확인합니다."
        )
        en = (
            f"{facts.city.en} was assessed under “{under.en}” in a pilot and found to reach the "
            "grade above."
        )
    below = sheet.paragraph(ko, 432, 12, middle=True, tallest=38)
    sheet.paragraph(en, below - 4, 9.5, color=GREY, middle=True, tallest=30)


def _table(sheet: Sheet, facts: CertificateFacts) -> None:
    standing, under = STANDING[facts.official_status], facts.framework_title
    effect = EFFECT[facts.legal_effect]
    rows = (
        ("평가체계  Framework", f"{facts.framework} · {under.ko} · {under.en}"),
        ("지표의 지위  Standing", f"{standing.ko} · {standing.en}"),
        ("평가 기준일  Reference date", _both_days(facts, "reference_on")),
        ("발급일  Issued", _both_days(facts, "issued_on")),
        ("유효기간 만료일  Last day", _both_days(facts, "expires_on")),
        ("법적 효력  Legal effect", f"{effect.ko} · {effect.en}"),
        ("평가체계 해시  Framework hash", facts.framework_hash),
        ("점수 해시  Score digest", facts.score_digest),
    )  # fmt: skip
    y = 356.0
    sheet.rule(y + 4, width=0.9)
    for label, value in rows:
        y -= 15.5
        sheet.line(label, y + 4, 8.2, x=LEFT + 4, at="left", color=GREY, widest=LABEL_WIDTH - 8)
        room = RIGHT - LEFT - LABEL_WIDTH - 4
        sheet.line(value, y + 4, 8.8, x=LEFT + LABEL_WIDTH, at="left", widest=room)
        sheet.rule(y, width=0.3)
    below = sheet.paragraph(STANDS_ON[facts.official_status].ko, y - 5, 8)
    sheet.paragraph(STANDS_ON[facts.official_status].en, below, 7.6, color=GREY)


def _both_days(facts: CertificateFacts, name: str) -> str:
    written = day(getattr(facts, name))
    return f"{written.ko} · {written.en}"


def _foot(sheet: Sheet, facts: CertificateFacts, issuer: Text, key_id: str) -> None:
    sheet.line(day(facts.issued_on).ko, 166, 12.5)
    sheet.line(issuer.ko, 134, 20, font=BOLD, space=1, widest=SIGNER_WIDTH)
    sheet.line(issuer.en, 117, 9.5, color=GREY, widest=SIGNER_WIDTH)
    draw_qr(sheet.canvas, qr_content(facts, key_id), RIGHT - QR_SIDE + 8, 92, QR_SIDE)
    sheet.line("인증서 확인  Verify", 88, 7.5, x=RIGHT - QR_SIDE / 2 + 8, color=GREY)
    sheet.rule(80, width=0.5)
    sheet.line(
        "이 문서는 전자서명(PAdES, Ed25519)된 파일이 원본이며, 인쇄물은 사본입니다. "
        "The electronically signed file is the original; a print is a copy.",
        68, 7.2, color=GREY,
    )  # fmt: skip
    sheet.line(f"{facts.verification_address}  ·  dalgu certify verify FILE", 57.5, 7.2, color=GREY)
    sheet.line(f"key id {key_id}", 47, 6.6, color=GREY)
