"""How long history is kept, and how much of it: rules as data, in `retention.toml` of the folder.

Rules act on sealed days only, when these are written. Evidence holds its rows itself, and the
messages it names are never emptied.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.store.thinning import Due

FILE_NAME = "retention.toml"

Days = Annotated[int, Meta(ge=1, le=36_500)]


class RetentionInvalid(InvalidInput):
    """The file of rules does not say what it must."""

    slug = "retention-invalid"
    title = "The retention rules are invalid"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"Retention rules '{path}' are invalid: {why}.", path=str(path))


class MessageEmptied(DalguError):
    """The bytes of a message have gone by a retention rule; when it came is still known."""

    status = 410
    slug = "message-emptied"
    title = "The message has been emptied"

    def __init__(self, message_id: int, received_at: datetime) -> None:
        super().__init__(
            f"Message {message_id} of {iso(received_at)} has been emptied by the rule 'messages' "
            f"of {FILE_NAME}.",
            message_id=message_id,
        )


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of rows once they are so many days old."""

    after_days: Days
    keep: Literal["hour", "day", "nothing"]
    value: Literal["first", "last", "avg", "min", "max", "sum"] = "avg"


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """Steps for the attributes that fit; of several rules that fit the first decides."""

    steps: list[Step]
    type: str | None = None
    attribute: str | None = None


class MessageRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the bytes of messages are kept; that they came stays known."""

    body_days: Days


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """All rules of a city; none by default, so that nothing ever goes."""

    history: list[Rule] = []
    messages: MessageRule | None = None

    def due(self, until: datetime, now: datetime) -> list[Due]:
        """Return what is due for rows that all lie before `until`."""
        return [_due(rule, until, now) for rule in self.history]


KEEP_ALL = Retention()


def load(folder: Path) -> Retention:
    """Return the rules of a city's folder; those that keep all where it has none.

    Raises
    ------
    RetentionInvalid
        When the file is no TOML, names what does not exist, or steps are out of order.

    """
    path = folder / FILE_NAME
    if not path.is_file():
        return KEEP_ALL
    try:
        rules = msgspec.toml.decode(path.read_bytes(), type=Retention)
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as why:
        raise RetentionInvalid(path, str(why)) from None
    for rule in rules.history:
        _check(rule, path)
    return rules


def _check(rule: Rule, path: Path) -> None:
    days = [step.after_days for step in rule.steps]
    if not days or days != sorted(set(days)):
        raise RetentionInvalid(path, "the steps of a rule must grow in 'after_days'")
    kinds = [("hour", "day", "nothing").index(step.keep) for step in rule.steps]
    if kinds != sorted(set(kinds)):
        raise RetentionInvalid(path, "a rule keeps hours, then days, then nothing")


def _due(rule: Rule, until: datetime, now: datetime) -> Due:
    passed = [step for step in rule.steps if until + timedelta(days=step.after_days) <= now]
    if not passed:
        return Due(rule.type, rule.attribute)
    return Due(rule.type, rule.attribute, passed[-1].keep, passed[-1].value)
