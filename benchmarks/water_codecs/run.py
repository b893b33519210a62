"""Vendors' LoRaWAN payload codecs in our host, and our native decoders beside them.

    git clone https://github.com/intelligent-farming/lorawan-codec-normalization UPSTREAM
    npm pack @intelligent-farming/lorawan-codec-normalization@0.2.2 && tar xzf *.tgz
    DALGU_TEST_DATA=<folder of the test data> python -m benchmarks.water_codecs.run \\
        --codecs UPSTREAM/codecs --npm package

Neither is a part of this repository (Apache-2.0 snapshots, an AGPL package); both are read here
alone. Without one of the folders its parts are left out. Printed:

(a) every example of The Things Network, decoded by the vendor's own codec; each miss with its
    reason. Published by others: 1,635 of 1,644 in plain QuickJS;
(b) every vector of the npm package (0.2.2 has 3,802). By others: 3,796 of 3,798;
(c) the time of each, by batches as the device entrance asks and one by one;
(d) what stops codecs that loop, recurse, throw, or eat memory, and that the next uplink works;
(e) the native decoders: equal to the examples and to the vendors' codecs on mutated frames, the
    register equal to the npm vectors' total in litres, and uplinks per second (goal 50,000).
"""

import argparse
import os
import random
import resource
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.water_codecs.published import (
    NATIVE,
    equal,
    examples,
    meets,
    package_folder,
    same,
    total_l,
    vectors,
    without_nulls,
)
from dalgu.devices.codecs.errors import CodecError, MappingUnfit
from dalgu.devices.codecs.host import Codec, CodecHost, uplink_call
from dalgu.devices.codecs.mapping import canonical
from dalgu.devices.codecs.native import NATIVE as DECODERS

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SEED = 1
MUTATIONS = 600
SENSUS_MUTATIONS = 120  # its codec is 300 kB and takes milliseconds
GOAL_US, GOAL_PER_S = 100, 50_000
BOMBS = {
    "endless loop": "while (true) {}",
    "loop that catches its end": "while (true) { try { while (true) {} } catch (e) {} }",
    "backtracking expression": "return /^(a+)+$/.test('a'.repeat(40) + 'b');",
    "indexOf on a made-up length": "return Array.prototype.indexOf.call({length: 1e15}, 5);",
    "join of a made-up length": "return new Array(1e9).join('x').length;",
    "arrays without end": "let all = []; while (true) all.push(new Array(1000));",
    "a string that doubles": "let all = 'x'; while (true) all += all;",
    "a huge output": "return {data: {all: 'x'.repeat(1e7)}};",
    "endless recursion": "return decodeUplink(input);",
    "deeply nested output": "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return {data: a};",
    "power of BigInt (ends the process)": "return String(2n ** 100000000n).length;",
    "memory caught and kept": "let a = []; while (1) { try { while (1) a.push('x'.repeat(1000) +"
    " a.length); } catch (e) {} }",
    "exception": "throw new Error('no');",
}
GOOD = Codec("good", "function decodeUplink(input) { return {data: {a: input.bytes[0]}}; }")


def cpu_s():
    """Return the CPU seconds of this process and of the workers that ended."""
    own, ended = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def timed(rows):
    """Print the time of each call, loading apart: wall and CPU of both processes."""
    calls = [call for _, call, _ in rows]
    by_codec = defaultdict(list)
    for call in calls:
        by_codec[call.codec.name].append(call)
    spent = {}
    for title, size in (("batches", 32), ("one by one", 1)):
        wall_s = 0.0
        for name, own in by_codec.items():
            host.run_many(own)  # loads it
            started = time.perf_counter()
            for start in range(0, len(own), size):
                host.run_many(own[start : start + size])
            took_s = time.perf_counter() - started
            wall_s += took_s
            spent[title, name] = took_s / len(own) * 1e6
        mean_us = wall_s / len(calls) * 1e6
        each = sorted(us for (how, _), us in spent.items() if how == title)
        print(
            f"(c) {title}: mean {mean_us:.0f} us (goal {GOAL_US}), median codec "
            f"{each[len(each) // 2]:.0f} us, {sum(us > GOAL_US for us in each)} of {len(each)} "
            "codecs above the goal"
        )
        slow = sorted(((us, name) for (how, name), us in spent.items() if how == title))[-5:]
        print("    slowest: " + ", ".join(f"{name} {us:.0f}" for us, name in reversed(slow)))


def the_things_network(data, codecs):
    """Print part (a)."""
    well, ill = examples(data, codecs, NOW)
    results = host.run_many([call for _, call, _ in well])
    misses = []
    for (device, _, expected), result in zip(well, results, strict=True):
        if isinstance(result, CodecError) or not equal(result, expected):
            misses.append((device, result, expected))
    reasons = Counter(reason for _, _, reason in ill)
    print(f"(a) The Things Network: {len(well) + len(ill)} examples, {len(well)} well-formed")
    for reason, count in reasons.items():
        devices = sorted({device for device, _, why in ill if why == reason})
        print(f"    not well-formed, {reason}: {count} ({', '.join(devices)})")
    print(f"    equal: {len(well) - len(misses)} of {len(well)}")
    for device, result, expected in misses:
        print(f"    miss {device}: {str(result)[:300]} expected {str(expected)[:300]}")
    timed(well)
    return well


def npm(package):
    """Print part (b)."""
    rows = vectors(package, NOW)
    results = host.run_many([call for _, call, _ in rows])
    misses = [
        (device, result)
        for (device, _, expected), result in zip(rows, results, strict=True)
        if isinstance(result, CodecError) or not meets(result, expected)
    ]
    print(f"(b) npm vectors: {len(rows) - len(misses)} of {len(rows)}")
    for device, result in misses:
        print(f"    miss {device}: {str(result)[:200]}")
    timed(rows)
    return rows


