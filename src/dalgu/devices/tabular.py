"""Rows of a file, a chunk at a time: CSV, JSON Lines, Parquet, also inside .zip or .gz.

Each row keeps its number and its text as it stands in the file, so that a refusal can be
shown and every stored value leads back to its source line.
"""

import csv
import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO

import msgspec

from dalgu.devices.mapping import MappingInvalid, Source
from dalgu.hub.model import JSON
from dalgu.kernel.errors import InvalidInput

CHUNK_ROWS = 2_000  # one message and one commit
MAX_LINE_BYTES = 1_048_576
COPY_BYTES = 1_048_576
FORMATS_BY_SUFFIX = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}

_Pick = Callable[[Sequence[str]], Sequence[str]]


class FileUnreadable(InvalidInput):
    """A file cannot be opened, or breaks off while it is read."""

    slug = "import-file-unreadable"
    title = "The file cannot be read"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"File '{path.name}' cannot be read: {reason}.", file=path.name)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` counts from 1, `raw` is its bytes, `cells` the wanted columns in order.

    Where it does not have the columns, `problem` says why and `cells` is empty.
    """

    line: int
    raw: bytes
    cells: Sequence[JSON] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows in order, and how far into the file they reach (bytes; rows of a Parquet file)."""

    rows: list[Row]
    done: int
    total: int


def read_chunks(path: Path, source: Source, columns: Sequence[str]) -> Iterator[Chunk]:
    """Yield the rows of a file with the wanted columns.

    Raises
    ------
    FileUnreadable
        When the file or archive cannot be opened or is broken.
    MappingInvalid
        When the file's header lacks a column.
    """
    try:
        with ExitStack() as stack:
            inner = stack.enter_context(_opened(path))
            kind = source.format or FORMATS_BY_SUFFIX.get(Path(inner.name).suffix.lower())
            if kind == "csv":
                rows = _csv_rows(inner.stream, source, columns)
            elif kind == "jsonl":
                rows = _json_rows(inner.stream, columns)
            elif kind == "parquet":
                yield from _parquet_chunks(stack.enter_context(_on_disk(path, inner)), columns)
                return
            else:
                raise FileUnreadable(path, "its name says no format; set 'source.format'")
            yield from _chunks(rows, inner)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise FileUnreadable(path, str(error) or type(error).__name__) from error


@dataclass(slots=True)
class _Inner:
    """The bytes to read: of the file itself or of the one file inside an archive."""

    name: str
    stream: IO[bytes]
    total: int
    progress: IO[bytes]  # where `tell` counts towards `total`
    is_plain: bool


@contextmanager
def _opened(path: Path) -> Iterator[_Inner]:
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        size = path.stat().st_size
        if suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                member = _only_member(path, archive)
                with archive.open(member) as stream:
                    yield _Inner(member.filename, stream, member.file_size, stream, False)
        elif suffix == ".gz":
            with gzip.open(file) as unpacked:
                stream = io.BufferedReader(unpacked)
                yield _Inner(path.stem, stream, size, file, False)
        else:
            yield _Inner(path.name, file, size, file, True)


def _only_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        raise FileUnreadable(path, f"the archive holds {len(members)} files; it must hold one")
    return members[0]


@contextmanager
def _on_disk(path: Path, inner: _Inner) -> Iterator[Path]:
    """Give a path that DuckDB can open: it needs the end of the file before its start."""
    if inner.is_plain:
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:
        while part := inner.stream.read(COPY_BYTES):
            copy.write(part)
        copy.flush()
        yield Path(copy.name)


def _chunks(rows: Iterator[Row], inner: _Inner) -> Iterator[Chunk]:
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == CHUNK_ROWS:
            yield Chunk(held, min(inner.progress.tell(), inner.total), inner.total)
            held = []
    if held:
        yield Chunk(held, inner.total, inner.total)


class _Lines:
    """Lines of a stream as text; remembers the bytes since the last row began."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.raw: list[bytes] = []
        self.is_undecodable = False
        self._stream = stream
        self._encoding = encoding

    def __iter__(self) -> Iterator[str]:
        encoding = self._encoding
        while line := self._stream.readline(MAX_LINE_BYTES):
            self.raw.append(line)
            try:
                yield line.decode(encoding)
            except UnicodeDecodeError:
                self.is_undecodable = True
                yield line.decode(encoding, "replace")
            if encoding == "utf-8-sig":
                encoding = "utf-8"  # only the first line has a mark to take off

    def take(self) -> bytes:
        """Return the bytes of the row that was just read."""
        raw = self.raw[0] if len(self.raw) == 1 else b"".join(self.raw)
        self.raw.clear()
        return raw


def _csv_rows(stream: IO[bytes], source: Source, columns: Sequence[str]) -> Iterator[Row]:
    lines = _Lines(stream, source.encoding)
    reader = csv.reader(
        lines,
        delimiter=source.delimiter,
        quotechar=source.quote or None,
        quoting=csv.QUOTE_MINIMAL if source.quote else csv.QUOTE_NONE,
    )
    names = source.columns
    if source.header:
        names = [name.strip() for name in next(reader, [])]
        lines.take()
    pick, width = _picker(names, columns), len(names)
    while True:
        line = reader.line_num + 1
        problem = None
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"it is no CSV ({error})"
        raw = lines.take()
        if lines.is_undecodable:
            lines.is_undecodable, problem = False, f"it is not {source.encoding}"
        elif problem is None and len(cells) != width:
            if not cells:
                continue  # a blank line is no row
            problem = f"it has {len(cells)} columns and the header {width}"
        yield Row(line, raw, (), problem) if problem else Row(line, raw, pick(cells))


def _picker(names: Sequence[str], columns: Sequence[str]) -> _Pick:
    for column in columns:
        if column not in names:
            shown = ", ".join(names[:20])
            raise MappingInvalid(column, f"the file has no such column; it has: {shown}")
    places = [names.index(column) for column in columns]
    # One place alone would give the bare cell instead of a tuple: one more makes it two.
    pick: _Pick = itemgetter(*places, places[0])
    return pick


def _json_rows(stream: IO[bytes], columns: Sequence[str]) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(dict[str, JSON])
    line = 0
    while raw := stream.readline(MAX_LINE_BYTES):
        line += 1
        if not raw.strip():
            continue
        try:
            fields = decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield Row(line, raw, (), f"it is no JSON object ({error})")
            continue
        yield Row(line, raw, [fields.get(column) for column in columns])


def _parquet_chunks(path: Path, columns: Sequence[str]) -> Iterator[Chunk]:
    import duckdb  # loads slowly, and few files are Parquet

    try:
        with duckdb.connect() as connection:
            table = connection.read_parquet(str(path))
            _picker(table.columns, columns)
            wanted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
            [[total]] = table.aggregate("count(*)").fetchall()
            # DuckDB's relations give all rows or none; only a statement streams them.
            statement = f"SELECT {wanted} FROM read_parquet(?)"  # noqa: S608 - names are quoted
            result = connection.execute(statement, [str(path)])
            line = 0
            while values := result.fetchmany(CHUNK_ROWS):
                rows = [_parquet_row(line + n, columns, cells) for n, cells in enumerate(values, 1)]
                line += len(rows)
                yield Chunk(rows, line, total)
    except duckdb.Error as error:
        raise FileUnreadable(path, str(error).splitlines()[0]) from error


def _parquet_row(line: int, columns: Sequence[str], cells: Sequence[JSON]) -> Row:
    # A Parquet row has no text of its own; JSON is what a person can read of it.
    fields = dict(zip(columns, cells, strict=True))
    return Row(line, msgspec.json.encode(fields) + b"\n", cells)
