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
PROCESS_CPU_CLOCK = 2
LEAST_CALLS = 32  # of one codec, so that the clock sees them
SLOWEST = 6
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
    """Return the CPU seconds of this process and of the codecs' worker together."""
    worker = (~host.worker_pid << 3) | PROCESS_CPU_CLOCK  # Linux, clock_getcpuclockid(3)
    return time.process_time() + time.clock_gettime(worker)


def timed(rows):
    """Print the CPU time of each call in both processes, loading apart, and the wall time."""
    by_codec = defaultdict(list)
    for _, call, _ in rows:
        by_codec[call.codec.name].append(call)
    for title, size in (("batches of 32", 32), ("one by one", 1)):
        spent_us, wall_s = {}, 0.0
        for name, own in by_codec.items():
            host.run_many(own)  # loads it
            calls = own * max(1, LEAST_CALLS // len(own))
            started, started_cpu_s = time.perf_counter(), cpu_s()
            for start in range(0, len(calls), size):
                host.run_many(calls[start : start + size])
            spent_us[name] = (cpu_s() - started_cpu_s) / len(calls) * 1e6
            wall_s += (time.perf_counter() - started) / len(calls) * len(own)
        told(title, by_codec, spent_us, wall_s / len(rows) * 1e6)


def told(title, by_codec, spent_us, wall_us):
    """Print the mean over all calls, and which codecs lie above the goal."""
    count = sum(len(own) for own in by_codec.values())
    mean_us = sum(spent_us[name] * len(own) for name, own in by_codec.items()) / count
    ordered = sorted(spent_us, key=spent_us.get)
    slow = ordered[-SLOWEST:]
    rest = [name for name in ordered if name not in slow]
    rest_us = sum(spent_us[name] * len(by_codec[name]) for name in rest)
    rest_us /= sum(len(by_codec[name]) for name in rest)
    above = sum(us > GOAL_US for us in spent_us.values())
    print(
        f"(c) {title}: mean {mean_us:.0f} us of CPU in both processes (goal {GOAL_US}), without "
        f"the {SLOWEST} slowest codecs {rest_us:.0f} us, median codec "
        f"{spent_us[ordered[len(ordered) // 2]]:.0f} us; {above} of {len(ordered)} above the goal; "
        f"wall {wall_us:.0f} us at load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print("    slowest: " + ", ".join(f"{name} {spent_us[name]:.0f}" for name in reversed(slow)))


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
    equals, registers = Counter(), Counter()
    for device, native in NATIVE.items():
        mine = [(call, expected) for name, call, expected in well if name == device]
        theirs = [(call, expected) for name, call, expected in rows if name == device]
        equals.update(is_published(device, native, *one) for one in mine)
        wanted = [(call, expected) for call, expected in theirs if total_l(expected) is not None]
        registers.update(is_register(device, native, *one) for one in wanted)
        payloads = [(bytes(c.given["bytes"]), c.given.get("fPort")) for c, _ in mine + theirs]
        if not payloads:
            continue
        if mine:
            compare(device, native, mutated(device, payloads, chance), mine[0][0].codec)
        else:
            print(f"(e) {native} ({device}): the vendor publishes no example")
        print(f"    {speed(native, payloads)}")
    print(
        f"(e) native: {equals[True]} of {equals.total()} examples equal; {registers[True]} of "
        f"{registers.total()} registers equal the npm vectors' litres"
    )


def is_published(device, native, call, expected):
    """Tell whether a native decoder gives a published example; print where it does not."""
    ours = decoded(native, bytes(call.given["bytes"]), call.given["fPort"])
    if isinstance(ours, CodecError):
        good = bool(expected.get("errors"))
    else:
        good = same(ours, without_nulls(expected.get("data")))
    if not good:
        print(f"    miss {device}: {str(ours)[:200]}")
    return good


def is_register(device, native, call, expected):
    """Tell whether the canonical register is the total of a vector; print where it is not."""
    try:
        fields = DECODERS[native].decode(bytes(call.given["bytes"]), call.given["fPort"])
        found = canonical(DECODERS[native].mapping, fields).registers
    except (CodecError, MappingUnfit) as error:
        found = str(error)
    good = bool(found) and not isinstance(found, str) and found[0][1] == total_l(expected)
    if not good:
        print(f"    register of {device}: {found[:1]}, the vector says {total_l(expected)}")
    return good


def mutated(device, payloads, chance):
    """Return frames with up to two bytes changed; an M-Bus frame keeps a right check sum."""
    cases = []
    for _ in range(SENSUS_MUTATIONS if "sensus" in device else MUTATIONS):
        payload, f_port = chance.choice(payloads)
        broken = bytearray(payload)
        for at in chance.sample(range(len(broken)), min(len(broken), chance.randrange(3))):
            broken[at] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        if "acrios" in device and len(broken) > 10:
            broken[-2] = sum(broken[6:-2]) & 255
        cases.append((bytes(broken), f_port))
    return cases


def compare(device, native, cases, codec):
    """Print how a native decoder and its vendor's codec agree on mutated frames."""
    results = host.run_many([uplink_call(codec, *case, NOW) for case in cases])
    found = Counter()
    for case, result in zip(cases, results, strict=True):
        ours = decoded(native, *case)
        told = result.get("data") if isinstance(result, dict) and not result.get("errors") else None
        if isinstance(ours, CodecError):
            found["refused by ours" if told else "refused by both"] += 1
        elif told is None:
            found["read by ours alone"] += 1
        else:
            found["equal" if same(ours, without_nulls(told)) else "different"] += 1
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


host = CodecHost()

if __name__ == "__main__":
    main()
