"""`dalgu center`: hold the center's book to its seals, print incidents, measure times."""

from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, Lang, settings, wait

commands = typer.Typer(
    no_args_is_help=True,
    help="The operation center: check its book, print an incident, measure response times.",
)

Number = Annotated[int, typer.Argument(min=1, help="Number of the incident, as its room shows it.")]
BROKEN = 1  # exit code


@commands.command("verify")
def verify(data: DataDir = None) -> None:
    """Hold every entry of the center's book to its seal; exit with 1 at the first broken one.

    Every deed of every room stands in this book: raising and closing, shift log and signatures,
    camera grants, warnings. Keep the digest it prints somewhere else: it bears witness later.
    """
    from dalgu.app.commands.center import verified

    found = wait(verified(settings(data_dir=data).settings))
    if found.broken is not None:
        typer.echo(
            f"Entry {found.broken} does not hold: it, or one before it, was changed, removed or "
            "put in after it was sealed. Restore the book from a backup that holds.",
            err=True,
        )
        raise typer.Exit(BROKEN)
    if not found.entries:
        typer.echo("The book has no entry yet.")
        return
    typer.echo(f"The book holds: {found.entries} entries, newest SHA-256 {found.digest}")


@commands.command("check")
def check(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A timeline exported as JSON.")
    ],
) -> None:
    """Check an exported timeline by itself: it takes no city, so a court or an auditor can.

    What it proves: every line is what was sealed under its number. To prove that the book was
    not written anew as a whole, compare its head with one that was kept elsewhere (verify).
    """
    from dalgu.app.commands.center import checked

    entries, broken = checked(file.read_bytes())
    if broken is not None:
        typer.echo(f"Entry {broken} is not what was sealed.", err=True)
        raise typer.Exit(BROKEN)
    typer.echo(f"All {entries} entries are what was sealed.")


@commands.command("timeline")
def timeline(number: Number, lang: Lang = "ko", data: DataDir = None) -> None:
    """Print everything that the book holds about an incident, oldest first.

    dalgu center timeline 17 --lang en
    """
    from dalgu.app.commands.center import timeline_rows

    for seq, at, room, words, actor in wait(
        timeline_rows(settings(data_dir=data).settings, number, lang)
    ):
        typer.echo(f"{seq:>7}  {at}  {room}  {words}  ({actor})")


@commands.command("report")
def report(
    number: Number,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="The PDF to write.")],
    lang: Lang = "ko",
    data: DataDir = None,
) -> None:
    """Write the after-action report of an incident as a PDF.

    dalgu center report 17 --out report-17.pdf
    """
    from dalgu.app.commands.center import report_paper

    body = wait(report_paper(settings(data_dir=data).settings, number, lang))
    out.write_bytes(body)
    typer.echo(f"{out}: {len(body):,} bytes")


@commands.command("times")
def times(
    drills: Annotated[
        bool, typer.Option("--drills", help="Drills in place of real incidents.")
    ] = False,
    lang: Lang = "en",
    data: DataDir = None,
) -> None:
    """Print how long it took to detect, acknowledge, respond and close, all time and by priority.

    The median (p50) and what nine of ten incidents stayed under (p90), with the number of
    incidents each is drawn from; "within" is the share that held its target.
    """
    from dalgu.app.commands.center import time_rows

    rows = wait(time_rows(settings(data_dir=data).settings, lang, drills=drills))
    if not rows:
        typer.echo("There is no such incident yet.")
    for group, measure, spread, p50, p90 in rows:
        within = "" if spread.within is None else f"  within {100 * spread.within:.0f} %"
        typer.echo(f"{group:<10} {measure}  p50 {p50}  p90 {p90}  n {spread.n}{within}")
