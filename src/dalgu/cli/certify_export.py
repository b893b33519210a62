"""`dalgu certify export`: the result as CCCEV, as a workbook, as FIWARE indicators."""

from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

FORMATS = ("cccev", "xlsx", "kpi")


def export(  # noqa: PLR0913 - the options of a command
    form: Annotated[str, typer.Option("--format", help="cccev (JSON-LD), xlsx or kpi (FIWARE).")],
    out: Annotated[Path, typer.Option("--out", help="File to write.", dir_okay=False)],
    framework: Annotated[str, typer.Option(help="Name of the framework.")] = "kr-scc-2021",
    korean: Annotated[bool, typer.Option("--ko/--en", help="Language of a workbook.")] = True,
    official: Annotated[
        bool, typer.Option("--official", help="The result frozen at a reference date.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Write the last result, with numbers, queries and evidence, for another system to read."""
    from dalgu.app.commands.certification_export import Format, Wanted
    from dalgu.app.commands.certification_export import export as written

    if form not in FORMATS:
        raise typer.BadParameter(f"'{form}' is no format; use one of {', '.join(FORMATS)}.")
    wanted = Wanted(framework, Format(form), "ko" if korean else "en", official)
    body = wait(written(settings(data_dir=data).settings, wanted))
    out.write_bytes(body)
    typer.echo(f"{out}  {len(body):,} bytes")
