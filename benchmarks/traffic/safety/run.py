"""The safety layer of signal controllers.

python -m benchmarks.traffic.safety.run             all but the kills and the city
python -m benchmarks.traffic.safety.run outputs     a million random controller outputs
python -m benchmarks.traffic.safety.run bugs        planted bugs, and who catches them
python -m benchmarks.traffic.safety.run proof       every state of typical controllers
python -m benchmarks.traffic.safety.run city        lamps and times of all 250 signals proved; falls
python -m benchmarks.traffic.safety.run kills [N]   a city killed N (200) times over a socket
"""

import sys
import time

from benchmarks.traffic.safety import bugs, falls, kills, outputs
from benchmarks.traffic.safety.timings import crossroads, dual_ring, two_stages
from dalgu.devices.signals.proof import prove


def told(timing, **parts):
    """Prove one timing and print a line."""
    begun = time.process_time()
    proof = prove(timing, **parts)
    seconds = time.process_time() - begun
    verdict = "holds" if proof.holds else f"NOT: {proof.failed}"
    print(
        f"  {proof.signal:8} {len(timing.groups):6} {len(timing.stages):6} {proof.states:8,}"
        f" {proof.red_states:12,} {proof.steps:13,} {proof.return_most_s:6.0f} of"
        f" {proof.cycle_s:4.0f} {seconds:7.1f}  {verdict}",
        flush=True,
    )
    return proof


def proofs():
    """Prove typical timings whole."""
    print("every state of lamps and times, of every group's red, returns to the plan")
    print("  signal   groups stages   states   red states         steps  back, s    CPU s")
    cases = (two_stages(), bugs.small_walk(), dual_ring(), crossroads(walk_s=10))
    return sum(not told(timing).holds for timing in cases)


def city():
    """Prove lamps and times of every signal of the city, then let all fall."""
    timings = falls.city()
    begun = time.process_time()
    done = [prove(timing, reds=False, returns=False) for timing in falls.fit(timings)]
    bad = [proof for proof in done if not proof.holds]
    states, steps = sum(one.states for one in done), sum(one.steps for one in done)
    print(f"{len(done)} of {len(timings)} signals: {states:,} states, {steps:,} ticks, ", end="")
    print(f"{time.process_time() - begun:.0f} s CPU; {len(bad)} with an invariant broken")
    for proof in bad[:5]:
        print(f"  {proof.signal}: {proof.failed}")
    return len(bad) + falls.report(timings)


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    runs = {
        "outputs": outputs.report,
        "bugs": bugs.report,
        "proof": proofs,
        "city": city,
        "kills": lambda: kills.report(number, max(1, number // 40)),
    }
    chosen = [what] if what else ["outputs", "bugs", "proof"]
    return sum(runs[name]() for name in chosen)


if __name__ == "__main__":
    sys.exit(main() > 0)
