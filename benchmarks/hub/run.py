"""What the hub costs: CPU per operation, beside the limits that SQLite and the server set.

    python benchmarks/hub/run.py [--entities 5000] [--folder /var/tmp] [--json FILE]
    python benchmarks/hub/run.py --notifications [--rate 1000] [--seconds 20]
    python benchmarks/hub/run.py --growth [--most 1000000] [--plot FILE.svg]

Each figure is a median of rounds; the limits are taken in the same run. History and events are
on, every write is durable when it is counted, and 100 subscriptions are loaded over HTTP.
"""

import argparse
import asyncio
import tempfile
from dataclasses import asdict
from pathlib import Path

import in_process
import msgspec
import over_http
import probe
from figures import HEADING, Figure
from growth import report
from notifications import delivery
from sample import body, spot


async def operations(folder: Path, count: int) -> list[Figure]:
    """Measure the limits and all operations, and print them."""
    print(HEADING)
    found: list[Figure] = []
    for some in (
        probe.figures(folder, count),
        in_process.figures(folder, count),
        over_http.figures(folder, count),
    ):
        for one in await some:
            print(one.line(), flush=True)
            found.append(one)
    print(f"{'body of one entity, bytes':<58}{len(body(spot(0))):9}")
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entities", type=int, default=5_000, help="entities to create")
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder)")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--notifications", action="store_true", help="measure delivery instead")
    parser.add_argument("--rate", type=int, default=1_000, help="updates a second")
    parser.add_argument("--seconds", type=int, default=20, help="of updates")
    parser.add_argument("--port", type=int, default=9655, help="of the receiver")
    parser.add_argument("--growth", action="store_true", help="measure ever larger hubs instead")
    parser.add_argument("--most", type=int, default=1_000_000, help="entities of the largest")
    parser.add_argument("--plot", type=Path, help="draw the growth into this file")
    return parser.parse_args()


def main() -> None:
    """Run the part that was asked for."""
    options = arguments()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        if options.notifications:
            told = delivery(Path(name), options.port, options.rate, options.seconds)
            print(*asyncio.run(told).lines(), sep="\n")
            return
        if options.growth:
            report(Path(name), options.most, options.plot)
            return
        found = asyncio.run(operations(Path(name), options.entities))
    if options.json is not None:
        options.json.write_bytes(msgspec.json.encode([asdict(one) for one in found]))


if __name__ == "__main__":
    main()
