"""Suspects of the watch as leak cases, ordered for repair. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso, local
from dalgu.kernel.ids import EntityId, entity_id, iri_part
from dalgu.kernel.text import Text
from dalgu.services.water.leakage.entities import LeakCase, WaterNetwork
from dalgu.services.water.leakage.network import Network
from dalgu.services.water.leakage.repair import Candidate, RepairPrices, repair_order
from dalgu.services.water.leakage.status import OPEN, LeakStatus
from dalgu.services.water.leakage.watching import Outcome, Suspect

Held = tuple[Mapping[EntityId, LeakCase], RepairPrices]


def cases(
    outcome: Outcome, network: WaterNetwork, pipes: Network, since: datetime, held: Held
) -> list[LeakCase]:
    """Return the cases of a watch that began at `since`; the same watch gives the same cases.

    What a person decided stays: the watch ends a case whose leak has stopped, and opens none.
    """
    known, price = held
    found = [_case(suspect, network, pipes, since) for suspect in outcome.suspects]
    judged = [_judged(case, known.get(case.id)) for case in found]
    widths = {
        c.id: pipes.links[s.pipe].diameter_mm for c, s in zip(found, outcome.suspects, strict=True)
    }
    wanted = [
        Candidate(case.id, case.flow or 0.0, case.certainty or 0.0, widths[case.id])
        for case in judged
        if case.status in OPEN
    ]
    order = {repair.id: repair for repair in repair_order(wanted, price)}
    return [
        replace(
            case,
            saved=order[case.id].saved_won_per_day,
            cost=order[case.id].cost_won,
            priority=order[case.id].priority,
        )
        if case.id in order
        else case
        for case in judged
    ]


def _case(suspect: Suspect, network: WaterNetwork, pipes: Network, since: datetime) -> LeakCase:
    link = pipes.links[suspect.pipe]
    reported = since + timedelta(days=suspect.reported + 1)
    day = f"{local(reported - timedelta(days=1)):%Y-%m-%d}"
    first = iri_part(pipes.links[suspect.first_pipe].id)
    ended = suspect.until is not None
    return LeakCase(
        id=entity_id("LeakCase", network.id.split(":", 3)[-1], day, first),
        name=Text(f"{day} 누수 의심, 관 {link.id}", f"Leak suspected on {day}, pipe {link.id}"),
        network=network.id,
        dma=network.dma,
        started_at=iso(since + timedelta(days=suspect.since)),
        reported_at=iso(reported),
        flow=round(suspect.flow_m3h, 2),
        pipes=[_ranked(pipes, one.pipe, one.probability) for one in suspect.ranked],
        certainty=round(suspect.certainty, 3),
        status=LeakStatus.REPAIRED if ended else LeakStatus.SUSPECTED,
        location=_place(pipes, suspect.pipe),
    )


def _judged(case: LeakCase, before: LeakCase | None) -> LeakCase:
    if before is None or before.status is None:
        return case
    if case.status == LeakStatus.REPAIRED and before.status in OPEN:
        return case
    return replace(case, status=before.status)


def _ranked(pipes: Network, link: int, probability: float) -> dict[str, JSON]:
    return {
        "pipe": pipes.links[link].id,
        "probability": round(probability, 4),
        "line": [[round(x, 6), round(y, 6)] for x, y in pipes.path(link)],
    }


def _place(pipes: Network, link: int) -> dict[str, JSON] | None:
    """Return the middle of a pipe where the file is drawn in degrees; else none."""
    if not pipes.is_geographic:
        return None
    (x0, y0), *_, (x1, y1) = pipes.path(link)
    return {"type": "Point", "coordinates": [(x0 + x1) / 2, (y0 + y1) / 2]}
