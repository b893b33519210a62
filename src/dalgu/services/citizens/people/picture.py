"""A code as a picture that a phone reads."""


def qr_svg(address: str) -> str:
    """Return an address as a QR code, drawn inline."""
    import segno

    drawing: str = segno.make(address, error="m").svg_inline(
        scale=4, border=2, dark="#000", light="#fff"
    )
    return drawing
