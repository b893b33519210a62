"""`dalgu hub`: look into the hub."""

from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(no_args_is_help=True, help="Look into the hub.")


@commands.command("types")
def types(data: DataDir = None) -> None:
    """Count the entities of each type."""
    from dalgu.app.commands.hub import count_types

    for name, count in sorted(wait(count_types(settings(data_dir=data).settings)).items()):
        typer.echo(f"{count:>9,}  {name}")


@commands.command("get")
def get(
    entity: Annotated[str, typer.Argument(help="Its id: urn:ngsi-ld:WaterMeter:…")],
    data: DataDir = None,
) -> None:
    """Print one entity, normalized NGSI-LD."""
    import msgspec

    from dalgu.app.commands.hub import retrieve

    document = wait(retrieve(settings(data_dir=data).settings, entity))
    typer.echo(msgspec.json.format(msgspec.json.encode(document)).decode())
