"""`dalgu conformance`: hold the hub to the standard."""

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer(no_args_is_help=True, help="Hold the hub to the standard.")


@commands.command("run")
def run(
    suite: Annotated[Path, typer.Option(help="Folder of the ETSI suite; see docs/conformance.md.")],
    folder: Annotated[
        list[str] | None, typer.Option(help="A part of it, as ContextInformation/Subscription.")
    ] = None,
    report: Annotated[Path, typer.Option(help="Where the table goes.")] = Path("conformance.md"),
    mqtt: Annotated[bool, typer.Option(help="Also the MQTT cases, with a mosquitto.")] = False,
    robot: Annotated[
        Path | None, typer.Option(help="The robot command, if it is not in this environment.")
    ] = None,
) -> None:
    """Run the ETSI conformance suite against a hub of its own; write a table by folder."""
    from dalgu.app.conformance import run, table

    scores = run(suite, folder or [], report=report, mqtt=mqtt, robot=robot)
    typer.echo(table(scores))
