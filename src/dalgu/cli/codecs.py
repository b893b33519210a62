"""`dalgu devices codec`: the vendors' programs that make fields of a device's bytes."""

from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(
    no_args_is_help=True, help="Add, list and try payload codecs (LoRa Alliance TS013)."
)

_FILE = typer.Argument(help="JavaScript of the vendor, unchanged.", exists=True, dir_okay=False)
_MAPPING = typer.Option(help="Which of its fields are the register, flags and battery.")


@commands.command("add")
def add(  # noqa: PLR0913 - each is an option of the command line
    name: Annotated[str, typer.Option(help="As devices name it: axioma-qalcosonic-w1")],
    file: Annotated[Path | None, _FILE] = None,
    native: Annotated[
        str | None, typer.Option(help="Decoder of the platform in place of a file.")
    ] = None,
    mapping: Annotated[str | None, _MAPPING] = None,
    vendor: Annotated[str | None, typer.Option(help="Who makes the device.")] = None,
    device: Annotated[str | None, typer.Option(help="The kind of device it is for.")] = None,
    licence: Annotated[str | None, typer.Option(help="SPDX expression: Apache-2.0")] = None,
    replaces: Annotated[
        bool, typer.Option("--replace", help="Take the place of another text of this name.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Add a codec; devices that name it have their bytes decoded by it."""
    from dalgu.app.commands.codecs import add
    from dalgu.devices.codecs.adding import NewCodec

    new = NewCodec(
        name, native=native, vendor=vendor, device=device, licence=licence, mapping=mapping
    )
    added = wait(add(settings(data_dir=data).settings, new, file, replaces=replaces))
    kept = f"native {added.native}" if added.digest is None else f"SHA-256 {added.digest}"
    typer.echo(f"Payload codec {name} is added ({kept}).")


@commands.command("list")
def list(data: DataDir = None) -> None:
    """List the codecs of the city."""
    from dalgu.app.commands.codecs import list_codecs
    from dalgu.devices.codecs.shelf import codec_name

    for codec in wait(list_codecs(settings(data_dir=data).settings)):
        how = codec.native or (codec.digest or "-")[:12]
        typer.echo(f"{codec_name(codec.id)}  {how}  {codec.mapping or '-'}  {codec.licence or '-'}")


@commands.command("test")
def try_(
    codec: Annotated[str, typer.Argument(help="A file, or the name of a codec of the city.")],
    bytes: Annotated[str, typer.Option(help="The payload in hexadecimal digits.")],
    f_port: Annotated[int, typer.Option(min=0, max=255, help="The port it came on.")] = 1,
    mapping: Annotated[str | None, _MAPPING] = None,
    data: DataDir = None,
) -> None:
    """Print what a codec makes of bytes, and the read in it where it has a mapping."""
    import json

    from dalgu.app.commands.codecs import try_file, try_kept
    from dalgu.devices.formats.fields import from_hex

    payload = from_hex(bytes, format="codec", field="bytes")
    file = Path(codec)
    if file.is_file():
        told = try_file(file, payload, f_port, mapping)
    else:
        told = wait(try_kept(settings(data_dir=data).settings, codec, payload, f_port))
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
