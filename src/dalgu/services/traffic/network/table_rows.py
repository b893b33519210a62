"""Rows of the tables that belong together: of one signal, one plan, one link's day."""

from collections.abc import Sequence

from dalgu.services.traffic.network.table_cells import Row

HOURS = 24


def of_signal(rows: Sequence[Row], known: set[str]) -> dict[str, list[Row]]:
    """Return rows by their signal; raise `TableInvalid` for one that there is not."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["signal_id"] not in known:
            raise row.refuse("signal_id", f"signals.txt has no '{row['signal_id'][:40]}'")
        found.setdefault(row["signal_id"], []).append(row)
    return found


def numbered(rows: Sequence[Row], column: str) -> list[Row]:
    """Return rows in the order of a number that counts from 0; raise `TableInvalid` at a gap."""
    ordered = sorted(rows, key=lambda row: row[column])
    for n, row in enumerate(ordered):
        if row[column] != n:
            raise row.refuse(column, f"{row[column]} stands where {n} must: count from 0, no gap")
    return ordered


def hours_of(rows: Sequence[Row]) -> list[tuple[str, tuple[float, ...]]]:
    """Return the vehicles of each link by hour; raise `TableInvalid` unless there are 24."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        own = found.setdefault(row["link_id"], {})
        if not 0 <= row["hour"] < HOURS or row["hour"] in own:
            raise row.refuse("hour", "each link has the hours 0 to 23 once")
        own[row["hour"]] = row
    for own in found.values():
        if len(own) != HOURS:
            last = next(reversed(own.values()))
            raise last.refuse("hour", f"link '{last['link_id'][:40]}' has {len(own)} of 24 hours")
    return [
        (link, tuple(own[hour]["veh_h"] for hour in range(HOURS))) for link, own in found.items()
    ]
