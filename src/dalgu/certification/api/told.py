"""What programs are told: plain values of cases, rounds, certificates and commands."""

from datetime import date, datetime
from typing import Any

import msgspec

from dalgu.certification.process.codec import schema_of
from dalgu.certification.process.desk import Done
from dalgu.certification.process.state import Certificate, Entry, Round, World
from dalgu.certification.process.table import Spec, tag_of
from dalgu.certification.process.titles.commands import COMMANDS
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import CertificateStatus, ProgrammeRole
from dalgu.kernel.text import Text


class Listed(msgspec.Struct, frozen=True):
    """One certificate in the public register."""

    number: str
    programme: str
    code: str
    name: Text
    city_type: str
    grade: int
    has_legal_effect: bool
    status: CertificateStatus
    status_title: Text
    issued_on: date
    expires_on: date
    extended_on: date | None
    revoked_on: date | None
    has_mark: bool  # whether the mark may be shown on that day


class Written(msgspec.Struct, frozen=True):
    """One entry that a command wrote."""

    seq: int
    at: datetime
    event: str
    parts: dict[str, Any]
    digest: str


class Outcome(msgspec.Struct, frozen=True):
    """What a command led to."""

    role: ProgrammeRole
    entries: list[Written]


def listed(one: Certificate, day: date) -> Listed:
    """Return a certificate as it stands on a day."""
    status = one.status_on(day)
    return Listed(
        number=one.number,
        programme=one.programme,
        code=one.government.code,
        name=Text(one.government.name_ko, one.government.name_en),
        city_type=one.city_type,
        grade=one.grade,
        has_legal_effect=one.has_legal_effect,
        status=status,
        status_title=title_of(status),
        issued_on=one.life.issued_on,
        expires_on=one.life.expires_on,
        extended_on=one.life.extended_on,
        revoked_on=one.life.revoked_on,
        has_mark=one.has_legal_effect and status.holds,
    )


def outcome(done: Done) -> Outcome:
    """Return what a command led to."""
    return Outcome(done.role, [_written(one) for one in done.entries])


def _written(entry: Entry) -> Written:
    parts = msgspec.to_builtins(entry.event)
    tag = tag_of(type(entry.event))
    told = {name: part for name, part in parts.items() if name != "event"}
    return Written(entry.seq, entry.at, tag, told, entry.digest)


def round_told(world: World, one: Round) -> dict[str, Any]:
    """Return a round with its dates, its framework and its committee."""
    programme = world.programmes[one.plan.programme]
    return {
        **msgspec.to_builtins(one.plan),
        "kind": programme.kind.value,
        "has_legal_effect": programme.kind.has_legal_effect,
        "title": {"ko": programme.title_ko, "en": programme.title_en},
        "announced_on_fact": None if one.announced_on is None else one.announced_on.isoformat(),
        "seats": msgspec.to_builtins(one.seats),
        "chairs": dict(one.chairs),
        "sessions": [
            msgspec.to_builtins(each)
            for each in world.sessions.values()
            if each.round == one.plan.round
        ],
    }


def command_told(spec: Spec) -> dict[str, Any]:
    """Return a command: who may ask for it, at which stages, and the JSON Schema of its parts."""
    return {
        "name": spec.name,
        "title": COMMANDS[spec.name],
        "roles": sorted(spec.roles),
        "stages": sorted(spec.stages),
        "schema": schema_of(spec.name),
    }
