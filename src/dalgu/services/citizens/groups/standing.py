"""A conversation as it stands: what is kept between two steps, and the step itself.

Groups depend on their history, as each step starts from the one before. A `State` holds all of
it, so that a restart goes on exactly where it was (Polis loses part of it: their issue 2358).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from dalgu.services.citizens.groups.axes import Axes, principal_axes, projected
from dalgu.services.citizens.groups.clusters import (
    Cluster,
    Clusters,
    Places,
    between,
    clustered,
    scatter,
    silhouette,
)
from dalgu.services.citizens.groups.votes import Array, Vote, Votes


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures of Polis (its math/conversation.clj), and below `least_people` ours.

    Ours were chosen with the conversations of `benchmarks.citizens.opinion_groups` in view, all
    but the Austrian one. Unlike Polis, who has too few votes is let go again once others are
    enough, as in most of its published conversations.
    """

    base_clusters: int = 100
    base_iterations: int = 100
    group_iterations: int = 20
    most_groups: int = 5
    places_per_group: int = 12  # base clusters that each group beyond two takes
    patience: int = 4  # steps in a row with another number of groups before it is taken
    least_votes: int = 7  # of one person, or all statements where there are fewer
    least_people: int = 15  # below, those with most votes are taken in for the while
    least_group: int = 5  # people: smaller groups are formed only where nothing else can be,
    least_share: float = 0.05  # and so are groups of a smaller share: outliers are no opinion
    nearer: float = 0.006  # groups move for this share less of squared distances, where the
    clearly: float = 0.02  # others are better separated as well; for this share less in any case
    plainer: float = 0.03  # silhouette that each more group must win: fewer are easier to grasp


RULES = Rules()


class Count(msgspec.Struct, frozen=True):
    """How many groups: what the last steps found best, and what is shown."""

    found: int = 0
    times: int = 0
    shown: int = 0


class State(msgspec.Struct, frozen=True):
    """All that a step needs of the steps before."""

    participants: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    votes: bytes = b""  # int8, row by row; 2 where there is none
    moderated: frozenset[str] = frozenset()
    taken_in: frozenset[int] = frozenset()  # rows of those who are grouped
    components: tuple[tuple[float, ...], ...] = ()
    base: Clusters = ()
    groupings: dict[int, Clusters] = {}
    count: Count = Count()
    steps: int = 0

    @property
    def groups(self) -> Clusters:
        """The groups that are shown; members are ids of base clusters."""
        return self.groupings.get(self.count.shown, ())

    def matrix(self) -> Votes:
        """Return the votes."""
        shape = (len(self.participants), len(self.statements))
        values = np.frombuffer(self.votes, dtype=np.int8).reshape(shape).astype(float)
        values[values == NONE] = np.nan
        return Votes(self.participants, self.statements, values)

    def members(self) -> dict[int, tuple[str, ...]]:
        """Return the participants of each group."""
        base = {one.id: one.members for one in self.base}
        return {
            group.id: tuple(self.participants[row] for id_ in group.members for row in base[id_])
            for group in self.groups
        }

    def plane(self) -> tuple[Axes, Array]:
        """Return the axes, and the places of all participants, shape (participants, 2)."""
        values = self.matrix().zeroed(self.moderated)
        axes = Axes(_center(values), np.asarray(self.components))
        return axes, projected(values, axes)


NONE = 2  # in `State.votes`


def advanced(
    state: State,
    votes: Sequence[Vote],
    moderated: Collection[str] | None = None,
    *,
    rules: Rules = RULES,
) -> State:
    """Return the conversation one step on: more votes, and which statements are taken out.

    The first votes of a batch decide the order of rows, so the same batches give the same groups.
    """
    matrix = state.matrix().with_votes(votes)
    if not matrix.participants:
        return state
    out = state.moderated if moderated is None else frozenset(moderated)
    values = matrix.zeroed(out)
    axes = principal_axes(values, state.components)
    taken = _taken_in(matrix, rules)
    base = _base_clusters(state.base, projected(values, axes), taken, rules)
    groupings, best = _groupings(state.groupings, base, rules)
    return State(
        participants=matrix.participants,
        statements=matrix.statements,
        votes=np.nan_to_num(matrix.values, nan=NONE).astype(np.int8).tobytes(),
        moderated=out,
        taken_in=taken,
        components=tuple(tuple(map(float, one)) for one in axes.components),
        base=base,
        groupings=groupings,
        count=_counted(state.count, best, rules),
        steps=state.steps + 1,
    )


