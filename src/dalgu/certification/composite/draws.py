"""Scores of many draws of an uncertain recipe at once.

Every uncertain input is a number from 0 to 1: it chooses an option of a step, or one of a pool
of noises drawn beforehand. So one function serves the Monte Carlo and the Sobol indices alike.
What a choice makes of the steps before the aggregation is computed once; the aggregation of all
draws that share it is a few matrix products.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from dalgu.certification.composite.aggregation import Rules, aggregate_values
from dalgu.certification.composite.chain import prepare
from dalgu.certification.composite.dataset import Dataset
from dalgu.certification.composite.errors import (
    LevelsUnequal,
    OnePeriodRequired,
    ParameterInvalid,
    StepOutOfPlace,
)
from dalgu.certification.composite.normalisation import Normalise, normalise_values
from dalgu.certification.composite.recipe import (
    Recipe,
    Step,
    check_order,
    name_of,
)
from dalgu.certification.composite.structure import Array, Indices
from dalgu.certification.composite.treatment import Treat, treat_columns
from dalgu.certification.composite.weights import Weights, weigh

STEP = "uncertainty"
WEIGHTS = "weight_noise"
VALUES = "value_noise"
CHUNK = 128  # draws that are worked on together: their arrays stay in the cache
NOISY = ("treat", "normalise")  # the steps that may follow a noise of values

Told = Callable[[int, int], None]


@dataclass(eq=False)
class Draws:
    """The uncertain inputs of a recipe over a dataset, and the scores they lead to.

    `inputs` names what varies, in the order of the columns of `u`; `pool` is how many noises
    are drawn beforehand.
    """

    dataset: Dataset
    recipe: Recipe
    rng: np.random.Generator
    pool: int
    inputs: tuple[str, ...] = field(init=False)
    units: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        check_order(self.recipe.step)
        if self.dataset.table.is_panel():
            raise OnePeriodRequired(STEP)
        declared = self.recipe.uncertainty
        self._options = _options(self.recipe)
        structure = self.dataset.structure
        self._spread = _levels(declared.weight_noise, structure.levels - 1)
        self._sd = _value_noise(self.dataset, declared.value_noise)
        self.inputs = tuple(name for name, options in self._options.items() if len(options) > 1)
        if any(self._spread):
            self.inputs += (WEIGHTS,)
            self.factors = tuple(
                1 + spread * self.rng.uniform(-1, 1, (self.pool, len(structure.codes(level))))
                for level, spread in enumerate(self._spread, start=1)
            )
        if self._sd.any():
            self.inputs += (VALUES,)
            self._seeds = self.rng.integers(2**63, size=self.pool)
        self._cache: dict[tuple[int, ...], _Prepared] = {}
        self.units = self._prepared((0,) * len(self._options)).dataset.table.units

    def scores(self, u: Array, told: Told | None = None) -> Array:
        """Return the index of each unit in each draw, shape (draws, units).

        Parameters
        ----------
        u
            Shape (draws, inputs), from 0 to 1.
        told
            Called with draws done and draws in all, for a line of progress.

        Raises
        ------
        InvalidInput
            As the chain does, when an option does not fit the others: nothing is passed over.
        """
        choice = np.zeros((len(u), len(self._options)), dtype=np.int64)
        for place, (name, options) in enumerate(self._options.items()):
            if name in self.inputs:
                choice[:, place] = _choose(u[:, self.inputs.index(name)], len(options))
        result = np.empty((len(u), len(self.units)))
        alike: dict[tuple[int, ...], list[int]] = {}
        for row, one in enumerate(choice.tolist()):
            alike.setdefault(tuple(one), []).append(row)
        done = 0
        for chosen, rows in alike.items():
            prepared = self._prepared(chosen)
            for start in range(0, len(rows), CHUNK):
                part = np.array(rows[start : start + CHUNK])
                result[part] = self._index(prepared, u[part])
                done += len(part)
                if told is not None:
                    told(done, len(u))
        return result

    def nominal(self) -> Array:
        """Return the index of each unit by the recipe as it stands, without noise."""
        one = self._prepared((0,) * len(self._options))
        values = one.dataset.table.values
        return aggregate_values(one.dataset, one.rules, one.weights, values)[-1][:, 0]

    def _index(self, one: "_Prepared", u: Array) -> Array:
        weights: list[Array] = list(one.weights)
        if WEIGHTS in self.inputs:
            at = _choose(u[:, self.inputs.index(WEIGHTS)], self.pool)
            weights = [
                weight * noise[at] for weight, noise in zip(weights, self.factors, strict=True)
            ]
        values = one.dataset.table.values
        if VALUES in self.inputs:
            at = _choose(u[:, self.inputs.index(VALUES)], self.pool)
            values = self._noisy(one, at)
        made = aggregate_values(one.dataset, one.rules, weights, values)[-1][..., 0]
        return np.broadcast_to(made, (len(u), made.shape[-1]))

    def _noisy(self, one: "_Prepared", at: Indices) -> Array:
        """Return values with noise, treated and normalised, shape (draws, units, indicators)."""
        plain = one.measured.table.values
        noise = np.stack(
            [np.random.default_rng(self._seeds[k]).standard_normal(plain.shape) for k in at]
        )
        values = plain * (1 + self._sd * noise)
        for step in one.later:
            if isinstance(step, Treat):
                columns = np.moveaxis(values, 1, 0).reshape(len(plain), -1)
                treated = treat_columns(columns, one.measured.table.codes, step)[0]
                values = np.moveaxis(treated.reshape(len(plain), len(at), -1), 0, 1)
            elif isinstance(step, Normalise):
                values = normalise_values(one.measured, step, values)
        return values

    def _prepared(self, choice: tuple[int, ...]) -> "_Prepared":
        if choice not in self._cache:
            chosen = dict(zip(self._options, choice, strict=True))
            steps = [
                self._options[name_of(step)][chosen[name_of(step)]]
                if name_of(step) in chosen
                else step
                for step in self.recipe.step
            ]
            self._cache[choice] = _prepare(
                self.dataset, Recipe(tuple(steps)), is_noisy=bool(self._sd.any())
            )
        return self._cache[choice]


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """One choice of options: the dataset to aggregate, and the way there from the measured."""

    dataset: Dataset
    measured: Dataset
    later: tuple[Step, ...]
    rules: Rules
    weights: Weights


def _prepare(dataset: Dataset, recipe: Recipe, *, is_noisy: bool) -> _Prepared:
    before, last = recipe.step[:-1], recipe.aggregate
    first = next((k for k, s in enumerate(before) if name_of(s) in NOISY), len(before))
    later = before[first:]
    for place, step in enumerate(later, start=first + 1):
        if is_noisy and name_of(step) not in NOISY:
            reason = "values have noise, so that 'impute' and others come before 'treat'"
            raise StepOutOfPlace(name_of(step), place, reason)
    measured = prepare(dataset, before[:first]).dataset
    ready = prepare(measured, later).dataset
    rules = Rules.of(dataset.structure, last.methods, last.min_share)
    return _Prepared(ready, measured, later, rules, weigh(ready, rules, last.weights))


def _options(recipe: Recipe) -> dict[str, tuple[Step, ...]]:
    """Return what each varied step may be, that of the recipe first."""
    found: dict[str, tuple[Step, ...]] = {}
    for one in recipe.uncertainty.alternatives:
        own = [(k, step) for k, step in enumerate(recipe.step, 1) if name_of(step) == one.step]
        if len(own) != 1 or one.step == "screen" or one.step in found:
            reason = "alternatives are for a step that stands once in the recipe, not for 'screen'"
            raise StepOutOfPlace(one.step, own[0][0] if own else 0, reason)
        for option in one.options:
            if name_of(option) != one.step:
                raise StepOutOfPlace(name_of(option), own[0][0], f"the step is '{one.step}'")
        found[one.step] = (own[0][1], *one.options)
    return found


def _choose(u: Array, count: int) -> Indices:
    """Return for numbers from 0 to 1 which of some equally likely things they stand for."""
    return np.minimum((u * count).astype(np.int64), count - 1)


def _levels(noise: tuple[float, ...], levels: int) -> tuple[float, ...]:
    if len(noise) not in (0, 1, levels):
        raise LevelsUnequal(STEP, WEIGHTS, len(noise), levels)
    for one in noise:
        if not 0 <= one < 1:
            raise ParameterInvalid(STEP, WEIGHTS, one, "from 0 to less than 1")
    return noise * levels if len(noise) == 1 else noise


def _value_noise(dataset: Dataset, noise: float | Mapping[str, float]) -> Array:
    """Return the relative standard deviation of each indicator."""
    codes = dataset.table.codes
    if isinstance(noise, Mapping):
        dataset.check_indicators(STEP, noise)
        sd = np.array([noise.get(code, 0.0) for code in codes])
    else:
        sd = np.full(len(codes), float(noise))
    for one in sd[~(sd >= 0)]:
        raise ParameterInvalid(STEP, VALUES, float(one), "zero or more")
    return sd
