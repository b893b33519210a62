"""`dalgu tokens`: keys of programs."""

from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, role_of, settings, wait

commands = typer.Typer(no_args_is_help=True, help="Make and revoke API tokens.")


@commands.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What it is for, as 'ChirpStack'.")],
    role: Annotated[
        str, typer.Option(help="viewer, operator, analyst, evaluator, administrator, service.")
    ],
    days: Annotated[int, typer.Option(help="Days until it ends.", min=1)] = 365,
    data: DataDir = None,
) -> None:
    """Make an API token and print it, this once."""
    from dalgu.app.commands.access import create_token

    chosen = settings(data_dir=data).settings
    typer.echo(wait(create_token(chosen, name, role_of(role), days)))


@commands.command("list")
def list(data: DataDir = None) -> None:
    """List the API tokens, without their secrets."""
    from dalgu.app.commands.access import list_tokens

    for token, name, role in wait(list_tokens(settings(data_dir=data).settings)):
        typer.echo(f"{token}  {role:13}  {name}")


@commands.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="Its id, as 'dalgu tokens list' shows it.")],
    data: DataDir = None,
) -> None:
    """Make an API token worthless, at once."""
    from dalgu.app.commands.access import revoke_token

    wait(revoke_token(settings(data_dir=data).settings, token))
