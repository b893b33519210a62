"""Frozen meter: a register that stands although water passes, or for longer than any absence.

A tap that rests may be an empty house (`silence`). The register is suspected to be stuck when
the meter itself tells of flow or a leak while it stands, or when a tap that was used on most
days has stood for thirty (our limit: longer than journeys, shorter than a billing period).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.water.flags.silence import NoUse

STANDS_H = 24  # before flow told beside a standing register is a contradiction
LONGEST_ABSENCE_H = 30 * 24


@dataclass(frozen=True, slots=True)
class Frozen:
    """One answer for each meter, arrays of shape (meters,)."""

    is_known: NDArray[np.bool_]
    is_frozen: NDArray[np.bool_]
    contradicts: NDArray[np.bool_]  # the meter tells of flow while its register stands


def frozen(rest: NoUse, tells_flow: NDArray[np.bool_]) -> Frozen:
    """Judge each meter by how long it rests and whether it tells of flow, shape (meters,).

    Examples
    --------
    >>> from dalgu.services.water.flags.silence import no_use
    >>> rest = no_use(np.stack([np.r_[np.full(240, 0.01), np.zeros(48)]] * 2))
    >>> frozen(rest, np.array([True, False])).is_frozen
    array([ True, False])

    """
    contradicts = tells_flow & (rest.resting_h >= STANDS_H)
    too_long = rest.is_silent & (rest.resting_h >= LONGEST_ABSENCE_H)
    return Frozen(rest.last_hour >= 0, contradicts | too_long, contradicts)
