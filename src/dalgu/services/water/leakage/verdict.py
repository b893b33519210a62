"""The verdict on a change: is it a new leak, or has one that is known grown, shrunk or ceased."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.services.water.leakage.network import Floats

# A new leak may be at any of some hundred places, a known one is where it is: log(places), less
# what neighbours share. Evidence is a log Bayes factor, so the two are simply compared.
ANYWHERE = 4.0
LEAST_SHARE = 0.4  # of the strongest evidence that a known leak must explain to be called ceased


class Kind(StrEnum):
    """What has changed."""

    NEW = "new"
    GROWN = "grown"
    CEASED = "ceased"  # or shrunk


@dataclass(frozen=True, slots=True)
class Known:
    """A running leak: its place among the flows, its pipe, and whether it may still grow."""

    flow: int
    pipe: int
    is_young: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The likeliest explanation, its evidence, and the known leak that it speaks of."""

    kind: Kind
    evidence: float
    flow: int | None = None


def verdict(evidence: Floats, flow_m3h: Floats, known: Sequence[Known]) -> Verdict | None:
    """Return what explains a change best; none where nothing does.

    `evidence` and `flow_m3h` are shape (pipes,): how well a change at each pipe explains the
    days, and how much water it would be, negative where less leaks than before. Only a young
    leak grows: an incipient one reaches its size within months and keeps it.

    Examples
    --------
    >>> verdict(np.array([9.0, 30.0]), np.array([2.0, 5.0]), [Known(0, 0, True)]).kind.value
    'new'
    >>> verdict(np.array([28.0, 30.0]), np.array([2.0, 5.0]), [Known(0, 0, True)]).kind.value
    'grown'

    """
    options = []
    more = np.where(flow_m3h > 0, evidence, -np.inf)
    if np.isfinite(more.max()):
        options.append((float(more.max()) - ANYWHERE, Verdict(Kind.NEW, float(more.max()))))
    least = LEAST_SHARE * float(evidence.max())
    for leak in known:
        at = float(evidence[leak.pipe])
        if flow_m3h[leak.pipe] < 0 and at >= least:
            options.append((at, Verdict(Kind.CEASED, at, leak.flow)))
        if flow_m3h[leak.pipe] > 0 and leak.is_young:
            options.append((at, Verdict(Kind.GROWN, at, leak.flow)))
    return max(options, key=lambda option: option[0])[1] if options else None
