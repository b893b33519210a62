"""SPaT and MAP of 250 intersections a second: time, octets, what is encoded anew.

    python -m benchmarks.traffic.v2x.throughput [--seconds N]

Needs pycrate: `pip install 'dalgu[v2x]'`. The intersections are those of the generated Daegu
network; every group's light changes at random every 20 s, more often than a plan lets it.
"""

import argparse
import resource
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from dalgu.cities import load
from dalgu.devices.signals.report import BINS, Light, Report
from dalgu.services.traffic.network.compiled import Compiled, compile_network
from dalgu.services.traffic.v2x.roadside import Roadside
from dalgu.services.traffic.v2x.spat import Spat, encode_spat
from dalgu.services.traffic.v2x.told import states_of
from dalgu.simulation.city import plan_city
from dalgu.simulation.street_network import street_network

START_S = 1_764_500_400.0
CHANGE_S = 20.0  # mean time between two changes of a group's light


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=120)
    told = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    import pycrate_asn1dir.ITS_DENM_3
    import pycrate_asn1dir.ITS_IS  # noqa: F401

    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"import {time.perf_counter() - began:.2f} s, {(after - before) / 1024:.0f} MB")
    compiled = compile_network(street_network(plan_city(load("daegu"), 1)))
    for hertz in (1, 10):
        _run(compiled, told.seconds, hertz)
    _every_one_anew(compiled)


def _run(compiled: Compiled, seconds: int, hertz: int) -> None:
    state = SimpleNamespace(network=SimpleNamespace(digest="0" * 64))
    roadside = Roadside(SimpleNamespace(state=state, compiled=lambda: compiled), None)
    rng = np.random.default_rng(1)
    report = _report(compiled, START_S)
    took, octets = [], []
    for step in range(1, seconds * hertz + 1):
        began = time.process_time()
        frames = roadside.frames(compiled, report)
        took.append(time.process_time() - began)
        octets.append(sum(map(len, frames)))
        report = _next(report, START_S + step / hertz, 1 / hertz, rng)
    signals = len(compiled.layout.signals)
    steady = np.array(took[1:]) * hertz
    sent = roadside.sent
    print(
        f"{signals} intersections, {len(compiled.layout.group_signal)} groups, "
        f"{hertz} Hz, {seconds} s: "
        f"first {took[0]:.2f} CPU s (MAP encoded once), then mean {steady.mean():.3f}, "
        f"95 % {np.quantile(steady, 0.95):.3f}, most {steady.max():.3f} CPU s of each second"
    )
    print(
        f"{sent.spat} SPaT ({sent.encoded} encoded anew, {sent.encoded / sent.spat:.1%}), "
        f"{sent.maps} MAP, {np.mean(octets) * hertz / 1000:.0f} kB a second"
    )


def _every_one_anew(compiled: Compiled) -> None:
    states = list(states_of(compiled.layout, _report(compiled, START_S), 0))
    began = time.process_time()
    size = sum(len(encode_spat(Spat((state,)))) for state in states)
    spent = time.process_time() - began
    print(
        f"each of {len(states)} SPaT encoded anew: {spent:.2f} CPU s, "
        f"{len(states) / spent:.0f} a second, mean {size / len(states):.0f} octets"
    )


def _report(compiled: Compiled, at_s: float) -> Report:
    layout = compiled.layout
    signals, groups, lanes = len(layout.signals), len(layout.group_signal), len(layout.lanes)
    zeros = np.zeros(lanes)
    whole = np.zeros(signals, np.int64)
    return Report(
        at_s, whole, np.zeros(signals), np.zeros(signals), whole, whole,
        np.full(groups, Light.RED.value), np.zeros(groups), np.zeros(groups),
        zeros, np.zeros((lanes, BINS)), zeros, zeros, zeros, zeros, zeros > 0, np.zeros((0, 4)),
    )  # fmt: skip


def _next(report: Report, at_s: float, step_s: float, rng: np.random.Generator) -> Report:
    """Lights that change at random: more often than any plan lets them."""
    changes = rng.random(len(report.light)) < step_s / CHANGE_S
    light = np.where(changes, (report.light + 1) % 3, report.light)
    age = np.where(changes, 0.0, report.light_age_s + step_s)
    return replace(report, at_s=at_s, light=light, light_age_s=age)


if __name__ == "__main__":
    main()
