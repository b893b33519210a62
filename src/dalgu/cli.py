"""The command line: `dalgu up` runs a city; the other commands load, judge, check and keep it.

Every import of ours is inside a command: `dalgu --help` must answer at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from dalgu.access.actor import Role
    from dalgu.kernel.settings import Loaded

T = TypeVar("T")

app = typer.Typer(
    name="dalgu",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich costs half of the start
    help="An open city platform: it runs a smart city and proves how smart that city is.\n\n"
    "Start with: dalgu up",
)
certify = typer.Typer(no_args_is_help=True, help="Measure the city and read the evidence.")
devices = typer.Typer(no_args_is_help=True, help="Register devices and see what was refused.")
tokens = typer.Typer(no_args_is_help=True, help="Make and revoke API tokens.")
hub = typer.Typer(no_args_is_help=True, help="Look into the hub.")
conformance = typer.Typer(no_args_is_help=True, help="Hold the hub to the standard.")
app.add_typer(certify, name="certify")
app.add_typer(hub, name="hub")
app.add_typer(devices, name="devices")
app.add_typer(tokens, name="tokens")
app.add_typer(conformance, name="conformance")

DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the city.", show_default=".dalgu", file_okay=False),
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


@app.command("import")
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
    from dalgu.app import commands
    from dalgu.devices.progress import TerminalProgress

    settings = _settings(data_dir=data).settings
    done = _await(
        commands.load_file(settings, file, mapping, report=report, progress=TerminalProgress())
    )
    typer.echo(str(done))


@certify.command("run")
def certify_run(data: DataDir = None) -> None:
    """Measure the indicators now and record them with their evidence."""
    from dalgu.app import commands

    for one in _await(commands.measure(_settings(data_dir=data).settings)):
        value = "-" if one.value is None else f"{one.value:.2f}"
        typer.echo(
            f"{one.indicator}  {value:>8}  {one.points:6.2f} of {one.max_points:g} points  "
            f"{one.status}, {_held(one.coverage)} of the period held"
        )
        for variable in one.variables:
            typer.echo(f"    {variable.name} = {variable.value:g}  ({variable.row_count} rows)")


@certify.command("verify")
def certify_verify(data: DataDir = None) -> None:
    """Compute the recorded numbers again from their frozen rows; any difference is an error."""
    from dalgu.app import commands

    for code, value, points in _await(commands.verify(_settings(data_dir=data).settings)):
        typer.echo(f"{code}  {value!r}  {points:.2f} points  same to the bit")


@devices.command("add")
def devices_add(  # noqa: PLR0913 - each is an option of the command line
    device: Annotated[
        str, typer.Argument(help="Its id: lorawan:70b3d5…, wmbus:KAM.12345678, camera:crossing-7")
    ],
    profile: Annotated[
        str, typer.Option(help="Decoder of its messages: water-oms, parking-count, heartbeat …")
    ],
    asset: Annotated[
        str | None, typer.Option(help="Entity its messages speak of: urn:ngsi-ld:WaterMeter:1")
    ] = None,
    category: Annotated[str | None, typer.Option(help="waterMeter, camera, gateway …")] = None,
    interval_s: Annotated[
        float | None, typer.Option(min=1, help="Seconds between two messages, as its owner says.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Key in hexadecimal digits, for encrypted telegrams.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Register a device, so that what it says is understood."""
    from dalgu.app import commands
    from dalgu.devices.registry import device_entity
    from dalgu.hub.types import Device
    from dalgu.kernel.ids import EntityId

    entry = Device(
        id=device_entity(device),
        profile=profile,
        category=category,
        controlled_asset=None if asset is None else EntityId(asset),
        declared_interval=interval_s,
        in_service=True,
    )
    _await(commands.add_device(_settings(data_dir=data).settings, entry, key))
    typer.echo(f"{device} is registered with profile {profile}.")


@devices.command("list")
def devices_list(data: DataDir = None) -> None:
    """List the registered devices."""
    from dalgu.app import commands
    from dalgu.devices.registry import device_of

    for device in _await(commands.list_devices(_settings(data_dir=data).settings)):
        asset = device.controlled_asset or "-"
        typer.echo(f"{device_of(device.id)}  {device.profile or '-'}  {asset}")


@devices.command("refused")
def devices_refused(
    data: DataDir = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 20,
) -> None:
    """List the messages that could not be used, with the reason; they are kept."""
    from dalgu.app import commands

    for number, message in _await(commands.refused(_settings(data_dir=data).settings, limit)):
        typer.echo(f"{number}  {message.received_at:%F %T}  {message.device}  {message.refusal}")


@devices.command("replay")
def devices_replay(
    device: Annotated[str, typer.Argument(help="Id of a device that is registered by now.")],
    data: DataDir = None,
) -> None:
    """Decode the refused messages of a device again."""
    from dalgu.app import commands

    stored = _await(commands.replay(_settings(data_dir=data).settings, device))
    typer.echo(f"{stored} values of {device} are new in the hub.")


