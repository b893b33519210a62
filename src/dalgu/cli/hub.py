"""`dalgu hub`: look into the hub."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli import models
from dalgu.cli.frame import DataDir, settings, wait

if TYPE_CHECKING:
    from dalgu.hub.sealing import Pressed, Progress

Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="UTC day; all before it. Default: hub.hot_days ago."),
]

commands = typer.Typer(no_args_is_help=True, help="Look into the hub.")
commands.add_typer(models.commands, name="models")


@commands.command("types")
def types(data: DataDir = None) -> None:
    """Count the entities of each type."""
    from dalgu.app.commands.hub import count_types

    for name, count in sorted(wait(count_types(settings(data_dir=data).settings)).items()):
        typer.echo(f"{count:>9,}  {name}")


@commands.command("get")
def get(
    entity: Annotated[str, typer.Argument(help="Its id: urn:ngsi-ld:WaterMeter:…")],
    data: DataDir = None,
) -> None:
    """Print one entity, normalized NGSI-LD."""
    import msgspec

    from dalgu.app.commands.hub import retrieve

    document = wait(retrieve(settings(data_dir=data).settings, entity))
    typer.echo(msgspec.json.format(msgspec.json.encode(document)).decode())


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
    found = wait(seal(chosen, cut, _tell))
    _tell_end()
    rows, size = sum(one.rows for one in found), sum(one.bytes for one in found)
    each = f", {size / rows:.1f} bytes a row" if rows else ""
    typer.echo(f"{len(found)} files with {rows:,} rows and {size:,} bytes{each}.")


def _range(one: "Pressed | Progress") -> str:
    return f"{one.since.date()} to {one.until.date()}"


def _tell(progress: "Progress") -> None:
    """Show one line that changes, where somebody looks."""
    import sys

    if sys.stderr.isatty():
        line = f"{_range(progress)}  {progress.step:<9} {progress.rows:>12,}"
        typer.echo(f"\r{line:<60}", err=True, nl=False)


def _tell_end() -> None:
    import sys

    if sys.stderr.isatty():
        typer.echo("", err=True)
