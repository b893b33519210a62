"""`dalgu hub seal | ask | export`: old days of history, and questions across all of it."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

if TYPE_CHECKING:
    from dalgu.app.retention import Kept
    from dalgu.hub.analysis import Part
    from dalgu.hub.sealing import Pressed, Progress

commands = typer.Typer()
retention = typer.Typer(
    no_args_is_help=True, help="How long history is kept, by retention.toml of the city's folder."
)
commands.add_typer(retention, name="retention")

Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="UTC day; all before it. Default: hub.hot_days ago."),
]
Type = Annotated[str | None, typer.Option("--type", help="Only entities of this type.")]
AttributeName = Annotated[str | None, typer.Option("--attribute", help="Only this attribute.")]
Since = Annotated[datetime | None, typer.Option(help="From this instant on, UTC.")]
Until = Annotated[datetime | None, typer.Option(help="Before this instant, UTC.")]


class Format(StrEnum):
    """What an export is written as."""

    PARQUET = "parquet"
    CSV = "csv"


@commands.command("seal")
def seal(
    before: Day = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell which files would be written.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Move old days of history from rows to Parquet; the city may run meanwhile."""
    from dalgu.app.commands.history import seal, seals_due

    chosen = settings(data_dir=data).settings
    cut = None if before is None else before.replace(tzinfo=UTC)
    if dry_run:
        found = wait(seals_due(chosen, cut))
        for one in found:
            typer.echo(f"{_range(one)}  {one.tenant or 'default tenant'}")
        typer.echo(f"{len(found)} files would be written.")
        return
    _tell_kept(wait(seal(chosen, cut, _tell_sealing)))


@commands.command("ask")
def ask(  # noqa: PLR0913  # each is an option
    question: Annotated[str, typer.Argument(help="One SELECT over history and entities.")],
    type_: Type = None,
    attribute: AttributeName = None,
    since: Since = None,
    until: Until = None,
    data: DataDir = None,
) -> None:
    """Ask all history, hot and sealed, in SQL; the options keep other rows from being read."""
    from dalgu.app.commands.history import ask_history

    part = _part(type_, attribute, since, until)
    chosen = settings(data_dir=data).settings
    answer = wait(ask_history(chosen, question, part, _tell_rows))
    _tell_end()
    typer.echo("\t".join(answer.columns))
    for row in answer.rows:
        typer.echo("\t".join("" if cell is None else str(cell) for cell in row))
    if answer.is_cut:
        typer.echo(f"There are more than these {len(answer.rows):,} rows.", err=True)


@commands.command("export")
def export(  # noqa: PLR0913  # each is an option
    target: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)],
    type_: Type = None,
    attribute: AttributeName = None,
    since: Since = None,
    until: Until = None,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.PARQUET,
    data: DataDir = None,
) -> None:
    """Write a part of the history to a file, with the columns of docs/reference/history.md."""
    from dalgu.app.commands.history import export_history

    part = _part(type_, attribute, since, until)
    chosen = settings(data_dir=data).settings
    count = wait(export_history(chosen, target, format_, part, _tell_rows))
    _tell_end()
    typer.echo(f"{count:,} rows in {target}.")


@retention.command("show")
def show_retention(data: DataDir = None) -> None:
    """Print the rules in force."""
    from dalgu.hub.retention import FILE_NAME, load

    folder = settings(data_dir=data).settings.data_path
    rules = load(folder)
    for rule in rules.history:
        steps = "; ".join(
            f"after {step.after_days} days {step.keep}"
            + ("" if step.keep == "nothing" else f" ({step.value})")
            for step in rule.steps
        )
        typer.echo(f"{rule.type or 'any type'}.{rule.attribute or 'any attribute'}: {steps}")
    if rules.messages is not None:
        typer.echo(f"messages: emptied after {rules.messages.body_days} days")
    if not rules.history and rules.messages is None:
        typer.echo(f"No rule: all is kept. Rules go into {folder / FILE_NAME}.")


@retention.command("dry-run")
def forecast_retention(data: DataDir = None) -> None:
    """Tell what the rules would take now: rows, bytes."""
    from dalgu.app.commands.history import retention_forecast

    found = wait(retention_forecast(settings(data_dir=data).settings))
    for one in found.files:
        typer.echo(
            f"{one.since.date()} to {one.until.date()}  {one.tenant or 'default tenant'}: "
            f"{one.rows - one.left:,} of {one.rows:,} rows, about {one.freed_bytes:,} bytes"
        )
    rows = sum(one.rows - one.left for one in found.files)
    size = sum(one.freed_bytes for one in found.files)
    typer.echo(f"{rows:,} rows of sealed days would go, about {size:,} bytes.")
    typer.echo(f"{found.messages.messages:,} messages, {found.messages.bytes:,} bytes.")


@retention.command("run")
def run_retention(data: DataDir = None) -> None:
    """Seal what is old and take what the rules say; the nightly job does the same."""
    from dalgu.app.commands.history import seal

    _tell_kept(wait(seal(settings(data_dir=data).settings, None, _tell_sealing)))


def _tell_sealing(at: "Progress") -> None:
    _tell(f"{_range(at)} {at.step:<9} {at.rows:>12,}")


def _tell_kept(done: "Kept") -> None:
    _tell_end()
    rows, size = sum(one.rows for one in done.files), sum(one.bytes for one in done.files)
    each = f", {size / rows:.1f} bytes a row" if rows else ""
    typer.echo(f"{len(done.files)} files with {rows:,} rows and {size:,} bytes{each}.")
    if done.emptied.messages:
        typer.echo(f"{done.emptied.messages:,} messages emptied: {done.emptied.bytes:,} bytes.")


def _part(
    kind: str | None, attribute: str | None, since: datetime | None, until: datetime | None
) -> "Part":
    from dalgu.hub.analysis import Part

    return Part(kind, attribute, _utc(since), _utc(until))


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)


def _range(one: "Pressed | Progress") -> str:
    return f"{one.since.date()} to {one.until.date()}"


def _tell_rows(count: int) -> None:
    _tell(f"{count:>12,} rows of the last days read")


def _tell(line: str) -> None:
    """Show one line that changes, where somebody looks."""
    if sys.stderr.isatty():
        typer.echo(f"\r{line:<60}", err=True, nl=False)


def _tell_end() -> None:
    if sys.stderr.isatty():
        typer.echo("", err=True)
