"""Checks the proof of a draw with nothing but its file and the seal that was published before.

    dalgu citizens verify-lottery roundtable-1-lottery.json --seal 2051e7…

Recomputes the seal from the opened seed and the pool, the panel and the alternates from the seed
and the witnesses' number, and that each of the numbered panels meets every quota.
"""

import msgspec

from dalgu.services.citizens.sortition.draw import faults


def check(body: bytes, seal: str = "") -> list[str]:
    """Return what of a proof does not hold, in words; nothing when all does."""
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ["the file is not JSON"]
    if not isinstance(told, dict):
        return ["the file is not a proof"]
    found = faults(told)
    if seal and told.get("commitment") != seal:
        found.append("the commitment is not the seal that was published")
    return found
