"""Open311 GeoReport v2: the conformance suite against the real site of a small city.

    python -m benchmarks.citizens.open311

Prints the table of all checks and how many passed; there is no published figure beside it, as no
other suite for GeoReport v2 lives (the two of 2010 want Python 2 and servers that are gone). Starts
a city of its own on a free port; nothing else is asked.
"""

import sys
import tempfile
from pathlib import Path

PLACE = (35.8590, 128.6250)


def main() -> int:
    """Play the suite and print; return 1 where anything fails or is not tried."""
    from tests.pages.conftest import running_town

    from dalgu.app.conformance.open311.judging import Outcome
    from dalgu.app.conformance.open311.play import play
    from dalgu.app.conformance.open311.server import Asked

    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(Path(folder) / "city") as town,
    ):
        asked = Asked(f"{town.url}/open311/v2", place=PLACE, may_file=True)
        played = play(asked)
    sys.stdout.write(played.text() + "\n")
    passed, failed = played.count(Outcome.PASSED), played.count(Outcome.FAILED)
    skipped = played.count(Outcome.SKIPPED)
    sys.stdout.write(f"\n{passed} of {passed + failed} passed; {skipped} not tried\n")
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
