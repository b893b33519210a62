"""A small field as a process of its own: what the kill campaign commands and what must outlive it.

python -m benchmarks.traffic.safety.field_process SOCKET SECRET [--speed N] [--controllers N]
"""

import argparse
import asyncio
import math
from datetime import UTC, datetime

from benchmarks.traffic.safety.timings import TinyStreet, crossroads, dual_ring, two_stages
from dalgu.devices.signals.driver import FieldAddress
from dalgu.devices.signals.field import Field
from dalgu.devices.signals.process import serve
from dalgu.kernel.clock import SimulatedClock

START = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


def timings(controllers):
    """A mixed district, each controller with its own offset."""
    made = []
    for n in range(controllers):
        kind = n % 4
        if kind == 2:
            made.append(dual_ring(f"x{n:03d}"))
        elif kind == 3:
            made.append(two_stages(f"x{n:03d}"))
        else:
            made.append(crossroads(f"x{n:03d}", walk_s=10.0 + n % 12, offset_s=float(7 * n % 90)))
    return made


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("secret")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--controllers", type=int, default=16)
    asked = parser.parse_args()
    made = timings(asked.controllers)
    clock = SimulatedClock(START, speed=asked.speed)
    address = FieldAddress(asked.socket, asked.secret)
    # As fast as this computer can, if that is slower than asked for: its clock must not leap.
    await serve(Field(made, TinyStreet(made)), clock, address, behind_most_s=math.inf)


if __name__ == "__main__":
    asyncio.run(main())