def bombs():
    """Print part (d)."""
    for title, body in BOMBS.items():
        codec = Codec(title, f"function decodeUplink(input) {{ {body} }}")
        started = time.perf_counter()
        try:
            result = host.decode_uplink(codec, b"\x01", f_port=1, received_at=NOW)
        except CodecError as error:
            result = error
        took_ms = (time.perf_counter() - started) * 1000
        after = host.decode_uplink(GOOD, b"\x2a", f_port=1, received_at=NOW).data == {"a": 42}
        print(f"(d) {title}: {took_ms:.0f} ms, next works: {after}; {str(result)[:110]}")
    tamper = Codec(
        "tamper",
        "var n = 0; function decodeUplink(i) { n++; left = (typeof left == 'undefined') ? 0 : 1;"
        "Array.prototype.map = function () { return 'x'; }; Object.prototype.bad = 1;"
        "return {data: {n, left, map: [1].map((x) => x), bad: ({}).bad === undefined}}; }",
    )
    same_twice = [
        host.decode_uplink(tamper, b"\x01", f_port=1, received_at=NOW).data for _ in range(2)
    ]
    print(
        f"(d) tampering between calls: {same_twice[0]}, again the same: "
        f"{same_twice[0] == same_twice[1]}"
    )


def decoded(native, payload, f_port):
    """Return the fields of a native decoder, or its refusal."""
    try:
        return without_nulls(DECODERS[native].decode(payload, f_port))
    except CodecError as error:
        return error


def natives(well, rows):
    """Print part (e)."""
    chance = random.Random(SEED)
    published = totals = asked = 0
    for device, native in NATIVE.items():
        mine = [(call, expected) for name, call, expected in well if name == device]
        theirs = [(call, expected) for name, call, expected in rows if name == device]
        for call, expected in mine:
            ours = decoded(native, bytes(call.given["bytes"]), call.given["fPort"])
            refused = isinstance(ours, CodecError)
            good = (
                refused
                if expected.get("errors")
                else same(ours if not refused else None, without_nulls(expected.get("data")))
            )
            published += good
            if not good:
                print(f"    miss {device}: {str(ours)[:200]}")
        for call, expected in theirs:
            total = total_l(expected)
            if total is None:
                continue
            asked += 1
            try:
                fields = DECODERS[native].decode(bytes(call.given["bytes"]), call.given["fPort"])
                registers = canonical(DECODERS[native].mapping, fields).registers
            except (CodecError, MappingUnfit) as error:
                registers = ()
                print(f"    {device}: {error}")
            good = bool(registers) and registers[0][1] == total
            totals += good
            if not good:
                print(f"    register of {device}: {registers[:1]}, the vector says {total}")
        payloads = [(bytes(c.given["bytes"]), c.given.get("fPort")) for c, _ in mine + theirs]
        compare(device, native, payloads, chance, (mine or [(None, None)])[0][0])
        print(f"    {speed(native, payloads)}")
    count = sum(name in NATIVE for name, _, _ in well)
    print(
        f"(e) native: {published} of {count} examples equal; {totals} of {asked} registers equal "
        "the npm vectors' litres"
    )


def compare(device, native, payloads, chance, call):
    """Print how a native decoder and its vendor's codec agree on mutated frames."""
    cases = []
    for _ in range(SENSUS_MUTATIONS if "sensus" in device else MUTATIONS):
        payload, f_port = chance.choice(payloads)
        broken = bytearray(payload)
        for _ in range(chance.randrange(3)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.choice(
                    (0, 1, 127, 128, 255, chance.randrange(256))
                )
        if "acrios" in device and len(broken) > 10:
            broken[-2] = sum(broken[6:-2]) & 255
        cases.append((bytes(broken), f_port))
    if call is None:
        print(f"(e) {native} ({device}): the vendor publishes no example")
        return
    results = host.run_many([uplink_call(call.codec, *case, NOW) for case in cases])
    found = Counter()
    for case, result in zip(cases, results, strict=True):
        ours = decoded(native, *case)
        told = result.get("data") if isinstance(result, dict) and not result.get("errors") else None
        if isinstance(ours, CodecError):
            found["refused by ours" if told else "refused by both"] += 1
        elif told is None:
            found["read by ours alone"] += 1
        else:
            found["equal" if same(ours, without_nulls(told)) else "DIFFERENT"] += 1
    print(f"(e) {native} ({device}), mutated: {dict(found)}")


def speed(native, payloads):
    """Return how many of its frames a native decoder decodes in a second of CPU time."""
    good = [case for case in payloads if not isinstance(decoded(native, *case), CodecError)]
    decode, rounds, best_s = DECODERS[native].decode, max(1, 1500 // max(1, len(good))), 1e9
    for _ in range(7):
        started = time.process_time()
        for _ in range(rounds):
            for payload, f_port in good:
                decode(payload, f_port)
        best_s = min(best_s, (time.process_time() - started) / (rounds * len(good)))
    return f"{native}: {1 / best_s:,.0f} uplinks/s over {len(good)} frames (goal {GOAL_PER_S:,})"


def main():
    """Run what the folders allow."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--codecs", type=Path, help="`codecs` folder of the upstream repository")
    parser.add_argument("--npm", type=Path, help="unpacked npm package")
    given = parser.parse_args()
    data = Path(os.environ["DALGU_TEST_DATA"]) / "water-lorawan-codecs"
    well = the_things_network(data, given.codecs) if given.codecs else []
    rows = npm(package_folder(given.npm)) if given.npm else []
    bombs()
    natives(well, rows)
    print(f"CPU of all: {cpu_s():.0f} s; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


host = CodecHost()

if __name__ == "__main__":
    main()
