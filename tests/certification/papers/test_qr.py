"""The QR code is drawn module by module."""

import re
from io import BytesIO

import segno
from pypdf import PdfReader

from dalgu.certification.papers.qr import draw_qr

RECTANGLE = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re")


def test_the_drawn_rectangles_are_the_dark_modules_of_the_code():
    from reportlab.pdfgen.canvas import Canvas

    content = "https://city.example/verify?number=2026-0001&key=" + "ab" * 32
    matrix = list(segno.make_qr(content, error="m").matrix_iter(border=4))
    written = BytesIO()
    canvas = Canvas(written, (len(matrix), len(matrix)), pageCompression=0)
    draw_qr(canvas, content, 0, 0, len(matrix))  # a module is one point
    canvas.save()
    [page] = PdfReader(BytesIO(written.getvalue())).pages
    drawn = [[0] * len(matrix) for _ in matrix]
    for found in RECTANGLE.findall(page.get_contents().get_data()):
        x, y, width, _ = (round(float(part)) for part in found)
        drawn[len(matrix) - 1 - y][x : x + width] = [1] * width
    assert drawn == [[int(bool(module)) for module in row] for row in matrix]
