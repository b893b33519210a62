"""Writes tables as CSV, Parquet and JSON-LD, with what describes them: CSVW, DCAT, licence."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dalgu.services.citizens.opendata.tables import Column, Table
from dalgu.store.durable import put

if TYPE_CHECKING:
    import duckdb

VOCABULARY = "https://w3id.org/dalgu/citizens#"
LICENSE = "https://www.kogl.or.kr/info/licenseType1.do"
XSD = "http://www.w3.org/2001/XMLSchema#"
SQL_TYPES = {"string": "VARCHAR", "integer": "BIGINT", "double": "DOUBLE", "date": "DATE",
             "dateTime": "VARCHAR"}  # fmt: skip
SCHEMA, CATALOG, TERMS = "schema.csvw.json", "catalog.dcat.jsonld", "LICENSE.md"
LICENSE_TEXT = """\
# Licence / 이용 조건

공공누리 제1유형(출처표시)에 따라 누구나 자유롭게 쓸 수 있습니다. 출처: {city} 시민 참여, {day}.
KOGL type 1 (attribution): free for everybody. Source: {city} citizens' participation, {day}.
{license}

제안과 의견의 글은 쓴 사람의 것이며 인용할 때 그대로 옮겨 주십시오.
내린 글은 빼고 그 줄과 규칙(`removed_by_rule`)만 남겼습니다.
Texts of proposals and opinions are their writers': quote them unchanged. Texts that were taken off
are left out; their line stays with the rule (`removed_by_rule`).

5명 미만의 칸과, 합계에서 그 칸을 알아낼 수 있게 하는 칸은 비워 두었습니다.
Cells of fewer than 5 people, and those that would give them away by totals, are empty.
"""


def write(folder: Path, tables: Sequence[Table], *, day: date, city: str) -> list[str]:
    """Write every table in every form into a folder and return the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {}
    for table in tables:
        files[f"{table.name}.csv"] = as_csv(table)
        files[f"{table.name}.jsonld"] = as_jsonld(table)
    files[SCHEMA] = _pretty(csvw(tables))
    files[CATALOG] = _pretty(dcat(tables, day=day, city=city))
    files[TERMS] = LICENSE_TEXT.format(city=city, day=day.isoformat(), license=LICENSE).encode()
    for name, content in files.items():
        put(folder / name, content)
    as_parquet(tables, folder)
    return sorted([*files, *(f"{table.name}.parquet" for table in tables)])


def as_csv(table: Table) -> bytes:
    """Return a table as RFC 4180 writes it, UTF-8; what is suppressed or absent is empty."""
    text = io.StringIO()
    names = [column.name for column in table.columns]
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    for row in table.rows:
        writer.writerow({name: _said(row.get(name)) for name in names})
    return text.getvalue().encode()


def as_jsonld(table: Table) -> bytes:
    """Return a table as JSON-LD: its columns are terms of the vocabulary."""
    context: dict[str, Any] = {"@vocab": VOCABULARY, "id": "@id"}
    for column in table.columns:
        if column.kind != "string":
            context[column.name] = {"@id": VOCABULARY + column.name, "@type": XSD + column.kind}
    graph = [
        {"@type": table.name, **{name: value for name, value in row.items() if value is not None}}
        for row in table.rows
    ]
    return _pretty({"@context": context, "@graph": graph})


def as_parquet(tables: Sequence[Table], folder: Path) -> None:
    """Write each table as Parquet into a folder."""
    import duckdb

    with duckdb.connect() as connection:
        for table in tables:
            declared = ", ".join(f'"{one.name}" {SQL_TYPES[one.kind]}' for one in table.columns)
            connection.execute(f"CREATE OR REPLACE TABLE rows ({declared})")
            if table.rows:
                _fill(connection, table)
            partial = folder / f"{table.name}.partial"
            target = str(partial).replace("'", "''")
            connection.execute(f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
            partial.replace(folder / f"{table.name}.parquet")


def csvw(tables: Sequence[Table]) -> dict[str, Any]:
    """Return the schema of the CSV files (W3C, Metadata Vocabulary for Tabular Data)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ko"}],
        "dc:license": {"@id": LICENSE},
        "tables": [
            {
                "url": f"{table.name}.csv",
                "dc:title": {"ko": table.title.ko, "en": table.title.en},
                "tableSchema": {"columns": [_schema(column) for column in table.columns]},
            }
            for table in tables
        ],
    }


def dcat(tables: Sequence[Table], *, day: date, city: str) -> dict[str, Any]:
    """Return the catalogue of the files (W3C, Data Catalog Vocabulary 3)."""
    forms = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet",
             "jsonld": "application/ld+json"}  # fmt: skip
    return {
        "@context": {"@vocab": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "Catalog",
        "dct:title": f"{city} 시민 참여 공개 자료",
        "dct:issued": day.isoformat(),
        "dct:license": LICENSE,
        "dataset": [
            {
                "@type": "Dataset",
                "dct:identifier": table.name,
                "dct:title": [
                    {"@language": "ko", "@value": table.title.ko},
                    {"@language": "en", "@value": table.title.en},
                ],
                "distribution": [
                    {
                        "@type": "Distribution",
                        "downloadURL": f"{table.name}.{end}",
                        "mediaType": media,
                    }
                    for end, media in forms.items()
                ],
            }
            for table in tables
        ],
    }


def _schema(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": {"ko": column.meaning.ko, "en": column.meaning.en},
        "datatype": column.kind,
        "required": False,
    }


def _fill(connection: "duckdb.DuckDBPyConnection", table: Table) -> None:
    names = [column.name for column in table.columns]
    marks = ", ".join("?" for _ in names)
    values = [
        [_typed(column, row.get(column.name)) for column in table.columns] for row in table.rows
    ]
    connection.executemany(f"INSERT INTO rows VALUES ({marks})", values)  # noqa: S608 - own text


def _typed(column: Column, value: Any) -> Any:
    return str(value) if column.kind == "string" and value is not None else value


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value


def _pretty(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
