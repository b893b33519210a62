"""What the days bring about by themselves: windows close, notices end, what rests goes on."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from dalgu.access.actor import SYSTEM
from dalgu.access.logbook import Noted
from dalgu.kernel.clock import local
from dalgu.kernel.terms import TermStarted
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.proposals import ROOM, Proposals
from dalgu.services.citizens.proposals.state import Proposal
from dalgu.services.citizens.proposals.words import Act, Carry, Stage


async def sweep(room: Proposals) -> int:
    """Write what is due by now; return how many deeds. Doing so again writes nothing."""

    def decide(at: datetime) -> list[Noted]:
        return [
            Noted(found.subject, deed)
            for found in room.all.values()
            for deed in due(room, found, at)
        ]

    return len(await room.ground.book.write(SYSTEM, ROOM, decide))


def due(room: Proposals, found: Proposal, at: datetime) -> Iterator[msgspec.Struct]:
    """Yield what an instant brings about in one proposal."""
    is_closed = found.closes_at is not None and at >= found.closes_at
    if found.stage is Stage.MATURING and is_closed:
        yield d.Archived(len(found.supports))
    elif found.stage is Stage.ASKING and is_closed:
        yield d.AskClosed(len(found.comments))
        yield TermStarted(room.space_of(found).rule_id(Act.RESULT), local(at).date())
    elif found.stage is Stage.SUPPLEMENT:
        yield from _lapsed(room, found, at)
    if found.waiting:
        yield from _carried(room, found, at)


def _lapsed(room: Proposals, found: Proposal, at: datetime) -> Iterator[msgspec.Struct]:
    today = local(at).date()
    if found.supplement is not None and today > found.supplement[1]:
        yield d.SupplementLapsed()
        yield from room.resumed(found, today)


def _carried(room: Proposals, found: Proposal, at: datetime) -> Iterator[msgspec.Struct]:
    today, is_counted = local(at).date(), room.space_of(found).carry is Carry.NOTICE
    over = {one.via for one in found.waiting.values() if today > one.until}
    count = len(found.supports)
    for number in sorted(over):
        yield d.CarryEnded(number, is_counted)
        if is_counted:
            count += sum(one.via == number for one in found.waiting.values())
            yield from room.reached_with(found, count, at)
            return  # the next hour takes the next one, whose tiers are counted anew
