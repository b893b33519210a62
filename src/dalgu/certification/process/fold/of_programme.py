"""What events of programmes, roles, rounds and committees amount to."""

from msgspec.structs import replace

from dalgu.certification.process.acts.programme import (
    CallAnnounced,
    ChairElected,
    MemberDismissed,
    MemberSeated,
    ProgrammeDefined,
    RoleGranted,
    RoleTaken,
    RoundPlanned,
    TermRenewed,
)
from dalgu.certification.process.fold.evolve import evolve, with_round
from dalgu.certification.process.state import Entry, Round, Seat, World


@evolve.register
def _(event: ProgrammeDefined, world: World, entry: Entry) -> World:
    return replace(world, programmes={**world.programmes, event.programme: event})


@evolve.register
def _(event: RoleGranted, world: World, entry: Entry) -> World:
    return replace(world, grants={**world.grants, (event.programme, event.person): event})


@evolve.register
def _(event: RoleTaken, world: World, entry: Entry) -> World:
    taken = (event.programme, event.person)
    return replace(world, grants={key: one for key, one in world.grants.items() if key != taken})


@evolve.register
def _(event: RoundPlanned, world: World, entry: Entry) -> World:
    return replace(world, rounds={**world.rounds, event.round: Round(plan=event)})


@evolve.register
def _(event: CallAnnounced, world: World, entry: Entry) -> World:
    return with_round(world, event.round, announced_on=entry.day)


@evolve.register
def _(event: MemberSeated, world: World, entry: Entry) -> World:
    seat = Seat(
        person=event.person,
        qualification=event.qualification,
        group=event.group,
        since=event.since,
        until=event.until,
        in_field=event.in_field,
    )
    return with_round(
        world, event.round, seats={**world.rounds[event.round].seats, event.person: seat}
    )


@evolve.register
def _(event: TermRenewed, world: World, entry: Entry) -> World:
    seats = world.rounds[event.round].seats
    seat = replace(seats[event.person], until=event.until)
    return with_round(world, event.round, seats={**seats, event.person: seat})


@evolve.register
def _(event: MemberDismissed, world: World, entry: Entry) -> World:
    seats = world.rounds[event.round].seats
    seat = replace(seats[event.person], left_on=entry.day)
    return with_round(world, event.round, seats={**seats, event.person: seat})


@evolve.register
def _(event: ChairElected, world: World, entry: Entry) -> World:
    chairs = {**world.rounds[event.round].chairs, event.group: event.chair}
    return with_round(world, event.round, chairs=chairs)
