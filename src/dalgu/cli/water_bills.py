"""`dalgu water bill`: draft a month, issue, show and replay bills, adopt a tariff."""

from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, Lang, settings, wait

commands = typer.Typer(no_args_is_help=True, help="Bills from validated registers, replayable.")

Bill = Annotated[str, typer.Argument(help="urn:ngsi-ld:WaterBill:…")]
Period = Annotated[str, typer.Argument(help="A month that is over: 2026-10.")]


@commands.command("run")
def run(period: Period, lang: Lang = "en", data: DataDir = None) -> None:
    """Draft the bills of all accounts for a month; what is issued stays."""
    from dalgu.app.commands.water_bills import drafted

    typer.echo(wait(drafted(settings(data_dir=data).settings, period, lang)))


@commands.command("issue")
def issue(
    period: Period,
    data: DataDir = None,
) -> None:
    """Issue the drafts of a month; its days are final from then on."""
    from dalgu.app.commands.water_bills import issued

    count, refused = wait(issued(settings(data_dir=data).settings, period))
    for why in refused:
        typer.echo(f"  {why}")
    typer.echo(f"{count} bills are issued, {len(refused)} are not.")


@commands.command("show")
def show(bill: Bill, lang: Lang = "en", data: DataDir = None) -> None:
    """Print a bill line by line, each with its figures."""
    from dalgu.app.commands.water_bills import shown

    typer.echo(wait(shown(settings(data_dir=data).settings, bill, lang)))


@commands.command("replay")
def replay(bill: Bill, lang: Lang = "en", data: DataDir = None) -> None:
    """Make a bill again from its tariff, day sheets and device messages; exit 1 if it differs."""
    from dalgu.app.commands.water_bills import replayed

    text, is_same = wait(replayed(settings(data_dir=data).settings, bill, lang))
    typer.echo(text)
    if not is_same:
        raise typer.Exit(1)


@commands.command("adopt")
def adopt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A tariff, TOML.")],
    data: DataDir = None,
) -> None:
    """Make a tariff the city's own; bills of periods it covers are charged by it."""
    from dalgu.app.commands.water_bills import adopted

    tariff = wait(adopted(settings(data_dir=data).settings, file.read_bytes()))
    typer.echo(f"Tariff '{tariff.id}' is adopted.")