def without_groupings(state: State) -> State:
    """Return the state as a restarted Polis knows it: base clusters and axes, but no groups."""
    return msgspec.structs.replace(state, groupings={}, count=Count())


def _center(values: Array) -> Array:
    center: Array = np.nanmean(values, axis=0)
    return center


def _taken_in(votes: Votes, rules: Rules) -> frozenset[int]:
    counts = votes.counts()
    least = min(rules.least_votes, len(votes.statements))
    taken = frozenset(int(row) for row in np.flatnonzero(counts >= least))
    missing = rules.least_people - len(taken)
    if missing > 0:
        eager = [int(row) for row in np.argsort(-counts, kind="stable") if int(row) not in taken]
        taken |= frozenset(eager[:missing])
    return taken


def _base_clusters(last: Clusters, points: Array, taken: frozenset[int], rules: Rules) -> Clusters:
    rows = np.array(sorted(taken), dtype=np.int64)
    places = Places(rows, points[rows], np.ones(len(rows)))
    return clustered(places, rules.base_clusters, last, iterations=rules.base_iterations)


def _groupings(
    last: dict[int, Clusters], base: Clusters, rules: Rules
) -> tuple[dict[int, Clusters], int]:
    """Return the groups for each number of them, and the number with the best silhouette."""
    places = Places(
        np.array([one.id for one in base], dtype=np.int64),
        np.array([one.center for one in base]),
        np.array([float(len(one.members)) for one in base]),
    )
    most = min(rules.most_groups, 2 + len(base) // rules.places_per_group)
    distance = between(places)
    groupings = {k: _best(places, k, last.get(k, ()), rules, distance) for k in range(2, most + 1)}
    scores = {k: silhouette(places, groupings[k], distance) for k in groupings}
    enough = max(scores.values()) - rules.plainer
    return groupings, min(k for k, score in scores.items() if score >= enough)


def _best(places: Places, k: int, last: Clusters, rules: Rules, distance: Array) -> Clusters:
    """Return the groups that go on from `last`, or those of a fresh start that are better.

    Two fresh starts: the first k places, as Polis has it, and places split off by their distance.
    Polis has neither once a conversation runs, and stays in a poor local optimum for good.
    """
    everything = (Cluster(0, tuple(int(key) for key in places.keys), (0.0, 0.0)),)
    first = clustered(places, k, iterations=rules.group_iterations)
    apart = clustered(places, k, everything, iterations=rules.group_iterations)
    best = clustered(places, k, last, iterations=rules.group_iterations) if last else first
    for fresh in (apart, first):
        if _is_better(places, fresh, best, rules, distance):
            best = fresh
    return best


def _is_better(
    places: Places, fresh: Clusters, now: Clusters, rules: Rules, distance: Array
) -> bool:
    """Tell whether groups should move: not for little, or they would never rest.

    They do when a group now is too small, when people are clearly nearer to the middles of the
    others, or when they are nearer and the others are better separated as well.
    """
    least = max(rules.least_group, rules.least_share * float(places.weights.sum()))
    is_small, was_small = (_smallest(places, groups) < least for groups in (fresh, now))
    if is_small != was_small:
        return was_small
    nearer = scatter(places, fresh) / max(scatter(places, now), 1e-12)
    if nearer >= 1 - rules.nearer:
        return False
    if nearer < 1 - rules.clearly:
        return True
    return silhouette(places, fresh, distance) > silhouette(places, now, distance)


def _smallest(places: Places, groups: Clusters) -> float:
    return min(float(places.weights[places.rows(one.members)].sum()) for one in groups)


def _counted(last: Count, best: int, rules: Rules) -> Count:
    times = last.times + 1 if best == last.found else 1
    shown = best if times >= rules.patience or not last.shown else last.shown
    return Count(best, times, shown)
