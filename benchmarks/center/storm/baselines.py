"""The ways to compare with: a key alone, and Alerta."""

import json
import subprocess
from pathlib import Path

PEER = Path(__file__).with_name("alerta_peer.py")
LONGEST_S = 3600


def by_key(storm):
    """Group by resource and event: what de-duplication gives."""
    return {one.id: (one.sensor.id, one.kind) for one in storm.alerts}


def alerta_key(storm):
    """Group as Alerta does when all events of a category are declared to correlate.

    Alerta correlates within one resource only. That its server groups so is checked by running
    it (`alerta`); its own run takes minutes where its database is answered in Python.
    """
    return {one.id: (one.sensor.id, one.kind.partition("/")[0]) for one in storm.alerts}


def alerta(storm, python, most):
    """Return what Alerta's server made of the first alerts, and the seconds that it took."""
    events = {}
    for one in storm.alerts:
        events.setdefault(one.kind.partition("/")[0], set()).add(one.kind)
    lines = [
        json.dumps(
            {
                "id": one.id,
                "resource": one.sensor.id,
                "event": one.kind,
                "severity": one.severity,
                "service": one.kind.partition("/")[0],
                "correlate": sorted(events[one.kind.partition("/")[0]]),
            }
        )
        for one in storm.alerts[:most]
    ]
    done = subprocess.run(
        [python, str(PEER)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=True,
    )
    told = json.loads(done.stdout)
    return told["groups"], told["seconds"]


def is_same(found, other):
    """Whether two groupings of the same alerts are one, whatever the groups are called."""
    pairs = {(found[alert], other[alert]) for alert in found}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
