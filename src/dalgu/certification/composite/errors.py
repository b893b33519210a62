"""What a composite indicator refuses, each with the place and the way out."""

from dalgu.kernel.errors import InvalidInput, PartNotInstalled


class DataFileInvalid(InvalidInput):
    """A data file of a composite holds something other than its columns promise."""

    slug = "composite-data-invalid"
    title = "The data file is invalid"

    def __init__(self, file: str, row: int, column: str, reason: str) -> None:
        super().__init__(
            f"Data file '{file}', row {row}, column '{column}': {reason}.",
            file=file,
            row=row,
            column=column,
            reason=reason,
        )


class MetadataInvalid(InvalidInput):
    """The metadata of a composite does not describe a tree of indicators and groups."""

    slug = "composite-metadata-invalid"
    title = "The metadata is invalid"

    def __init__(self, file: str, row: int, field: str, reason: str) -> None:
        super().__init__(
            f"Metadata '{file}', row {row}, field '{field}': {reason}.",
            file=file,
            row=row,
            field=field,
            reason=reason,
        )


class RecipeInvalid(InvalidInput):
    """A recipe file declares something that no step knows."""

    slug = "composite-recipe-invalid"
    title = "The recipe is invalid"

    def __init__(self, file: str, field: str, reason: str) -> None:
        super().__init__(
            f"Recipe '{file}', field '{field}': {reason}.", file=file, field=field, reason=reason
        )


class MethodUnknown(RecipeInvalid):
    """A recipe names a method that does not exist."""

    slug = "composite-method-unknown"
    title = "The method does not exist"

    def __init__(self, file: str, field: str, method: str, known: tuple[str, ...]) -> None:
        super().__init__(
            file, field, f"method '{method}' does not exist; known are {', '.join(known)}"
        )


class IndicatorUnknown(InvalidInput):
    """A step speaks of an indicator or a group that the structure does not hold."""

    slug = "composite-indicator-unknown"
    title = "The structure holds no such element"

    def __init__(self, step: str, code: str) -> None:
        super().__init__(
            f"Step '{step}' speaks of '{code}', which the structure does not hold. "
            "Correct the code or remove the entry.",
            step=step,
            code=code,
        )


class UnitUnknown(InvalidInput):
    """A step speaks of a unit that the data does not hold."""

    slug = "composite-unit-unknown"
    title = "The data holds no such unit"

    def __init__(self, step: str, unit: str) -> None:
        super().__init__(
            f"Step '{step}' speaks of unit '{unit}', of which the data holds no row or several.",
            step=step,
            unit=unit,
        )


class GroupingUnknown(InvalidInput):
    """A step names a grouping of units that the data does not hold."""

    slug = "composite-grouping-unknown"
    title = "The data holds no such grouping"

    def __init__(self, step: str, grouping: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Step '{step}' groups units by '{grouping}', which the data does not hold. "
            f"Known: {', '.join(known) or 'none'}.",
            step=step,
            grouping=grouping,
        )


class ValueMissing(InvalidInput):
    """A value is absent where the step needs one."""

    slug = "composite-value-missing"
    title = "A value is required"

    def __init__(self, step: str, unit: str, code: str) -> None:
        super().__init__(
            f"Step '{step}' needs a value of '{code}' for unit '{unit}', which has none. "
            "Impute it, screen the unit out, or state how missing values are treated.",
            step=step,
            unit=unit,
            code=code,
        )


class TooFewValues(InvalidInput):
    """A column holds fewer values than the step can work with."""

    slug = "composite-too-few-values"
    title = "There are too few values"

    def __init__(self, step: str, code: str, got: int, need: int) -> None:
        super().__init__(
            f"Step '{step}' has {got} values of '{code}' and needs {need}. "
            "Add units, or remove the indicator from the step.",
            step=step,
            code=code,
            got=got,
            need=need,
        )


class RangeZero(InvalidInput):
    """All units have the same value, so that the step has no scale."""

    slug = "composite-range-zero"
    title = "The indicator does not vary"

    def __init__(self, step: str, code: str) -> None:
        super().__init__(
            f"Step '{step}' cannot scale '{code}': all its values are the same. "
            "Remove the indicator, or give it goalposts.",
            step=step,
            code=code,
        )


class ValueNotPositive(InvalidInput):
    """A value of zero or below stands where the step needs a positive one."""

    slug = "composite-value-not-positive"
    title = "The value must be positive"

    def __init__(self, step: str, unit: str, code: str, value: float) -> None:
        super().__init__(
            f"Step '{step}' needs positive values; '{code}' of unit '{unit}' is {value:g}. "
            "Normalise to a range above zero, or use another method.",
            step=step,
            unit=unit,
            code=code,
            value=value,
        )


