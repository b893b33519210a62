"""Print what a model city says in some days: messages, values, bytes, CPU, a few rhythms.

python tools/city_statistics.py [--city daegu] [--days 30] [--seed 1] [--until 2026-11-22]
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dalgu.cities import load
from dalgu.devices.formats import FORMATS
from dalgu.devices.formats.reading import Reading
from dalgu.devices.uplink import Decoder, Uplink
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import EntityId
from dalgu.services.parking.wire import decode_guidance
from dalgu.services.traffic.wire import decode_count
from dalgu.services.water.wire import decode_hourly, decode_oms
from dalgu.simulation import Simulation

DECODERS: dict[str, Decoder] = {
    "chirpstack": decode_hourly,
    "oms": decode_oms,
    "parking": decode_guidance,
    "camera": decode_count,
}


def count_values(format: str, body: bytes, at: datetime) -> Counter[str]:
    """Return how many history rows a message becomes, by attribute."""
    found: Counter[str] = Counter()
    for reading in FORMATS[format](body, at):
        found["deviceState"] += 1
        if format not in DECODERS:
            continue
        for entity in DECODERS[format](_uplink(reading, at)):
            instances = entity.to_document().items()
            found.update(n for n, i in instances if isinstance(i, dict) and "observedAt" in i)
    return found


def _uplink(reading: Reading, at: datetime) -> Uplink:
    return Uplink(
        device=reading.device,
        entity=EntityId("urn:ngsi-ld:OffStreetParking:x"),
        received_at=at,
        observed_at=reading.observed_at,
        payload=reading.payload,
        values=reading.values,
    )


def timed(what: str, work: Callable[[], object]) -> None:
    """Print the CPU that a piece of work takes."""
    started = time.process_time()
    work()
    print(f"{what:<28}{time.process_time() - started:8.2f} s CPU")


def main() -> None:
    """Print the statistics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", default="daegu")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", default="2026-11-22")
    asked = parser.parse_args()
    until = datetime.fromisoformat(asked.until).replace(tzinfo=UTC)
    city = Simulation(load(asked.city), ManualClock(until), asked.seed)
    timed("registers", city.registers)

    messages: Counter[str] = Counter()
    size: Counter[str] = Counter()
    started = time.process_time()
    for format, body, _ in city.messages(until - timedelta(days=asked.days), until):
        messages[format] += 1
        size[format] += len(body)
    spent = time.process_time() - started
    print(f"{asked.days} days: {messages.total():,} messages in {spent:.1f} s CPU, ", end="")
    print(f"{messages.total() / spent:,.0f} a second, {size.total() / 1e6:.0f} MB")
    for format, count in messages.most_common():
        print(f"  {format:<12}{count:>9,}  {size[format] / count:6.0f} B each")

    values: Counter[str] = Counter()
    for format, body, at in city.messages(until - timedelta(days=1), until):
        values += count_values(format, body, at)
    print(f"values of the last day: {values.total():,}; of 30 such days {30 * values.total():,}")
    for name, count in values.most_common():
        print(f"  {name:<24}{count:>9,}")


if __name__ == "__main__":
    main()
