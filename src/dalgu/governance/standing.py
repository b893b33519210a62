"""How the registers stand: how much each holds, how old it is, what reads it, which are empty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.governance.entities.city import Register as RegisterEntity
from dalgu.governance.importing import register_id
from dalgu.governance.register import Register, registers
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock, iso


@dataclass(frozen=True, slots=True)
class Standing:
    """One register: its entries, and when and how it was last filled, if it was."""

    register: Register
    held: int
    filled_at: datetime | None
    last: RegisterEntity | None
    now: datetime

    @property
    def age(self) -> timedelta | None:
        """Return how long ago it was filled, `None` where no file ever did."""
        return None if self.filled_at is None else self.now - self.filled_at

    @property
    def state(self) -> str:
        """Return how it stands: `empty`, `undated`, `due` or `current`.

        Entries that came by another way than a file are `undated`: nobody knows how old they are.
        """
        if not self.held:
            return "empty"
        if self.age is None:
            return "undated"
        if self.age > timedelta(days=self.register.renewed_days):
            return "due"
        return "current"

    @property
    def origin(self) -> str | None:
        """Return where the last file came from: `synthetic` in a model city."""
        return None if self.last is None else self.last.origin

    def document(self) -> Document:
        """Return the standing as a JSON object."""
        register = self.register
        return {
            "name": register.name,
            "title": {"ko": register.title.ko, "en": register.title.en},
            "entityType": register.entity.type,
            "source": {"ko": register.source.ko, "en": register.source.en},
            "renewedDays": register.renewed_days,
            "indicators": list(register.indicators),
            "entries": self.held,
            "state": self.state,
            "filledAt": None if self.filled_at is None else iso(self.filled_at),
        }


async def standings(hub: Hub, clock: Clock) -> list[Standing]:
    """Return how every register stands, in the order of their names."""
    counts = await hub.types()
    notes = {
        document["id"]: RegisterEntity.from_document(document)
        async for document in hub.every(RegisterEntity.type)
    }
    now = clock.now()
    return [
        _standing(register, counts.get(register.entity.type, 0), notes, now)
        for _, register in sorted(registers().items())
    ]


def _standing(
    register: Register, held: int, notes: dict[str, RegisterEntity], now: datetime
) -> Standing:
    last = notes.get(register_id(register))
    at = None if last is None or last.imported_at is None else last.imported_at
    filled_at = None if at is None else datetime.fromisoformat(at)
    if register.observed:  # the entries it speaks of are another register's
        held = 0 if last is None or last.rows is None else last.rows
    return Standing(register, held, filled_at, last, now)
