"""Residuals: what gauges read less what the nominal model says, gathered by day and part of day.

The nominal model is run with the measured inflow of each hour, so that demand errors common to
a zone cancel; what is left is roughness, the uneven sharing of demand, and leaks: a leak is
water that the model spreads over all taps and that in truth leaves in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.water.leakage.model import HydraulicsUnsolved, Model
from dalgu.services.water.leakage.network import Floats
from dalgu.services.water.leakage.record import HOURS_PER_DAY, Layout, Record, Zone

Parts = Sequence[Sequence[int]]
# A leak runs all night, an error of demand or roughness hardly shows then.
NIGHT_AND_DAY: Parts = (tuple(range(6)), tuple(range(6, 24)))
WEEK_HOURS = 168


@dataclass(frozen=True, slots=True)
class Residuals:
    """Daily residuals: `value` shape (days, parts, rows), NaN where unknown.

    Rows are gauges (m), flow links (m³/h), then metered zones (m³/h, their unmetered inflow).
    `level_m3h` shape (hours,): water of the scaled zones, which says how strained the net is.
    """

    value: Floats
    level_m3h: Floats
    parts: Parts


def demands(model: Model, layout: Layout, record: Record) -> Floats:
    """Return shape (hours, nodes): nominal demands scaled to inflow, meters' reads, draws."""
    hours = (layout.first_hour + np.arange(record.hours)) % WEEK_HOURS
    wanted = model.nominal_demand_m3h((np.arange(WEEK_HOURS) * 3_600.0).tolist())[hours]
    for index, zone in enumerate(layout.zones):
        of_zone = wanted[:, zone.nodes]
        if zone.is_metered:
            wanted[:, zone.nodes] = of_zone * _share(wanted, layout, record, zone)[:, None]
            continue
        total = np.maximum(of_zone.sum(axis=1), 1e-9)
        wanted[:, zone.nodes] = of_zone * (record.zone_m3h[:, index] / total)[:, None]
    for column, node in enumerate(layout.metered):
        wanted[:, node] = record.metered_m3h[:, column]
    for column, node in enumerate(layout.drawn):
        wanted[:, node] += record.drawn_m3h[:, column]
    return wanted


def residuals(
    model: Model, layout: Layout, record: Record, *, parts: Parts = NIGHT_AND_DAY
) -> Residuals:
    """Run the nominal model through a record and return what it does not explain.

    `parts` are the hours of the day whose means are told apart.

    Raises
    ------
    RecordUnequal
        When the series differ in length or end within a day.

    """
    record.check()
    wanted = demands(model, layout, record)
    rows = row_count(layout)
    hourly = np.full((record.hours, rows), np.nan)
    gauges, links = len(layout.gauges), len(layout.flow_links)
    for hour in range(record.hours):
        if not (np.isfinite(wanted[hour]).all() and np.isfinite(record.level_m[hour]).all()):
            continue
        try:
            state = model.solve(wanted[hour], record.level_m[hour].tolist())
        except HydraulicsUnsolved:
            continue  # an hour that no network can have, as of a broken flow meter
        hourly[hour, :gauges] = record.head_m[hour] - state.head_m[list(layout.gauges)]
        flow = state.flow_m3h[list(layout.flow_links)]
        hourly[hour, gauges : gauges + links] = record.link_m3h[hour] - flow
    hourly[:, gauges + links :] = _unmetered(layout, record, wanted)
    scaled = [i for i, zone in enumerate(layout.zones) if not zone.is_metered]
    level = record.zone_m3h[:, scaled].sum(axis=1)
    return Residuals(by_part(hourly, parts), level, parts)


def _share(nominal: Floats, layout: Layout, record: Record, zone: Zone) -> Floats:
    """Return shape (hours,): what a zone's meters counted by what the model gives their nodes.

    The few taps without a meter are taken to use as much more or less.
    """
    inside = [column for column, node in enumerate(layout.metered) if zone.nodes[node]]
    counted = record.metered_m3h[:, inside].sum(axis=1)
    expected = nominal[:, [layout.metered[column] for column in inside]].sum(axis=1)
    return np.asarray(counted / np.maximum(expected, 1e-9))


def row_count(layout: Layout) -> int:
    """How many rows residuals of a layout have."""
    metered = sum(zone.is_metered for zone in layout.zones)
    return len(layout.gauges) + len(layout.flow_links) + metered


def by_part(hourly: Floats, parts: Parts) -> Floats:
    """Return shape (days, parts, …): means over the parts of each day, of what is known.

    >>> by_part(np.arange(24.0)[:, None], NIGHT_AND_DAY)[0, :, 0].tolist()
    [2.5, 14.5]
    """
    days = hourly.reshape(-1, HOURS_PER_DAY, *hourly.shape[1:])
    means = []
    for part in parts:
        of_part = days[:, list(part)]
        known = np.isfinite(of_part)
        total = np.where(known, of_part, 0.0).sum(axis=1)
        count = known.sum(axis=1)
        # Half a part's hours at least: fewer would be another time of day.
        enough = count * 2 >= len(part)
        means.append(np.where(enough, total / np.maximum(count, 1), np.nan))
    return np.stack(means, axis=1)


def _unmetered(layout: Layout, record: Record, wanted: Floats) -> Floats:
    """Return shape (hours, metered zones): inflow less what its taps take, which is leakage."""
    drawn = np.zeros_like(wanted)
    for column, node in enumerate(layout.drawn):
        drawn[:, node] += record.drawn_m3h[:, column]
    columns = [
        record.zone_m3h[:, index] - (wanted - drawn)[:, zone.nodes].sum(axis=1)
        for index, zone in enumerate(layout.zones)
        if zone.is_metered
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((record.hours, 0))
