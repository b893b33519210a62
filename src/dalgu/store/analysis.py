"""All history of a tenant as one DuckDB view, hot and sealed: for questions across entities.

The hot rows are copied in by columns; the files are read where they lie, and only as far as a
question needs them. What a caller may ask is held to the two views by the question's own syntax
tree, and DuckDB is closed to files, settings and extensions besides.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import msgspec

from dalgu.kernel.errors import InvalidInput, TooLarge
from dalgu.store.connection import rows
from dalgu.store.parquet import COLUMNS
from dalgu.store.sealed import EVERY_ENTITY, SealedFile
from dalgu.store.sealer import NAMED, READ_ROWS, Pressing, read_slice, still_answered, strands
from dalgu.store.series import FIRST_US, LAST_US
from dalgu.store.tables import Tables

VIEWS = frozenset(("history", "entities"))
FUNCTIONS = frozenset(("range", "generate_series", "unnest"))  # that stand in place of a table
SHOWN = tuple(name for name in COLUMNS if not name.endswith("_key"))
ENTITIES_READ = 1_000  # at a time


class AskRefused(InvalidInput):
    """A question to the history is no SELECT over its views, or DuckDB cannot answer it."""

    slug = "ask-refused"
    title = "The question cannot be answered"

    def __init__(self, why: str) -> None:
        super().__init__(f"The SELECT is refused: {why}")


class AskTooCostly(TooLarge):
    """A question takes longer, or more memory, than it may."""

    slug = "ask-too-costly"
    title = "The question is too costly"

    def __init__(self, why: str) -> None:
        super().__init__(f"The answer is not given: {why}. Narrow it by attribute, type or time.")


class Narrowing(NamedTuple):
    """Which part of the history is looked at; without it, all."""

    type: str | None = None
    attribute: str | None = None
    since_us: int = FIRST_US
    until_us: int = LAST_US


class Answer(NamedTuple):
    """Rows of a question; `is_cut` where there were more than wanted."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    is_cut: bool


class Analysis:
    """One question's DuckDB; end with `close`."""

    def __init__(self, folder: Path) -> None:
        self._pressing = Pressing(folder)
        self._duckdb = self._pressing.duckdb
        self._files: list[str] = []

    def close(self) -> None:
        """Free what is held."""
        self._pressing.close()

    def views_of(self, question: str) -> set[str]:
        """Return the views a question reads.

        Raises
        ------
        AskRefused
            When it is anything but SELECTs over the views.

        """
        [(found,)] = self._duckdb.execute("SELECT json_serialize_sql($1)", [question]).fetchall()
        tree = msgspec.json.decode(found)
        if tree["error"]:
            raise AskRefused(tree["error_message"])
        if len(tree["statements"]) != 1:
            raise AskRefused("it must be one SELECT.")
        return set(_tables_in(tree["statements"], VIEWS))

    def gather(
        self, tables: Tables, tenant: str, narrowing: Narrowing, told: Callable[[int], None]
    ) -> None:
        """Lay the view `history` over the hot rows of a snapshot and the files it speaks of."""
        window = (narrowing.since_us, narrowing.until_us)
        keys = _entities_of_type(tables, tenant, narrowing.type)
        names = _series_named(tables, narrowing.attribute)
        count, after = 0, 0
        while after < EVERY_ENTITY:
            found, after = strands(tables, tenant, after, window, READ_ROWS)
            wanted = [
                (place, number)
                for place, number in found
                if (keys is None or place[0] in keys) and (names is None or place[1] in names)
            ]
            if wanted:
                self._pressing.add(read_slice(tables, [place for place, _ in wanted], window))
                count += sum(number for _, number in wanted)
                told(count)
        self._pressing.name(tables)
        overlapping = tables.series.sealed.overlapping(tenant, *window)
        files = [file for file in overlapping if file.is_answering]
        self._files = tables.series.parquet.paths(files)
        source = " UNION ALL ".join((NAMED, *self._sealed(tables, files)))
        self._duckdb.execute(
            f"CREATE VIEW history AS SELECT {', '.join(SHOWN)} "  # noqa: S608  # own text, quoted
            f"FROM ({source}) WHERE {_condition(narrowing)}"
        )

    def gather_entities(self, tables: Tables, tenant: str) -> None:
        """Fill the table `entities` with the state of a snapshot."""
        self._duckdb.execute("CREATE TABLE entities (id VARCHAR, types VARCHAR[], document JSON)")
        after = 0
        while True:
            [(ids, types, bodies, last)] = rows(
                tables.series.connection,
                "SELECT json_group_array(id), json_group_array(json(types)), "
                "json_group_array(CAST(body AS TEXT)), max(pk) FROM (SELECT * FROM entity "
                "NOT INDEXED WHERE tenant = ? AND pk > ? AND body IS NOT NULL ORDER BY pk LIMIT ?)",
                (tenant, after, ENTITIES_READ),
            )
            if last is None:
                return
            self._duckdb.execute(
                "INSERT INTO entities SELECT unnest(from_json($1, '[\"VARCHAR\"]')), "
                "unnest(from_json($2, '[[\"VARCHAR\"]]')), "
                "unnest(from_json($3, '[\"VARCHAR\"]'))::JSON",
                [ids, types, bodies],
            )
            after = last

    def answer(self, question: str, *, most_rows: int, most_s: float) -> Answer:
        """Answer a question, closed off from everything but the views.

        Raises
        ------
        AskRefused
            When DuckDB finds a fault in it, a column that is not there say.
        AskTooCostly
            When it takes longer than `most_s` or more memory than DuckDB may use.

        """
        self._close_off()
        with self._limited(most_s):
            result = self._duckdb.execute(question)
            columns = [one[0] for one in result.description]
            found = result.fetchmany(most_rows + 1)
        return Answer(columns, found[:most_rows], len(found) > most_rows)

    def export(self, target: Path, format: str) -> int:
        """Write the view to a file, sorted as it is told: by entity, attribute and instant."""
        text = str(target).replace("'", "''")
        options = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}
        wanted = "*" if format == "parquet" else "* REPLACE (array_to_string(types, ' ') AS types)"
        [(count,)] = self._duckdb.execute(
            f"COPY (SELECT {wanted} FROM history "  # noqa: S608  # own text, quoted
            "ORDER BY entity, attribute, dataset, observed_at, n) "
            f"TO '{text}' ({options[format]})"
        ).fetchall()
        return int(count)

    def _sealed(self, tables: Tables, files: list[SealedFile]) -> Iterator[str]:
        """Yield SQL over files: those that answer for all together, the others one by one."""
        sealed = tables.series.sealed
        whole = [
            file
            for file in files
            if file.is_handed_over and not file.after_entity and not sealed.masks(file.key)
        ]
        if whole:
            paths = ", ".join(
                "'" + path.replace("'", "''") + "'" for path in tables.series.parquet.paths(whole)
            )
            yield f"SELECT {', '.join(COLUMNS)} FROM read_parquet([{paths}])"  # noqa: S608
        for file in files:
            if file not in whole:
                yield still_answered(tables, self._duckdb, file)

    def _close_off(self) -> None:
        self._duckdb.execute("SET allowed_paths = $1", [self._files])
        self._duckdb.execute("SET enable_external_access = false")
        self._duckdb.execute("SET lock_configuration = true")

    def _limited(self, most_s: float) -> "_Limited":
        return _Limited(self._duckdb, most_s)