@tokens.command("create")
def tokens_create(
    name: Annotated[str, typer.Argument(help="What it is for, as 'ChirpStack'.")],
    role: Annotated[
        str, typer.Option(help="viewer, operator, analyst, evaluator, administrator, service.")
    ],
    days: Annotated[int, typer.Option(help="Days until it ends.", min=1)] = 365,
    data: DataDir = None,
) -> None:
    """Make an API token and print it, this once."""
    from dalgu.app import commands

    settings = _settings(data_dir=data).settings
    typer.echo(_await(commands.create_token(settings, name, _role(role), days)))


@tokens.command("list")
def tokens_list(data: DataDir = None) -> None:
    """List the API tokens, without their secrets."""
    from dalgu.app import commands

    for token, name, role in _await(commands.list_tokens(_settings(data_dir=data).settings)):
        typer.echo(f"{token}  {role:13}  {name}")


@tokens.command("revoke")
def tokens_revoke(
    token: Annotated[str, typer.Argument(help="Its id, as 'dalgu tokens list' shows it.")],
    data: DataDir = None,
) -> None:
    """Make an API token worthless, at once."""
    from dalgu.app import commands

    _await(commands.revoke_token(_settings(data_dir=data).settings, token))


@hub.command("types")
def hub_types(data: DataDir = None) -> None:
    """Count the entities of each type."""
    from dalgu.app import commands

    for name, count in sorted(_await(commands.types(_settings(data_dir=data).settings)).items()):
        typer.echo(f"{count:>9,}  {name}")


@hub.command("get")
def hub_get(
    entity: Annotated[str, typer.Argument(help="Its id: urn:ngsi-ld:WaterMeter:…")],
    data: DataDir = None,
) -> None:
    """Print one entity, normalized NGSI-LD."""
    import msgspec

    from dalgu.app import commands

    document = _await(commands.entity(_settings(data_dir=data).settings, entity))
    typer.echo(msgspec.json.format(msgspec.json.encode(document)).decode())


@app.command()
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
    from dalgu.app import commands

    settings = _settings(data_dir=data).settings
    secret = _await(commands.account_link(settings, _role(role), tuple(district or ())))
    url = settings.public_url or f"http://localhost:{settings.port}"
    typer.echo(f"{url}/{settings.language}/welcome/{secret}")


@app.command()
def check(data: DataDir = None) -> None:
    """Show the settings in force with their origin, the optional parts, and the audit chain."""
    from importlib.util import find_spec

    from dalgu.app import commands

    loaded = _settings(data_dir=data)
    for one in loaded.effective():
        typer.echo(f"{one.key:36} {one.value:30} {one.origin}")
    for part, module in (("analytics", "duckdb"), ("oidc", "joserfc")):
        state = "installed" if find_spec(module) else f"absent; pip install 'dalgu[{part}]'"
        typer.echo(f"{'part ' + part:36} {state}")
    if not (loaded.settings.data_path / "city.db").exists():
        typer.echo(f"{'city':36} none yet in {loaded.settings.data_path}; start one: dalgu up")
        return
    fault = _await(commands.audit_fault(loaded.settings))
    typer.echo(f"{'audit chain':36} {'holds' if fault is None else f'broken at entry {fault}'}")
    if fault is not None:
        raise typer.Exit(1)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="File of the copy; it must not exist yet.")],
    data: DataDir = None,
) -> None:
    """Copy the city's database, also while it runs."""
    from dalgu.app import commands

    if target.exists():
        raise typer.BadParameter(f"'{target}' exists already; a backup replaces no file.")
    settings = _settings(data_dir=data).settings
    _await(commands.back_up(settings, target))
    typer.echo(f"{target} holds the city. Keep {settings.data_path / 'city.key'} apart from it.")


@app.command()
def restore(
    copy: Annotated[Path, typer.Argument(help="A file that 'dalgu backup' made.", exists=True)],
    key: Annotated[Path, typer.Option(help="The city.key that was kept apart.", exists=True)],
    data: DataDir = None,
) -> None:
    """Put a backup in an empty folder and open it."""
    from dalgu.app import commands

    held = _await(commands.restore(_settings(data_dir=data).settings, copy, key))
    typer.echo(f"{sum(held.values()):,} entities of {len(held)} types are back.")


@conformance.command("run")
def conformance_run(
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


def _settings(**options: str | int | Path | None) -> "Loaded":
    from os import environ

    from dalgu.kernel.settings import load, settings_file

    return load(file=settings_file(environ, Path()), environ=environ, options=options)


def _held(coverage: float) -> str:
    return "less than 1 %" if 0 < coverage < 0.01 else f"{coverage:.0%}"


def _await(work: "Coroutine[None, None, T]") -> "T":
    import asyncio

    return asyncio.run(work)


def _role(text: str) -> "Role":
    from dalgu.access.actor import Role

    try:
        return Role(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no role; use one of {', '.join(Role)}.") from None


def main() -> None:
    """Run the command line; a deliberate error is one sentence and exit code 1."""
    from dalgu.kernel.errors import DalguError

    try:
        app()
    except DalguError as refused:
        typer.secho(f"{refused.title}: {refused.detail}", err=True, fg="red")
        raise SystemExit(1) from None
