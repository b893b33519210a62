"""A QR code drawn as vectors, so that it prints sharp at any size."""

from typing import Any

QUIET_MODULES = 4  # ISO/IEC 18004: the margin a reader needs


def draw_qr(canvas: Any, content: str, x: float, y: float, side: float) -> None:
    """Draw a QR code with its margin into a square whose lower left corner is x, y, in points."""
    import segno

    rows = list(segno.make_qr(content, error="m").matrix_iter(border=QUIET_MODULES))
    module = side / len(rows)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for begin, length in runs(row):
            path.rect(x + begin * module, y + side - (down + 1) * module, length * module, module)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def runs(row: Any) -> list[tuple[int, int]]:
    """Return begin and length of each run of dark modules.

    >>> runs([0, 1, 1, 0, 1])
    [(1, 2), (4, 1)]
    """
    found: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if dark and found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((at, 1))
    return found
