"""From a command to its events: may the actor, and do the rules allow it."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from dalgu.access.actor import Actor
from dalgu.certification.process.acts.act import Command, Event
from dalgu.certification.process.errors import CommandInvalid
from dalgu.certification.process.permission import authorise
from dalgu.certification.process.rules import (
    application,
    certificate,
    committee,
    decision,
    programme,
    review,
    visit,
)
from dalgu.certification.process.rules.decide import Context, Judges, decide
from dalgu.certification.process.state import World
from dalgu.certification.process.table import tag_of
from dalgu.certification.process.words import ProgrammeRole

FIRST_YEAR, LAST_YEAR = 1900, 2199  # of any day: terms and deadlines are counted from and to it
# Each registers its rules when it is imported.
RULES = (programme, application, review, visit, committee, decision, certificate)


def follow(
    world: World, command: Command, actor: Actor, at: datetime, judges: Judges
) -> tuple[ProgrammeRole, list[Event]]:
    """Return the actor's role and what happens, or raise why nothing does; pure."""
    role = authorise(world, command, actor, at)
    for field, day in _days("", msgspec.to_builtins(command, builtin_types=(date,))):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            reason = f"a day must lie in the years {FIRST_YEAR} to {LAST_YEAR}"
            raise CommandInvalid(tag_of(type(command)), field, reason)
    return role, decided(command, Context(world, at, actor.id, role, judges))


def decided(command: Command, context: Context) -> list[Event]:
    """Return what happens when somebody who may ask for it does, or raise the rule against it."""
    return decide(command, context)


def _days(path: str, value: object) -> Iterator[tuple[str, date]]:
    """Yield every day in the parts of a command, with the field it stands in."""
    if isinstance(value, date):
        yield path, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _days(f"{path}.{name}".lstrip("."), part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _days(path, part)
