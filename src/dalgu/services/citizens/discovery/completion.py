"""Certificates of completion: a signed credential without a name, and a paper for its holder.

The credential is a compact JWS (RFC 7515) signed by Ed25519 (RFC 8037) with a key of this city;
it says round, sessions and day, and where to verify it. The name stands on the paper alone: the
book holds its keyed hash, so that who verifies a paper can ask whether the name is the one.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec

from dalgu.cities import City
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso, local
from dalgu.services.citizens.discovery.refusals import PaperFontsMissing
from dalgu.services.citizens.discovery.state import Completion, Round

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PATH = "/certificates-of-completion"
WIDTH, HEIGHT, MIDDLE = 595.28, 841.89, 297.64  # A4 in points
INK, SOFT, RULE = "#1b1f27", "#565e6a", "#0a5b7d"
FONT, BOLD = "CitizensNanum", "CitizensNanumBold"
FILES = {FONT: "NanumGothic_400Regular.ttf", BOLD: "NanumGothic_700Bold.ttf"}
QR_SIDE = 96.0


class Signer:
    """Signs and shows its public key; the key follows from the key file alone."""

    def __init__(self, keyed: Callable[[str], str]) -> None:
        self._seed = sha256(keyed("ed25519").encode()).digest()

    def credential(self, told: Completion, of: Round, address: str, city: str) -> str:
        """Return the compact JWS of a certificate."""
        head = {"alg": "EdDSA", "typ": "JWT", "kid": self.key()["kid"]}
        body = {
            "iss": city,
            "jti": told.code,
            "iat": int(told.at.timestamp()),
            "round": of.title.ko,
            "sessions_attended": told.attended,
            "sessions": told.of,
            "verify": address,
            "entry": told.entry,
        }
        signed = f"{_b64(msgspec.json.encode(head))}.{_b64(msgspec.json.encode(body))}"
        return f"{signed}.{_b64(self._key().sign(signed.encode()))}"

    def key(self) -> dict[str, str]:
        """Return the public key as a JWK."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        raw = self._key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": _b64(raw), "kid": sha256(raw).hexdigest()[:16]}

    def _key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed)


def _b64(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says."""

    told: Completion
    of: Round
    city: City
    name: str
    address: str


def paper(of: Paper) -> bytes:
    """Return the paper as a PDF of one page; raise `PaperFontsMissing` without a Korean font."""
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # ships no types

    _load_fonts()
    written = BytesIO()
    canvas = Canvas(written, (WIDTH, HEIGHT), invariant=1, initialFontName=FONT, lang="ko-KR")
    canvas.setTitle(f"수료증 {of.told.code} · Certificate of completion")
    canvas.setAuthor(f"{of.city.name.ko} / {of.city.name.en}")
    canvas.setCreator("Dalgu")
    _frame(canvas)
    day = local(of.told.at).date()
    lines: tuple[tuple[str, float, float, str, str], ...] = (
        ("수 료 증", 690, 40, BOLD, INK),
        ("CERTIFICATE OF COMPLETION", 664, 12, FONT, RULE),
        (of.name, 590, 26, BOLD, INK),
        (f"{of.of.title.ko} 도시문제발굴단", 520, 16, FONT, INK),
        (f"Urban Problem Discovery Team · {of.of.title.en}", 500, 10, FONT, SOFT),
        (f"모임 {of.told.of}회 가운데 {of.told.attended}회 참여", 462, 14, FONT, INK),
        (f"took part in {of.told.attended} of {of.told.of} sessions", 444, 10, FONT, SOFT),
        ("위 사람은 시민과학자로서 과정을 마쳤음을 확인합니다.", 392, 13, FONT, INK),
        ("is confirmed to have completed it as a citizen scientist.", 374, 10, FONT, SOFT),
        (f"{day.year}년 {day.month}월 {day.day}일", 306, 13, FONT, INK),
        (of.city.name.ko, 268, 22, BOLD, INK),
        (of.city.name.en, 250, 11, FONT, SOFT),
    )
    for text, y, size, font, color in lines:
        _line(canvas, text, y, (size, font, color))
    _foot(canvas, of)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _frame(canvas: Any) -> None:
    canvas.setStrokeColor(RULE)
    for inset, width in ((28.0, 2.4), (34.0, 0.6)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _line(canvas: Any, text: str, y: float, look: tuple[float, str, str]) -> None:
    from reportlab.pdfbase.pdfmetrics import (  # type: ignore[import-untyped]  # ships no types
        stringWidth,
    )

    size, font, color = look
    room = WIDTH - 140
    shrunk = size * min(1.0, room / max(1.0, stringWidth(text, font, size)))
    canvas.setFont(font, shrunk)
    canvas.setFillColor(color)
    canvas.drawCentredString(MIDDLE, y, text)


def _foot(canvas: Any, of: Paper) -> None:
    _qr(canvas, of.address, 60.0, 66.0)
    canvas.setFillColor(SOFT)
    canvas.setFont(FONT, 8.5)
    for at, text in enumerate(
        (
            f"확인 번호 · Code  {of.told.code}",
            f"기록 번호 · Entry  {of.told.entry}",
            f"확인 주소 · Verify at  {of.address}",
            "이름은 이 종이에만 있으며, 확인 화면에서 이름이 맞는지 물어볼 수 있습니다.",
            "The name stands on this paper alone; the page above tells whether it is the one.",
        )
    ):
        canvas.drawString(60 + QR_SIDE + 14, 148 - at * 15, text)


def _qr(canvas: Any, content: str, x: float, y: float) -> None:
    import segno

    rows = list(segno.make_qr(content, error="m").matrix_iter(border=4))
    module = QR_SIDE / len(rows)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                path.rect(x + across * module, y + QR_SIDE - (down + 1) * module, module, module)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _load_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # ships no types
    from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]

    from dalgu.web.static import VENDOR

    if FONT in pdfmetrics.getRegisteredFontNames():
        return
    try:
        fonts = [TTFont(name, str(VENDOR / "nanum-gothic" / file)) for name, file in FILES.items()]
    except TTFError:
        raise PaperFontsMissing from None
    for font in fonts:
        pdfmetrics.registerFont(font)


def shown(told: Completion, of: Round) -> dict[str, JSON]:
    """Return a certificate as programs see it: nobody is named."""
    return {
        "code": told.code,
        "round": of.number,
        "title": {"ko": of.title.ko, "en": of.title.en},
        "sessionsAttended": told.attended,
        "sessions": told.of,
        "certifiedAt": iso(told.at),
        "entry": told.entry,
    }
