"""`dalgu certify run | recompute | check`: measure the city, prove the numbers, try a framework."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dalgu.cli import certificates, certify_export, frameworks, planning, process
from dalgu.cli.frame import DataDir, Lang, settings, wait

if TYPE_CHECKING:
    from dalgu.certification.measuring.measuring import Progress

commands = typer.Typer(no_args_is_help=True, help="Measure the city and read the evidence.")
commands.command("verify")(certificates.verify)
commands.command("export")(certify_export.export)
commands.command("questions")(certify_export.questions)
commands.add_typer(certificates.issuer, name="issuer")
commands.add_typer(certificates.status, name="status")
commands.add_typer(frameworks.commands, name="framework")
planning.join(commands)
process.join(commands)

Names = Annotated[
    list[str] | None, typer.Option("--framework", help="Name of a framework; may be repeated.")
]
DEFAULT = "kr-scc-2021"


@commands.command("run")
def run(  # noqa: PLR0913  # each is an option
    framework: Names = None,
    reference: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As of the end of this day. Default: now."),
    ] = None,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Pin the observations too: the official measurement.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Measure the indicators and record them with their evidence."""
    from dalgu.app.commands.certification import measure
    from dalgu.app.commands.tables import scorecard_json, scorecard_lines

    found = wait(
        measure(
            settings(data_dir=data).settings,
            framework or [DEFAULT],
            reference=None if reference is None else reference.date(),
            freeze=freeze,
            progress=_tell,
        )
    )
    _tell_end()
    if as_json:
        typer.echo(scorecard_json(found))
        return
    for one in found:
        for line in scorecard_lines(one, lang):
            typer.echo(line)


@commands.command("recompute")
def recompute(data: DataDir = None) -> None:
    """Compute the recorded numbers again from their evidence; any difference is an error."""
    from dalgu.app.commands.certification import recompute

    for one in wait(recompute(settings(data_dir=data).settings)):
        typer.echo(f"{one.framework}  {one.indicator:<12}  {one.value!r}  same to the bit")


@commands.command("check")
def check(
    framework: Names = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="A framework's folder instead.", exists=True, file_okay=False),
    ] = None,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Hold frameworks to their language and units, and name what the hub lacks for them."""
    from dalgu.app.commands.certification import check_frameworks
    from dalgu.app.commands.tables import check_lines

    found = wait(check_frameworks(settings(data_dir=data).settings, framework or [], folder))
    for one in found:
        for line in check_lines(one, lang):
            typer.echo(line)
    if any(one.has_errors for one in found):
        raise typer.Exit(1)


def _tell(at: "Progress") -> None:
    """Show one line that changes, where somebody looks."""
    if sys.stderr.isatty():
        of = f" / {at.total}" if at.total else ""
        typer.echo(f"\r{f'{at.step:<10} {at.done}{of} {at.name}':<60}", err=True, nl=False)


def _tell_end() -> None:
    if sys.stderr.isatty():
        typer.echo("", err=True)
