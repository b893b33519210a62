"""Telegrams of real meters, read by us beside other libraries, and how many a second.

    DALGU_TEST_DATA=<folder of the test data> python benchmarks/water_telegrams/run.py

Prints how many of the published telegrams are read, how many give exactly the expected total
volume, why the others do not, and telegrams a second on one core. The peers' figures were
measured on the same file: pymbusparser 0.5.3 and pyMeterBus 0.8.5 on their own, and
pymbusparser with headers and encryption taken off for it ("helped"); the C++ program's speed
is that of wmbusmeters 3.0.0 from bytes to JSON.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from published import Example, Result, examples, results, simulations

from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.telegram import decode
from dalgu.devices.wmbus.water import read_water

PEERS = """\
  pymbusparser 0.5.3, helped                334 of 369   108 of 169   93 of 150
  pymbusparser 0.5.3                        334 of 369    58 of 169
  pyMeterBus 0.8.5                          331 of 369    49 of 169"""
SPEED = (
    ("25 bytes, plain", "iperl", 25, "19,000"),
    ("162 bytes, AES, 21 records", "waterstarm", 162, "2,100 to 6,000"),
)


def main() -> None:
    root = os.environ.get("DALGU_TEST_DATA")
    if not root:
        sys.exit("DALGU_TEST_DATA is not set; it must name the folder with water-wmbus/.")
    found = examples(Path(root))
    done = results(found)
    print_totals(done)
    print_missed(done)
    print_simulations(simulations(Path(root)))
    print_speed(found)


def print_totals(done: list[Result]) -> None:
    totals = [result for result in done if "total_m3" in result.example.expected]
    water = [result for result in totals if result.example.is_water]
    open_water = [result for result in water if result.example.is_open]
    read = sum(result.is_read for result in done)
    print("                                              read     total_m3     of water")
    print(
        f"  Dalgu                                     {read} of {len(done)}"
        f"   {_hits(totals)}   {_hits(water)}"
    )
    print(PEERS)
    print(f"  Dalgu, water meters of open formats: {_hits(open_water)}")


def print_missed(done: list[Result]) -> None:
    missed = [r for r in done if "total_m3" in r.example.expected and not r.has_total]
    print("\nTotals not found, by driver:")
    for driver, count in Counter(result.example.driver for result in missed).most_common():
        reasons = {
            r.refusals[-1].title for r in missed if r.example.driver == driver and r.refusals
        }
        print(f"  {driver:<12} {count:>3}   {', '.join(reasons) or 'proprietary layout'}")


def print_simulations(telegrams: list[bytes]) -> None:
    outcome: Counter[str] = Counter()
    for telegram in telegrams:
        try:
            decode(telegram)
        except TelegramInvalid as refusal:
            outcome[refusal.title] += 1
        else:
            outcome["read"] += 1
    print(f"\nSimulated traffic, {len(telegrams)} telegrams, no keys given:")
    for title, count in outcome.most_common():
        print(f"  {count:>4}  {title}")


def print_speed(found: list[Example]) -> None:
    print("\nTelegrams a second on one core, bytes to water reading (C++ beside):")
    for title, driver, size, peer in SPEED:
        example = next(
            e
            for e in found
            if e.driver == driver and len(e.telegrams[0]) == size and (e.key or size < 100)
        )
        print(f"  {title:<28} {_per_second(example):>8,.0f}   ({peer})")


def _per_second(example: Example, repeats: int = 10_000) -> float:
    telegram = example.telegrams[0]
    read_water(decode(telegram, example.key))
    started = time.process_time()
    for _ in range(repeats):
        read_water(decode(telegram, example.key))
    return repeats / (time.process_time() - started)


def _hits(done: list[Result]) -> str:
    return f"{sum(result.has_total for result in done)} of {len(done)}"


if __name__ == "__main__":
    main()
