"""`dalgu water`: networks and leaks, validated hours, and the roll-out; bills are `water bill`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli import water_bills
from dalgu.cli.frame import DataDir, Lang, settings, wait

commands = typer.Typer(
    no_args_is_help=True,
    help="Water: load a network, look for leaks, validate days again, bill a month.",
)
network = typer.Typer(no_args_is_help=True, help="The hydraulic models of the districts.")
commands.add_typer(network, name="network")
commands.add_typer(water_bills.commands, name="bill")

DAY = ["%Y-%m-%d"]
Area = Annotated[str | None, typer.Option(help="Only this area: urn:ngsi-ld:DistrictMeteredArea:…")]
First = Annotated[datetime, typer.Option("--from", formats=DAY, help="First local day.")]
Last = Annotated[datetime, typer.Option("--to", formats=DAY, help="Last local day, included.")]


@network.command("load")
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An EPANET .inp file.")],
    name: Annotated[str, typer.Option(help="What the network is called, as gachang-1.")],
    dma: Annotated[
        str | None, typer.Option(help="Area whose inflow feeds it: urn:ngsi-ld:DistrictMetered…")
    ] = None,
    data: DataDir = None,
) -> None:
    """Load a hydraulic model; from then on its leaks are looked for each night."""
    from dalgu.app.commands.water import load_model

    loaded = wait(load_model(settings(data_dir=data).settings, file.read_bytes(), name, dma))
    length_km = (loaded.mains_length or 0) / 1000
    typer.echo(
        f"{loaded.id}: {loaded.pipe_count} pipes, {length_km:.1f} km. "
        "Watched from the oldest readings of the last year on."
    )


@network.command("list")
def list_networks(data: DataDir = None) -> None:
    """List the loaded models, and how well each fits what is measured."""
    from dalgu.app.commands.water import networks

    for one in wait(networks(settings(data_dir=data).settings)):
        fit = "not calibrated" if one.fit_after is None else f"{one.fit_after:.2f} m RMS"
        typer.echo(f"{one.id}  {one.pipe_count} pipes  {one.dma or '-'}  {fit}")


@commands.command("leaks")
def leaks(lang: Lang = "en", data: DataDir = None) -> None:
    """List the suspected leaks in the order of repair: won saved a day against won spent."""
    from dalgu.app.commands.water import leak_rows

    rows = wait(leak_rows(settings(data_dir=data).settings))
    if not rows:
        typer.echo("No leak is suspected now.")
    for row in rows:
        certainty = "-" if row["certainty_pct"] is None else f"{row['certainty_pct']} %"
        typer.echo(
            f"{row['place'] or '-'}  {row['name'].say(lang)}  pipe {row['pipe'] or '-'} "
            f"({certainty})  {row['flow'] or 0:.1f} m³/h  saves ₩{row['saved']:,} a day, "
            f"costs ₩{row['cost']:,}, pays in {row['payback'] or '-'} days  {row['id']}"
        )


@commands.command("closure")
def closure(
    pipe: Annotated[str, typer.Argument(help="The pipe to close, as the model calls it.")],
    in_network: Annotated[
        str | None, typer.Option("--network", help="Its network, where several are loaded.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Tell who loses water or pressure while a pipe is closed, at the morning's peak."""
    from dalgu.app.commands.water import closed

    found = wait(closed(settings(data_dir=data).settings, pipe, in_network))
    valves = ", ".join(found.valves) or "none in the model: the pipe alone is shut"
    typer.echo(f"Pipe {found.pipe}: {found.lost_m3h:.2f} m³/h and {found.customers} customers.")
    typer.echo(f"Valves to turn: {valves}")
    for title, nodes in (("Without water", found.without_water), ("Low", found.low_pressure)):
        for one in nodes:
            after = "-" if one.after_m is None else f"{one.after_m:.0f} m"
            typer.echo(f"  {title}: {one.node}, {one.customers} customers, "
                       f"{one.before_m:.0f} m -> {after}")  # fmt: skip


@commands.command("validate")
def validate(  # noqa: PLR0913 - each is an option of the command line
    first: First,
    last: Last,
    area: Area = None,
    rules: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Limits of the city's own, TOML."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write new versions; billed days stay as they are.")
    ] = False,
    data: DataDir = None,
) -> None:
    """Validate days again and tell what would read otherwise; nothing is written without --write.

    dalgu water validate --from 2026-10-01 --to 2026-10-31 --rules stricter.toml
    """
    from dalgu.app.commands.water import revalidate

    own = None if rules is None else rules.read_bytes()
    span = (first.date(), last.date(), area)
    found = wait(revalidate(settings(data_dir=data).settings, span, own, write=write))
    for day in found.days:
        before = "new" if day.before_l is None else f"{day.before_l / 1000:,.3f} m³"
        version = " billed, not written" if day.is_final and write and not day.version else ""
        version = f" -> version {day.version}" if day.version else version
        typer.echo(f"{day.day}  {day.area}  {before} -> {day.after_l / 1000:,.3f} m³, "
                   f"{len(day.meters)} meters differ{version}")  # fmt: skip
    typer.echo(f"{len(found.days)} days differ: {found.before_l / 1000:,.3f} m³ before, "
               f"{found.after_l / 1000:,.3f} m³ after.")  # fmt: skip


@commands.command("compare")
def compare(
    area: Annotated[str, typer.Argument(help="urn:ngsi-ld:DistrictMeteredArea:…")],
    day: Annotated[datetime, typer.Argument(formats=DAY, help="Local day, YYYY-MM-DD.")],
    versions: Annotated[tuple[int, int], typer.Argument(help="Two versions of that day.")],
    data: DataDir = None,
) -> None:
    """Tell meter by meter how two versions of a day's hours differ."""
    from dalgu.app.commands.water import compared

    found = wait(compared(settings(data_dir=data).settings, area, day.date(), versions))
    for one in found.meters:
        before = "-" if one.before_l is None else f"{one.before_l:,} L"
        after = "-" if one.after_l is None else f"{one.after_l:,} L"
        hours = ", ".join(map(str, one.hours)) or "-"
        typer.echo(f"{one.meter}  {before} -> {after}  hours {hours}")
    typer.echo(f"{len(found.meters)} meters differ.")


@commands.command("balance")
def balance(
    area: Annotated[str, typer.Argument(help="urn:ngsi-ld:DistrictMeteredArea:…")],
    first: First,
    last: Last,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Print the water balance of IWA and AWWA of an area, with its 95 % limits."""
    from dalgu.app.commands.water import balance_rows

    span = (first.date(), last.date())
    for name, figure in wait(balance_rows(settings(data_dir=data).settings, area, span)):
        typer.echo(f"{figure.m3:>14,.1f} m³ ± {figure.limit_m3:>10,.1f}  {name.say(lang)}")


@commands.command("plan")
def plan(
    budget: Annotated[int, typer.Option(help="Won that may be spent in a year.")] = 10_000_000_000,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """List the areas that get remote reading next: won saved in a year against won spent."""
    from dalgu.app.commands.water import planned

    for name, one in wait(planned(settings(data_dir=data).settings, budget)):
        payback = "-" if one.payback_y is None else f"{one.payback_y:.1f} years"
        typer.echo(
            f"year {one.year or '-'}  {name.say(lang)}  {one.area.missing:,} meters, "
            f"{100 * one.area.covered_share:.0f} % in reach, {one.gateways} gateways, "
            f"₩{one.cost_won:,} once, ₩{one.saved_won_y:,} a year, pays in {payback}"
        )
