"""The leak desk: likely pipes on a drawing, the order of repair, and what a closure does."""

import asyncio
from collections.abc import Mapping, Sequence

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.service import Asked, Form, Page
from dalgu.services.water.leakage.closure import Closure, Touched
from dalgu.services.water.leakage.drawing import Drawing, draw
from dalgu.services.water.leakage.entities import LeakCase, WaterNetwork
from dalgu.services.water.leakage.loading import drawn_network, loaded, what_if_closed
from dalgu.services.water.leakage.status import OPEN, STEPS, LeakStatus, stepped
from dalgu.services.water.leakage.words import WORDS

PATH = "/center/water/leaks"
SHOWN_NODES = 60
LOAD_COMMAND = "dalgu water network load FILE.inp --name NAME --dma AREA"


async def leak_desk(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the leak desk; `?pipe=` asks what its closure would do."""
    networks = await loaded(hub)
    opened = await open_cases(hub)
    pipe = asked.query.get("pipe", "").strip()
    return {
        "words": WORDS,
        "now": clock.now(),
        "networks": [_network(network) for network in networks],
        "command": LOAD_COMMAND,
        "cases": [case_row(case) for case in opened],
        "lost_m3h": round(sum(case.flow or 0.0 for case in opened), 1),
        "saved_won": round(sum(case.saved or 0.0 for case in opened)),
        "sketch": await _drawing(hub, networks, opened),
        "pipe": pipe,
        "closure": await _closure(hub, networks, pipe),
    }


async def open_cases(hub: Hub) -> list[LeakCase]:
    """Return the suspected and confirmed leaks, that to be repaired first at the head."""
    every = [LeakCase.from_document(document) async for document in hub.every("LeakCase")]
    return sorted((case for case in every if case.status in OPEN), key=_place)


async def take_step(hub: Hub, _clock: Clock, _actor: Actor, asked: Asked) -> None:
    """Bring a case to the status that was sent; raise `LeakStepInvalid`."""
    case = LeakCase.from_document(await hub.retrieve(EntityId(asked.path["case"])))
    status = stepped(case.id, case.status, asked.sent.get("status", ""))
    await hub.merge(LeakCase(id=case.id, status=status))


def case_row(case: LeakCase) -> dict[str, JSON]:
    """Return a case as the desk and the command show it; money in won, certainty in percent."""
    saved, cost = case.saved or 0, case.cost or 0
    status = LeakStatus(case.status) if case.status in set(LeakStatus) else LeakStatus.SUSPECTED
    return {
        "id": case.id,
        "href": f"/center/entities/{case.id}",
        "place": case.priority,
        "name": case.name or Text(case.id, case.id),
        "pipe": case.pipes[0]["pipe"] if case.pipes else "",
        "certainty_pct": None if case.certainty is None else round(100 * case.certainty),
        "flow": case.flow,
        "since": case.started_at,
        "saved": round(saved),
        "cost": round(cost),
        "payback": round(cost / saved) if saved else None,
        "status": WORDS[status],
        "steps": [
            {"status": step.value, "name": WORDS[f"make_{step.value}"]}
            for step in LeakStatus
            if step in STEPS[status]
        ],
        "origin": case.origin,
    }


def _place(case: LeakCase) -> tuple[int, str]:
    return (case.priority or 10**6, case.id)


def _network(network: WaterNetwork) -> dict[str, JSON]:
    name = network.name or Text(network.id, network.id)
    return {
        "href": f"/center/entities/{network.id}",
        "name": name,
        "pipes": network.pipe_count,
        "length_km": None if network.mains_length is None else round(network.mains_length / 1e3, 1),
        "calibrated_at": network.calibrated_at,
        "before": _cm(network.fit_before),
        "after": _cm(network.fit_after),
    }


def _cm(length_m: float | None) -> float | None:
    return None if length_m is None else round(100 * length_m, 1)


async def _drawing(
    hub: Hub, networks: Sequence[WaterNetwork], cases: Sequence[LeakCase]
) -> Drawing | None:
    """Return the drawing of the first network, with its cases."""
    if not networks or networks[0].digest is None:
        return None
    network = await asyncio.to_thread(drawn_network, await hub.kept(networks[0].digest))
    suspected = [
        (
            str(case.priority or ""),
            {str(one["pipe"]): float(one["probability"]) for one in case.pipes or []},
        )
        for case in cases
        if case.network == networks[0].id
    ]
    return draw(network, suspected)


async def _closure(hub: Hub, networks: Sequence[WaterNetwork], pipe: str) -> dict[str, JSON] | None:
    if not pipe or not networks:
        return None
    try:
        closure = await what_if_closed(hub, pipe, networks[0].id)
    except DalguError as refused:
        return {"refused": refused.detail}
    return closure_rows(closure)


def closure_rows(closure: Closure) -> dict[str, JSON]:
    """Return a closure as the desk and the command show it."""
    return {
        "refused": None,
        "pipe": closure.pipe,
        "valves": list(closure.valves),
        "shut": list(closure.shut),
        "dry_count": len(closure.without_water),
        "low_count": len(closure.low_pressure),
        "lost_m3h": round(closure.lost_m3h, 2),
        "customers": closure.customers,
        "nodes": [
            _touched(one) for one in (*closure.without_water, *closure.low_pressure)[:SHOWN_NODES]
        ],
    }


def _touched(one: Touched) -> dict[str, JSON]:
    return {
        "node": one.node,
        "customers": one.customers,
        "demand": round(one.demand_m3h, 2),
        "before": round(one.before_m, 1),
        "after": None if one.after_m is None else round(one.after_m, 1),
    }


PAGES = (Page(PATH, Text("누수 작업대", "Leak desk"), "leaks.html", leak_desk),)
FORMS = (Form(PATH + "/{case}/status", PATH, Operation.LEAK_HANDLE, take_step),)
