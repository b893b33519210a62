"""The same seed makes the same city in another process: nothing hangs on its memory or its hashes.

`tests/simulation` compares within one process; Python's own hash seed differs between processes.
"""

import os
import subprocess
import sys

TELL = """
import hashlib
from datetime import UTC, datetime, timedelta
from dalgu.cities import load
from dalgu.kernel.clock import ManualClock
from dalgu.simulation import Simulation

now = datetime(2026, 11, 22, 3, tzinfo=UTC)
simulation = Simulation(load("daegu"), ManualClock(now), {seed})
whole, count = hashlib.sha256(), 0
for entity in simulation.registers():
    whole.update(repr(entity).encode())
for format, body, at in simulation.messages(now - timedelta(days=1), now):
    whole.update(f"{{format}} {{at.isoformat()}} ".encode() + body)
    count += 1
print(count, whole.hexdigest())
"""


def told(*, seed, hash_seed):
    """Start to tell a day in another process; return the process."""
    return subprocess.Popen(
        [sys.executable, "-c", TELL.format(seed=seed)],
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_tell_the_same_day():
    days = [told(seed=1, hash_seed=1), told(seed=1, hash_seed=2), told(seed=2, hash_seed=1)]
    first, again, other = (day.communicate(timeout=60)[0].split() for day in days)
    assert first == again
    assert first[1] != other[1]
    assert int(first[0]) > 20_000
