"""Draws an address as a QR code, for cards that are printed and cut."""


def drawn_code(address: str) -> str:
    """Return an address as a QR code: one SVG path in the colour of the text, sized by a style."""
    import segno

    return segno.make(address, error="m", micro=False).svg_inline(
        svgclass="qr", lineclass=None, omitsize=True, border=2
    )
