"""Clusters of places in the opinion plane: k-means that goes on from where it was.

The same procedure twice, as in Polis: participants to at most 100 base clusters, base clusters
(weighted by their people) to 2 to 5 groups. A step starts from the clusters of the step before,
splitting off the most distant places when there are too few, so that groups stay what they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.services.citizens.groups.votes import Array

STILL = 0.01  # of the plane: centers that moved less have come to rest


class Cluster(msgspec.Struct, frozen=True, array_like=True):
    """One cluster; members are keys of places (rows of people, ids of base clusters)."""

    id: int
    members: tuple[int, ...]
    center: tuple[float, float]


Clusters = tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """What is clustered: `keys` (n,), rising, `points` (n, 2), `weights` (n,)."""

    keys: NDArray[np.int64]
    points: Array
    weights: Array

    def rows(self, keys: Sequence[int]) -> NDArray[np.intp]:
        """Return the rows of those keys that are still here."""
        wanted = np.asarray(keys, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        here: NDArray[np.intp] = rows[self.keys[rows] == wanted]
        return here


@dataclass(slots=True)
class _Working:
    """Clusters while they move: ids (k,), centers (k, 2), and the cluster of each row or -1."""

    ids: list[int]
    centers: Array
    label: NDArray[np.int64]


def clustered(places: Places, k: int, last: Clusters = (), *, iterations: int) -> Clusters:
    """Return at most k clusters of places, by id, going on from `last` where there was any."""
    working = _continued(places, k, last) if last else _begun(places, k)
    for _ in range(iterations + 1):
        before = working.centers
        _step(places, working)
        if _is_still(before, working.centers):
            break
    return _frozen(places, working)


def silhouette(places: Places, clusters: Clusters, distance: Array) -> float:
    """Return the mean silhouette, -1 to 1; one alone in its cluster counts 0 (Rousseeuw 1987).

    `distance` is what `between` returns for the places.
    """
    if len(clusters) < 2:
        return 0.0
    member = np.zeros((len(clusters), len(places.keys)))
    for i, cluster in enumerate(clusters):
        member[i, places.rows(cluster.members)] = 1.0
    sizes, own = member.sum(axis=1), member.argmax(axis=0)
    total = distance @ member.T
    rows = np.arange(len(own))
    others = sizes[own] - 1
    inside = total[rows, own] / np.maximum(others, 1)
    outside = total / sizes
    outside[rows, own] = np.inf
    nearest = outside.min(axis=1)
    largest = np.maximum(nearest, inside)
    score = np.divide(nearest - inside, largest, out=np.zeros_like(largest), where=largest > 0)
    return float(np.where(others > 0, score, 0.0).mean())


def between(places: Places) -> Array:
    """Return the distances between places, shape (n, n)."""
    distance: Array = np.sqrt(_distances(places.points, places.points))
    return distance


def scatter(places: Places, clusters: Clusters) -> float:
    """Return the sum of squared distances to the own center, by weight: what k-means makes low."""
    total = 0.0
    for cluster in clusters:
        rows = places.rows(cluster.members)
        offset = places.points[rows] - np.asarray(cluster.center)
        total += float(places.weights[rows] @ (offset * offset).sum(axis=1))
    return total


def _begun(places: Places, k: int) -> _Working:
    _, first = np.unique(places.points, axis=0, return_index=True)
    rows = np.sort(first)[:k]
    return _Working(
        list(range(len(rows))), places.points[rows], np.full(len(places.keys), -1, dtype=np.int64)
    )


def _continued(places: Places, k: int, last: Clusters) -> _Working:
    label = np.full(len(places.keys), -1, dtype=np.int64)
    ids: list[int] = []
    for cluster in last:
        rows = places.rows(cluster.members)
        if len(rows):
            label[rows] = len(ids)
            ids.append(cluster.id)
    if not ids:
        ids, label = [max(one.id for one in last) + 1], np.zeros(len(places.keys), dtype=np.int64)
    working = _Working(ids, _means(places, label, len(ids)), label)
    _merge_identical(places, working)
    _split(places, working, min(k, len(np.unique(places.points, axis=0))))
    return working


def _merge_identical(places: Places, working: _Working) -> None:
    """Make one of clusters that have the same center; it keeps the id of the larger."""
    _, first, of = np.unique(working.centers, axis=0, return_index=True, return_inverse=True)
    if len(first) == len(working.ids):
        return
    order = np.argsort(first)  # as they came
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    of = rank[of.ravel()]
    sizes = np.bincount(working.label[working.label >= 0], minlength=len(working.ids))
    ids = []
    for merged in range(len(first)):
        same = np.flatnonzero(of == merged)
        ids.append(working.ids[int(same[np.argmax(sizes[same])])])
    working.ids = ids
    working.label = np.where(working.label >= 0, of[working.label], -1)
    working.centers = _means(places, working.label, len(ids))


def _split(places: Places, working: _Working, k: int) -> None:
    """Make a cluster of the most distant place until there are k."""
    while len(working.ids) < k:
        nearest = _distances(places.points, working.centers).min(axis=1)
        row = int(np.argmax(nearest))
        if nearest[row] == 0:
            return
        working.label[row] = len(working.ids)
        working.ids.append(max(working.ids) + 1)
        working.centers = _means(places, working.label, len(working.ids))


def _step(places: Places, working: _Working) -> None:
    nearest = _distances(places.points, working.centers).argmin(axis=1)
    kept = np.unique(nearest)
    working.ids = [working.ids[i] for i in kept]
    working.label = np.searchsorted(kept, nearest)
    working.centers = _means(places, working.label, len(kept))


def _means(places: Places, label: NDArray[np.int64], k: int) -> Array:
    there = label >= 0
    weights, where = places.weights[there], label[there]
    total = np.bincount(where, weights, minlength=k)
    sums = [
        np.bincount(where, weights * places.points[there, i], minlength=k) / total for i in (0, 1)
    ]
    means: Array = np.stack(sums, axis=1)
    return means


def _distances(points: Array, centers: Array) -> Array:
    across = points[:, 0, None] - centers[None, :, 0]
    up = points[:, 1, None] - centers[None, :, 1]
    distances: Array = across * across + up * up  # squared: only compared with each other
    return distances


def _is_still(before: Array, after: Array) -> bool:
    least = min(len(before), len(after))
    moved = (_in_order(before)[:least] - _in_order(after)[:least]) ** 2
    return bool((np.sqrt(moved.sum(axis=1)) < STILL).all())


def _in_order(centers: Array) -> Array:
    ordered: Array = centers[np.lexsort((centers[:, 1], centers[:, 0]))]
    return ordered


def _frozen(places: Places, working: _Working) -> Clusters:
    members = [
        tuple(int(key) for key in places.keys[working.label == i]) for i in range(len(working.ids))
    ]
    found = [
        Cluster(id_, some, (float(x), float(y)))
        for id_, some, (x, y) in zip(working.ids, members, working.centers, strict=True)
    ]
    return tuple(sorted(found, key=lambda cluster: cluster.id))
