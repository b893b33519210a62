"""A space as a form: what the desk sends becomes its policy."""

from collections.abc import Mapping, Sequence

from dalgu.kernel.terms import Unit
from dalgu.services.citizens.proposals.forms import choice, field
from dalgu.services.citizens.proposals.refusals import FieldNeeded
from dalgu.services.citizens.proposals.spaces import LevelName, Space, Tier
from dalgu.services.citizens.proposals.words import Act, Carry, Kind

Sent = Mapping[str, Sequence[str]]
MOST_TIERS = 4
ACTS: dict[Kind, tuple[Act, ...]] = {
    Kind.TALK: (Act.ANSWER, Act.FORUM, Act.MAYOR),
    Kind.PETITION: (Act.COMMITTEE,),
    Kind.ASK: (),
}


def space_of(sent: Sent) -> Space:
    """Return the space that a form holds; raise `FieldNeeded` where a field does not hold."""
    kind = choice(Kind, sent, "kind")
    tiers = [_tier(sent, n, kind) for n in range(MOST_TIERS) if field(sent, f"at_{n}")]
    return Space(
        id=field(sent, "id"),
        kind=kind,
        ko=field(sent, "ko"),
        en=field(sent, "en"),
        about_ko=field(sent, "about_ko")[:300],
        about_en=field(sent, "about_en")[:300],
        window_days=whole(sent, "window_days"),
        write_level=_level(sent, "write_level"),
        support_level=_level(sent, "support_level"),
        least_age=whole(sent, "least_age"),
        tiers=tuple(sorted(tiers, key=lambda one: one.at)),
        supplement_days=whole(sent, "supplement_days"),
        carry=choice(Carry, sent, "carry"),
        carry_days=whole(sent, "carry_days"),
        appeal_days=whole(sent, "appeal_days"),
    )


def _tier(sent: Sent, n: int, kind: Kind) -> Tier:
    act = choice(Act, sent, f"act_{n}")
    if act not in ACTS[kind]:
        raise FieldNeeded(f"act_{n}", "be one that this kind of space has")
    return Tier(
        at=whole(sent, f"at_{n}"),
        act=act,
        length=whole(sent, f"length_{n}"),
        unit=choice(Unit, sent, f"unit_{n}"),
        ko=field(sent, f"ko_{n}") or act,
        en=field(sent, f"en_{n}") or act,
        basis_ko=field(sent, f"basis_ko_{n}"),
        basis_en=field(sent, f"basis_en_{n}"),
        extension=whole(sent, f"extension_{n}"),
        most_extensions=min(2, whole(sent, f"most_extensions_{n}")),
    )


def whole(sent: Sent, name: str) -> int:
    """Return a whole number; raise `FieldNeeded` where it is none."""
    told = field(sent, name)
    if not told.isdecimal() or len(told) > 8:
        raise FieldNeeded(name, "be a whole number")
    return int(told)


def _level(sent: Sent, name: str) -> LevelName:
    return "resident" if field(sent, name) == "resident" else "email"
