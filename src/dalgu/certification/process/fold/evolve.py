"""The one step that every kind of event has."""

from functools import singledispatch
from typing import Any

from msgspec.structs import replace

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.state import Case, Certificate, Entry, Round, World


@singledispatch
def evolve(event: Event, world: World, entry: Entry) -> World:
    """Return the world after an event."""
    raise NotImplementedError(type(event).__name__)


def with_round(world: World, round_id: str, **changes: Any) -> World:
    """Return the world with some parts of a round changed."""
    changed: Round = replace(world.rounds[round_id], **changes)
    return replace(world, rounds={**world.rounds, round_id: changed})


def with_case(world: World, case_id: str, **changes: Any) -> World:
    """Return the world with some parts of a case changed."""
    changed: Case = replace(world.cases[case_id], **changes)
    return replace(world, cases={**world.cases, case_id: changed})


def with_certificate(world: World, number: str, **changes: Any) -> World:
    """Return the world with some parts of a certificate changed."""
    changed: Certificate = replace(world.certificates[number], **changes)
    return replace(world, certificates={**world.certificates, number: changed})
