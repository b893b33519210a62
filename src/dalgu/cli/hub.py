"""`dalgu hub`: look into the hub."""

from typing import Annotated

import typer

from dalgu.cli import history, models
from dalgu.cli.frame import DataDir, settings, wait

commands = typer.Typer(no_args_is_help=True, help="Look into the hub.")
commands.add_typer(history.commands)
commands.add_typer(models.commands, name="models")


dead_letters = typer.Typer(no_args_is_help=True, help="What subscribers could not be told.")
commands.add_typer(dead_letters, name="dead-letters")

Subscription = Annotated[str, typer.Argument(help="Id of a subscription.")]


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


@commands.command("subscribers")
def subscribers(data: DataDir = None) -> None:
    """List who is told what happens, with lag, queue, retries and dead letters."""
    from dalgu.app.commands.subscribers import list_subscribers

    typer.echo("    lag  queued    sent  failed retried given up  dead  status   subscription")
    for one in wait(list_subscribers(settings(data_dir=data).settings)):
        told = one.counters
        typer.echo(
            f"{one.lag:>7,} {told.waiting:>7,} {told.times_sent:>7,} {told.times_failed:>7,} "
            f"{told.retried:>7,} {told.dead_lettered:>8,} {one.dead_letters:>5,}  {one.status:8} "
            f"{one.id} -> {one.endpoint}"
        )


@dead_letters.command("list")
def dead_letters_list(
    subscription: Annotated[str, typer.Argument(help="Id of a subscription; all without.")] = "",
    data: DataDir = None,
) -> None:
    """List the changes that could not be told, with the reason."""
    from dalgu.app.commands.subscribers import list_dead_letters

    for one in wait(list_dead_letters(settings(data_dir=data).settings, subscription)):
        typer.echo(f"{one.given_up_at}  {one.kind:8} {one.entity}  {one.subscription}")
        typer.echo(f"    {one.reason}")


@dead_letters.command("replay")
def dead_letters_replay(subscription: Subscription, data: DataDir = None) -> None:
    """Tell the dead letters of a subscription again; each goes once it has arrived."""
    from dalgu.app.commands.subscribers import replay_dead_letters

    count = wait(replay_dead_letters(settings(data_dir=data).settings, subscription))
    typer.echo(f"{count:,} dead letters are told again while the platform runs.")


@dead_letters.command("drop")
def dead_letters_drop(subscription: Subscription, data: DataDir = None) -> None:
    """Take the dead letters of a subscription away for good."""
    from dalgu.app.commands.subscribers import drop_dead_letters

    count = wait(drop_dead_letters(settings(data_dir=data).settings, subscription))
    typer.echo(f"{count:,} dead letters are gone.")


@commands.command("digest")
def digest(data: DataDir = None) -> None:
    """Print one hash over all that the city holds: a restored backup has the same."""
    from dalgu.app.commands.hub import digest as digest_of

    tables, files = wait(digest_of(settings(data_dir=data).settings))
    typer.echo(f"{tables}  tables")
    for path, found in files.items():
        typer.echo(f"{found}  {path}")


@commands.command("verify")
def verify(data: DataDir = None) -> None:
    """Hold every index against the entities, and the outbox against itself."""
    from dalgu.app.commands.hub import verify as faults_of

    faults = wait(faults_of(settings(data_dir=data).settings))
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo("Every index says what the entities say; the outbox has no holes.")
