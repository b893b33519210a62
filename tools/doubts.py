"""Renews the tables of documented cases in docs/conformance.md, or checks that they are fresh.

`python tools/doubts.py` writes the page if it differs; with `--check` it only exits with 1.
"""

import re
import sys
from pathlib import Path

from dalgu.app.conformance.documented import doubts_table
from dalgu.app.conformance.suite import State

PAGE = Path(__file__).parent.parent / "docs" / "conformance.md"


def renewed(page: str) -> str:
    """Return the page with each table as the list of documented cases has it."""
    for state in State:
        table = re.compile(rf"(<!-- doubts: {state} -->\n).*?(<!-- end -->)", re.DOTALL)
        page = table.sub(lambda at, state=state: at[1] + doubts_table(state) + "\n" + at[2], page)
    return page


def main() -> int:
    """Write or check."""
    old = PAGE.read_text(encoding="utf-8")
    new = renewed(old)
    if "--check" not in sys.argv:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    return int(new != old)


if __name__ == "__main__":
    sys.exit(main())
