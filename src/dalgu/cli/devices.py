"""`dalgu devices`: what speaks to the city."""

from typing import Annotated

import typer

from dalgu.cli import codecs
from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(no_args_is_help=True, help="Register devices and see what was refused.")
commands.add_typer(codecs.commands, name="codec")


@commands.command("add")
def add(  # noqa: PLR0913 - each is an option of the command line
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
    codec: Annotated[
        str | None, typer.Option(help="Payload codec of its bytes, as `codec list` names it.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Key in hexadecimal digits, for encrypted telegrams.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Register a device, so that what it says is understood."""
    from dalgu.app.commands.devices import add_device
    from dalgu.devices.codecs.shelf import codec_entity
    from dalgu.devices.registry import device_entity
    from dalgu.hub.types import Device
    from dalgu.kernel.ids import EntityId

    entry = Device(
        id=device_entity(device),
        profile=profile,
        codec=None if codec is None else codec_entity(codec),
        category=category,
        controlled_asset=None if asset is None else EntityId(asset),
        declared_interval=interval_s,
        in_service=True,
    )
    wait(add_device(settings(data_dir=data).settings, entry, key))
    typer.echo(f"{device} is registered with profile {profile}.")


@commands.command("list")
def list(data: DataDir = None) -> None:
    """List the registered devices."""
    from dalgu.app.commands.devices import list_devices
    from dalgu.devices.registry import device_of

    for device in wait(list_devices(settings(data_dir=data).settings)):
        asset = device.controlled_asset or "-"
        typer.echo(f"{device_of(device.id)}  {device.profile or '-'}  {asset}")


@commands.command("refused")
def refused(
    data: DataDir = None,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 20,
) -> None:
    """List the messages that could not be used, with the reason; they are kept."""
    from dalgu.app.commands.devices import refused

    for number, message in wait(refused(settings(data_dir=data).settings, limit)):
        typer.echo(f"{number}  {message.received_at:%F %T}  {message.device}  {message.refusal}")


@commands.command("replay")
def replay(
    device: Annotated[str, typer.Argument(help="Id of a device that is registered by now.")],
    data: DataDir = None,
) -> None:
    """Decode the refused messages of a device again."""
    from dalgu.app.commands.devices import replay

    stored = wait(replay(settings(data_dir=data).settings, device))
    typer.echo(f"{stored} values of {device} are new in the hub.")


@commands.command("read-telegram")
def read_telegram(
    telegram: Annotated[str, typer.Argument(help="A wireless M-Bus telegram, hexadecimal.")],
    key: Annotated[str | None, typer.Option(help="The meter's key, hexadecimal.")] = None,
    driver: Annotated[
        str | None, typer.Option(help="Name of the driver, where the kind of meter finds none.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read a meter's telegram: who sent it, and its values by name and unit."""
    import json

    from dalgu.app.commands.devices import read_telegram

    said = read_telegram(telegram, key, driver)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    records = said.pop("records", ())
    width = max(len(name) for name in said)
    for name, value in said.items():
        typer.echo(f"{name:<{width}}  {'-' if value is None else value}")
    for record in records:
        typer.echo(f"  {record}")
