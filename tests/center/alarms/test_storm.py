"""One storm that the rules were tuned on, so that no later change loses what it reached."""

import ast
from pathlib import Path

from benchmarks.center.storm import generator, town
from benchmarks.center.storm.baselines import by_key
from benchmarks.center.storm.figures import pairwise
from benchmarks.center.storm.generator import ALERTS, document, storm

from dalgu.center.alarms.grouping import Grouping
from dalgu.center.alarms.rules import load
from dalgu.center.alarms.signals import signal
from dalgu.center.alarms.topology import Topology

TUNED_ON = 100


def test_the_generator_knows_nothing_of_the_grouping():
    for module in (generator, town):
        tree = ast.parse(Path(module.__file__).read_text("utf-8"))
        names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert not [name for name in names if name.startswith(("dalgu.center", "dalgu.app"))]


def test_ten_thousand_alerts_become_the_incidents_behind_them():
    made = storm(TUNED_ON)
    topology = Topology()
    for one in [*made.town.sensors, *made.town.parents]:
        topology.tell(one.id, list(one.links.items()))
    desk = Grouping(load(), topology, (128.6, 35.87))
    held = {}
    for start in range(0, ALERTS, 25):
        signals = [signal(document(one), 0.0) for one in made.alerts[start : start + 25]]
        changes = desk.take(signals, signals[-1].at_s)
        for key, joined in changes.joined.items():
            held |= {one.id: id(changes.groups[key]) for one in joined}
        for other, into in changes.merged:
            held = {k: id(into) if v == id(other) else v for k, v in held.items()}
    truth = {one.id: one.incident for one in made.alerts}
    key = by_key(made)
    _, _, f1 = pairwise(truth, held, key)
    assert f1 >= 0.95
    assert len(desk.groups) <= 30
    assert pairwise(truth, key, key)[2] < 0.3
