"""What a check of a framework finds: typed, with the indicator and the field it is about."""

from enum import StrEnum

import msgspec

from dalgu.kernel.text import Text


class Kind(StrEnum):
    """What is found."""

    FORMULA_INVALID = "formula-invalid"
    UNIT_UNKNOWN = "unit-unknown"
    UNIT_CLASH = "unit-clash"
    QUERY_INVALID = "query-invalid"
    WINDOW_INVALID = "window-invalid"
    VARIABLE_UNKNOWN = "variable-unknown"
    VARIABLE_UNUSED = "variable-unused"
    INDICATOR_UNKNOWN = "indicator-unknown"
    TYPE_UNKNOWN = "entity-type-unknown"
    ATTRIBUTE_UNKNOWN = "attribute-unknown"


class Severity(StrEnum):
    """Whether the framework is at fault, or the city only lacks something."""

    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True):
    """One finding; `subject` is what it is about: a name, a type, a unit."""

    kind: Kind
    severity: Severity
    indicator: str
    field: str
    subject: str
    reason: Text
