"""From a network file and its series to suspected leaks: all steps of the watch in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.kernel.errors import InvalidInput
from dalgu.services.water.leakage.calibration import Fit, modes, noise, roughness_factors
from dalgu.services.water.leakage.detection import Watch
from dalgu.services.water.leakage.localisation import Ranked, mass_within, ranked
from dalgu.services.water.leakage.model import Model, open_model
from dalgu.services.water.leakage.network import (
    Floats,
    Network,
    NodeKind,
    link_distances_m,
)
from dalgu.services.water.leakage.record import HOURS_PER_DAY, Layout, Record, Zone
from dalgu.services.water.leakage.residuals import Residuals, residuals
from dalgu.services.water.leakage.signatures import Signatures, signatures
from dalgu.services.water.leakage.site import Site

LEAST_DAYS = 14  # fewer say nothing of how days usually differ
FIT_DAYS = 28
NOISE_DAYS = 365


class RecordTooShort(InvalidInput):
    """The series are too short to tell a leak from a usual day."""

    slug = "record-too-short"
    title = "The record is too short"

    def __init__(self, days: int) -> None:
        super().__init__(
            f"The record has {days} days and {LEAST_DAYS} are needed. Wait for more days.",
            days=days,
        )


@dataclass(frozen=True, slots=True)
class Suspect:
    """A leak that the watch believes in, days counted from the record's first.

    `pipe` is where to look first, `certainty` that it is within a walk of there; `first_pipe`
    is where it was first reported, before later days moved it.
    """

    since: int
    reported: int
    until: int | None
    flow_m3h: float
    pipe: int
    first_pipe: int
    certainty: float
    ranked: Sequence[Ranked]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All suspects in the order of their reports, and what was learned of the model.

    `roughness` is shape (pipes,): what each pipe's nominal roughness is to be multiplied with.
    """

    suspects: Sequence[Suspect]
    fit: Fit
    roughness: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """What one network with one measured inflow told, hours from a local midnight on.

    `nodes` names the node of each gauge; `head_m` shape (hours, gauges), `inflow_m3h` shape
    (hours,), NaN where unknown. `weekday` is that of the first day, 0 a Monday.
    """

    nodes: Sequence[str]
    head_m: Floats
    inflow_m3h: Floats
    weekday: int = 0


def watch_network(inp: bytes, told: Measured) -> Outcome:
    """Return the leaks of a network with one measured inflow; tanks stand as the file says.

    Raises
    ------
    NetworkFileInvalid
        When the engine cannot read the file.
    NodeNotExisting
        When a gauge's node is not in it.
    RecordTooShort
        When there are fewer than 14 days.

    """
    site, seen = prepared(inp, told)
    watch = Watch(site)
    for day in seen.value:
        watch.take(day)
    return outcome(watch)


def prepared(inp: bytes, told: Measured) -> tuple[Site, Residuals]:
    """Return all that a watch needs before its first day, and the residuals of the days."""
    days = len(told.inflow_m3h) // HOURS_PER_DAY
    if days < LEAST_DAYS:
        raise RecordTooShort(days)
    with open_model(inp) as model:
        layout = _one_zone(model.network, told)
        record = _one_zone_record(model, told)
        seen = residuals(model, layout, record)
        table = signatures(model, layout, record.level_m[0].tolist())
        return site_of(model.network, layout, table, seen), seen


def site_of(network: Network, layout: Layout, table: Signatures, seen: Residuals) -> Site:
    """Return all that a watch needs to know before its first day.

    Noise is that of the first year's days, as far as the record goes.
    """
    usual = noise(seen.value[:NOISE_DAYS])
    rows = table.leak.shape[-1]
    between = link_distances_m(network)[np.ix_(table.pipes, table.pipes)]
    return Site(
        table=table,
        errors=modes(table, np.sqrt(np.diag(usual))[:rows]),
        noise=usual,
        gauges=len(layout.gauges),
        weights=table.weights(seen.level_m3h, seen.parts),
        distance_m=between,
        length_m=np.array([network.links[pipe].length_m for pipe in table.pipes]),
    )


def outcome(watch: Watch) -> Outcome:
    """Return what a watch believes after its last day."""
    suspects = []
    for found in watch.found:
        leak, likely = watch.flows[found.flow], watch.likely[found.flow]
        suspects.append(
            Suspect(
                since=leak.since,
                reported=found.reported,
                until=leak.until,
                flow_m3h=0.0 if leak.until is not None else watch.flow_m3h(found.flow),
                pipe=watch.site.table.pipes[leak.pipe],
                first_pipe=watch.site.table.pipes[found.pipe],
                certainty=mass_within(likely, watch.site.distance_m, leak.pipe),
                ranked=[
                    Ranked(watch.site.table.pipes[one.pipe], one.probability)
                    for one in ranked(likely)
                ],
            )
        )
    strength = watch.days[-1].after.mean[: len(watch.site.errors.roughness)]
    return Outcome(suspects, _fit(watch), roughness_factors(watch.site.errors, strength))


def _fit(watch: Watch) -> Fit:
    gauges, last = watch.site.gauges, slice(-FIT_DAYS, None)
    observed = np.array(watch.observed[last])
    explained = np.array([day.mark @ day.after.mean for day in watch.days[last]])
    rows = np.arange(observed.shape[1]) % watch.site.table.leak.shape[-1] < gauges
    before, after = observed[:, rows], (observed - explained)[:, rows]
    return Fit(_rms(before), _rms(after))


def _rms(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt(np.mean(known**2))) if known.size else 0.0


def _one_zone(network: Network, told: Measured) -> Layout:
    junctions = np.array([node.kind is NodeKind.JUNCTION for node in network.nodes])
    return Layout(
        gauges=[network.node(name) for name in told.nodes],
        flow_links=(),
        zones=(Zone("inflow", junctions),),
        first_hour=told.weekday * HOURS_PER_DAY,
    )


def _one_zone_record(model: Model, told: Measured) -> Record:
    hours = len(told.inflow_m3h) // HOURS_PER_DAY * HOURS_PER_DAY
    none = np.zeros((hours, 0))
    levels = np.tile(model.initial_levels_m(), (hours, 1))
    return Record(told.head_m[:hours], told.inflow_m3h[:hours, None], none, none, none, levels)
