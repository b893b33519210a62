"""The limits: SQLite writing the same rows on the same disk, and a server that does nothing."""

from pathlib import Path

import apsw
import client
from figures import Figure, figure, timed
from sample import BATCH, START, bodies

GROUP = 64  # entities in one commit, as that many clients at once bring them


def write(folder: Path, texts: list[bytes], group: int) -> None:
    """Write the rows that as many created entities bring, with nothing around them."""
    connection = apsw.Connection(str(folder / f"probe-{group}.db"))
    for pragma, value in (("journal_mode", "wal"), ("synchronous", "FULL"), ("cache_size", -65536)):
        connection.pragma(pragma, value)
    connection.execute(
        "CREATE TABLE entity (pk INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB);"
        "CREATE TABLE kind (type INTEGER, entity INTEGER, PRIMARY KEY (type, entity)) "
        "WITHOUT ROWID;"
        "CREATE VIRTUAL TABLE place USING rtree (entity, x0, x1, y0, y1);"
        "CREATE TABLE series (entity INTEGER, attribute INTEGER, at INTEGER, n INTEGER, value, "
        "rest, message INTEGER, PRIMARY KEY (entity, attribute, at, n)) WITHOUT ROWID;"
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER, entity INTEGER, names TEXT)"
    )
    at = int(START.timestamp() * 1e6)
    for start in range(0, len(texts), group):
        with connection:
            for key, text in enumerate(texts[start : start + group], start + 1):
                connection.execute(
                    "INSERT INTO entity VALUES (?, ?, ?)", (key, f"urn:ngsi-ld:x:{key}", text)
                )
                connection.execute("INSERT INTO kind VALUES (1, ?)", (key,))
                connection.execute("INSERT INTO place VALUES (?, 128.5, 128.5, 35, 35)", (key,))
                connection.executemany(
                    "INSERT INTO series VALUES (?, ?, ?, 0, 1.5, 1, ?)",
                    [(key, attribute, at, -at) for attribute in range(5)],
                )
                connection.execute("INSERT INTO event VALUES (?, ?, ?, '[]')", (key, at, key))
    connection.close()


def read(folder: Path, count: int) -> None:
    """Get rows by id."""
    connection = apsw.Connection(str(folder / f"probe-{GROUP}.db"))
    for n in range(count):
        key = f"urn:ngsi-ld:x:{n + 1}"
        connection.execute("SELECT body FROM entity WHERE id = ?", (key,)).fetchone()
    connection.close()


async def figures(folder: Path, count: int) -> list[Figure]:
    """Return what the limits are on this machine just now."""
    texts = bodies(0, count)
    single = texts[: max(200, count // 10)]

    async def one(name: str, units: int, some: list[bytes] | None, group: int = 0) -> Figure:
        async def work() -> None:
            read(folder, count) if some is None else write(folder, some, group)

        return figure(f"limit: {name}", [await timed(units, work)])

    return [
        await one("SQLite, 1 entity a commit", len(single), single, 1),
        await one(f"SQLite, {GROUP} entities a commit", count, texts, GROUP),
        await one("SQLite, 1 000 entities a commit", count, texts, BATCH),
        await one("SQLite, get by id", count, None),
        await idle_server(),
    ]


async def idle_server(requests: int = 3_000, rounds: int = 3) -> Figure:
    """Return what uvicorn costs around an application that answers 520 bytes at once."""
    some = [client.get("/")] * requests
    async with client.served(None) as server:
        found = [await client.cost(server, some, GROUP, 200) for _ in range(rounds)]
    return figure("limit: uvicorn, an answer of 520 bytes", found)
