"""A running city is killed while clients write: what it acknowledged is there after.

The campaign is `benchmarks/reliability/kills.py`; here is a short run of it.
"""

import asyncio
import socket

import pytest
from benchmarks.reliability.kills import run_kills

pytestmark = pytest.mark.server


def test_kills_lose_nothing_that_was_acknowledged(tmp_path):
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]

    totals = asyncio.run(run_kills(tmp_path, 2, port))

    assert not [kind for kind in totals if kind.startswith(("kills with", "unsound"))]
    assert totals["acknowledged"] > 0
