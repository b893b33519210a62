"""Founds the bodies that a city usually has, as to be confirmed, by the same deed as any other."""

import tomllib
from pathlib import Path

import msgspec

from dalgu.access.actor import Actor
from dalgu.governance.bodies.bodies import BodiesRoom
from dalgu.governance.bodies.deeds import BodyFounded

FILE = Path(__file__).parent / "bodies.toml"


def read(file: Path = FILE) -> list[BodyFounded]:
    """Return the bodies of the file; raises `msgspec.ValidationError` where it does not hold."""
    told = tomllib.loads(file.read_text("utf-8"))["bodies"]
    return [msgspec.convert(_flat(one), BodyFounded) for one in told]


async def found_usual(room: BodiesRoom, actor: Actor) -> int:
    """Found those that do not exist yet; return how many."""
    waiting = [one for one in read() if one.body not in room.all]
    for one in waiting:
        await room.found(actor, one)
    return len(waiting)


def _flat(one: dict[str, object]) -> dict[str, object]:
    """Return a body with its texts as the deed has them, and unconfirmed."""
    flat: dict[str, object] = {"is_confirmed": False}
    for key, value in one.items():
        if isinstance(value, dict) and "ko" in value:
            flat |= {f"{key}_ko": value["ko"], f"{key}_en": value["en"]}
        else:
            flat[key] = value
    return flat
