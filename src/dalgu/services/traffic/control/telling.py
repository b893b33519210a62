"""What the running of signals tells the hub: links' flows, controllers' state, days of control."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dalgu.devices.signals.report import Cause, Mode, Report
from dalgu.hub.model import Document, Entity
from dalgu.kernel.clock import LOCAL, iso
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.control.activity import Worked
from dalgu.services.traffic.control.flows import INTERVAL_S, Interval
from dalgu.services.traffic.control.service_level import service_level
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.entities import SignalController

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

HOUR_S: Final = 3_600.0


def link_flows(
    compiled: Compiled, interval: Interval, *, is_first: bool = True
) -> Iterator[Entity]:
    """Yield the flow of every link that ends at a signal, over its lanes together.

    What never changes is told at first only: a day has 250,000 of these.
    """
    at = datetime.fromtimestamp(interval.until_s, UTC)
    link_of = compiled.streets.lane_link[compiled.streets.detected]
    order = np.argsort(link_of, kind="stable")
    links, first = np.unique(link_of[order], return_index=True)
    for link, lanes in zip(links.tolist(), np.split(order, first[1:]), strict=True):
        passed = float(interval.passed_veh[lanes].sum())
        speed = _mean_speed(interval, lanes)
        name = compiled.streets.links[link]
        yield TrafficFlowObserved(
            id=entity_id("TrafficFlowObserved", f"link-{name}"),
            observed_at=at,
            vehicle_count=round(passed),
            intensity=round(passed * HOUR_S / max(interval.seconds, 1.0), 1),
            average_speed=None if speed is None else round(speed, 1),
            occupancy=round(float(interval.occupancy[lanes].mean()), 3),
            interval=float(INTERVAL_S) if is_first else None,
            ref_road_segment=entity_id("RoadSegment", name) if is_first else None,
        )


def _mean_speed(interval: Interval, lanes: np.ndarray) -> float | None:
    speeds, weights = interval.speed_kmh[lanes], np.maximum(interval.passed_veh[lanes], 0.5)
    known = ~np.isnan(speeds)
    return float(np.average(speeds[known], weights=weights[known])) if known.any() else None


def controllers(
    control: "Control", compiled: Compiled, report: Report, newest: Interval | None
) -> Iterator[SignalController]:
    """Yield how every signal controller stands."""
    at = datetime.fromtimestamp(report.at_s, UTC)
    served = None if newest is None else service_level(compiled.layout, newest)
    for position, signal in enumerate(compiled.layout.signals):
        proposal = control.state.plan_in_force(signal, at)
        own = compiled.timings[position].plans[0]
        yield SignalController(
            id=entity_id("SignalController", signal),
            observed_at=at,
            ref_intersection=entity_id("Intersection", signal),
            control_mode=control.mode_of(signal).value,
            controller=control.controller_of(signal) or "fixed",
            plan=own.name if proposal is None else proposal.plan.name,
            mode=Mode(int(report.mode[position])).name.lower(),
            cause=Cause(int(report.cause[position])).name.lower(),
            degree_of_saturation=None
            if served is None
            else round(float(served.degree_of_saturation[position]), 2),
            level_of_service=None if served is None else served.level[position] or None,
        )


def changed_only(
    told: dict[str, SignalController], standing: Iterable[SignalController]
) -> Iterator[Entity]:
    """Yield of each controller what it was not told to be before, and remember it in `told`."""
    for one in standing:
        before = told.get(one.id)
        told[one.id] = one
        if before is None:
            yield one
            continue
        same: dict[str, Any] = {
            field.field: None
            for field in one.attributes
            if getattr(one, field.field) == getattr(before, field.field)
        }
        if len(same) < len(one.attributes):
            yield replace(one, **same)


def worked_days(worked: Iterable[Worked], now: datetime) -> Iterator[Document]:
    """Yield the days on which adaptive control worked, or did not, as the registers have them."""
    for one in worked:
        end = min(datetime.combine(one.day, time(23, 59, 59), LOCAL).astimezone(UTC), now)
        yield {
            "id": entity_id("Intersection", one.signal),
            "type": "Intersection",
            "isSignalised": {"type": "Property", "value": True},
            "controlMode": {"type": "Property", "value": "ai"},
            "adaptiveActive": {
                "type": "Property",
                "value": 1 if one.is_adaptive else 0,
                "unitCode": "C62",
                "observedAt": iso(end),
            },
        }
