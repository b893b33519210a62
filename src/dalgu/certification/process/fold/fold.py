"""From the log to the state."""

from collections.abc import Iterable

from msgspec.structs import replace

from dalgu.certification.process.acts.act import Event
from dalgu.certification.process.fold import (
    of_application,
    of_certificate,
    of_committee,
    of_programme,
    of_review,
)
from dalgu.certification.process.fold.evolve import evolve
from dalgu.certification.process.state import Entry, World

__all__ = ["PARTS", "case_of", "fold"]

PARTS = (of_programme, of_application, of_review, of_committee, of_certificate)


def fold(entries: Iterable[Entry], world: World | None = None) -> World:
    """Return the state after entries; the same entries give the same state, always."""
    world = world or World()
    for entry in entries:
        stepped = evolve(entry.event, world, entry)
        case = case_of(stepped, entry.event)
        log = stepped.log
        if case:
            log = {**log, case: (*log.get(case, ()), entry.seq)}
        world = replace(stepped, seq=entry.seq, digest=entry.digest, log=log)
    return world


def case_of(world: World, event: Event) -> str:
    """Return the case that an event is about; empty for events of programmes and rounds."""
    case = getattr(event, "case", "")
    if case:
        return str(case)
    motion = world.motions.get(getattr(event, "motion", ""))
    if motion is not None:
        return motion.put.case
    certificate = world.certificates.get(getattr(event, "certificate", ""))
    return "" if certificate is None else certificate.case
