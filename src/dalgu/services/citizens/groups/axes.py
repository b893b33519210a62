"""The opinion plane: the two directions in which votes differ most, and everybody's place in it.

Small, T., Bjørkegren, M., Erkkilä, T., Shaw, L., Megill, C.: "Polis: Scaling deliberation by
mapping high dimensional opinion spaces", Recerca 26(2), 2021. Missing votes stand at the mean of
their statement, axes come from power iteration that starts where it ended the time before, and a
place is pushed outwards by the square root of (statements / votes), so that few votes do not
pull to the middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.groups.votes import AGREE, Array

ITERATIONS = 100  # of the power iteration, as Polis has it
DIMENSIONS = 2


@dataclass(frozen=True, slots=True)
class Axes:
    """`center`: shape (statements,), mean votes; `components`: shape (2, statements), unit."""

    center: Array
    components: Array


def principal_axes(values: Array, start: Sequence[Sequence[float]] = ()) -> Axes:
    """Return the axes of votes.

    Parameters
    ----------
    values
        Shape (participants, statements), NaN where there is no vote. No column is all NaN.
    start
        The components of the time before; statements since then start at 1, as in Polis.
    """
    voted = ~np.isnan(values)
    center = np.where(voted, values, 0.0).sum(axis=0) / np.maximum(voted.sum(axis=0), 1)
    spread = np.where(voted, values - center, 0.0)
    gram = spread.T @ spread
    components = np.zeros((DIMENSIONS, values.shape[1]))
    for i in range(min(DIMENSIONS, *values.shape)):
        begin = _begin(start[i] if i < len(start) else (), values.shape[1])
        found = _strongest(gram, begin)
        components[i] = found
        rest = np.eye(len(found)) - np.outer(found, found)
        gram = rest @ gram @ rest
    return Axes(center, components)


def projected(values: Array, axes: Axes) -> Array:
    """Return places, shape (participants, 2): only what somebody voted on counts."""
    voted = ~np.isnan(values)
    offset = np.where(voted, values - axes.center, 0.0)
    scale = np.sqrt(values.shape[1] / np.maximum(voted.sum(axis=1), 1))
    places: Array = (offset @ axes.components.T) * scale[:, None]
    return places


def extremity(axes: Axes) -> Array:
    """Return how far from the middle somebody stands who only agrees to one statement.

    Shape (statements,): statements that divide have large values.
    """
    places = (AGREE - axes.center) * axes.components * np.sqrt(len(axes.center))
    lengths: Array = np.hypot(places[0], places[1])
    return lengths


def _begin(before: Sequence[float], length: int) -> Array:
    known = np.asarray(before, dtype=float)
    if not known.any():  # Polis draws by chance; this is the same every time and leans nowhere
        return 1.0 + np.arange(length) / length
    return np.concatenate([known, np.ones(length - len(known))])


def _strongest(gram: Array, vector: Array) -> Array:
    last = 0.0
    for _ in range(ITERATIONS + 1):
        product = gram @ vector
        strength = float(np.linalg.norm(product))
        if strength == 0.0:
            return np.zeros_like(vector)
        vector = product / strength
        if strength == last:
            break
        last = strength
    return vector
