"""Pabulib files (.pb): the exchange format of participatory budgets, read and written whole.

Three sections, META, PROJECTS and VOTES, each a table of semicolon-separated values with a
heading (Faliszewski et al.: *Participatory Budgeting: Data, Tools, and Analysis*, IJCAI 2023).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dalgu.services.citizens.shares.election import Election, Project
from dalgu.services.citizens.shares.refusals import PabulibInvalid

SECTIONS = ("META", "PROJECTS", "VOTES")
HEADS = {"META": "key", "PROJECTS": "project_id", "VOTES": "voter_id"}
NEEDED = {"META": ("value",), "PROJECTS": ("cost",), "VOTES": ("vote",)}
LONGEST_FIELD = 1_000_000


@dataclass(frozen=True)
class Table:
    """A section: its columns, its rows, and the line on which each row stands (0 when made)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = field(default=(), compare=False)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line and the fields of each row."""
        lines = self.lines or (0,) * len(self.rows)
        for line, row in zip(lines, self.rows, strict=True):
            yield line, dict(zip(self.columns, row, strict=True))


@dataclass(frozen=True)
class Pabulib:
    """A file as it stands."""

    meta: Table
    projects: Table
    votes: Table

    def value(self, key: str) -> str:
        """Return one value of META, empty where there is none."""
        return next((row[1] for row in self.meta.rows if row[0] == key), "")

    @property
    def winners(self) -> frozenset[str] | None:
        """The official winners, `None` where the file does not tell (2: lost by a local rule)."""
        if "selected" not in self.projects.columns:
            return None
        records = self.projects.records()
        return frozenset(one["project_id"] for _, one in records if one["selected"] == "1")

    def election(self) -> Election:
        """Return the election of it; raise `PabulibInvalid` with the line of what is wrong."""
        budget_line = next(
            (line for line, one in self.meta.records() if one["key"] == "budget"), None
        )
        if budget_line is None:
            raise PabulibInvalid(1, "META names no 'budget'")
        projects = tuple(
            Project(one["project_id"], _whole(one["cost"], line, "cost", least=1))
            for line, one in self.projects.records()
        )
        known = {project.id for project in projects}
        ballots = tuple(_ballot(one["vote"], line, known) for line, one in self.votes.records())
        told = self.value("budget").strip().replace(",", ".")
        whole, _, rest = told.partition(".")  # less than a unit buys nothing of whole costs
        budget = _whole(whole if rest.isdecimal() else told, budget_line, "budget", least=0)
        return Election(budget, projects, ballots)


def _whole(told: str, line: int, what: str, *, least: int) -> int:
    whole, _, rest = told.strip().replace(",", ".").partition(".")
    if not whole.isascii() or not whole.isdigit() or rest.strip("0") or int(whole) < least:
        raise PabulibInvalid(
            line, f"{what} '{told[:30]}' is not a whole number of at least {least}"
        )
    return int(whole)


def _ballot(vote: str, line: int, known: set[str]) -> frozenset[str]:
    named = frozenset(one.strip() for one in vote.split(",") if one.strip())
    if unknown := named - known:
        raise PabulibInvalid(line, f"the vote names project '{min(unknown)[:30]}', there is none")
    return named


def read(text: str) -> Pabulib:
    """Return a file; raise `PabulibInvalid` with the line of what does not hold.

    Examples
    --------
    >>> told = "META\\nkey;value\\nbudget;5\\nPROJECTS\\nproject_id;cost\\na;3\\n"
    >>> read(told + "VOTES\\nvoter_id;vote\\n1;a\\n").election().votes
    {'a': 1}
    """
    sections: dict[str, list[tuple[int, list[str]]]] = {}
    current: list[tuple[int, list[str]]] | None = None
    for line, row in _rows(text.removeprefix("\ufeff")):
        name = row[0].strip().upper()
        if len(row) == 1 and name in SECTIONS:
            if name in sections:
                raise PabulibInvalid(line, f"section {name} begins a second time")
            current = sections[name] = []
        elif current is None:
            raise PabulibInvalid(line, "a section is expected: META, PROJECTS or VOTES")
        else:
            current.append((line, row))
    missing = next((name for name in SECTIONS if name not in sections), None)
    if missing is not None:
        raise PabulibInvalid(text.count("\n") + 1, f"section {missing} is missing")
    meta, projects, votes = (_table(name, sections[name]) for name in SECTIONS)
    _unique(projects)
    return Pabulib(meta, projects, votes)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            raise PabulibInvalid(reader.line_num, f"it cannot be read ({broken})") from None
        if row:
            yield reader.line_num, row


def _table(name: str, rows: list[tuple[int, list[str]]]) -> Table:
    if not rows:
        raise PabulibInvalid(1, f"section {name} has no heading")
    if name == "META" and rows[0][1][0].strip() != HEADS[name] and len(rows[0][1]) == 2:
        rows = [(rows[0][0], ["key", "value"]), *rows]  # some cities' files leave it out
    (head_line, head), *rest = rows
    columns = [one.strip() for one in head]
    if fault := _fault_of(name, columns):
        raise PabulibInvalid(head_line, fault)
    for line, row in rest:
        if len(row) != len(columns):
            reason = f"{len(row)} fields stand where the heading of {name} has {len(columns)}"
            raise PabulibInvalid(line, reason)
    return Table(
        tuple(columns), tuple(tuple(row) for _, row in rest), tuple(line for line, _ in rest)
    )


def _fault_of(name: str, columns: Sequence[str]) -> str:
    if columns[0] != HEADS[name]:
        return f"the heading of {name} must begin with '{HEADS[name]}'"
    missing = next((one for one in NEEDED[name] if one not in columns), None)
    if missing is not None:
        return f"the heading of {name} lacks '{missing}'"
    if len(set(columns)) != len(columns):
        return f"the heading of {name} names a column twice"
    return ""


def _unique(projects: Table) -> None:
    seen: set[str] = set()
    for line, one in projects.records():
        if one["project_id"] in seen:
            raise PabulibInvalid(line, f"project '{one['project_id'][:30]}' stands there twice")
        seen.add(one["project_id"])


def write(file: Pabulib) -> str:
    """Return the text of a file: `read(write(file)) == file`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    for name, table in zip(SECTIONS, (file.meta, file.projects, file.votes), strict=True):
        out.write(f"{name}\n")
        writer.writerow(table.columns)
        writer.writerows(table.rows)
    return out.getvalue()


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Return a section of values as they are written."""
    return Table(tuple(columns), tuple(tuple(str(one) for one in row) for row in rows))
