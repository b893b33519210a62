"""The command line: `dalgu up` runs a city; the other commands load, judge, check and keep it.

Every import of ours beyond `dalgu.cli` is inside a command: `dalgu --help` must answer at once.
"""

import typer

from dalgu.cli import (
    center,
    certify,
    citizens,
    city,
    composite,
    conformance,
    devices,
    hub,
    registers,
    tenants,
    tokens,
    traffic,
    water,
)

app = typer.Typer(
    name="dalgu",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich costs half of the start
    help="An open city platform: it runs a smart city and proves how smart that city is.\n\n"
    "Start with: dalgu up",
)
for command in (
    city.up,
    city.serve,
    city.import_,
    city.link,
    city.check,
    city.backup,
    city.restore,
):
    app.command(command.__name__.rstrip("_"))(command)
GROUPS = (
    certify,
    composite,
    center,
    citizens,
    registers,
    traffic,
    water,
    hub,
    tenants,
    devices,
    tokens,
    conformance,
)
for group in GROUPS:
    app.add_typer(group.commands, name=group.__name__.rpartition(".")[2])


def main() -> None:
    """Run the command line; a deliberate error is one sentence and exit code 1."""
    from dalgu.kernel.errors import DalguError

    try:
        app()
    except DalguError as refused:
        typer.secho(f"{refused.title}: {refused.detail}", err=True, fg="red")
        raise SystemExit(1) from None
