"""`dalgu traffic`: street networks, imported, checked, exported, generated and taken."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dalgu.cli import traffic_objects, traffic_signals
from dalgu.cli.frame import DataDir, Lang, settings, wait

if TYPE_CHECKING:
    from dalgu.services.traffic.network.finding import Finding
    from dalgu.services.traffic.network.model import Network

commands = typer.Typer(
    no_args_is_help=True,
    help="Traffic: import a street network with its signals, check it, put it in force.",
)
commands.command("field")(traffic_signals.field)
commands.command("prove")(traffic_signals.prove)
commands.add_typer(traffic_objects.commands, name="objects")

UNSOUND = 1  # exit code
SHOWN = 20  # findings of one kind

Source = Annotated[
    Path,
    typer.Argument(
        exists=True,
        help="A SUMO net (.net.xml, .gz), an OpenStreetMap extract (.osm, .gz), or tables "
        "(a .zip or a folder of CSV files).",
    ),
]
Format = Annotated[
    Literal["sumo", "osm", "tables"] | None,
    typer.Option("--format", help="What the file is; by default seen from its content."),
]
Detectors = Annotated[
    list[Path] | None,
    typer.Option(
        "--detectors", exists=True, dir_okay=False, help="SUMO additional file with e1/e2."
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Write tables: a .zip, or a folder of that name.")
]


@commands.command("import")
def import_(
    file: Source,
    kind: Format = None,
    detectors: Detectors = None,
    out: Out = None,
    lang: Lang = "en",
) -> None:
    """Read a street network, tell what is in it and what is wrong, and write it as tables.

    Nothing is put in force: do that with `dalgu traffic take`. Timing that a source does not have
    (OpenStreetMap) is assumed and said so; edit the tables, then check and take them.

    dalgu traffic import city.net.xml.gz --out city.zip
    """
    from dalgu.app.commands.traffic import read, write

    imported = read(file, kind, detectors or [])
    _summary(imported.network)
    _findings(imported.findings(), lang)
    if out is not None:
        typer.echo(f"{out}: {write(imported.network, out)} tables")


@commands.command("check")
def check(
    file: Source, kind: Format = None, detectors: Detectors = None, lang: Lang = "en"
) -> None:
    """Check a street network; exit with 1 when it could not be put in force.

    Each finding names the thing, the reason and the mend.
    """
    from dalgu.app.commands.traffic import read

    found = read(file, kind, detectors or []).findings()
    _findings(found, lang)
    if any(one.grave == "error" for one in found):
        raise typer.Exit(UNSOUND)


@commands.command("take")
def take(
    file: Source,
    kind: Format = None,
    detectors: Detectors = None,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Put a street network in force in a city, running or not; errors forbid it.

    The signals of the network replace those in force; controllers chosen for signals that it lacks
    are left behind.

    dalgu traffic take city.zip
    """
    from dalgu.app.commands.traffic import read, taken

    imported = read(file, kind, detectors or [])
    found = wait(taken(settings(data_dir=data).settings, imported))
    _findings(found, lang)
    _summary(imported.network)
    typer.echo("In force.")


@commands.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="A .zip, or a folder.")], data: DataDir = None
) -> None:
    """Write the street network in force as tables; importing them gives the same network.

    dalgu traffic export streets.zip
    """
    from dalgu.app.commands.traffic import in_force, write

    network = wait(in_force(settings(data_dir=data).settings))
    if network is None:
        typer.echo(
            "No street network is in force; take one with: dalgu traffic take FILE", err=True
        )
        raise typer.Exit(UNSOUND)
    typer.echo(f"{out}: {write(network, out)} tables")


@commands.command("generate")
def generate(
    out: Annotated[Path, typer.Argument(help="A .zip, or a folder.")],
    city: Annotated[str, typer.Option(help="A model city of the package.")] = "daegu",
    seed: Annotated[int, typer.Option(help="The same seed, the same streets.")] = 1,
) -> None:
    """Generate the streets of a model city from its facts, as `dalgu up` does, and write tables.

    dalgu traffic generate daegu.zip
    """
    from dalgu.app.commands.traffic import generated, write

    network = generated(city, seed)
    _summary(network)
    typer.echo(f"{out}: {write(network, out)} tables")


@commands.command("tables")
def tables(
    name: Annotated[str, typer.Argument(help="Only this table, as links.")] = "", lang: Lang = "en"
) -> None:
    """Tell the tables that a street network is exchanged by, and what each column holds."""
    from dalgu.services.traffic.network.table_cells import tables as all_tables

    known = all_tables()
    if name and name not in known:
        raise typer.BadParameter(f"'{name}' is no table; use one of {', '.join(known)}.")
    for one, table in known.items():
        if name in ("", one):
            needed = "needed" if table.is_needed else "optional"
            typer.echo(f"\n{one}.txt ({needed}): {table.about.say(lang)}")
            for column in table.columns:
                default = "" if column.default is None else f" [{column.default or 'empty'}]"
                typer.echo(
                    f"  {column.name:<18} {column.kind:<7} {column.about.say(lang)}{default}"
                )


def _summary(network: "Network") -> None:
    km = sum(link.length_m for link in network.links) / 1000
    typer.echo(
        f"{network.name}: {len(network.signals)} signals, {len(network.links)} links "
        f"({km:,.1f} km), {len(network.lanes)} lanes, {len(network.movements)} movements, "
        f"{len(network.crossings)} crossings, {len(network.detectors)} detectors, "
        f"{len(network.corridors)} corridors"
    )
    if network.source:
        typer.echo(f"Source: {network.source}")


def _findings(found: "list[Finding]", lang: Literal["ko", "en"]) -> None:
    told: dict[str, int] = {}
    for one in found:
        told[one.rule] = told.get(one.rule, 0) + 1
        if told[one.rule] <= SHOWN:
            typer.echo(f"{one.grave}: {one.text.say(lang)}", err=one.grave == "error")
    for rule, times in told.items():
        if times > SHOWN:
            typer.echo(f"... and {times - SHOWN} more of {rule}")
