"""`dalgu certify framework`: list frameworks, show one, and take in official indicator tables."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli.frame import DataDir, Lang, settings

if TYPE_CHECKING:
    from dalgu.certification.framework.model import Framework, Indicator
    from dalgu.certification.framework.official import Adopted
    from dalgu.certification.framework.shelf import Shelf
    from dalgu.kernel.text import Language

commands = typer.Typer(
    no_args_is_help=True, help="List certification frameworks, show one, import official tables."
)


@commands.command("list")
def list_(data: DataDir = None, lang: Lang = "en") -> None:
    """List the frameworks that ship with the platform and those of the city."""
    shelf = _shelf(data)
    own = set(shelf.own())
    for name in shelf.names():
        framework = shelf.framework(name)
        typer.echo(
            f"{name:<20} {len(framework.indicators):>3} indicators  {framework.scoring:<6}  "
            f"{framework.official_status:<13}  {'city' if name in own else 'shipped':<7}  "
            f"{framework.title.say(lang)}"
        )


@commands.command("show")
def show(
    name: Annotated[str, typer.Argument(help="As `list` names it.")],
    data: DataDir = None,
    lang: Lang = "en",
) -> None:
    """Show the areas, items and indicators of a framework, each with its mark."""
    from dalgu.certification.framework.loading import content_hash

    framework = _shelf(data).framework(name)
    typer.echo(f"{framework.name}  {framework.title.say(lang)}")
    typer.echo(f"content {content_hash(framework)}")
    typer.echo(framework.notice.say(lang))
    for area in framework.areas:
        typer.echo(f"\n{area.code}  {area.name.say(lang)}")
        for item in area.items:
            points = f"  {item.points:g} points" if item.points else ""
            typer.echo(f"  {item.code}  {item.name.say(lang)}{points}")
            for indicator in framework.of_item(item):
                typer.echo(f"    {_line(framework, indicator, lang)}")


@commands.command("import")
def import_(  # noqa: PLR0913 - the options of a command
    table: Annotated[Path, typer.Argument(help="CSV or XLSX.", exists=True, dir_okay=False)],
    base: Annotated[str, typer.Option(help="Framework that formulas are taken over from.")],
    name: Annotated[str, typer.Option(help="Name of the new framework, as kr-scc-2026.")],
    year: Annotated[int, typer.Option(help="Year of the new framework.", min=2000, max=2999)],
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="TOML that names the table's headers.", exists=True),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Import although rows are rejected.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Make a framework of an official indicator table; what it states becomes official.

    Formulas and whatever the table leaves open are taken over from the base by code, crosswalk or
    the column 'base', and stay marked as reconstructed. Nothing is written while rows are rejected,
    unless --partial says so.
    """
    from dalgu.certification.framework.table import Mapping, read_mapping

    shelf = _shelf(data)
    read_as = Mapping() if mapping is None else read_mapping(mapping)
    adopted = shelf.judge(table, read_as, base, name, year)
    _report(adopted)
    if adopted.rejected and not partial:
        typer.secho("Nothing was written: correct the rows, or add --partial.", err=True, fg="red")
        raise typer.Exit(1)
    folder = shelf.put(adopted, table)
    typer.echo(f"{name}: {len(adopted.framework.indicators)} indicators in {folder}")


@commands.command("template")
def template(
    out: Annotated[Path, typer.Argument(help="File to write, .xlsx or .csv.", dir_okay=False)],
) -> None:
    """Write a blank indicator table with the headers that `import` knows."""
    from dalgu.certification.framework.table import write_template

    write_template(out)
    typer.echo(f"{out}")


@commands.command("statistics")
def statistics(
    name: Annotated[str, typer.Argument(help="As `list` names it.")],
    out: Annotated[Path | None, typer.Option("--out", help="CSV to write.", dir_okay=False)] = None,
    data: DataDir = None,
) -> None:
    """List the statistics that a framework asks the city to declare, ready to be filled in.

    Without --out they are printed. The columns are those of the register city-statistics.
    """
    from dalgu.certification.framework.statistics import blank_csv

    body = blank_csv(_shelf(data).framework(name))
    if out is None:
        typer.echo(body, nl=False)
        return
    out.write_text(body, "utf-8-sig", newline="")  # spreadsheets look for the mark of UTF-8
    typer.echo(f"{out}")


def _shelf(data: Path | None) -> "Shelf":
    from dalgu.certification.framework.shelf import Shelf

    return Shelf.of_city(settings(data_dir=data).settings.data_path)


def _line(framework: "Framework", indicator: "Indicator", language: "Language") -> str:
    points = f"{indicator.points:>5g}" if framework.scoring == "points" else "     "
    but = f" but {', '.join(indicator.reconstructed)}" if indicator.reconstructed else ""
    mark = f"{indicator.official_status}{but}"
    return f"{indicator.code:<18} {points}  {indicator.name.say(language)}  [{mark}]"


def _report(adopted: "Adopted") -> None:
    for one in adopted.rejected:
        typer.secho(f"row {one.row}, column {one.column}: {one.reason}", err=True)
    if adopted.declared:
        typer.echo(
            f"{len(adopted.declared)} indicators have no formula in the base; declare their "
            f"values as city statistics: {', '.join(adopted.declared)}"
        )
