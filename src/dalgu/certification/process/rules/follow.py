"""From a command to its events: may the actor, and do the rules allow it."""

from datetime import datetime

from dalgu.access.actor import Actor
from dalgu.certification.process.acts.act import Command, Event
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
from dalgu.certification.process.words import ProgrammeRole

# Each registers its rules when it is imported.
RULES = (programme, application, review, visit, committee, decision, certificate)


def follow(
    world: World, command: Command, actor: Actor, at: datetime, judges: Judges
) -> tuple[ProgrammeRole, list[Event]]:
    """Return the actor's role and what happens, or raise why nothing does; pure."""
    role = authorise(world, command, actor, at)
    return role, decided(command, Context(world, at, actor.id, role, judges))


def decided(command: Command, context: Context) -> list[Event]:
    """Return what happens when somebody who may ask for it does, or raise the rule against it."""
    return decide(command, context)
