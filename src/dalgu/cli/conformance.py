"""`dalgu conformance`: hold the hub to the standard."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dalgu.app.conformance.progress import Progress

commands = typer.Typer(no_args_is_help=True, help="Hold the hub to the standard.")


@commands.command("run")
def run(  # noqa: PLR0913  # each is an option of the command
    suite: Annotated[Path, typer.Option(help="Folder of the ETSI suite; see docs/conformance.md.")],
    folder: Annotated[
        list[str] | None,
        typer.Option(help="A part of it, as ContextInformation/Subscription; again for more."),
    ] = None,
    report: Annotated[
        Path, typer.Option(help="Where the table goes; .json and .log are written beside it.")
    ] = Path("conformance.md"),
    interop: Annotated[
        bool, typer.Option("--interop", help="The cases between brokers, with five hubs of ours.")
    ] = False,
    mqtt: Annotated[bool, typer.Option(help="Also the MQTT cases, with a mosquitto.")] = False,
    robot: Annotated[
        Path | None, typer.Option(help="The robot command, if it is not in this environment.")
    ] = None,
) -> None:
    """Play the ETSI conformance suite against open hubs of its own; write a table by folder.

    Nothing of the city is touched: the hubs have empty stores in a temporary folder. The command
    ends with 1 when a case fails that is not documented as contradicting the standard.

    dalgu conformance run --suite suite --robot robot/bin/robot --mqtt

    dalgu conformance run --suite suite --folder ContextInformation/Subscription

    dalgu conformance run --suite suite --interop
    """
    from dalgu.app.conformance import play
    from dalgu.app.conformance.suite import Suite

    plan = play.Plan(
        Suite(suite.resolve(), is_between_brokers=interop), tuple(folder or ()), mqtt, robot
    )
    result = play.run(plan, report=report, shown=_show if sys.stderr.isatty() else None)
    typer.echo(result.text())
    raise typer.Exit(1 if result.other else 0)


def _show(progress: "Progress") -> None:
    """Redraw the one line that tells how far the run has come."""
    end = "\n" if progress.done == progress.total else ""
    sys.stderr.write(f"\r\x1b[2K{str(progress)[:100]}{end}")
    sys.stderr.flush()
