"""`dalgu certify export | questions`: the result for other systems, and what a verifier asks."""

from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, Lang, settings, wait

FORMATS = ("cccev", "xlsx", "kpi")


def export(  # noqa: PLR0913 - the options of a command
    form: Annotated[str, typer.Option("--format", help="cccev (JSON-LD), xlsx or kpi (FIWARE).")],
    out: Annotated[Path, typer.Option("--out", help="File to write.", dir_okay=False)],
    framework: Annotated[str, typer.Option(help="Name of the framework.")] = "kr-scc-2021",
    lang: Lang = "ko",  # of a workbook: offices read it
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
    wanted = Wanted(framework, Format(form), lang, official)
    body = wait(written(settings(data_dir=data).settings, wanted))
    out.write_bytes(body)
    typer.echo(f"{out}  {len(body):,} bytes")


def questions(
    framework: Annotated[str, typer.Option(help="Name of the framework.")] = "kr-scc-2021",
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Show what a verifier would ask about the last values, each with the numbers behind it."""
    from dalgu.app.commands.certification_export import questions as asked

    for one in wait(asked(settings(data_dir=data).settings, framework)):
        numbers = ", ".join(
            f"{name} = {'unknown' if number is None else f'{number:g}'}"
            for name, number in one.numbers.items()
        )
        typer.echo(f"{one.indicator}  {one.outcome}, {one.severity}: {one.check}  ({numbers})")
        typer.echo(f"    {one.question.say(lang)}")
