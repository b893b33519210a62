"""The command line: `dalgu up` runs a city; the other commands load, judge, check and keep it.

Every import of ours is inside a command: `dalgu --help` must answer at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dalgu.kernel.settings import Loaded

app = typer.Typer(
    name="dalgu",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An open city platform: it runs a smart city and proves how smart that city is.\n\n"
    "Start with: dalgu up",
)
certify = typer.Typer(no_args_is_help=True, help="Measure the city and read the evidence.")
devices = typer.Typer(no_args_is_help=True, help="Register devices and see what was refused.")
tokens = typer.Typer(no_args_is_help=True, help="Make and revoke API tokens.")
app.add_typer(certify, name="certify")
app.add_typer(devices, name="devices")
app.add_typer(tokens, name="tokens")

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the city's data.", show_default=".dalgu"),
]


@app.command()
def up(  # noqa: PLR0913 - each is an option of the command line
    data: DataDir = None,
    port: Annotated[
        int | None, typer.Option(help="Port of API and pages.", show_default="9090")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    city: Annotated[str | None, typer.Option(help="Model city.", show_default="daegu")] = None,
    speed: Annotated[
        float, typer.Option(help="City seconds per second: 60 passes a day in 24 minutes.", min=0.1)
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same city again.")] = 1,
    history_days: Annotated[
        int, typer.Option(help="Days of history to build behind the first page.", min=0, max=400)
    ] = 30,
    simulation: Annotated[
        bool, typer.Option(help="Simulate the devices, or wait for real ones.")
    ] = True,
    mqtt: Annotated[
        str | None, typer.Option(help="Broker of real devices: mqtt://user:password@host:1883")
    ] = None,
) -> None:
    """Run a city: hub, device entrance, services, pages and certification in one process."""
    from dalgu.app.up import Options, run

    settings = _settings(data_dir=data, port=port, host=host, city=city, mqtt_url=mqtt).settings
    run(settings, Options(speed, seed, history_days, simulation))


def _settings(**options: str | int | Path | None) -> "Loaded":
    from os import environ

    from dalgu.kernel.settings import load, settings_file

    return load(file=settings_file(environ, Path()), environ=environ, options=options)


def main() -> None:
    """Run the command line; a deliberate error is one sentence and exit code 1."""
    from dalgu.kernel.errors import DalguError

    try:
        app()
    except DalguError as refused:
        typer.secho(f"{refused.title}: {refused.detail}", err=True, fg="red")
        raise SystemExit(1) from None
