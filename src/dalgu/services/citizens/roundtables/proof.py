"""Checks the proof of a draw with nothing but its file and the seal that was published before.

    python -m dalgu.services.citizens.roundtables.proof roundtable-1-lottery.json --seal 2051e7…

Recomputes the seal from the opened seed and the pool, the panel and the alternates from the seed
and the witnesses' number, and that each of the numbered panels meets every quota.
"""

import argparse
import sys
from pathlib import Path

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


def main(arguments: list[str] | None = None) -> int:
    """Print what does not hold; return 0 when all does."""
    parser = argparse.ArgumentParser(description="Check the proof of a roundtable's draw.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seal", default="", help="as the page showed it before the draw")
    given = parser.parse_args(arguments)
    found = check(given.file.read_bytes(), given.seal)
    sys.stdout.write("".join(f"does not hold: {one}\n" for one in found) or "the proof holds\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
