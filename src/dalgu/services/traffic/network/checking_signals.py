"""Whether the signals of a network can be run: timings, groups, paths that cross, pedestrians."""

import math
from collections.abc import Iterator

from dalgu.devices.signals.checks import check_timing
from dalgu.devices.signals.errors import TimingInvalid
from dalgu.devices.signals.timing import GroupKind, Timing
from dalgu.services.traffic.network.arms import arms_of, flows_of
from dalgu.services.traffic.network.finding import Finding, thing
from dalgu.services.traffic.network.model import Signal, Turn
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.network.staging import WALKING_MPS, conflict


def signal_findings(parts: Parts) -> list[Finding]:
    """Return the findings of all signals."""
    found: list[Finding] = []
    for signal in parts.network.signals:
        found += _timing(signal)
        found += _ruled(parts, signal)
        found += _crossings(parts, signal)
        found += _paths(parts, signal)
    return found


def timing_of(signal: Signal, detectors: tuple[str, ...] = ()) -> Timing:
    """Return what the controller of a signal needs."""
    return Timing(
        signal.id, signal.groups, signal.intergreen_s, signal.stages, signal.plans, detectors
    )


def _timing(signal: Signal) -> Iterator[Finding]:
    try:
        check_timing(timing_of(signal))
    except TimingInvalid as refused:
        yield Finding("timing-invalid", thing("signal", signal.id), {"reason": refused.detail})


def _ruled(parts: Parts, signal: Signal) -> Iterator[Finding]:
    movements = parts.ruled_by.get(signal.id, ())
    if not movements:
        yield Finding("signal-without-movements", thing("signal", signal.id))
    for one in movements:
        if one.group < 0 and one.turn is not Turn.RIGHT:
            parts_ = {"turn": one.turn.value, "signal": signal.id}
            yield Finding("movement-unsignalled", thing("movement", one.id), parts_)
        elif one.group >= 0 and signal.groups[one.group].kind is GroupKind.PEDESTRIAN:
            parts_ = {"group": signal.groups[one.group].name, "signal": signal.id}
            yield Finding("movement-of-pedestrians", thing("movement", one.id), parts_)
    used = {one.group for one in movements}
    used |= {one.group for one in parts.crossings_of.get(signal.id, ())}
    for n, group in enumerate(signal.groups):
        if n not in used:
            yield Finding("group-unused", thing("signal", signal.id), {"group": group.name})


def _crossings(parts: Parts, signal: Signal) -> Iterator[Finding]:
    for one in parts.crossings_of.get(signal.id, ()):
        if one.group < 0:
            continue
        group = signal.groups[one.group]
        if group.kind is not GroupKind.PEDESTRIAN:
            parts_ = {"group": group.name, "signal": signal.id}
            yield Finding("crossing-of-vehicles", thing("crossing", one.id), parts_)
            continue
        mps = WALKING_MPS[one.zone]
        need_s = one.length_m / mps
        if group.amber_s + 1e-6 < need_s:
            yield Finding(
                "clearance-too-short",
                thing("crossing", one.id),
                {
                    "length_m": f"{one.length_m:g}",
                    "need_s": f"{math.ceil(need_s)}",
                    "mps": f"{mps:g}",
                    "is_s": f"{group.amber_s:g}",
                },
            )


def _paths(parts: Parts, signal: Signal) -> Iterator[Finding]:
    """Find through traffic and protected left turns that cross without an intergreen.

    The geometry is that of straight arms around one point: a signal of several nodes is left out.
    """
    if len(signal.nodes) != 1:
        return
    arms = arms_of(parts, signal.nodes[0])
    flows = flows_of(parts, arms, parts.ruled_by.get(signal.id, ()))
    yields = {one.id for one in parts.ruled_by.get(signal.id, ()) if one.permissive}
    group_of = {one.id: one.group for one in parts.ruled_by.get(signal.id, ())}
    told: set[tuple[int, int]] = set()
    ruled = [flow for flow in flows if flow.id not in yields and group_of[flow.id] >= 0]
    for n, one in enumerate(ruled):
        for other in ruled[:n]:
            i, j = sorted((group_of[one.id], group_of[other.id]))
            if (i, j) in told or i == j or signal.intergreen_s[i][j] or signal.intergreen_s[j][i]:
                continue
            if conflict(arms, one, other) and one.path.end != other.path.end:
                told.add((i, j))
                names = {"one": signal.groups[i].name, "other": signal.groups[j].name}
                yield Finding("crossing-paths", thing("signal", signal.id), names)
