"""From the form that sets a rule to the deed that is written."""

from collections.abc import Mapping, Sequence

from dalgu.center.alarms.deeds import RuleSet
from dalgu.center.incidents.words import Priority
from dalgu.kernel.errors import InvalidInput

LONGEST_REASON = 500  # letters
MOST_RADIUS_M, MOST_WINDOW_S = 5_000.0, 7 * 86_400.0


class AlarmSettingInvalid(InvalidInput):
    """What is asked to be set of a rule cannot be."""

    slug = "alarm-setting-invalid"
    title = "The setting of the alarm rule is invalid"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"Field '{field}' {reason}.", field=field, reason=reason)


def setting_of(sent: Mapping[str, Sequence[str]]) -> RuleSet:
    """Return what a form sets; raise `AlarmSettingInvalid`."""
    fields = {name: values[0].strip() for name, values in sent.items() if values}
    reason = fields.get("reason", "")
    if not reason:
        raise AlarmSettingInvalid("reason", "is required")
    priority = fields.get("priority", "")
    if priority and priority not in list(Priority):
        raise AlarmSettingInvalid("priority", f"must be one of {', '.join(Priority)}")
    return RuleSet(
        rule=fields.get("rule", ""),
        reason=reason[:LONGEST_REASON],
        is_on=fields.get("is_on", "on") != "off",
        priority=Priority(priority) if priority else None,
        radius_m=_number(fields, "radius_m", 0.0, MOST_RADIUS_M),
        window_s=_number(fields, "window_s", 1.0, MOST_WINDOW_S),
    )


def _number(fields: Mapping[str, str], name: str, least: float, most: float) -> float | None:
    text = fields.get(name, "")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        raise AlarmSettingInvalid(name, "must be a number") from None
    if not least <= found <= most:
        raise AlarmSettingInvalid(name, f"must be between {least:g} and {most:g}")
    return found
