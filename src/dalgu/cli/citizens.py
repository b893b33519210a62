"""`dalgu citizens`: recount a vote, draw a lottery again, write open data, check the book."""

from pathlib import Path
from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(
    no_args_is_help=True,
    help="Citizens: count a published vote again, write the open data, check the book.",
)

BROKEN = 1  # exit code


@commands.command("recount")
def recount(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A published box, ballots.jsonl.")
    ],
    key: Annotated[
        str, typer.Option("--key", help="The city's public key, as it publishes it, or its file.")
    ] = "",
    receipt: Annotated[
        str, typer.Option("--receipt", help="A receipt: print the ballot that it is of.")
    ] = "",
) -> None:
    """Count a published vote again; it takes no city, no database, no account.

    Everything is worked out anew: the chain, the city's signature, every token's signature, that
    none was used twice, and the tally. Exit with 1 at the first line that does not hold.

    dalgu citizens recount ballots.jsonl --key KEY
    """
    from dalgu.app.commands.citizens import recounted

    for line in recounted(file.read_bytes(), _key(key), receipt):
        typer.echo(line)


@commands.command("verify-lottery")
def verify_lottery(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A draw's proof, proof.json.")
    ],
    seal: Annotated[
        str, typer.Option("--seal", help="The seal of the seed, as shown before the draw.")
    ] = "",
) -> None:
    """Draw a roundtable's lottery again from its published proof; it takes no city.

    Exit with 1 when seed, seal, chances, quotas or the drawn panel do not hold together.

    dalgu citizens verify-lottery proof.json --seal 5f1c…
    """
    from dalgu.app.commands.citizens import lottery_faults

    found = lottery_faults(file.read_bytes(), seal)
    for fault in found:
        typer.echo(f"does not hold: {fault}", err=True)
    if found:
        raise typer.Exit(BROKEN)
    typer.echo("The proof holds.")


@commands.command("export")
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="The folder to write into.")],
    tenant: Annotated[
        str, typer.Option("--tenant", help="Another tenant of the hub: its entities alone.")
    ] = "",
    data: DataDir = None,
) -> None:
    """Write the open data of the citizens' service: CSV, Parquet, JSON-LD, schema, licence.

    dalgu citizens export open-data
    """
    from dalgu.app.commands.citizens import exported

    names = wait(exported(settings(data_dir=data).settings, folder, tenant))
    typer.echo(f"{folder}: {len(names)} files")


@commands.command("verify")
def verify(data: DataDir = None) -> None:
    """Hold every entry of the citizens' book to its seal; exit with 1 at the first broken one."""
    from dalgu.app.commands.citizens import verified

    entries, digest, broken = wait(verified(settings(data_dir=data).settings))
    if broken is not None:
        typer.echo(
            f"Entry {broken} does not hold: it, or one before it, was changed, removed or put in "
            "after it was sealed. Restore the book from a backup that holds.",
            err=True,
        )
        raise typer.Exit(BROKEN)
    typer.echo(f"The book holds: {entries} entries, newest SHA-256 {digest}")


def _key(given: str) -> str:
    path = Path(given)
    is_file = bool(given) and len(given) < 256 and path.is_file()
    return path.read_text("utf-8").strip() if is_file else given.strip()
