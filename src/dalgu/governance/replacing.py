"""A full export in place of a register: entries that it no longer has are closed or deleted.

A register with an end date closes them at the city's present day, so that what was stays known;
one without deletes them, and the hub keeps their history. Nothing is ended while a row of the
file is rejected: the row may be the entry that seems to be gone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dalgu.governance.register import Register
from dalgu.governance.report import Report
from dalgu.governance.rows import Entry
from dalgu.hub.change import Action, Change
from dalgu.hub.model import Document, camel
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from dalgu.governance.importing import Desk

BATCH = 2_000
REJECTED = Text(
    "거절된 행이 있어 파일에 없는 항목을 정리하지 않았습니다",
    "rows were rejected, so entries that the file lacks were left alone",
)
OBSERVATIONS = Text(
    "관측 기록에는 바꿔 올리기가 없습니다", "observations are added, never replaced"
)


async def replace_absent(
    desk: "Desk", register: Register, entries: Sequence[Entry], report: Report
) -> None:
    """Close or delete the entries of a register that a full export does not name."""
    if register.observed or report.rejections:
        report.kept_back = OBSERVATIONS if register.observed else REJECTED
        return
    named = {entry.entity.id for entry in entries}
    today = local(desk.clock.now()).date().isoformat()
    changes: list[Change] = []
    async for held in desk.hub.every(register.entity.type):
        if held["id"] not in named:
            changes += _ended(register, held, today)
    for begin in range(0, len(changes) if report.is_stored else 0, BATCH):
        for outcome in await desk.hub.apply(changes[begin : begin + BATCH]):
            if isinstance(outcome, DalguError):
                raise outcome
    if register.closes:
        report.closed = len(changes)
    else:
        report.deleted = len(changes)


def _ended(register: Register, held: Document, today: str) -> list[Change]:
    entity = EntityId(held["id"])
    if not register.closes:
        return [Change(Action.DELETE, entity)]
    attribute = camel(register.closes)
    until = held.get(attribute, {}).get("value")
    if isinstance(until, str) and until <= today:
        return []  # it has ended already
    ended = {attribute: {"type": "Property", "value": today}}
    return [Change(Action.APPEND, entity, ended)]
