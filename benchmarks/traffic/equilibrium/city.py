"""Closures in the generated city: exactness, what signs save, what the simulation says, seconds.

    python -m benchmarks.traffic.equilibrium.city [--closures 5] [--hour 8]

The network of 250 signals is generated from the facts of Daegu; 40 signs stand where they serve
most, every fifth driver follows one. Links to close are the busiest between two signals, every
eighth of them, so that no two lie side by side by rule. Nothing is tuned to a link.
"""

import argparse
import time

import numpy as np

from dalgu.cities import load
from dalgu.kernel.text import Text
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion.drafting import Wanted, draft, town_at
from dalgu.services.traffic.dispersion.messages import Cause
from dalgu.services.traffic.dispersion.placing import sign_places
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.simulation.city import plan_city
from dalgu.simulation.street_network import street_network

SIGNS, APART = 40, 8


def links_to_close(network, flow, most):
    signals = {node for signal in network.signals for node in signal.nodes}
    inner = [
        n
        for n in np.argsort(-flow, kind="stable").tolist()
        if network.links[n].start in signals and network.links[n].end in signals
    ]
    return [network.links[n].id for n in inner[::APART][:most]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--closures", type=int, default=5)
    parser.add_argument("--hour", type=int, default=8)
    options = parser.parse_args()
    compiled = compile_network(street_network(plan_city(load("daegu"), 1)))
    begun = time.process_time()
    town = town_at(compiled, "generated", options.hour)
    print(
        f"{len(compiled.layout.signals)} signals, {len(compiled.network.links)} links: demand and "
        f"usual equilibrium in {time.process_time() - begun:.1f} s CPU, relative gap "
        f"{town.usual.relative_gap:.1e}, GEH under 5 on {town.good_geh:.1%} of links"
    )
    flow = town.streets.link_flow(town.usual.flow_vph)
    signs = [
        d.SignPlaced(f"vms-{n:03d}", link, Text("", ""), 2, 20, 2)
        for n, link in enumerate(sign_places(compiled.network, flow, SIGNS))
    ]
    for link in links_to_close(compiled.network, flow, options.closures):
        begun = time.process_time()
        wanted = Wanted((link,), 0.0, Cause.ACCIDENT, None, "", options.hour * 3_600.0 + 1_800.0)
        told(draft(town, wanted, signs), link, time.process_time() - begun)


def told(found, link, spent_s):
    sum_, effect = found.reckoned, found.effect
    plans = f", with greens {effect.plans.mean_delay_s:.1f} s" if effect.plans else ""
    print(
        f"{link}: gap {sum_.relative_gap:.1e}; {sum_.bound_vph:.0f} veh/h meet it, "
        f"{len(found.signs)} signs lit; extra veh h/h alone {sum_.alone_h - sum_.usual_h:.0f}, "
        f"signs {sum_.advised_h - sum_.usual_h:.0f}, all know {sum_.settled_h - sum_.usual_h:.0f}; "
        f"simulated delay alone {effect.alone.mean_delay_s:.1f} s, "
        f"signs {effect.signs.mean_delay_s:.1f} (± {effect.signs.spread_s:.1f}) s{plans}; "
        f"{spent_s:.0f} s CPU",
        flush=True,
    )


if __name__ == "__main__":
    main()
