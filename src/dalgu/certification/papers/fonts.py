"""The Korean font of all papers: Nanum Gothic, embedded by what a paper uses of it."""

from pathlib import Path
from unicodedata import normalize

from dalgu.certification.papers.errors import FontsNotInstalled

REGULAR = "NanumGothic"
BOLD = "NanumGothicBold"
FILES = {REGULAR: "NanumGothic_400Regular.ttf", BOLD: "NanumGothic_700Bold.ttf"}


def load_fonts(folder: Path | None = None) -> None:
    """Make the fonts known to reportlab, once; raise `FontsNotInstalled` where they are not."""
    from reportlab.lib.fonts import addMapping  # type: ignore[import-untyped]  # ships no types
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]

    if folder is None:
        from dalgu.web.static import VENDOR

        folder = VENDOR / "nanum-gothic"
        if REGULAR in pdfmetrics.getRegisteredFontNames():
            return
    try:
        fonts = [TTFont(name, str(folder / file)) for name, file in FILES.items()]
    except TTFError:
        raise FontsNotInstalled(folder) from None
    for font in fonts:
        pdfmetrics.registerFont(font)
    for bold, name in enumerate((REGULAR, BOLD)):
        for italic in (0, 1):  # it has no slanted form
            addMapping(REGULAR, bold, italic, name)


def printable(text: str) -> str:
    """Return a text in signs that the font has: `m2` for the one sign ㎡, as Unicode maps it.

    A sign without such a form stays, and prints as an empty box rather than not at all.
    """
    from reportlab.pdfbase import pdfmetrics

    known = pdfmetrics.getFont(REGULAR).face.charToGlyph

    def shown(sign: str) -> str:
        plain = normalize("NFKC", sign)
        return plain if ord(sign) not in known and all(ord(s) in known for s in plain) else sign

    return "".join(shown(sign) for sign in normalize("NFC", text))