class WeightInvalid(InvalidInput):
    """A weight is negative or no number."""

    slug = "composite-weight-invalid"
    title = "The weight is invalid"

    def __init__(self, code: str, weight: float) -> None:
        super().__init__(
            f"The weight of '{code}' is {weight:g}; it must be zero or more.",
            code=code,
            weight=weight,
        )


class GroupWeightsZero(InvalidInput):
    """The weights inside a group sum to nothing."""

    slug = "composite-group-weights-zero"
    title = "The weights of a group are all zero"

    def __init__(self, group: str) -> None:
        super().__init__(
            f"The weights inside group '{group}' sum to zero; at least one must be positive.",
            group=group,
        )


class ParameterRequired(InvalidInput):
    """A method needs a parameter of an indicator that nobody stated."""

    slug = "composite-parameter-required"
    title = "A parameter is required"

    def __init__(self, step: str, code: str, field: str) -> None:
        super().__init__(
            f"Step '{step}' needs '{field}' of indicator '{code}'. "
            "State it in the recipe for the indicator, or in the metadata.",
            step=step,
            code=code,
            field=field,
        )


class ParameterInvalid(InvalidInput):
    """A parameter of a step lies outside of what the method allows."""

    slug = "composite-parameter-invalid"
    title = "The parameter is invalid"

    def __init__(self, step: str, field: str, value: float, must: str) -> None:
        super().__init__(
            f"Parameter '{field}' of step '{step}' is {value:g}; it must be {must}.",
            step=step,
            field=field,
            value=value,
            must=must,
        )


class LevelsUnequal(InvalidInput):
    """A list with one entry for each level has another length."""

    slug = "composite-levels-unequal"
    title = "The number of levels differs"

    def __init__(self, step: str, field: str, got: int, need: int) -> None:
        super().__init__(
            f"Step '{step}' has {got} entries of '{field}' and needs one or {need}, "
            "one for each level that is aggregated.",
            step=step,
            field=field,
            got=got,
            need=need,
        )


class StepOutOfPlace(InvalidInput):
    """A step of a recipe stands where it cannot work."""

    slug = "composite-step-out-of-place"
    title = "The step is out of place"

    def __init__(self, step: str, position: int, reason: str) -> None:
        super().__init__(
            f"Step {position}, '{step}', is out of place: {reason}.",
            step=step,
            position=position,
            reason=reason,
        )


class PanelRequired(InvalidInput):
    """A step needs data of several periods."""

    slug = "composite-panel-required"
    title = "Several periods are required"

    def __init__(self, step: str) -> None:
        super().__init__(
            f"Step '{step}' needs data of two periods or more: a data file with a 'Time' column.",
            step=step,
        )


class OnePeriodRequired(InvalidInput):
    """An analysis is of one period, and the data holds several."""

    slug = "composite-one-period-required"
    title = "One period is required"

    def __init__(self, step: str) -> None:
        super().__init__(
            f"The step '{step}' is of one period; the data holds several. Keep the rows of one.",
            step=step,
        )


class NoUnitLeft(InvalidInput):
    """A step leaves no unit to work with."""

    slug = "composite-no-unit-left"
    title = "No unit is left"

    def __init__(self, step: str) -> None:
        super().__init__(f"Step '{step}' leaves no unit. Lower the share it asks for.", step=step)


class WeightsNotReached(InvalidInput):
    """No weights give the influence that was asked for."""

    slug = "composite-weights-not-reached"
    title = "The desired influence is not reached"

    def __init__(self, level: int, gap: float, tolerance: float) -> None:
        super().__init__(
            f"No weights of level {level} give the desired influence: the nearest leave a gap of "
            f"{gap:.4f}, and {tolerance:g} is allowed. Change the target or the indicators.",
            level=level,
            gap=gap,
            tolerance=tolerance,
        )


class NothingVaries(InvalidInput):
    """An analysis of uncertainty has nothing that is uncertain, or too little."""

    slug = "composite-nothing-varies"
    title = "Nothing varies"

    def __init__(self, what: str, need: int) -> None:
        super().__init__(
            f"The {what} needs {need} or more uncertain inputs. Declare alternatives or noise in "
            "the [uncertainty] table of the recipe.",
            what=what,
            need=need,
        )


class SensitivityNotInstalled(PartNotInstalled):
    """The library that estimates Sobol indices is not installed."""

    def __init__(self) -> None:
        super().__init__("Sobol indices need SALib: pip install 'dalgu[sensitivity]'.")
