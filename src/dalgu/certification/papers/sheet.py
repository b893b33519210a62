"""A single sheet of A4 that is drawn stroke by stroke."""

from typing import Any

from dalgu.certification.papers.fonts import REGULAR, printable
from dalgu.certification.papers.text import escaped

WIDTH, HEIGHT = 595.28, 841.89  # A4 in points
LEFT, RIGHT = 62.0, WIDTH - 62.0
MIDDLE = WIDTH / 2
SHRINK = 0.96  # a step towards a text that fits
NAVY, GOLD, INK, GREY, RED, PALE = (
    "#132f57", "#a0782c", "#1b1f27", "#565e6a", "#a3241c", "#f4f1e8",
)  # fmt: skip


class Sheet:
    """A canvas with the few strokes that a sheet needs; lengths are in points."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas

    def line(  # noqa: PLR0913 - how it looks is options
        self,
        text: str,
        y: float,
        size: float,
        *,
        x: float = MIDDLE,
        at: str = "middle",
        font: str = REGULAR,
        color: str = INK,
        space: float = 0.0,
        widest: float = RIGHT - LEFT,
    ) -> None:
        """Write one line on the base line y, smaller where it would be wider than its room."""
        from reportlab.pdfbase.pdfmetrics import (  # type: ignore[import-untyped]  # ships no types
            stringWidth,
        )

        text = printable(text)
        width = stringWidth(text, font, size) + space * max(0, len(text) - 1)
        shrunk = min(1.0, widest / width) if width else 1.0
        begin = {"middle": x - width * shrunk / 2, "left": x, "right": x - width * shrunk}[at]
        self.fill(color)
        written = self.canvas.beginText(begin, y)
        written.setFont(font, size * shrunk)
        written.setCharSpace(space * shrunk)
        written.textOut(text)
        self.canvas.drawText(written)

    def paragraph(  # noqa: PLR0913 - how it looks is options
        self,
        text: str,
        y: float,
        size: float,
        *,
        color: str = INK,
        middle: bool = False,
        tallest: float = HEIGHT,
    ) -> float:
        """Write a wrapped text under y, smaller where it is too tall; return its lower edge."""
        from reportlab.lib.styles import (  # type: ignore[import-untyped]  # ships no types
            ParagraphStyle,
        )
        from reportlab.platypus import Paragraph  # type: ignore[import-untyped]

        height = tallest + 1
        while height > tallest:
            style = ParagraphStyle("sheet", fontName=REGULAR, fontSize=size, leading=size * 1.45)
            style.textColor, style.alignment = color, 1 if middle else 0
            one = Paragraph(escaped(text), style)
            height = float(one.wrap(RIGHT - LEFT, HEIGHT)[1])
            size *= SHRINK
        one.drawOn(self.canvas, LEFT, y - height)
        return y - height

    def rule(self, y: float, *, color: str = GOLD, width: float = 0.6) -> None:
        """Draw a line across."""
        self.stroke(color, width)
        self.canvas.line(LEFT, y, RIGHT, y)

    def stroke(self, color: str, width: float) -> None:
        """Choose color and width of lines."""
        from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]  # ships no types

        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(width)

    def fill(self, color: str) -> None:
        """Choose the color of areas and signs."""
        from reportlab.lib.colors import HexColor

        self.canvas.setFillColor(HexColor(color))
