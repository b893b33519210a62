"""`dalgu registers`: what the city declares about itself, in and out of files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

if TYPE_CHECKING:
    from dalgu.governance.register import Register
    from dalgu.governance.report import Report
    from dalgu.governance.standing import Standing

commands = typer.Typer(no_args_is_help=True, help="Fill, see and export the registers.")
SHOWN_REJECTIONS = 100

Name = Annotated[str, typer.Argument(help="Register, as `dalgu registers list` names it.")]


@commands.command("list")
def list(data: DataDir = None) -> None:
    """List the registers: entries held, age, the indicators that read them; empty ones too."""
    from dalgu.app.commands.registers import list_registers

    found = wait(list_registers(settings(data_dir=data).settings))
    typer.echo(f"{'entries':>8}  {'filled':<12}{'state':<9}{'register':<26}{'indicators'}")
    for one in found:
        typer.echo(
            f"{one.held:>8,}  {_age(one):<12}{one.state:<9}{one.register.name:<26}"
            f"{_indicators(one)}"
        )
    empty = sum(one.state == "empty" for one in found)
    typer.echo(f"{len(found)} registers, {empty} of them empty.")


@commands.command("show")
def show(name: Name) -> None:
    """Show what a register holds: its columns, codes, where the data usually comes from."""
    from dalgu.governance.blanks import KINDS, allowed, meaning, unit_of
    from dalgu.governance.register import register

    one = register(name)
    typer.echo(f"{one.title.ko} / {one.title.en}  ({one.entity.type})")
    typer.echo(f"  출처 / source      {one.source.ko} / {one.source.en}")
    typer.echo(f"  지표 / indicators  {', '.join(one.indicators)}")
    typer.echo(f"  갱신 / renewed     every {one.renewed_days} days")
    typer.echo(f"  키 / key           {', '.join(one.key)}")
    for column in one.columns:
        sign, unit = "*" if column.required else " ", unit_of(one, column)
        said = meaning(one, column)
        typer.echo(f"{sign} {column.name}  [{column.ko} / {column.en}]")
        typer.echo(f"    {KINDS[column.kind].en}{f', {unit}' if unit else ''}: {said.en}")
        if allowed(column):
            typer.echo(f"    {allowed(column)}")
    typer.echo("* required")


@commands.command("template")
def template(
    name: Annotated[str | None, typer.Argument(help="Register; none with --all.")] = None,
    form: Annotated[str, typer.Option("--format", help="xlsx or csv.")] = "xlsx",
    all_to: Annotated[
        Path | None, typer.Option("--all", help="Folder for one blank file of every register.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="File to write; NAME.FORMAT if left out.")] = None,
) -> None:
    """Write a blank file of a register: header, notes, lists of the allowed codes."""
    from dalgu.governance.blanks import template as blank
    from dalgu.governance.register import register, registers

    if (name is None) == (all_to is None):
        raise typer.BadParameter("Name one register, or a folder with --all.")
    chosen = registers().values() if name is None else [register(name)]
    for one in chosen:
        plain = Path(f"{one.name}.{form}")
        target = plain if all_to is None else all_to / plain
        target = to if to is not None and name is not None else target
        body = blank(one, form)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        typer.echo(str(target))


@commands.command("import")
def import_(  # noqa: PLR0913 - each is an option of the command line
    name: Name,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON.", exists=True, dir_okay=False)],
    map: Annotated[
        Path | None, typer.Option(help="TOML that names the columns of a file with own headers.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the report there: .csv or .json.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Store nothing when a row is rejected.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Store nothing; tell what would become of it.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="A full export: close or delete entries that it lacks."),
    ] = False,
    data: DataDir = None,
) -> None:
    """Fill a register from a file, and name every row that is rejected with the reason."""
    from dalgu.app.commands.registers import fill_register
    from dalgu.devices.progress import TerminalProgress
    from dalgu.governance.importing import Options
    from dalgu.governance.mapping import NO_MAPPING, load_mapping
    from dalgu.governance.register import register
    from dalgu.governance.report import report_form

    one = register(name)
    own = NO_MAPPING if map is None else load_mapping(map, one)
    if report is not None:
        report_form(report)  # a wrong name is told before the work
    options = Options(own, strict=strict, trial=dry_run, replace=replace)
    progress = TerminalProgress()
    done = wait(fill_register(settings(data_dir=data).settings, one, file, options, progress))
    _tell(one, done, report)
    if done.rejections and strict:
        raise typer.Exit(1)


@commands.command("export")
def export(
    name: Name,
    to: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="csv, xlsx or json; else as the file's name.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Write the entries of a register as a file that can be imported again."""
    from dalgu.app.commands.registers import export as exported
    from dalgu.governance.register import register

    suffix = "csv" if to is None else to.suffix.lower().removeprefix(".")
    body = wait(exported(settings(data_dir=data).settings, register(name), form or suffix))
    if to is None:
        sys.stdout.buffer.write(body)
        return
    to.write_bytes(body)
    typer.echo(str(to))


def _age(one: "Standing") -> str:
    if one.age is None:
        return "never" if not one.held else "-"
    days = one.age.days
    return "today" if days < 1 else f"{days} d ago"


def _indicators(one: "Standing") -> str:
    told = one.register.indicators
    return " ".join(told) if len(told) <= 4 else f"{' '.join(told[:3])} +{len(told) - 3}"


def _tell(register: "Register", done: "Report", target: Path | None) -> None:
    from dalgu.governance.report import report_form, written

    pace = done.rows / done.elapsed_s if done.elapsed_s else 0.0
    ending = "" if done.is_stored else "  (nothing was stored / 저장하지 않음)"
    typer.echo(f"{register.title.ko} / {register.title.en}{ending}")
    typer.echo(f"  rows       {done.rows:>9,}  in {done.elapsed_s:.1f} s ({pace:,.0f} rows/s)")
    typer.echo(f"  new        {done.created:>9,}")
    typer.echo(f"  changed    {done.updated:>9,}")
    typer.echo(f"  unchanged  {done.unchanged:>9,}")
    typer.echo(f"  rejected   {done.rejected:>9,}")
    if done.closed or done.deleted:
        typer.echo(f"  closed     {done.closed:>9,}\n  deleted    {done.deleted:>9,}")
    if done.kept_back is not None:
        typer.echo(f"  {done.kept_back.ko} / {done.kept_back.en}")
    if done.ignored:
        typer.echo(
            f"  columns that no column of the register answers to: {', '.join(done.ignored)}"
        )
    _tell_rejections(done)
    if target is None and len(done.rejections) > SHOWN_REJECTIONS:
        target = Path(f"{done.file}.report.csv")  # every rejected row is named somewhere
    if target is not None:
        target.write_bytes(written(done, report_form(target)))
        typer.echo(f"The report is in {target}.")


def _tell_rejections(done: "Report") -> None:
    if done.rejections:
        typer.echo(f"{'row':>8}  column / value / reason")
    for one in done.rejections[:SHOWN_REJECTIONS]:
        column = f"{one.column.ko} / {one.column.en}" if one.column.ko else "-"
        value = f" '{one.value}'" if one.value else ""
        typer.echo(f"{one.row:>8}  {column}{value}: {one.reason.ko} / {one.reason.en}")
    more = len(done.rejections) - SHOWN_REJECTIONS
    if more > 0:
        typer.echo(f"          … and {more:,} more, all in the report.")
