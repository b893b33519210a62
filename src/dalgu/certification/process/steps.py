"""What an actor may do next with a case, and why not the rest."""

from datetime import date, datetime, timedelta

import msgspec

from dalgu.access.actor import Actor
from dalgu.certification.process.acts.act import Command, OnCase, OnCertificate
from dalgu.certification.process.acts.committee import PutMotion
from dalgu.certification.process.permission import Scope, may
from dalgu.certification.process.rules.decide import Context, Judges
from dalgu.certification.process.rules.follow import decided
from dalgu.certification.process.state import Case, World
from dalgu.certification.process.table import SPECS, Spec
from dalgu.certification.process.titles.commands import COMMANDS
from dalgu.certification.process.words import RevocationGround
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text


class NextStep(msgspec.Struct, frozen=True):
    """One command, and whether the actor may ask for it now."""

    command: str
    title: Text
    is_allowed: bool
    reason: str = ""  # why not
    problem: str = ""  # slug of the refusal


def next_steps(
    world: World, case: Case, actor: Actor, at: datetime, judges: Judges
) -> list[NextStep]:
    """Return all commands on a case and its certificate that exist, allowed or not, in order."""
    return [
        _step(world, case, actor, at, judges=judges, spec=spec)
        for spec in SPECS
        if not spec.is_internal and _is_about(spec, case)
    ]


def _is_about(spec: Spec, case: Case) -> bool:
    if issubclass(spec.command, OnCertificate):
        return bool(case.certificate)
    return issubclass(spec.command, OnCase | PutMotion)


def _step(  # noqa: PLR0913 - one place puts them together
    world: World, case: Case, actor: Actor, at: datetime, *, judges: Judges, spec: Spec
) -> NextStep:
    today = local(at).date()
    title = COMMANDS[spec.name]
    try:
        role = may(world, spec, Scope(case.programme, case), actor, today)
        probe = _probe(spec, case, today)
        if probe is not None:
            decided(probe, Context(world, at, actor.id, role, judges))
    except DalguError as refusal:
        return NextStep(spec.name, title, False, refusal.detail, refusal.slug)
    return NextStep(spec.name, title, True)


def _probe(spec: Spec, case: Case, today: date) -> Command | None:
    """Return a command whose other parts do not matter to the rules, where there is one."""
    given = {
        "case": case.id,
        "certificate": case.certificate,
        "due": today + timedelta(days=1),
        "ground": RevocationGround.BELOW_CRITERIA,
        "is_accepted": False,
        "points": 0.0,
        "grade": 5,
        **dict.fromkeys(_WORDS, "-"),
    }
    fields = msgspec.structs.fields(spec.command)
    needed = [field.name for field in fields if field.required]
    if spec.name in _NOT_PROBED or not set(needed) <= set(given):
        return None
    return spec.command(**{name: given[name] for name in needed})


_WORDS = ("reason", "text", "contents", "about", "how", "address", "facts", "note", "answer")
_NOT_PROBED = frozenset({"exclude_person", "challenge_person"})
