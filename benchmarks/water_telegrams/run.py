"""Telegrams of real meters, read by us beside other libraries, and how many a second.

    DALGU_TEST_DATA=<folder of the test data> python benchmarks/water_telegrams/run.py

Prints how many of the published telegrams are read whole, how many of their values are exactly
the expected ones, what is missing by driver and why, what becomes of broken and closed
telegrams, and telegrams a second on one core. The table of drivers was made from the same
telegrams; simulated traffic, of which it has seen only the kinds of meters, is the check on it.

The peers' figures were measured on the same file: pymbusparser 0.5.3 and pyMeterBus 0.8.5 on
their own, and pymbusparser with headers and encryption taken off for it ("helped"); they name
no values, so that only the total volume can be compared. The C++ program's speed is that of
wmbusmeters 3.0.0 from bytes to JSON.
"""

import os
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from published import Example, Result, examples, results, simulations

from dalgu.devices.wmbus.compact import Formats
from dalgu.devices.wmbus.drivers.reading import choose, describe
from dalgu.devices.wmbus.drivers.table import driver_named
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
AIM_PER_SECOND = 5_000
WRONG_KEY = bytes(range(16))


def main() -> None:
    root = os.environ.get("DALGU_TEST_DATA")
    if not root:
        sys.exit("DALGU_TEST_DATA is not set; it must name the folder with water-wmbus/.")
    found = examples(Path(root))
    done = results(found)
    print_totals(done)
    print_values(done)
    print_missed(done)
    print_refused(found, simulations(Path(root)))
    print_speed(found)


def print_totals(done: list[Result]) -> None:
    totals = [result for result in done if "total_m3" in result.example.expected]
    water = [result for result in totals if result.example.is_water]
    read = sum(result.is_read for result in done)
    print("                                              read     total_m3     of water")
    print(
        f"  Dalgu                                     {read} of {len(done)}"
        f"   {_hits(totals)}   {_hits(water)}"
    )
    print(PEERS)


def print_values(done: list[Result]) -> None:
    print("\nValues by name and unit, as the program that published them says them:")
    for title, part in (
        ("all media", done),
        ("water alone", [result for result in done if result.example.is_water]),
    ):
        whole = sum(result.is_whole for result in part)
        equal = sum(result.equal for result in part)
        values = sum(len(result.values) for result in part)
        print(
            f"  {title:<14} {equal:,} of {values:,} values, {whole} of {len(part)} telegrams whole"
        )
    found = sum(_is_detected(result) for result in done)
    print(f"  driver found by the meter's kind alone: {found} of {len(done)}")


def print_missed(done: list[Result]) -> None:
    missed = [result for result in done if not result.is_whole]
    print(f"\nNot whole, by driver: {len(missed) or 'none'}")
    for driver, count in Counter(result.example.driver for result in missed).most_common():
        of_driver = [result for result in missed if result.example.driver == driver]
        reasons = {result.refusals[-1].title for result in of_driver if result.refusals}
        names = sorted({name for result in of_driver for name in result.missing})
        print(f"  {driver:<12} {count:>3}   {', '.join(reasons) or ', '.join(names)[:90]}")


def print_refused(found: list[Example], traffic: list[tuple[str, bytes]]) -> None:
    outcome: Counter[str] = Counter(_outcome(telegram, None) for _, telegram in traffic)
    print(f"\nSimulated traffic, {len(traffic)} telegrams, no keys given:")
    for title, count in outcome.most_common():
        print(f"  {count:>4}  {title}")
    closed = [e for e in found if e.key and _outcome(e.telegrams[0], None) != "read"]
    wrong = Counter(_outcome(e.telegrams[0], WRONG_KEY[: len(e.key or b"")]) for e in closed)
    print(f"Closed telegrams under a wrong key: {dict(wrong)}")
    cut = Counter(
        _outcome(e.telegrams[0][:size], e.key) for e in found for size in range(len(e.telegrams[0]))
    )
    print(f"Telegrams cut short at every byte: {cut.total():,}, of them read {cut['read']:,}")


def print_speed(found: list[Example]) -> None:
    print("\nTelegrams a second on one core, bytes to water reading (C++ beside):")
    for title, driver, size, peer in SPEED:
        example = next(
            e
            for e in found
            if e.driver == driver and len(e.telegrams[0]) == size and (e.key or size < 100)
        )
        print(f"  {title:<28} {_per_second(example):>8,.0f}   ({peer})")
    formats = Formats()
    work = [(example, sent) for example in found for sent in example.telegrams]
    for example, sent in work:
        with suppress(TelegramInvalid):  # a compact frame before its full one
            decode(sent, example.key, formats=formats)
    print(f"Bytes to named fields, all telegrams in turn (aim {AIM_PER_SECOND:,}):")
    print(f"  {'all media':<28} {_mix_per_second(work, formats):>8,.0f}")
    media = Counter(str(example.expected["media"]) for example, _ in work)
    for name, count in media.most_common():
        part = [one for one in work if one[0].expected["media"] == name]
        print(f"  {name:<28} {_mix_per_second(part, formats):>8,.0f}   ({count} telegrams)")


def _mix_per_second(work: list[tuple[Example, bytes]], formats: Formats) -> float:
    repeats = max(1, 2_000 // len(work))
    started = time.process_time()
    for _ in range(repeats):
        for example, sent in work:
            telegram = decode(sent, example.key, formats=formats)
            describe(telegram, choose(telegram, example.driver), key=example.key)
    return repeats * len(work) / (time.process_time() - started)


def _per_second(example: Example, repeats: int = 5_000) -> float:
    telegram = example.telegrams[0]
    read_water(decode(telegram, example.key))
    started = time.process_time()
    for _ in range(repeats):
        read_water(decode(telegram, example.key))
    return repeats / (time.process_time() - started)


def _outcome(telegram: bytes, key: bytes | None) -> str:
    try:
        decode(telegram, key)
    except TelegramInvalid as refusal:
        return refusal.title
    return "read"


def _is_detected(result: Result) -> bool:
    return result.detected == driver_named(result.example.driver).name


def _hits(done: list[Result]) -> str:
    return f"{sum(result.has_total for result in done)} of {len(done)}"


if __name__ == "__main__":
    main()
