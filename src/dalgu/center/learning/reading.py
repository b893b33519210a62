"""Reads what cases need from the hub: when their alerts say that things began."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from dalgu.center.documents import value
from dalgu.center.incidents.state import Incident
from dalgu.center.learning.cases import Case, case_of
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import Document

AT_ONCE = 500  # alerts of one query


async def read_cases(hub: Hub, incidents: Iterable[Incident]) -> list[Case]:
    """Return incidents as cases, with when each began by its first alert."""
    found = list(incidents)
    firsts = [next(iter(one.alerts), None) for one in found]
    began = await _began(hub, [one for one in firsts if one is not None])
    return [
        case_of(one, None if first is None else began.get(first))
        for one, first in zip(found, firsts, strict=True)
    ]


async def read_alerts(hub: Hub, ids: Sequence[str]) -> list[Document]:
    """Return alerts in the order of their ids; those that the hub has not are left out."""
    held: dict[str, Document] = {}
    for start in range(0, len(ids), AT_ONCE):
        asked = tuple(ids[start : start + AT_ONCE])
        page = await hub.query(Query(ids=asked, limit=len(asked)))
        held |= {str(one["id"]): one for one in page.entities}
    return [held[one] for one in ids if one in held]


async def _began(hub: Hub, ids: Sequence[str]) -> dict[str, datetime]:
    alerts = await read_alerts(hub, ids)
    issued = {str(one["id"]): value(one, "dateIssued") for one in alerts}
    return {one: datetime.fromisoformat(at) for one, at in issued.items() if isinstance(at, str)}
