"""A recipe: the declared steps of a chain and what is uncertain about them, read from TOML."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from dalgu.certification.composite import aggregation, normalisation
from dalgu.certification.composite import weights as weighting
from dalgu.certification.composite.denomination import Denominate
from dalgu.certification.composite.errors import MethodUnknown, RecipeInvalid, StepOutOfPlace
from dalgu.certification.composite.imputation import Impute
from dalgu.certification.composite.normalisation import Normalise
from dalgu.certification.composite.screening import Screen
from dalgu.certification.composite.treatment import Treat
from dalgu.kernel.toml import read_toml

LAST = "the last step must be 'aggregate'"


class Aggregate(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="aggregate"
):
    """How groups are made of their children, bottom up.

    `methods` and `min_share` have one entry for all levels or one for each level that is made.
    Without `min_share` a missing value is refused.
    """

    methods: tuple[aggregation.Method, ...] = (aggregation.Arithmetic(),)
    weights: weighting.Method = weighting.Declared()
    min_share: tuple[float, ...] = ()


Step = Screen | Denominate | Impute | Treat | Normalise | Aggregate


class Alternatives(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Options that a step may take besides the one of the recipe, each as likely."""

    step: str
    options: tuple[Step, ...]


class Uncertainty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is uncertain.

    `weight_noise` multiplies each weight by a uniform number of 1 ± noise, one entry for all
    levels or one for each level below the top. `value_noise` is the relative standard
    deviation of the values, of all or by indicator, before they are treated.
    """

    alternatives: tuple[Alternatives, ...] = ()
    weight_noise: tuple[float, ...] = ()
    value_noise: float | Mapping[str, float] = 0.0


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The steps in their order, and what is uncertain about them."""

    step: tuple[Step, ...]
    uncertainty: Uncertainty = Uncertainty()

    @property
    def aggregate(self) -> Aggregate:
        """The last step; raise `StepOutOfPlace` where it is another."""
        check_order(self.step)
        last = self.step[-1]
        if not isinstance(last, Aggregate):
            raise StepOutOfPlace(name_of(last), len(self.step), LAST)
        return last


def name_of(step: Step) -> str:
    """Return what a step does, as the recipe calls it."""
    return str(type(step).__struct_config__.tag)


def read_recipe(file: Path) -> Recipe:
    """Read a recipe.

    Raises
    ------
    RecipeInvalid, MethodUnknown
        The sentence names file, field and reason.
    StepOutOfPlace
        When a step stands twice or the last is no aggregation.
    """
    try:
        raw = read_toml(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as broken:
        reason = f"the file cannot be read as UTF-8 text: {type(broken).__name__}"
        raise RecipeInvalid(file.name, "step", reason) from None
    except tomllib.TOMLDecodeError as broken:
        raise RecipeInvalid(file.name, "step", str(broken)) from None
    for place, step in enumerate(_tables(raw.get("step"))):
        _spell_out(step, file.name, f"step[{place}]")
    for place, one in enumerate(_alternatives(raw)):
        for at, option in enumerate(_tables(one.get("options"))):
            option.setdefault("do", one.get("step"))
            _spell_out(option, file.name, f"uncertainty.alternatives[{place}].options[{at}]")
    try:
        recipe = msgspec.convert(raw, Recipe)
    except msgspec.ValidationError as broken:
        reason, _, path = str(broken).partition(" - at `$.")
        raise RecipeInvalid(file.name, path.rstrip("`") or "step", reason) from None
    check_order(recipe.step)
    return recipe


def check_order(steps: tuple[Step, ...]) -> None:
    """Raise `StepOutOfPlace` unless the steps make one chain that ends with an aggregation."""
    names = [name_of(step) for step in steps]
    if not names or names[-1] != "aggregate":
        last = names[-1] if names else "aggregate"
        raise StepOutOfPlace(last, max(len(names), 1), LAST)
    for place, name in enumerate(names):
        if name in names[:place] and name != "impute":
            raise StepOutOfPlace(name, place + 1, "it stands twice")
        if "normalise" in names[:place] and name != "aggregate":
            raise StepOutOfPlace(name, place + 1, "after 'normalise' only 'aggregate' may follow")


def _spell_out(step: dict[str, Any], file: str, field: str) -> None:
    """Turn the short form `"minmax"` of a method into its table, and hold its name to the list."""
    kind = step.get("do")
    if kind == "normalise":
        if "method" in step:
            step["method"] = _named(step["method"], normalisation.Method, file, f"{field}.method")
        if isinstance(step.get("indicators"), dict):
            step["indicators"] = {
                code: _named(one, normalisation.Method, file, f"{field}.indicators.{code}")
                for code, one in step["indicators"].items()
            }
    if kind == "aggregate":
        if isinstance(step.get("methods"), list):
            step["methods"] = [
                _named(one, aggregation.Method, file, f"{field}.methods[{place}]")
                for place, one in enumerate(step["methods"])
            ]
        if "weights" in step:
            step["weights"] = _named(step["weights"], weighting.Method, file, f"{field}.weights")


def _named(given: Any, union: Any, file: str, field: str) -> Any:
    table = {"name": given} if isinstance(given, str) else given
    known = tuple(one.__struct_config__.tag for one in union.__args__)
    if (
        isinstance(table, dict)
        and isinstance(table.get("name"), str)
        and table["name"] not in known
    ):
        raise MethodUnknown(file, field, table["name"], known)
    return table


def _tables(given: Any) -> list[dict[str, Any]]:
    """Return the tables of a list; what is none is left for the schema to refuse."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _alternatives(raw: dict[str, Any]) -> list[dict[str, Any]]:
    declared = raw.get("uncertainty")
    return _tables(declared.get("alternatives")) if isinstance(declared, dict) else []
