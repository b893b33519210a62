"""Compares our numbers with official results of Polis (`math-pca2.json`), one by one.

Each part is given what Polis had before it (votes, moderation, who was taken in, its own groups),
so that the parts are held apart: axes, places, extremity, representativeness, consensus.
Signs of axes are free: each is turned to the official one.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dalgu.services.citizens.groups.axes import Axes, extremity, principal_axes, projected
from dalgu.services.citizens.groups.clusters import Cluster, Places, clustered
from dalgu.services.citizens.groups.meanings import priorities, shared, stands_for
from dalgu.services.citizens.groups.tallies import group_informed_consensus, tallied
from dalgu.services.citizens.groups.votes import Array, Vote, Votes


def compare(folder: Path) -> None:
    """Print, for each fixture, how far each number of ours is from the official one."""
    print(f"{'official result':34}" + "".join(f"{name:>12}" for name in PARTS))
    for one in sorted(folder.iterdir()):
        if (one / "math-pca2.json").exists():
            fixture = Fixture(one)
            told = "".join(f"{part(fixture):>12}" for part in PARTS.values())
            print(f"{one.name:34}{told}", flush=True)


class Fixture:
    """One conversation with what Polis computed of it."""

    def __init__(self, folder: Path) -> None:
        self.official: Any = json.loads((folder / "math-pca2.json").read_text())
        told = json.loads((folder / "votes.json").read_text())
        tids = [int(tid) for tid in self.official["tids"]]
        ordered = sorted(told, key=lambda one: float(one["modified"]))
        votes = [Vote(str(_of(one, "participant_id", "pid")),
                      str(_of(one, "statement_id", "tid")), int(one["vote"]))
                 for one in ordered if _of(one, "statement_id", "tid") in tids]  # fmt: skip
        votes_by_column = Votes((), tuple(map(str, tids)), np.empty((0, len(tids))))
        self.votes = votes_by_column.with_votes(votes)
        self.row = {name: i for i, name in enumerate(self.votes.participants)}
        self.out = {str(tid) for tid in self.official["mod-out"]}
        self.without = {i for i, tid in enumerate(tids) if str(tid) in self.out}
        self.values = self.votes.zeroed(self.out)
        pca = self.official["pca"]
        self.axes = principal_axes(self.values)
        for i, comp in enumerate(pca["comps"]):
            if self.axes.components[i] @ np.array(comp) < 0:
                self.axes.components[i] *= -1
        base = self.official["base-clusters"]
        self.base = dict(zip(base["id"], base["members"], strict=True))
        self.groups = [
            [self.row[str(who)] for b in group["members"] for who in self.base[b]]
            for group in self.official["group-clusters"]
        ]
        self.tallies = tallied(self.votes.values, self.groups)


def _of(one: Any, name: str, short: str) -> int:
    return int(one[name] if name in one else one[short])


def _off(ours: Array, theirs: Array) -> str:
    return f"{float(np.abs(ours - theirs).max()):.0e}"


def _axes(one: Fixture) -> str:
    return _off(one.axes.components, np.array(one.official["pca"]["comps"]))


def _places(one: Fixture) -> str:
    base, axes = one.official["base-clusters"], one.axes
    signs = np.sign([comp @ np.array(told) for comp, told in
                     zip(axes.components, one.official["pca"]["comps"], strict=True)])  # fmt: skip
    official = Axes(axes.center, signs[:, None] * axes.components)
    places = projected(one.values, official)
    ours = np.array([places[[one.row[str(who)] for who in some]].mean(axis=0)
                     for some in base["members"]])  # fmt: skip
    theirs = np.stack([base["x"], base["y"]], axis=1)
    best = min(np.abs(ours * turn - theirs).max() for turn in ((1, 1), (1, -1), (-1, 1), (-1, -1)))
    return f"{float(best):.0e}"


def _extremity(one: Fixture) -> str:
    return _off(extremity(one.axes), np.array(one.official["pca"]["comment-extremity"]))


def _groups(one: Fixture) -> str:
    """Return how many base clusters a further step moves away from the official groups."""
    base = one.official["base-clusters"]
    order = np.argsort(base["id"])
    keys = np.array(base["id"])[order]
    places = Places(
        keys,
        np.stack([base["x"], base["y"]], axis=1)[order],
        np.array([float(n) for n in base["count"]])[order],
    )
    official = [set(group["members"]) for group in one.official["group-clusters"]]
    last = tuple(Cluster(i, tuple(some), (0.0, 0.0)) for i, some in enumerate(official))
    ours = clustered(places, len(official), last, iterations=20)
    moved = sum(len(set(cluster.members) - official[cluster.id]) for cluster in ours)
    return f"{moved} moved"


def _consensus(one: Fixture) -> str:
    told = one.official["group-aware-consensus"]
    theirs = np.array([told[str(tid)] for tid in one.votes.statements])
    return _off(group_informed_consensus(one.tallies), theirs)


def _priorities(one: Fixture) -> str:
    told = one.official["comment-priorities"]
    theirs = np.array([told[str(tid)] for tid in one.votes.statements])
    meta = {i for i, tid in enumerate(one.votes.statements)
            if int(tid) in one.official["meta-tids"]}  # fmt: skip
    ours = priorities(one.tallies.total(), extremity(one.axes), meta)
    return f"{float(np.abs(ours / theirs - 1).max()):.0e}"


def _repness(one: Fixture) -> str:
    """Return how many statements of groups agree with the official list, in order."""
    same = total = 0
    for group, ours in zip(
        one.official["group-clusters"], stands_for(one.tallies, one.without), strict=True
    ):
        theirs = one.official["repness"][str(group["id"])]
        told = [(int(t["tid"]), t["repful-for"], t["n-success"], t["n-trials"]) for t in theirs]
        found = [(int(one.votes.statements[m.statement]), "agree" if m.stance == 1 else "disagree",
                  m.successes, m.trials) for m in ours]  # fmt: skip
        same += sum(a == b for a, b in zip(told, found, strict=False))
        total += len(told)
    return f"{same}/{total}"


def _shared(one: Fixture) -> str:
    everybody = tallied(one.values, [range(len(one.values))])
    found = shared(everybody, one.without)
    same = total = 0
    for stance, name in ((1, "agree"), (-1, "disagree")):
        told = [(int(t["tid"]), t["n-success"], t["n-trials"])
                for t in one.official["consensus"][name]]  # fmt: skip
        ours = [(int(one.votes.statements[m.statement]), m.successes, m.trials)
                for m in found[stance]]  # fmt: skip
        same += sum(a == b for a, b in zip(told, ours, strict=False))
        total += len(told)
    return f"{same}/{total}"


PARTS: dict[str, Callable[[Fixture], str]] = {
    "axes": _axes,
    "places": _places,
    "extremity": _extremity,
    "groups": _groups,
    "consensus": _consensus,
    "priorities": _priorities,
    "stands for": _repness,
    "all share": _shared,
}
