"""Rows leave a file whole, with their numbers and their text, whatever it is packed in."""

import gzip
import zipfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalgu.devices.mapping import MappingInvalid, Source
from dalgu.devices.tabular import FileUnreadable, Row, read_chunks
from dalgu.kernel.errors import DalguError

CSV = b'\xef\xbb\xbfid;at;v\r\na;t1;1\r\n\r\nb;"t\n2";2\r\nc;3\r\nd;t4;\xff\r\ne;t5;5'
COLUMNS = ("v", "id")


def rows_of(path: Path, source: Source | None = None, columns: tuple = COLUMNS) -> list[Row]:
    source = source or Source(delimiter=";")
    return [row for chunk in read_chunks(path, source, columns) for row in chunk.rows]


def cells_of(rows: list[Row]) -> list[tuple]:
    return [tuple(row.cells[:2]) for row in rows]


def test_each_csv_row_keeps_its_line_and_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "reads.csv"
    file.write_bytes(CSV)
    rows = rows_of(file)
    assert [row.line for row in rows] == [2, 4, 6, 7, 8]
    assert cells_of(rows) == [("1", "a"), ("2", "b"), (), (), ("5", "e")]
    assert [row.problem for row in rows] == [
        None,
        None,
        "it has 2 columns and the header 3",
        "it is not utf-8-sig",
        None,
    ]
    assert rows[1].raw == b'b;"t\n2";2\r\n'


def test_what_is_packed_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "reads.csv").write_bytes(CSV)
    (tmp_path / "reads.csv.gz").write_bytes(gzip.compress(CSV))
    with zipfile.ZipFile(tmp_path / "reads.zip", "w") as archive:
        archive.writestr("__MACOSX/reads.csv", b"")
        archive.writestr("reads.csv", CSV)
    plain = rows_of(tmp_path / "reads.csv")
    assert rows_of(tmp_path / "reads.csv.gz") == plain
    assert rows_of(tmp_path / "reads.zip") == plain


def test_a_file_without_a_header_takes_the_mappings_names(tmp_path: Path) -> None:
    file = tmp_path / "reads.txt"
    file.write_bytes(b"1,a\n2,b\n")
    source = Source(header=False, columns=["v", "id"])
    assert cells_of(rows_of(file, source)) == [("1", "a"), ("2", "b")]


def test_a_korean_code_page_is_read(tmp_path: Path) -> None:
    file = tmp_path / "reads.csv"
    file.write_bytes("id,v\n가창,1\n".encode("cp949"))
    assert cells_of(rows_of(file, Source(encoding="cp949"))) == [("1", "가창")]


def test_json_lines_are_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "reads.jsonl"
    file.write_bytes(b'{"id": "a", "v": 1.5, "x": 0}\n\n[1]\n{"v": 2')
    rows = rows_of(file)
    assert cells_of(rows) == [(1.5, "a"), (), ()]
    assert [row.line for row in rows] == [1, 3, 4]
    assert all("no JSON object" in str(row.problem) for row in rows[1:])


def test_parquet_is_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "reads.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'm' || i AS id, i * 1.5 AS v, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS "
            f"at FROM range(5000) t(i)) TO '{file}' (FORMAT parquet)"
        )
    chunks = list(read_chunks(file, Source(), COLUMNS))
    assert [len(chunk.rows) for chunk in chunks] == [2000, 2000, 1000]
    assert (chunks[-1].done, chunks[-1].total) == (5000, 5000)
    last = chunks[-1].rows[-1]
    assert (last.line, float(last.cells[0]), last.cells[1]) == (5000, 7498.5, "m4999")
    with zipfile.ZipFile(tmp_path / "reads.zip", "w") as archive:
        archive.write(file, "reads.parquet")
    assert len(rows_of(tmp_path / "reads.zip")) == 5000


def test_a_column_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    file = tmp_path / "reads.csv"
    file.write_bytes(b"id;w\n")
    with pytest.raises(MappingInvalid, match="it has: id, w"):
        rows_of(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.csv", None),
        ("reads.xyz", b"id;v\n"),
        ("reads.zip", b"no zip"),
        ("reads.csv.gz", b"no gzip"),
        ("reads.csv.gz", gzip.compress(CSV * 1000)[:-20]),
        ("reads.parquet", b"no parquet"),
    ],
)
def test_a_broken_file_is_called_so(tmp_path: Path, name: str, content: bytes | None) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileUnreadable):
        rows_of(file)


def test_an_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "reads.zip", "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    with pytest.raises(FileUnreadable, match="holds 2 files"):
        rows_of(tmp_path / "reads.zip")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), quote=st.sampled_from(['"', ""]))
def test_no_byte_of_a_csv_body_is_lost(tmp_path: Path, body: bytes, quote: str) -> None:
    file = tmp_path / "reads.csv"
    file.write_bytes(b"id;v\n" + body)
    try:
        rows = rows_of(file, Source(delimiter=";", quote=quote))
    except DalguError:
        return
    kept = b"".join(row.raw for row in rows)
    assert kept.translate(None, b"\r\n") == body.translate(None, b"\r\n")
