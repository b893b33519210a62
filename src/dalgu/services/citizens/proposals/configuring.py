"""What the desk sets: the policy of spaces, and answers that are written often."""

import re
from datetime import datetime
from itertools import pairwise

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.proposals import ROOM, Proposals
from dalgu.services.citizens.proposals.refusals import FieldNeeded
from dalgu.services.citizens.proposals.spaces import Space
from dalgu.services.citizens.proposals.texts import needed

_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")
MOST_TEMPLATES = 100
LARGEST = 10_000_000  # people
LONGEST_DAYS = 730


async def set_space(room: Proposals, actor: Actor, space: Space) -> None:
    """Give a space a policy from now on; a new id is a new space. Terms that run keep theirs.

    Raises
    ------
    FieldNeeded
        When a figure does not hold, or the kind of a space that exists is to change.
    """
    checked = _checked(room, space)
    await room.ground.book.write(
        actor, ROOM, lambda at: [Noted(f"space:{checked.id}", d.SpaceSet(checked))]
    )


def _checked(room: Proposals, space: Space) -> Space:
    if not _ID.fullmatch(space.id):
        raise FieldNeeded("id", "have 2 to 31 small letters, digits and hyphens")
    before = room.folded.spaces.get(space.id)
    if before is not None and before.kind is not space.kind:
        raise FieldNeeded("kind", "stay as it was: what stands there goes on")
    if not space.ko.strip() or not space.en.strip():
        raise FieldNeeded("title", "be given in Korean and English")
    days = (space.window_days, space.supplement_days, space.carry_days, space.appeal_days)
    if not all(1 <= one <= LONGEST_DAYS for one in days):
        raise FieldNeeded("days", f"be 1 to {LONGEST_DAYS}")
    least = [tier.at for tier in space.tiers]
    rising = all(a < b for a, b in pairwise(least))
    if not rising or not all(1 <= at <= LARGEST for at in least):
        raise FieldNeeded("tiers", "rise from 1")
    if len({tier.act for tier in space.tiers}) < len(least) or any(
        tier.length < 1 for tier in space.tiers
    ):
        raise FieldNeeded("tiers", "name each act once, with a term of at least 1")
    return space


async def keep_template(room: Proposals, actor: Actor, template: d.TemplateKept) -> None:
    """Keep an answer that is written often; an empty text drops it."""
    name = needed("name", template.name, most=60)

    def decide(at: datetime) -> list[Noted]:
        known = room.folded.templates
        if name not in known and len(known) >= MOST_TEMPLATES:
            raise FieldNeeded("name", f"be one of the {MOST_TEMPLATES} that are kept")
        kept = msgspec.structs.replace(template, name=name, text=template.text.strip()[:2_000])
        return [Noted("templates", kept)]

    await room.ground.book.write(actor, ROOM, decide)
