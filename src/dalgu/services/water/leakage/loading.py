"""Loading a network file into the city, and asking its model: what commands and pages call."""

import asyncio
from datetime import timedelta
from functools import lru_cache

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId, entity_id, iri_part
from dalgu.kernel.text import Text
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.leakage.closure import Closure, close_pipe, customers_by_node
from dalgu.services.water.leakage.entities import WaterNetwork
from dalgu.services.water.leakage.model import open_model, read_network
from dalgu.services.water.leakage.network import Floats, Network, NodeKind

PEAK_HOUR = 8  # what is closed by day is missed most at the morning's peak
HOURS_PER_WEEK = 168
LOOK_BACK = timedelta(days=365)


class WaterNetworkNotExisting(NotExisting):
    """No hydraulic model is loaded."""

    slug = "water-network-not-existing"
    title = "No network is loaded"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Water network '{name}' does not exist. "
            "Load one with `dalgu water network load FILE.inp --name NAME --dma AREA`.",
            network=name,
        )


async def load_network(
    hub: Hub, clock: Clock, inp: bytes, name: str, dma: EntityId | None = None
) -> WaterNetwork:
    """Keep an EPANET file and announce its network; loading the same again is harmless.

    `dma` is the area whose inflow feeds it. The watch for leaks looks back over the year before
    the first load, as far as there are readings, so that it need not wait for its first weeks.

    Raises
    ------
    NetworkFileInvalid
        When the engine cannot read the file.

    """
    network = await asyncio.to_thread(read_network, inp)
    known = {held.id: held for held in await loaded(hub)}
    which = entity_id("WaterNetwork", iri_part(name))
    midnight = local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    before = known.get(which)
    entity = WaterNetwork(
        id=which,
        name=Text(name, name),
        digest=await hub.keep(inp),
        dma=dma if dma is not None or before is None else before.dma,
        watched_since=iso(midnight - LOOK_BACK) if before is None else before.watched_since,
        pipe_count=len(network.pipes),
        mains_length=round(sum(network.links[pipe].length_m for pipe in network.pipes), 1),
    )
    await hub.upsert([entity])
    return entity


async def loaded(hub: Hub) -> list[WaterNetwork]:
    """Return the loaded networks in the order of their ids."""
    networks = [WaterNetwork.from_document(d) async for d in hub.every("WaterNetwork")]
    return sorted(networks, key=lambda network: network.id)


async def what_if_closed(hub: Hub, pipe: str, network: EntityId | None = None) -> Closure:
    """Return what closing a pipe does at the morning's peak, in the named or first network.

    Raises
    ------
    WaterNetworkNotExisting
        When no such network is loaded.
    LinkNotExisting
        When it has no such pipe.

    """
    wanted = [one for one in await loaded(hub) if network in (None, one.id) and one.digest]
    if not wanted:
        raise WaterNetworkNotExisting("any" if network is None else network)
    inp = await hub.kept(str(wanted[0].digest))
    taps = await _taps(hub, wanted[0].dma)
    return await asyncio.to_thread(_closed, inp, pipe, taps)


async def _taps(hub: Hub, dma: EntityId | None) -> Floats:
    """Return where the meters of an area are, shape (n, 2), lon and lat."""
    places = []
    if dma is not None:
        async for document in hub.every("WaterMeter", q=f'dma=="{dma}"'):
            place = WaterMeter.from_document(document).location
            if place is not None and place["type"] == "Point":
                places.append(place["coordinates"][:2])
    return np.array(places, dtype=np.float64).reshape(-1, 2)


@lru_cache(maxsize=4)
def drawn_network(inp: bytes) -> Network:
    """Return the network of a kept file; read once for the pages that draw it."""
    return read_network(inp)


def _closed(inp: bytes, pipe: str, taps: Floats) -> Closure:
    with open_model(inp) as model:
        week = model.nominal_demand_m3h((np.arange(HOURS_PER_WEEK) * 3_600.0).tolist())
        of_day = week.reshape(-1, 24, week.shape[1])[:, PEAK_HOUR].mean(axis=0)
        junction = np.array([n.kind is NodeKind.JUNCTION for n in model.network.nodes])
        customers = customers_by_node(model.network, taps)
        return close_pipe(model, pipe, of_day * junction, customers)
