"""`dalgu conformance`: hold the hub, or a server of Open311, to its standard."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dalgu.app.conformance.open311.judging import Result
    from dalgu.app.conformance.progress import Progress

commands = typer.Typer(
    no_args_is_help=True, help="Hold the hub, or a server of Open311, to its standard."
)


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


@commands.command("open311")
def open311(  # noqa: PLR0913  # each is an option of the command
    url: Annotated[str, typer.Argument(help="The endpoint, as https://city.example/open311/v2.")],
    file: Annotated[
        bool, typer.Option("--file", help="Also file a few requests, marked as tests.")
    ] = False,
    place: Annotated[str, typer.Option(help="Where they are filed: latitude,longitude.")] = "",
    service_code: Annotated[str, typer.Option(help="Of which type; else the first.")] = "",
    jurisdiction: Annotated[
        str, typer.Option(help="The jurisdiction_id, where it is needed.")
    ] = "",
    api_key: Annotated[str, typer.Option(help="The api_key, where it is needed.")] = "",
    discovery: Annotated[
        str, typer.Option(help="The discovery without its format, where it is elsewhere.")
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Where the table goes, as Markdown.")] = None,
) -> None:
    """Hold any Open311 GeoReport v2 server to the specification; print a table.

    Nothing is filed unless --file allows it: what is filed at a real city is somebody's work. The
    command ends with 1 when something that the specification asks for fails.

    dalgu conformance open311 https://city.example/open311/v2

    dalgu conformance open311 http://localhost:9090/open311/v2 --file --place 35.859,128.625
    """
    from dalgu.app.conformance.open311.play import play
    from dalgu.app.conformance.open311.server import Asked

    asked = Asked(
        url.rstrip("/"), jurisdiction, api_key, service_code, _place(place), discovery, file
    )
    played = play(asked, shown=_tell if sys.stderr.isatty() else None)
    typer.echo(played.text())
    if report is not None:
        report.write_text(played.markdown() + "\n", "utf-8")
    raise typer.Exit(0 if played.is_conformant else 1)


def _place(told: str) -> tuple[float, float] | None:
    if not told:
        return None
    try:
        lat, lon = map(float, told.split(","))
    except ValueError:
        raise typer.BadParameter("write the place as latitude,longitude") from None
    return lat, lon


def _tell(result: "Result") -> None:
    """Redraw the one line that tells what was judged last."""
    sys.stderr.write(f"\r\x1b[2K{result.check.text[:90]}")
    sys.stderr.flush()
