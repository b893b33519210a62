"""Stand-in codec of day sheets, until validation brings its own."""

from datetime import date

import msgspec
import numpy as np

from dalgu.kernel.ids import EntityId
from dalgu.services.water.validation.sheet import Sheet

_ARRAYS = {
    "start_register_l": np.int64,
    "end_register_l": np.int64,
    "use_l": np.int32,
    "standing": np.uint8,
    "raised": np.uint32,
    "first_message": np.int64,
    "last_message": np.int64,
}


def encode(sheet: Sheet) -> bytes:
    """Return the sheet's bytes."""
    head = {"area": sheet.area, "day": sheet.day.isoformat(), "meters": sheet.meters}
    return msgspec.msgpack.encode(
        {**head, **{n: getattr(sheet, n).astype(t).tobytes() for n, t in _ARRAYS.items()}}
    )


def decode(body: bytes) -> Sheet:
    """Return the sheet."""
    d = msgspec.msgpack.decode(body)
    n = len(d["meters"])
    arrays = {k: np.frombuffer(d[k], t) for k, t in _ARRAYS.items()}
    for k in ("use_l", "standing"):
        arrays[k] = arrays[k].reshape(n, 24)
    return Sheet(EntityId(d["area"]), date.fromisoformat(d["day"]), tuple(d["meters"]), **arrays)
