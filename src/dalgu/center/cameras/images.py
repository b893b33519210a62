"""Images of cameras made fit to be shown: nobody recognisable, or marked with who asked.

What a camera sends is never handed on as it came: decoding and encoding anew leaves out
whatever else the file carries (place, serial numbers), and refuses what is no image.
"""

from io import BytesIO
from typing import TYPE_CHECKING

from dalgu.kernel.errors import DalguError

if TYPE_CHECKING:
    from PIL.Image import Image

# A face 3 m before a lens of 90 degrees is a fifteenth of the picture's width: with so few columns
# it is less than three pixels wide, and a person at 10 m one. Studies of recognition ask for 16.
BLURRED_COLUMNS = 40
LARGEST_PIXELS = 20_000_000
WIDEST_PX = 1280  # clear images are made smaller to this: enough for a phone, kind to the link
QUALITY = 80  # of JPEG
KINDS = ("JPEG", "PNG")


class ImageUnreadable(DalguError):
    """A camera sent something that is no image, or too large a one."""

    status = 502
    slug = "camera-image-unreadable"
    title = "The camera sent no image"

    def __init__(self, why: str) -> None:
        super().__init__(f"What the camera sent cannot be shown: {why}.", why=why)


def blurred(body: bytes) -> bytes:
    """Return an image so coarse that nobody can be recognised, as PNG of a few kB.

    The fine image is not hidden beneath: what is sent has no more pixels than what is seen.

    Raises
    ------
    ImageUnreadable
        When the bytes are no JPEG or PNG, or have over 20 million pixels.
    """
    from PIL import Image

    image = _opened(body, smallest=(BLURRED_COLUMNS * 4, BLURRED_COLUMNS * 4))
    rows = max(1, round(image.height * BLURRED_COLUMNS / image.width))
    small = image.resize((BLURRED_COLUMNS, rows), Image.Resampling.BOX)
    return _encoded(small, "PNG")


def marked(body: bytes, mark: str) -> bytes:
    """Return a clear image as JPEG with a line across its foot: who looks, what for, when.

    Parameters
    ----------
    body
        A JPEG or PNG.
    mark
        Latin letters and digits; an image that turns up elsewhere tells by it where it came from.

    Raises
    ------
    ImageUnreadable
        As `blurred`.
    """
    from PIL import ImageDraw, ImageFont

    image = _opened(body)
    image.thumbnail((WIDEST_PX, WIDEST_PX))
    size = max(11, image.width // 56)
    draw = ImageDraw.Draw(image, "RGBA")
    top = image.height - round(size * 1.7)
    draw.rectangle((0, top, image.width, image.height), fill=(0, 0, 0, 150))
    font = ImageFont.load_default(size)
    draw.text((size // 2, top + size // 4), mark, fill=(255, 255, 255, 235), font=font)
    return _encoded(image, "JPEG")


def _opened(body: bytes, *, smallest: tuple[int, int] | None = None) -> "Image":
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(BytesIO(body), formats=KINDS)
        if image.width * image.height > LARGEST_PIXELS:
            raise ImageUnreadable(f"it has more than {LARGEST_PIXELS} pixels")
        if smallest is not None:
            image.draft("RGB", smallest)  # JPEG then decodes at an eighth where that is enough
        return image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ImageUnreadable("it must be JPEG or PNG") from None


def _encoded(image: "Image", kind: str) -> bytes:
    body = BytesIO()
    image.save(body, kind, quality=QUALITY, optimize=kind == "PNG")
    return body.getvalue()
