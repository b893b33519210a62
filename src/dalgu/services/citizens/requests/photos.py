"""Photos made fit to be shown: nothing of the camera in them, and coarse until somebody has looked.

Decoding and encoding anew leaves out whatever else the file carries (place, time, serial number)
and refuses what is no image. The coarse picture has too few columns for a face or a plate; a person
who serves citizens looks at the clear one and lets it be shown, or takes it away.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from dalgu.services.citizens.requests.refusals import PhotoUnreadable

if TYPE_CHECKING:
    from PIL.Image import Image

WIDEST_PX = 1280  # of the clear picture: enough to see a crack, a tenth of what a phone sends
# Studies of recognition ask for 16 columns of a face. Half a picture's width is a face held out to
# the camera on purpose: of 32 columns it has 16, whatever else is farther away has fewer.
COARSE_COLUMNS = 32
MOST_PIXELS = 50_000_000  # phones send 48 million
MOST_BYTES = 12 * 2**20
MOST_PHOTOS = 3
QUALITY = 80
KINDS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Two pictures of one photo, both as JPEG without metadata."""

    clear: bytes
    coarse: bytes


def pictures(body: bytes) -> Pictures:
    """Return the clear and the coarse picture of a photo.

    Raises
    ------
    PhotoUnreadable
        When the bytes are no JPEG, PNG or WebP, or have too many pixels.
    """
    from PIL import Image

    image = _opened(body)
    image.thumbnail((WIDEST_PX, WIDEST_PX))
    rows = max(1, round(image.height * COARSE_COLUMNS / image.width))
    small = image.resize((COARSE_COLUMNS, min(rows, 4 * COARSE_COLUMNS)), Image.Resampling.BOX)
    return Pictures(_encoded(image), _encoded(small))


def _opened(body: bytes) -> "Image":
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        image = Image.open(BytesIO(body), formats=KINDS)
        if image.width * image.height > MOST_PIXELS:
            raise PhotoUnreadable(MOST_PIXELS)
        image.draft("RGB", (WIDEST_PX, WIDEST_PX))  # JPEG then decodes at a half or a quarter
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
    ):
        raise PhotoUnreadable(MOST_PIXELS) from None
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)  # what `info` holds is not written, not even a comment
    return bare


def _encoded(image: "Image") -> bytes:
    body = BytesIO()
    image.save(body, "JPEG", quality=QUALITY)
    return body.getvalue()
