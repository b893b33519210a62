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
    tenant: Annotated[
        str,
        typer.Option(help="Tenant of the hub where it counts.", show_default="the city's own"),
    ] = "",
    data: DataDir = None,
) -> None:
    """Make an API token and print it, this once."""
    from dalgu.app.commands.access import create_token

    chosen = settings(data_dir=data).settings
    typer.echo(wait(create_token(chosen, name, role_of(role), days, tenant)))


@commands.command("list")
def list(data: DataDir = None) -> None:
    """List the API tokens, without their secrets."""
    from dalgu.app.commands.access import list_tokens

    for token in wait(list_tokens(settings(data_dir=data).settings)):
        where = f"  (tenant {token.tenant})" if token.tenant else ""
        typer.echo(f"{token.id}  {token.role:13}  {token.name}{where}")


@commands.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="Its id, as 'dalgu tokens list' shows it.")],
    data: DataDir = None,
) -> None:
    """Make an API token worthless, at once."""
    from dalgu.app.commands.access import revoke_token

    wait(revoke_token(settings(data_dir=data).settings, token))