class _Limited:
    """Turns what DuckDB says into our errors, and interrupts it after a while."""

    def __init__(self, duckdb: Any, most_s: float) -> None:
        self._most_s = most_s
        self._timer = Timer(most_s, duckdb.interrupt)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import duckdb

        self._timer.cancel()
        if isinstance(error, duckdb.InterruptException):
            raise AskTooCostly(f"it takes more than {self._most_s:g} s") from None
        if isinstance(error, duckdb.OutOfMemoryException):
            raise AskTooCostly("it takes more memory than it may") from None
        if isinstance(error, duckdb.Error):
            raise AskRefused(str(error).partition("\n")[0]) from None


def _tables_in(node: Any, known: frozenset[str]) -> Iterator[str]:
    """Yield the views in a syntax tree; raise `AskRefused` for any other source of rows."""
    if isinstance(node, list):
        for one in node:
            yield from _tables_in(one, known)
    elif isinstance(node, dict):
        own = {entry["key"] for entry in (node.get("cte_map") or {}).get("map", ())}
        _check_source(node, known | own)
        if node.get("type") == "BASE_TABLE" and node["table_name"] in VIEWS:
            yield node["table_name"]
        for one in node.values():
            yield from _tables_in(one, known | own)


def _check_source(node: dict[str, Any], known: frozenset[str]) -> None:
    kind, name = node.get("type"), node.get("table_name")
    if kind == "BASE_TABLE" and (name not in known or node["schema_name"] not in ("", "main")):
        raise AskRefused(f"there is no '{name}'; ask 'history' or 'entities'.")
    if kind == "TABLE_FUNCTION" and node["function"]["function_name"] not in FUNCTIONS:
        raise AskRefused(f"'{node['function']['function_name']}' may not be read from.")


def _condition(narrowing: Narrowing) -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    told = ["true"]
    if narrowing.type is not None:
        told.append(f"list_contains(types, {quoted(narrowing.type)})")
    if narrowing.attribute is not None:
        told.append(f"attribute = {quoted(narrowing.attribute)}")
    if narrowing.since_us > FIRST_US:
        told.append(f"observed_at >= make_timestamp({narrowing.since_us})")
    if narrowing.until_us < LAST_US:
        told.append(f"observed_at < make_timestamp({narrowing.until_us})")
    return " AND ".join(told)


def _entities_of_type(tables: Tables, tenant: str, kind: str | None) -> set[int] | None:
    if kind is None:
        return None
    found = rows(
        tables.series.connection,
        "SELECT pk FROM entity WHERE tenant = ? "
        "AND EXISTS (SELECT 1 FROM json_each(types) WHERE value = ?)",
        (tenant, kind),
    )
    return {key for (key,) in found}


def _series_named(tables: Tables, attribute: str | None) -> set[int] | None:
    if attribute is None:
        return None
    found = rows(
        tables.series.connection,
        "SELECT pk FROM name WHERE substr(text, instr(text, char(10)) + 1) = ? "
        "AND instr(text, char(10))",
        (attribute,),
    )
    return {key for (key,) in found}
