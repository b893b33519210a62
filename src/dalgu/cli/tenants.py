"""`dalgu tenants`: the hub's other tenants, isolated from the city's own."""

from typing import Annotated

import typer

from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(no_args_is_help=True, help="List, make and delete the hub's tenants.")

Name = Annotated[str, typer.Argument(help="Its name, as daegu-west.")]


@commands.command("list")
def list(data: DataDir = None) -> None:
    """List the tenants besides the city's own, with how many entities each has."""
    from dalgu.app.commands.tenants import list_tenants

    for tenant, entities in wait(list_tenants(settings(data_dir=data).settings)):
        state = "deleting" if tenant.is_going else "active"
        typer.echo(f"{tenant.name:24}  {state:8}  {entities:>9} entities")


@commands.command("create")
def create(name: Name, data: DataDir = None) -> None:
    """Make a tenant; make tokens for it with: dalgu tokens create --tenant."""
    from dalgu.app.commands.tenants import create_tenant

    wait(create_tenant(settings(data_dir=data).settings, name))


@commands.command("delete")
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    data: DataDir = None,
) -> None:
    """Delete a tenant with all its data, for good; run again, it goes on where it was cut short."""
    from dalgu.app.commands.tenants import delete_tenant

    if not yes:
        typer.confirm(f"Delete tenant '{name}' with all its data, for good?", abort=True)
    wait(delete_tenant(settings(data_dir=data).settings, name))
    typer.echo(f"Tenant '{name}' is gone. Its tokens open nothing now; revoke them.")
